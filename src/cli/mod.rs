//! cli

pub mod run;
