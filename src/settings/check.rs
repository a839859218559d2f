//! [`RawSettings`] → [`Settings`]: what a single key's bounds cannot say (addresses, names, and what fits together).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tracing_subscriber::EnvFilter;

use super::load::{Origins, Variables, shown};
use super::problem::Problem;
use super::raw::{RawDelivery, RawKafka, RawSettings, RawTopics};
use super::{
    CloudEvents, Delivery, GroupProtocol, Guarantee, KafkaSettings, KnowledgeSettings, LogSettings, Settings, Topics,
    WorkerLimits, librdkafka,
};
use crate::decode::DecodeLimits;
use crate::event::Confidence;
use crate::pipeline::PublishLimits;
use crate::pipeline::limits::DeadLetterLimits;
use crate::pipeline::pool;

/// The session timeout where none is set, and what a broker uses by default with the `consumer` protocol.
const SESSION_TIMEOUT_MS: u64 = 20_000;
const SESSION_TIMEOUT_OF_BROKER_MS: u64 = 45_000;

/// Kafka's own limit on names of topics.
const TOPIC_CHARACTERS_MAX: usize = 249;

/// The settings, or `None` with at least one more problem.
pub fn settings(raw: &RawSettings, origins: &Origins, variables: &Variables, problems: &mut Vec<Problem>) -> Option<Settings> {
    let mut check = Check { origins, problems };
    check.brokers(&raw.kafka.brokers);
    check.texts(raw);
    check.topics(&raw.topics);
    check.group(&raw.kafka);
    check.times(raw);
    check.transactions(raw);
    check.sizes(raw);
    let http_bind = check.address(&raw.http.bind);
    check.filter(&raw.log.filter);
    let librdkafka = check.properties(&raw.kafka, variables);
    let good = check.problems.is_empty();
    good.then(|| settled(raw, librdkafka, http_bind))
}

struct Check<'a> {
    origins: &'a Origins,
    problems: &'a mut Vec<Problem>,
}

