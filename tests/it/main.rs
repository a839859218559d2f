//! The program and the library as others use them: no Kafka, no network.

mod cli;
mod demo;
mod golden;
mod program;
mod settings;
mod tidy;
