//! demarche finds diplomatic events in raw news and moves them safely from one Kafka topic to another.
//!
//! Data flows one way, in the order of the modules:
//!
//! ```text
//! Kafka ─ Record ─▶ decode ─ NewsItem ─▶ text ─ Text ─▶ classify ─ Mention ─▶ enrich ─ Event ─▶ event::wire ─ EventRecord ─▶ Kafka
//!                     └──────────────── pipeline::process: Record → Outcome ────────────────┘
//! ```
//!
//! What holds everywhere:
//!
//! 1. `decode`, `text`, `classify`, `enrich`, `event`, `knowledge` and `eval` are synchronous and pure: no clock, environment,
//!    file, log or Kafka in them. The same bytes and the same knowledge give the same output, byte for byte.
//! 2. Every record ends in exactly one [`pipeline::outcome::Outcome`]; the counters of outcomes add up to the records consumed.
//! 3. An offset is committed only with (exactly once) or after (at least once) what its record became.
//! 4. No language is named outside `config/lang`, `config/gazetteer` and tests; a language is a folder there.
//! 5. Every queue, batch, retry, time-out and text length has a limit, and the limit is a named setting with a unit.

pub mod classify;
pub mod cli;
pub mod code;
pub mod decode;
pub mod enrich;
pub mod eval;
pub mod event;
pub mod kafka;
pub mod knowledge;
pub mod metrics;
pub mod pipeline;
pub mod settings;
pub mod text;
