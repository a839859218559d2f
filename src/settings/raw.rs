//! The settings as they are written: one struct a TOML table, one field a key, with default, unit and bounds.
//!
//! This is the one place where a key is declared. The accepted keys, their bounds, the names of the variables, the JSON
//! Schema and `config/worker.toml` are all read from it ([`super::keys`]), so they cannot disagree.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CloudEventsMode, GroupProtocol, Guarantee, LogFormat, OffsetReset};
use crate::decode::{DecodeLimits, InputFormat};
use crate::pipeline::PublishLimits;

/// Settings of demarche. Every key is optional; a variable `DEMARCHE_<TABLE>_<KEY>` overrides the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawSettings {
    /// How to reach Kafka, and as whom.
    pub kafka: RawKafka,
    /// Names of the topics.
    pub topics: RawTopics,
    /// What is promised, and how large a transaction is.
    pub delivery: RawDelivery,
    /// Bounds of the worker.
    pub worker: RawWorker,
    /// When so many records are rejected that the worker stops, lest a bad deployment pours the topic into the dead letters.
    pub dead_letters: RawDeadLetters,
    /// What is accepted as a news item; the rest goes to the dead letters.
    pub decode: RawDecode,
    /// What is published of an item.
    pub publish: RawPublish,
    /// The CloudEvents 1.0 envelope around each event.
    pub cloud_events: RawCloudEvents,
    /// Language packs and tables of parties, places and office holders.
    pub knowledge: RawKnowledge,
    /// Where `/metrics`, `/healthz` and `/readyz` are served.
    pub http: RawHttp,
    /// Logs, on stderr.
    pub log: RawLog,
}

/// How to reach Kafka, and as whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawKafka {
    /// Brokers to start from: `host:port`, separated by commas.
    pub brokers: String,
    /// Consumer group. Workers of one group share the partitions.
    pub group_id: String,
    /// Name in the broker's logs and quotas.
    pub client_id: String,
    /// Group protocol: `classic` (members assign, cooperatively) or `consumer` (KIP-848: the broker assigns, Kafka 4.0 and later).
    pub group_protocol: GroupProtocol,
    /// Static membership: a name that this worker keeps over restarts, so that a restart moves no partition.
    /// Classic protocol only: with `consumer`, a worker that comes back after a kill is refused until its old session ends.
    #[schemars(example = "worker-1")]
    pub group_instance_id: Option<String>,
    /// Transactional id, unique among the running workers. Without it: the group and the instance id; else one made of the group,
    /// the machine and `http.bind`, which a worker restarted in the same place has again, so that it ends at once what a killed
    /// one left open; else, where nothing is served, a name by chance. Exactly once only.
    #[schemars(example = "demarche-worker-1")]
    pub transactional_id: Option<String>,
    /// Milliseconds of silence after which a member loses its partitions; 20000 if absent.
    /// Classic protocol only: with `consumer` the broker decides (`group.consumer.session.timeout.ms`).
    #[schemars(range(min = 6000, max = 1_800_000), example = 20000)]
    pub session_timeout_ms: Option<u64>,
    /// Where a group without offsets begins.
    pub offset_reset: OffsetReset,
    /// Bytes fetched and not yet classified.
    #[schemars(range(min = 1_048_576, max = 2_147_483_648_u64))]
    pub queue_bytes_max: u64,
    /// Any librdkafka key, quoted, for consumer and producer alike. A value can be taken from a file or from a variable,
    /// `{ file = "/run/secrets/kafka" }` or `{ env = "KAFKA_PASSWORD" }`; none is ever shown. Keys that delivery rests on are refused.
    /// As a variable: dots become `_`, so `sasl.password` is `DEMARCHE_KAFKA_LIBRDKAFKA_SASL_PASSWORD`.
    pub librdkafka: BTreeMap<String, RawProperty>,
}

impl Default for RawKafka {
    fn default() -> Self {
        Self {
            brokers: "localhost:9092".to_owned(),
            group_id: "demarche".to_owned(),
            client_id: "demarche".to_owned(),
            group_protocol: GroupProtocol::Classic,
            group_instance_id: None,
            transactional_id: None,
            session_timeout_ms: None,
            offset_reset: OffsetReset::Earliest,
            queue_bytes_max: 64 << 20,
            librdkafka: BTreeMap::new(),
        }
    }
}

