//! The worker against a real Apache Kafka: `cargo test --features kafka-tests --test kafka`.
//!
//! The broker is the one in `KAFKA_BOOTSTRAP`, else one of our own (`scripts/kafka-broker`: Maven and Java 17). The worker is
//! the real program in a process of its own, unless a test needs a classifier of its own. What was published is read back by
//! an independent client, `kcat`, under `read_committed`. Each test has topics and groups of its own.

#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test ends where it goes wrong; helpers of tests are tests"
)]

mod accounting;
mod broker;
mod chaos;
mod client;
mod events;
mod faults;
mod kills;
mod limits;
mod oversize;
mod reload;
mod security;
mod single;
mod values;
mod worker;
