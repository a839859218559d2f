//! The input: three kinds of raw records, sent at a steady rate by an idempotent producer until it is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};

use crate::client::Topics;

/// What a raw record must become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One event.
    Event,
    /// Nothing.
    Plain,
    /// One dead letter.
    Cut,
}

impl Kind {
    /// The kind of a value that was sent.
    pub fn of(value: &str) -> Self {
        match value {
            _ if value.starts_with("{\"cut\"") => Self::Cut,
            _ if value.contains("harvest") => Self::Plain,
            _ => Self::Event,
        }
    }
}

fn value(n: usize) -> String {
    match n % 3 {
        0 => format!("{{\"cut\":{n}"),
        1 => format!(r#"{{"id":"plain-{n}","language":"en","body":"On day {n} the harvest goes on."}}"#),
        _ => format!(
            r#"{{"id":"event-{n}","language":"en","published_at":"2025-11-05","body":"Foreign Minister S. Jaishankar of India met his Norwegian counterpart Espen Barth Eide in Doha on Tuesday."}}"#
        ),
    }
}

/// Sends until it is told to stop.
pub struct Feed {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<usize>,
}

impl Feed {
    pub fn start(topics: &Topics, records_per_second: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (topics, stopped) = (topics.clone(), Arc::clone(&stop));
        let thread = std::thread::spawn(move || send(&topics, records_per_second, &stopped));
        Self { stop, thread }
    }

    /// Ends it, waits until all is acknowledged, and tells how many records were sent.
    pub fn stop(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

fn send(topics: &Topics, records_per_second: usize, stop: &AtomicBool) -> usize {
    const TICK: Duration = Duration::from_millis(20);
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &topics.bootstrap)
        .set("enable.idempotence", "true")
        .set("topic.metadata.refresh.interval.ms", "2000")
        .set("message.timeout.ms", "120000");
    let producer: ThreadedProducer<DefaultProducerContext> = config.create().unwrap();
    let mut sent = 0;
    while !stop.load(Ordering::Relaxed) {
        for _ in 0..records_per_second / 50 {
            let (key, value) = (format!("k{}", sent % 97), value(sent));
            producer.send(BaseRecord::to(&topics.raw).key(&key).payload(&value)).unwrap();
            sent += 1;
        }
        std::thread::sleep(TICK);
    }
    producer.flush(Duration::from_secs(120)).unwrap();
    sent
}