impl Check<'_> {
    fn refuse(&mut self, key: &str, given: Option<Value>, words: impl Into<String>) {
        self.problems.push(Problem {
            key: key.to_owned(),
            given: given.map(|value| shown(&value)),
            origin: self.origins.get(key).cloned(),
            words: words.into(),
        });
    }

    /// Whether one of `keys` was refused before: what depends on it is then not judged.
    fn refused(&self, keys: &[&str]) -> bool {
        self.problems.iter().any(|problem| keys.contains(&problem.key.as_str()))
    }

    fn brokers(&mut self, brokers: &str) {
        let good = |broker: &str| {
            let broker = broker.trim();
            let address = broker.rsplit_once("://").map_or(broker, |(_, address)| address);
            let (host, port) = address.rsplit_once(':').unwrap_or((address, "9092"));
            !host.is_empty() && !host.contains(char::is_whitespace) && port.parse::<u16>().is_ok_and(|port| port > 0)
        };
        if !brokers.split(',').all(good) {
            self.refuse(
                "kafka.brokers",
                Some(brokers.into()),
                "allowed is host:port, several separated by commas",
            );
        }
    }

    fn texts(&mut self, raw: &RawSettings) {
        let texts = [
            ("kafka.group_id", &raw.kafka.group_id),
            ("kafka.client_id", &raw.kafka.client_id),
            ("cloud_events.source", &raw.cloud_events.source),
        ];
        for (key, text) in texts {
            if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
                self.refuse(
                    key,
                    Some(text.as_str().into()),
                    "allowed is a text without white space, not empty",
                );
            }
        }
    }

    fn topics(&mut self, topics: &RawTopics) {
        let named = [
            ("topics.raw", &topics.raw),
            ("topics.events", &topics.events),
            ("topics.dead_letters", &topics.dead_letters),
        ];
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        for (index, (key, name)) in named.iter().enumerate() {
            let taken = named.iter().take(index).find(|(_, other)| other == name);
            let sound = !name.is_empty() && name.len() <= TOPIC_CHARACTERS_MAX && name.chars().all(allowed);
            if !sound || *name == "." || *name == ".." {
                let words = format!("allowed are 1 to {TOPIC_CHARACTERS_MAX} letters, digits, '.', '_' and '-'");
                self.refuse(key, Some(name.as_str().into()), words);
            } else if let Some((other, _)) = taken {
                self.refuse(
                    key,
                    Some(name.as_str().into()),
                    format!("is the topic of {other} too; the three topics differ"),
                );
            }
        }
    }

    fn group(&mut self, kafka: &RawKafka) {
        if kafka.group_protocol == GroupProtocol::Classic {
            return;
        }
        if let Some(id) = &kafka.group_instance_id {
            let words = "static membership needs kafka.group_protocol = \"classic\": with \"consumer\", a worker that comes back \
                         after a kill is refused until its old session ends";
            self.refuse("kafka.group_instance_id", Some(id.as_str().into()), words);
        }
        if let Some(ms) = kafka.session_timeout_ms {
            let words = "with kafka.group_protocol = \"consumer\" the broker decides (group.consumer.session.timeout.ms); \
                         remove the key";
            self.refuse("kafka.session_timeout_ms", Some(ms.into()), words);
        }
    }

    fn times(&mut self, raw: &RawSettings) {
        let (session, of) = match raw.kafka.group_protocol {
            GroupProtocol::Classic => (session_timeout_ms(&raw.kafka), "kafka.session_timeout_ms"),
            GroupProtocol::Consumer => (SESSION_TIMEOUT_OF_BROKER_MS, "the broker's session timeout"),
        };
        let drain = raw.worker.drain_timeout_ms;
        if drain >= session && !self.refused(&["kafka.session_timeout_ms", "worker.drain_timeout_ms"]) {
            let words = format!("allowed is less than {of}, which is {session}");
            self.refuse("worker.drain_timeout_ms", Some(drain.into()), words);
        }
        let (stall, retry) = (raw.worker.stall_timeout_ms, raw.worker.retry_timeout_ms);
        if stall <= retry && !self.refused(&["worker.stall_timeout_ms", "worker.retry_timeout_ms"]) {
            let words = format!("allowed is more than worker.retry_timeout_ms, which is {retry}");
            self.refuse("worker.stall_timeout_ms", Some(stall.into()), words);
        }
        let RawDelivery {
            batch_age_max_ms: age,
            transaction_timeout_ms: transaction,
            ..
        } = raw.delivery;
        if transaction <= age && !self.refused(&["delivery.transaction_timeout_ms", "delivery.batch_age_max_ms"]) {
            let words = format!("allowed is more than delivery.batch_age_max_ms, which is {age}");
            self.refuse("delivery.transaction_timeout_ms", Some(transaction.into()), words);
        }
    }

    fn transactions(&mut self, raw: &RawSettings) {
        let Some(id) = &raw.kafka.transactional_id else {
            return;
        };
        match raw.delivery.guarantee {
            Guarantee::ExactlyOnce => {}
            Guarantee::AtLeastOnce => {
                let words = "has no use with delivery.guarantee = \"at_least_once\"; remove one of them";
                self.refuse("kafka.transactional_id", Some(id.as_str().into()), words);
            }
        }
    }

    fn sizes(&mut self, raw: &RawSettings) {
        let (body, payload) = (raw.decode.body_bytes_max, raw.decode.payload_bytes_max);
        if body > payload && !self.refused(&["decode.body_bytes_max", "decode.payload_bytes_max"]) {
            let words = format!("allowed is at most decode.payload_bytes_max, which is {payload}");
            self.refuse("decode.body_bytes_max", Some(body.into()), words);
        }
    }

    fn address(&mut self, bind: &str) -> Option<SocketAddr> {
        if bind.is_empty() {
            return None;
        }
        let address = bind.parse().ok();
        if address.is_none() {
            let words = "allowed is address:port with a numeric address (127.0.0.1:9464, 0.0.0.0:9464, [::]:9464), or nothing";
            self.refuse("http.bind", Some(bind.into()), words);
        }
        address
    }

    fn filter(&mut self, filter: &str) {
        if let Err(error) = EnvFilter::builder().parse(filter) {
            let words = format!("allowed is a level (info) or modules with levels (demarche=debug,rdkafka=warn): {error}");
            self.refuse("log.filter", Some(filter.into()), words);
        }
    }

    fn properties(&mut self, kafka: &RawKafka, variables: &Variables) -> BTreeMap<String, String> {
        let mut properties = BTreeMap::new();
        for (name, raw) in &kafka.librdkafka {
            let value = librdkafka::value(raw, variables).and_then(|value| {
                crate::kafka::property::check(name, &value)?;
                Ok(value)
            });
            match value {
                Ok(value) => {
                    properties.insert(name.clone(), value);
                }
                Err(words) => self.refuse(&format!("kafka.librdkafka.\"{name}\""), None, words),
            }
        }
        properties
    }
}

