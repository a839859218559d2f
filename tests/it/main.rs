//! The program and the library as others use them: no Kafka, no network.

#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    reason = "a test ends where it goes wrong; helpers of tests are tests"
)]

mod cases;
mod cli;
mod demo;
mod golden;
mod hostile;
mod knowledge;
mod languages;
mod program;
mod settings;
mod tidy;
mod topics;
mod traps;
