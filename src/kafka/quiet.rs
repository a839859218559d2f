//! A client context that keeps the last problem instead of logging each: librdkafka repeats them many times a second while no
//! broker answers, and a command that fails says it once.

use std::sync::{Arc, Mutex};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::ProducerContext;

use super::access::{connection, hung_up};
use super::error::words;

/// Keeps the last problem; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Quiet(Arc<Mutex<Option<String>>>);

impl Quiet {
    /// `error` in words, with the last problem that the client told, which is often the cause.
    pub fn explain(&self, error: &KafkaError) -> String {
        match self.last() {
            Some(cause) => format!("{} ({cause})", words(error)),
            None => words(error),
        }
    }

    fn last(&self) -> Option<String> {
        self.0.lock().expect("no holder of this lock panics").clone()
    }

    /// Keeps a problem; that all brokers are down says less than why.
    fn keep(&self, problem: &str) {
        *self.0.lock().expect("no holder of this lock panics") = Some(problem.to_owned());
    }
}

impl ClientContext for Quiet {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        tracing::debug!(?level, facility, line, "librdkafka");
        if let Some(denied) = hung_up(facility, line) {
            self.keep(&denied.to_string());
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::AllBrokersDown) => {}
            Some(code) => match connection(code, reason) {
                Some(refused) => self.keep(&refused.to_string()),
                None => self.keep(reason),
            },
            None => self.keep(reason),
        }
    }
}

impl ConsumerContext for Quiet {}

impl ProducerContext for Quiet {
    type DeliveryOpaque = ();

    fn delivery(&self, _result: &DeliveryResult<'_>, _opaque: ()) {}
}
