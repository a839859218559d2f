//! Any bytes to their outcome: no panic, sound spans, and an end. `fuzz/README.md` says how to run it.

#![no_main]

#[path = "../../tests/it/sound.rs"]
mod sound;

use std::sync::LazyLock;

use demarche::decode::DecodeLimits;
use demarche::knowledge::{Knowledge, KnowledgeFiles};
use demarche::pipeline::record::Record;
use demarche::pipeline::{Core, PublishLimits, process};
use libfuzzer_sys::fuzz_target;

static CORE: LazyLock<Core> = LazyLock::new(|| Core {
    knowledge: Knowledge::compile(&KnowledgeFiles::embedded()).expect("the project's own knowledge compiles"),
    decode: DecodeLimits::default(),
    publish: PublishLimits::default(),
});

fuzz_target!(|payload: &[u8]| {
    let record = Record {
        payload: Some(payload.to_vec()),
        ..Record::default()
    };
    let outcome = process(&record, &CORE);
    if let Some(fault) = sound::fault(payload, &outcome, &CORE) {
        panic!("{fault}");
    }
});
