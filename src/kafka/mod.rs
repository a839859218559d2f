//! The only folder that names rdkafka: clients, their threads and their errors. What is read and what is written is decided
//! elsewhere.
//!
//! Every client is polled on a thread of its own, because all calls of librdkafka block, its callbacks run inside `poll`, and
//! a delivery report that nobody polls for is waited for in vain.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "rdkafka's enums are not ours and may grow; what is not named is not retriable, not ours, not known"
)]

pub mod access;
mod budget;
pub mod config;
pub mod consumer;
pub mod embedded;
pub mod error;
mod fault;
pub mod group;
pub mod inspect;
pub mod producer;
pub mod property;
pub mod publisher;
mod quiet;
pub mod sender;
pub mod tail;
