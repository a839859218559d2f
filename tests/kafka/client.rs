//! The other side: makes topics, sends raw records, and reads back with `kcat`.

use std::collections::BTreeMap;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};

/// The topics of one test.
#[derive(Clone, Debug)]
pub struct Topics {
    pub bootstrap: String,
    pub raw: String,
    pub events: String,
    pub dead_letters: String,
    /// Of topics that are made.
    pub replication: i32,
}

impl Topics {
    /// Three new topics with `partitions` partitions each.
    pub fn new(test: &str, partitions: i32) -> Self {
        let topics = Self::unmade(test, super::broker::bootstrap());
        for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
            topics.make(topic, partitions, &[("max.message.bytes", "33554432")]);
        }
        topics
    }

    /// Names only.
    pub fn unmade(test: &str, bootstrap: &str) -> Self {
        let name = |kind: &str| format!("{test}-{}-{kind}", std::process::id());
        Self {
            bootstrap: bootstrap.to_owned(),
            raw: name("raw"),
            events: name("events"),
            dead_letters: name("dead"),
            replication: 1,
        }
    }

    /// Makes `topic`.
    pub fn make(&self, topic: &str, partitions: i32, config: &[(&str, &str)]) {
        self.create(
            NewTopic::new(topic, partitions, TopicReplication::Fixed(self.replication)),
            config,
        );
    }

    /// Makes `topic` with one partition, on these nodes.
    pub fn make_on(&self, topic: &str, nodes: &[i32], config: &[(&str, &str)]) {
        self.create(NewTopic::new(topic, 1, TopicReplication::Variable(&[nodes])), config);
    }

    fn create<'a>(&self, mut new: NewTopic<'a>, config: &[(&'a str, &'a str)]) {
        let admin: AdminClient<DefaultClientContext> = self.client().create().unwrap();
        for (key, value) in config {
            new = new.set(key, value);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(30)));
        let made = runtime.block_on(admin.create_topics([&new], &options)).unwrap();
        assert!(made.iter().all(Result::is_ok), "{made:?}");
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.bootstrap)
            .set("message.max.bytes", "33554432");
        config
    }

    /// Sends `records` to the raw topic, all of them or panics.
    pub fn send(&self, records: impl IntoIterator<Item = Raw>) {
        let mut config = self.client();
        config.set("linger.ms", "20").set("queue.buffering.max.kbytes", "262144");
        let producer: ThreadedProducer<DefaultProducerContext> = config.create().unwrap();
        for raw in records {
            loop {
                match producer.send(raw.record(&self.raw)) {
                    Ok(()) => break,
                    Err(_) => std::thread::sleep(Duration::from_millis(5)),
                }
            }
        }
        producer.flush(Duration::from_secs(60)).unwrap();
    }

    /// All that is committed in `topic`, by kcat.
    pub fn read(&self, topic: &str) -> Vec<Seen> {
        let output = self.kcat(topic, &["-J"]);
        output
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(seen)
            .collect()
    }

    /// The values of `topic`, bytes untouched; none for null.
    pub fn values(&self, topic: &str) -> Vec<Option<Vec<u8>>> {
        let output = self.kcat(topic, &["-f", "%R%s"]).stdout;
        let (mut values, mut rest) = (Vec::new(), &output[..]);
        while let Some((size, after)) = rest.split_first_chunk::<4>() {
            match usize::try_from(i32::from_be_bytes(*size)) {
                Ok(size) => {
                    let (value, after) = after.split_at(size);
                    values.push(Some(value.to_vec()));
                    rest = after;
                }
                Err(_) => {
                    values.push(None);
                    // kcat writes the word for a null value.
                    rest = after.strip_prefix(b"NULL").unwrap_or(after);
                }
            }
        }
        values
    }

    fn kcat(&self, topic: &str, args: &[&str]) -> Output {
        let output = Command::new("kcat")
            .args(["-C", "-e", "-q", "-o", "beginning", "-b", &self.bootstrap, "-t", topic])
            .args([
                "-X",
                "isolation.level=read_committed",
                "-X",
                "fetch.message.max.bytes=33554432",
            ])
            .args(args)
            .output()
            .expect("kcat is installed");
        assert!(output.status.success(), "kcat: {}", String::from_utf8_lossy(&output.stderr));
        output
    }
}

/// A raw record to send.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    pub partition: Option<i32>,
    pub key: Option<String>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Raw {
    pub fn value(value: impl Into<Vec<u8>>) -> Self {
        Self {
            value: Some(value.into()),
            ..Self::default()
        }
    }

    fn record<'a>(&'a self, topic: &'a str) -> BaseRecord<'a, String, [u8]> {
        let mut record = BaseRecord::to(topic);
        record.partition = self.partition;
        record.key = self.key.as_ref();
        record.payload = self.value.as_deref();
        let mut headers = OwnedHeaders::new();
        for (key, value) in &self.headers {
            headers = headers.insert(Header { key, value: Some(value) });
        }
        record.headers(headers)
    }
}

/// A record read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub partition: i64,
    pub offset: i64,
    pub key: Option<String>,
    pub value: Option<String>,
    pub headers: BTreeMap<String, String>,
}

fn seen(line: &[u8]) -> Seen {
    let line = String::from_utf8_lossy(line);
    let json: serde_json::Value = serde_json::from_str(&line).unwrap();
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let headers: Vec<String> = json["headers"].as_array().into_iter().flatten().filter_map(text).collect();
    Seen {
        partition: json["partition"].as_i64().unwrap(),
        offset: json["offset"].as_i64().unwrap(),
        key: text(&json["key"]),
        value: text(&json["payload"]),
        headers: headers
            .chunks_exact(2)
            .map(|pair| (pair[0].clone(), pair[1].clone()))
            .collect(),
    }
}

/// A group that no other test has.
pub fn group(test: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{test}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Waits until `done` says so.
#[track_caller]
pub fn wait_until(what: &str, timeout: Duration, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + timeout;
    while !done() {
        assert!(Instant::now() < deadline, "not within {timeout:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
