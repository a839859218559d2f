//! Loads records into one topic: a bounded queue, every record acknowledged, failures counted and the first one kept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, DeliveryResult, Message as _};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};

use super::config;
use super::error::{Error, words};
use super::quiet::Quiet;
use crate::settings::KafkaSettings;

/// How long the brokers may take to tell about the topic.
const METADATA_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a full queue may stay full.
const FULL_TIMEOUT: Duration = Duration::from_secs(60);
const FULL_PAUSE: Duration = Duration::from_millis(5);

/// What became of the records that were sent.
#[derive(Debug, Default)]
struct Reports {
    acked: AtomicU64,
    failed: AtomicU64,
    first_failure: Mutex<Option<String>>,
}

/// Hands the delivery reports to [`Reports`], and problems to [`Quiet`].
struct Context(Arc<Reports>, Quiet);

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        self.1.log(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.1.error(error, reason);
    }
}

impl ProducerContext for Context {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, _opaque: ()) {
        match result {
            Ok(_) => {
                self.0.acked.fetch_add(1, Ordering::Relaxed);
            }
            Err((error, record)) => self.0.fail(error, record),
        }
    }
}

impl Reports {
    fn fail(&self, error: &KafkaError, record: &BorrowedMessage<'_>) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        let mut first = self.first_failure.lock().expect("no holder of this lock panics");
        first.get_or_insert_with(|| {
            let key = record.key().map(|key| String::from_utf8_lossy(key).into_owned());
            let bytes = record.payload().map_or(0, <[u8]>::len);
            format!("{} (key {}, {bytes} bytes)", words(error), key.as_deref().unwrap_or("none"))
        });
    }
}

/// The failure of asking for the topic.
fn asked(problem: String) -> Error {
    Error::Call {
        call: "asking for the topic",
        problem,
    }
}

/// A producer for one topic.
pub struct Sender {
    producer: ThreadedProducer<Context>,
    reports: Arc<Reports>,
    topic: String,
}

impl Sender {
    /// Connects, and asks for the topic, so that a wrong address or name is told at once.
    ///
    /// # Errors
    /// If the producer cannot be made, no broker answers within 10 s, or the topic is not there.
    pub fn start(settings: &KafkaSettings, topic: &str) -> Result<Self, Error> {
        let (reports, quiet) = (Arc::new(Reports::default()), Quiet::default());
        let producer: ThreadedProducer<Context> = config::sender(settings)
            .create_with_context(Context(Arc::clone(&reports), quiet.clone()))
            .map_err(|error| Error::create("producer", &error))?;
        let metadata = producer
            .client()
            .fetch_metadata(Some(topic), METADATA_TIMEOUT)
            .map_err(|error| asked(quiet.explain(&error)))?;
        let missing = metadata.topics().iter().find_map(|topic| topic.error());
        if let Some(code) = missing {
            return Err(asked(RDKafkaErrorCode::from(code).to_string()));
        }
        Ok(Self {
            producer,
            reports,
            topic: topic.to_owned(),
        })
    }

    /// Queues one record; waits while the queue is full.
    ///
    /// # Errors
    /// If the record is refused, or the queue stays full for 60 s.
    pub fn send(&self, key: Option<&[u8]>, payload: &[u8]) -> Result<(), Error> {
        let deadline = Instant::now() + FULL_TIMEOUT;
        let mut record = BaseRecord::<[u8], [u8]>::to(&self.topic).payload(payload);
        record.key = key;
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) if Instant::now() < deadline => {
                    record = back;
                    std::thread::sleep(FULL_PAUSE);
                }
                Err((error, _)) => return Err(Error::call("sending", &error)),
            }
        }
    }

    /// Records acknowledged so far.
    pub fn acked(&self) -> u64 {
        self.reports.acked.load(Ordering::Relaxed)
    }

    /// Records that failed so far.
    pub fn failed(&self) -> u64 {
        self.reports.failed.load(Ordering::Relaxed)
    }

    /// The first failure, in words.
    pub fn first_failure(&self) -> Option<String> {
        self.reports
            .first_failure
            .lock()
            .expect("no holder of this lock panics")
            .clone()
    }

    /// Waits until every record is acknowledged or has failed.
    ///
    /// # Errors
    /// If that takes longer than `timeout`.
    pub fn flush(&self, timeout: Duration) -> Result<(), Error> {
        self.producer
            .flush(timeout)
            .map_err(|error| Error::call("waiting for acknowledgement", &error))
    }
}