/// The value of a librdkafka key; never shown, since it may be a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RawProperty {
    /// As it is.
    Text(String),
    /// A number, for convenience.
    Integer(i64),
    /// A switch, for convenience.
    Switch(bool),
    /// The content of a file, without line ends after it.
    File {
        /// Path of the file.
        file: String,
    },
    /// The value of an environment variable.
    Env {
        /// Name of the variable.
        env: String,
    },
}

impl fmt::Debug for RawProperty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

/// Names of the topics; all three differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawTopics {
    /// Raw news, read.
    pub raw: String,
    /// Events, written.
    pub events: String,
    /// Records that could not be read, written with their reason.
    pub dead_letters: String,
}

impl Default for RawTopics {
    fn default() -> Self {
        Self {
            raw: "news.raw".to_owned(),
            events: "diplomacy.events".to_owned(),
            dead_letters: "diplomacy.dead-letters".to_owned(),
        }
    }
}

/// What is promised, and how large a transaction is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawDelivery {
    /// `exactly_once`: events, dead letters and offsets in one transaction. `at_least_once`: offsets after acknowledgement, so that
    /// a crash repeats.
    pub guarantee: Guarantee,
    /// Raw records in one transaction (or between two commits).
    #[schemars(range(min = 1, max = 100_000))]
    pub batch_records_max: u64,
    /// Raw bytes in one transaction.
    #[schemars(range(min = 1024, max = 1_073_741_824))]
    pub batch_bytes_max: u64,
    /// Milliseconds after which a transaction is committed though it is not full: most of the delay of an event in a quiet topic.
    #[schemars(range(min = 1, max = 60_000))]
    pub batch_age_max_ms: u64,
    /// Milliseconds after which the broker aborts an open transaction; at most its `transaction.max.timeout.ms`. So long may
    /// readers wait for what a killed worker left open, if none with its transactional id comes back; keep it longer than an
    /// outage of the broker.
    #[schemars(range(min = 1000, max = 900_000))]
    pub transaction_timeout_ms: u64,
}

impl Default for RawDelivery {
    fn default() -> Self {
        Self {
            guarantee: Guarantee::ExactlyOnce,
            batch_records_max: 5_000,
            batch_bytes_max: 32 << 20,
            batch_age_max_ms: 100,
            transaction_timeout_ms: 60_000,
        }
    }
}

/// Bounds of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawWorker {
    /// Threads that classify; as many as the machine has cores if absent.
    #[schemars(range(min = 1, max = 256), example = 4)]
    pub threads: Option<u64>,
    /// Milliseconds from SIGTERM or SIGINT to the exit; below the session timeout.
    #[schemars(range(min = 1000, max = 1_800_000))]
    pub drain_timeout_ms: u64,
    /// Milliseconds for which a Kafka call that may be repeated is repeated.
    #[schemars(range(min = 1000, max = 3_600_000))]
    pub retry_timeout_ms: u64,
    /// Milliseconds without any progress, though there are records to read or to commit, after which the Kafka clients are made
    /// anew; more than `retry_timeout_ms`. Doubled each time that it did not help, up to eight times.
    #[schemars(range(min = 2000, max = 7_200_000))]
    pub stall_timeout_ms: u64,
    /// Milliseconds that classifying one record may take; time in which the process is stopped does not count. A record that takes
    /// longer becomes a dead letter with the reason `too_slow`.
    #[schemars(range(min = 40, max = 600_000))]
    pub item_timeout_ms: u64,
    /// Records that may still be classified past `item_timeout_ms`: a thread cannot be stopped, and each takes up a core. With one
    /// more the worker stops.
    #[schemars(range(min = 0, max = 1000))]
    pub overdue_records_max: u64,
    /// Producers made anew in a row, without one commit between them, before the worker gives up.
    #[schemars(range(min = 0, max = 1000))]
    pub recoveries_max: u64,
}

impl Default for RawWorker {
    fn default() -> Self {
        Self {
            threads: None,
            drain_timeout_ms: 15_000,
            retry_timeout_ms: 60_000,
            stall_timeout_ms: 120_000,
            item_timeout_ms: 2_000,
            overdue_records_max: 8,
            recoveries_max: 10,
        }
    }
}

