//! The only folder that names rdkafka: clients, their threads and their errors. What is read and what is written is decided
//! elsewhere.
//!
//! Every client is polled on a thread of its own, because all calls of librdkafka block, its callbacks run inside `poll`, and
//! a delivery report that nobody polls for is waited for in vain.

pub mod config;
pub mod consumer;
pub mod embedded;
pub mod error;
pub mod group;
pub mod inspect;
pub mod producer;
pub mod property;
pub mod publisher;
pub mod sender;
pub mod tail;
