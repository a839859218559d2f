//! The program and the library as others use them: no Kafka, no network.

#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    reason = "a test ends where it goes wrong; helpers of tests are tests"
)]

mod articles;
mod cases;
mod cli;
mod demo;
mod determinism;
mod eval;
mod forms;
mod golden;
mod hostile;
mod knowledge;
mod languages;
mod mutations;
mod mutator;
mod overlay;
mod program;
mod schema;
mod settings;
mod sound;
mod tidy;
mod topics;
mod traps;

use demarche::decode::DecodeLimits;
use demarche::knowledge::{Knowledge, KnowledgeFiles};
use demarche::pipeline::{Core, PublishLimits};

/// The core with the knowledge of the binary and the limits of the default settings.
fn core() -> Core {
    Core {
        knowledge: Knowledge::compile(&KnowledgeFiles::embedded()).unwrap(),
        decode: DecodeLimits::default(),
        publish: PublishLimits::default(),
    }
}