fn session_timeout_ms(kafka: &RawKafka) -> u64 {
    kafka.session_timeout_ms.unwrap_or(SESSION_TIMEOUT_MS)
}

/// The values in their own types, all of them checked.
fn settled(raw: &RawSettings, librdkafka: BTreeMap<String, String>, http_bind: Option<SocketAddr>) -> Settings {
    Settings {
        kafka: kafka(&raw.kafka, librdkafka),
        topics: Topics {
            raw: raw.topics.raw.clone(),
            events: raw.topics.events.clone(),
            dead_letters: raw.topics.dead_letters.clone(),
        },
        delivery: Delivery {
            guarantee: raw.delivery.guarantee,
            batch_records_max: size(raw.delivery.batch_records_max),
            batch_bytes_max: size(raw.delivery.batch_bytes_max),
            batch_age_max: Duration::from_millis(raw.delivery.batch_age_max_ms),
            transaction_timeout: Duration::from_millis(raw.delivery.transaction_timeout_ms),
        },
        worker: WorkerLimits {
            threads: raw.worker.threads.map_or_else(pool::cores, size),
            drain_timeout: Duration::from_millis(raw.worker.drain_timeout_ms),
            retry_timeout: Duration::from_millis(raw.worker.retry_timeout_ms),
            stall_timeout: Duration::from_millis(raw.worker.stall_timeout_ms),
            item_timeout: Duration::from_millis(raw.worker.item_timeout_ms),
            overdue_records_max: size(raw.worker.overdue_records_max),
            recoveries_max: u32::try_from(raw.worker.recoveries_max).unwrap_or(u32::MAX),
        },
        dead_letters: DeadLetterLimits {
            run_max: raw.dead_letters.run_max,
            share_max: raw.dead_letters.share_max,
            share_window_records: raw.dead_letters.share_window_records,
        },
        decode: DecodeLimits {
            format: raw.decode.format,
            payload_bytes_max: size(raw.decode.payload_bytes_max),
            body_bytes_max: size(raw.decode.body_bytes_max),
            json_depth_max: size(raw.decode.json_depth_max),
        },
        publish: PublishLimits {
            events_per_item_max: size(raw.publish.events_per_item_max),
            confidence_min: hundredths(raw.publish.confidence_min),
        },
        cloud_events: CloudEvents {
            mode: raw.cloud_events.mode,
            source: raw.cloud_events.source.clone(),
        },
        knowledge: KnowledgeSettings {
            dir: raw.knowledge.dir.clone().map(PathBuf::from),
            overlay_dir: raw.knowledge.overlay_dir.clone().map(PathBuf::from),
            holders_age_max_days: u32::try_from(raw.knowledge.holders_age_max_days).unwrap_or(u32::MAX),
        },
        http_bind,
        log: LogSettings {
            format: raw.log.format,
            filter: raw.log.filter.clone(),
        },
    }
}

fn kafka(raw: &RawKafka, librdkafka: BTreeMap<String, String>) -> KafkaSettings {
    KafkaSettings {
        brokers: raw.brokers.clone(),
        group_id: raw.group_id.clone(),
        client_id: raw.client_id.clone(),
        group_protocol: raw.group_protocol,
        group_instance_id: raw.group_instance_id.clone(),
        transactional_id: raw.transactional_id.clone(),
        session_timeout: Duration::from_millis(session_timeout_ms(raw)),
        offset_reset: raw.offset_reset,
        queue_bytes_max: size(raw.queue_bytes_max),
        librdkafka,
    }
}

/// Bounds of all sizes are below 4 GiB, so none is cut.
fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A checked number from 0 to 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to 100 after rounding"
)]
fn hundredths(probability: f64) -> Confidence {
    Confidence::from_hundredths((probability * 100.0).round() as u8)
}
