//! Order of input, number of threads and repetition change no byte.

use std::process::Stdio;

use demarche::pipeline::outcome::{Outcome, Rejection};
use demarche::pipeline::record::Record;
use demarche::pipeline::{Core, process};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use crate::mutator::{Dice, Mutator};
use crate::program::command;
use crate::{articles, core};

/// Own articles and mutated ones.
fn payloads(core: &Core) -> Vec<Vec<u8>> {
    let mutator = Mutator::new(core);
    let mut payloads = articles::payloads();
    payloads.extend((0..400).map(|number| mutator.payload(number)));
    payloads
}

/// All that is published of an item, or why nothing is.
fn bytes(payload: &[u8], core: &Core) -> String {
    let record = Record {
        payload: Some(payload.to_vec()),
        ..Record::default()
    };
    match process(&record, core) {
        Outcome::Events(events) => events.records().iter().map(|event| event.to_json() + "\n").collect(),
        Outcome::NoEvent { reason, language } => format!("{reason} {language:?}"),
        Outcome::DeadLetter(rejection @ (Rejection::Decode(_) | Rejection::TooManyEvents { .. })) => rejection.to_string(),
        Outcome::DeadLetter(rejection) => panic!("{rejection}"),
    }
}

fn all(payloads: &[Vec<u8>], core: &Core) -> Vec<String> {
    payloads.iter().map(|payload| bytes(payload, core)).collect()
}

#[test]
fn repetition_changes_no_byte() {
    let core = core();
    let payloads = payloads(&core);
    let once = all(&payloads, &core);
    assert!(
        once.iter().filter(|bytes| bytes.starts_with('{')).count() > 50,
        "there are events to compare"
    );
    assert!(once == all(&payloads, &core), "a second time");
    assert!(once == all(&payloads, &self::core()), "by knowledge compiled anew");
}

#[test]
fn order_changes_no_byte() {
    let core = core();
    let payloads = payloads(&core);
    let once = all(&payloads, &core);
    let mut dice = Dice(7);
    for round in 0..3 {
        let mut order: Vec<usize> = (0..payloads.len()).rev().collect();
        for at in (1..order.len()).rev().filter(|_| round > 0) {
            order.swap(at, dice.below(at + 1));
        }
        for at in order {
            assert_eq!(bytes(&payloads[at], &core), once[at]);
        }
    }
}

#[test]
fn threads_change_no_byte() {
    let core = core();
    let payloads = payloads(&core);
    let once = all(&payloads, &core);
    for threads in [1, 2, 3, 8] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let parallel: Vec<String> = pool.install(|| payloads.par_iter().map(|payload| bytes(payload, &core)).collect());
        assert!(once == parallel, "{threads} threads");
    }
}

/// The whole program, each time in a process of its own.
#[test]
fn processes_and_their_threads_change_no_byte() {
    let input: Vec<u8> = articles::payloads()
        .into_iter()
        .filter(|payload| !payload.contains(&b'\n') && payload.starts_with(b"{"))
        .flat_map(|payload| [payload, b"\n".to_vec()].concat())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("items.jsonl");
    std::fs::write(&file, input).unwrap();
    let printed = |threads: &str| {
        let mut command = command(&["classify", "--format", "ndjson", file.to_str().unwrap()]);
        command.env("RAYON_NUM_THREADS", threads).stderr(Stdio::null());
        command.output().unwrap().stdout
    };
    let once = printed("1");
    assert!(
        once.windows(8).any(|window| window == b"event_id"),
        "there are events to compare"
    );
    for threads in ["1", "2", "7"] {
        assert!(once == printed(threads), "{threads} threads");
    }
}