/// When so many records are rejected that the worker stops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawDeadLetters {
    /// Records of one partition in a row that may be rejected. With one more the worker commits nothing of that batch, says why
    /// and exits with code 1.
    #[schemars(range(min = 1, max = 1_000_000_000_000_u64))]
    pub run_max: u64,
    /// Share of the last records that may be rejected, over all partitions of the worker; 1.0 is no limit.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share_max: f64,
    /// Records that the share is taken of; it is not judged before there were so many since the start.
    #[schemars(range(min = 100, max = 100_000_000))]
    pub share_window_records: u64,
}

impl Default for RawDeadLetters {
    fn default() -> Self {
        Self {
            run_max: 1_000,
            share_max: 0.5,
            share_window_records: 10_000,
        }
    }
}

/// What is accepted as a news item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawDecode {
    /// How raw records are written.
    pub format: InputFormat,
    /// Largest payload, bytes.
    #[schemars(range(min = 1024, max = 268_435_456))]
    pub payload_bytes_max: u64,
    /// Longest title or body, bytes; at most `payload_bytes_max`.
    #[schemars(range(min = 1024, max = 268_435_456))]
    pub body_bytes_max: u64,
    /// Deepest nesting of JSON, levels.
    #[schemars(range(min = 1, max = 100))]
    pub json_depth_max: u64,
}

impl Default for RawDecode {
    fn default() -> Self {
        let limits = DecodeLimits::default();
        Self {
            format: limits.format,
            payload_bytes_max: limits.payload_bytes_max as u64,
            body_bytes_max: limits.body_bytes_max as u64,
            json_depth_max: limits.json_depth_max as u64,
        }
    }
}

/// What is published of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawPublish {
    /// Events; an item with more is a dead letter.
    #[schemars(range(min = 1, max = 10_000))]
    pub events_per_item_max: u64,
    /// Events less sure than this are left out; a probability in hundredths.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence_min: f64,
}

impl Default for RawPublish {
    fn default() -> Self {
        let limits = PublishLimits::default();
        Self {
            events_per_item_max: limits.events_per_item_max as u64,
            confidence_min: limits.confidence_min.as_f64(),
        }
    }
}

/// The CloudEvents 1.0 envelope around each event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawCloudEvents {
    /// `binary`: attributes in `ce_` headers, the event as value. `structured`: one JSON object with the event under `data`.
    pub mode: CloudEventsMode,
    /// `source` of every event: a URI reference.
    pub source: String,
}

impl Default for RawCloudEvents {
    fn default() -> Self {
        Self {
            mode: CloudEventsMode::Binary,
            source: "urn:demarche".to_owned(),
        }
    }
}

/// Language packs and tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawKnowledge {
    /// A folder with `lang/`, `gazetteer/` and `topics.tsv` in place of those in the binary.
    #[schemars(example = "/etc/demarche/knowledge")]
    pub dir: Option<String>,
    /// A folder with tables of your own (`gazetteer/holders.tsv`, …), added to the others; read again on SIGHUP.
    #[schemars(example = "/etc/demarche/overlay")]
    pub overlay_dir: Option<String>,
    /// Days after which `check` warns that the table of office holders is old.
    #[schemars(range(min = 1, max = 36_500))]
    pub holders_age_max_days: u64,
}

impl Default for RawKnowledge {
    fn default() -> Self {
        Self {
            dir: None,
            overlay_dir: None,
            holders_age_max_days: 180,
        }
    }
}

/// Where metrics and health are served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawHttp {
    /// Address and port; port 0 takes a free one, an empty text serves nothing.
    pub bind: String,
}

impl Default for RawHttp {
    fn default() -> Self {
        Self {
            bind: "127.0.0.1:9464".to_owned(),
        }
    }
}

/// Logs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawLog {
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
    /// What is logged: `info`, or by module as in `demarche=debug,rdkafka=warn`.
    pub filter: String,
}

impl Default for RawLog {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info".to_owned(),
        }
    }
}

impl RawProperty {
    /// Whether `value` is written as a property may be.
    pub(super) fn deserialisable(value: &serde_json::Value) -> bool {
        Self::deserialize(value).is_ok()
    }
}
