//! Settings: a TOML file and `DEMARCHE_…` variables, checked once at start ([`Settings`]) and immutable after.
//!
//! [`raw`] declares the keys, [`keys`] reads names, bounds and defaults from it, [`load()`] merges file and variables, `check`
//! turns the result into [`Settings`]; [`problem`] is what comes out when something is wrong, all of it at once.

mod check;
pub mod document;
pub mod keys;
mod librdkafka;
mod load;
pub mod problem;
pub mod raw;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::decode::DecodeLimits;
use crate::event::vocabulary;
use crate::pipeline::PublishLimits;
use crate::pipeline::limits::DeadLetterLimits;

pub use load::{Variables, file, load, overriding};
pub use problem::SettingsError;

/// Every setting, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How to reach Kafka and as whom.
    pub kafka: KafkaSettings,
    /// Names of the topics.
    pub topics: Topics,
    /// What is promised, and how large a transaction is.
    pub delivery: Delivery,
    /// Bounds of the worker.
    pub worker: WorkerLimits,
    /// How many records may be rejected before the worker stops.
    pub dead_letters: DeadLetterLimits,
    /// What is accepted.
    pub decode: DecodeLimits,
    /// What is published.
    pub publish: PublishLimits,
    /// CloudEvents around what is published.
    pub cloud_events: CloudEvents,
    /// Language packs and tables.
    pub knowledge: KnowledgeSettings,
    /// Where `/metrics`, `/healthz` and `/readyz` are served; none turns them off.
    pub http_bind: Option<SocketAddr>,
    /// Logs.
    pub log: LogSettings,
}

/// How to reach Kafka and as whom.
#[derive(Clone)]
pub struct KafkaSettings {
    /// `host:port`, comma-separated.
    pub brokers: String,
    /// Consumer group.
    pub group_id: String,
    /// Name in the broker's logs.
    pub client_id: String,
    /// Which group protocol.
    pub group_protocol: GroupProtocol,
    /// Static membership (classic protocol only).
    pub group_instance_id: Option<String>,
    /// The `transactional.id`; without it, made of the group and the instance id, of the place, or by chance.
    pub transactional_id: Option<String>,
    /// A member silent for this long loses its partitions (classic protocol only; with `consumer` the broker decides).
    pub session_timeout: Duration,
    /// Where a group without offsets begins.
    pub offset_reset: OffsetReset,
    /// Fetched and not yet classified, bytes.
    pub queue_bytes_max: usize,
    /// Any librdkafka key, for consumer and producer; values may be secrets and are never shown.
    pub librdkafka: BTreeMap<String, String>,
}

vocabulary! {
    /// Which group protocol.
    GroupProtocol {
        /// Assignment by the members, cooperative.
        Classic = "classic",
        /// KIP-848: assignment by the broker.
        Consumer = "consumer",
    }
}

vocabulary! {
    /// Where a group without offsets begins.
    OffsetReset {
        /// The oldest record.
        Earliest = "earliest",
        /// Only what comes next.
        Latest = "latest",
    }
}

/// Names of the topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topics {
    /// Read from.
    pub raw: String,
    /// Events.
    pub events: String,
    /// Dead letters.
    pub dead_letters: String,
}

/// What is promised, and how large a transaction is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Exactly once or at least once.
    pub guarantee: Guarantee,
    /// Raw records in one transaction (or between two commits).
    pub batch_records_max: usize,
    /// Raw bytes in one transaction.
    pub batch_bytes_max: usize,
    /// Age at which a batch that is not full is committed.
    pub batch_age_max: Duration,
    /// The broker aborts a transaction that is open for longer.
    pub transaction_timeout: Duration,
}

vocabulary! {
    /// What is promised.
    Guarantee {
        /// Output, dead letters and offsets in one transaction.
        ExactlyOnce = "exactly_once",
        /// Offsets after acknowledgement; a crash repeats.
        AtLeastOnce = "at_least_once",
    }
}

/// Bounds of the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerLimits {
    /// Threads that classify.
    pub threads: usize,
    /// From the signal to the exit.
    pub drain_timeout: Duration,
    /// Kafka calls that may be retried are retried for this long.
    pub retry_timeout: Duration,
    /// How long the Kafka clients may stand still with work to do.
    pub stall_timeout: Duration,
    /// What classifying one record may take.
    pub item_timeout: Duration,
    /// Records that may still be classified past their time.
    pub overdue_records_max: usize,
    /// Producers made anew without one commit between them, before the worker gives up.
    pub recoveries_max: u32,
}

/// Language packs and tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnowledgeSettings {
    /// A folder with `lang/`, `gazetteer/` and `topics.tsv` instead of the embedded ones.
    pub dir: Option<PathBuf>,
    /// A folder with tables of the operator's own, added to those.
    pub overlay_dir: Option<PathBuf>,
    /// Days after which the table of office holders is old.
    pub holders_age_max_days: u32,
}

/// CloudEvents around what is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudEvents {
    /// Headers, or one JSON object.
    pub mode: CloudEventsMode,
    /// `ce_source`, a URI reference.
    pub source: String,
}

vocabulary! {
    /// How an event is wrapped.
    CloudEventsMode {
        /// Attributes in `ce_…` headers, the event as value.
        Binary = "binary",
        /// One JSON object with the event under `data`.
        Structured = "structured",
    }
}

/// Logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Lines for people or JSON.
    pub format: LogFormat,
    /// A tracing filter (`info`, `demarche=debug,rdkafka=warn`).
    pub filter: String,
}

vocabulary! {
    /// Lines for people or JSON.
    LogFormat {
        /// For people.
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}

impl std::fmt::Debug for KafkaSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaSettings")
            .field("brokers", &self.brokers)
            .field("group_id", &self.group_id)
            .field("librdkafka", &self.librdkafka.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
