//! One producer and one transaction at a time: outputs and consumed offsets, all or nothing.
//!
//! What librdkafka leaves to us, and what happens otherwise, was measured against a real broker:
//! * nothing in flight is ever purged: the next batch would fail out of sequence;
//! * before a commit and before an abort we wait ourselves until nothing is in flight, while the thread of
//!   [`ThreadedProducer`] polls: `flush` adds up to 100 ms, and an abort with records in flight can end in a fatal error;
//! * errors are of three kinds: *retriable* (the same call again), *abortable* (abort, go back), and all else, for which the
//!   producer is made anew.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{Header as KafkaHeader, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{ClientConfig, ClientContext, TopicPartitionList};
use tracing::{debug, warn};

use super::access::{Access, Denied};
use super::consumer::Membership;
use super::error::{Error, words};
use super::fault::{self, Point};
use super::group::log;
use crate::pipeline::batch::{Output, Target};
use crate::pipeline::oversize::{Refusal, Refused};
use crate::pipeline::record::{Offset, PartitionId};
use crate::settings::{Guarantee, Topics};

/// What is published as one.
#[derive(Debug)]
pub struct Job {
    /// Records to write.
    pub outputs: Vec<Output>,
    /// Offsets to commit with them.
    pub offsets: Vec<(PartitionId, Offset)>,
}

/// How it ended.
#[derive(Debug)]
pub enum Verdict {
    /// All of it is there.
    Committed,
    /// None of it counts; the producer can go on.
    Aborted {
        /// Why.
        cause: String,
    },
    /// None of it counts: records were refused for their size.
    Refused(Vec<Refusal>),
    /// The producer must be made anew; the transaction ends with the new one, most often aborted.
    Broken {
        /// Why.
        cause: String,
        /// A commit was under way, so it may have gone through.
        maybe_committed: bool,
    },
}

/// Why a step of a transaction failed.
enum Failure {
    Abort(String),
    Refused(Vec<Refusal>),
    Broken(String),
}

/// A live producer.
pub struct Producer {
    inner: Arc<ThreadedProducer<Deliveries>>,
    topics: Topics,
    guarantee: Guarantee,
    retry_timeout: Duration,
}

/// Who it is to the brokers.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What may be refused.
    pub access: Access,
    /// As which it transacts.
    pub transactional_id: String,
}

/// How long one call may block before the deadline is looked at again.
const CALL_TIMEOUT: Duration = Duration::from_secs(2);
const RETRY_PAUSE: Duration = Duration::from_millis(50);

impl Producer {
    /// A producer with `config`; with exactly once it must be [`Producer::init`]ialised first.
    ///
    /// # Errors
    /// If a setting is refused.
    pub fn new(
        config: &ClientConfig,
        identity: Identity,
        topics: &Topics,
        guarantee: Guarantee,
        retry_timeout: Duration,
    ) -> Result<Self, Error> {
        let deliveries = Deliveries {
            identity,
            reports: Mutex::default(),
        };
        let inner: ThreadedProducer<Deliveries> = config
            .create_with_context(deliveries)
            .map_err(|error| Error::create("producer", &error))?;
        Ok(Self {
            inner: Arc::new(inner),
            topics: topics.clone(),
            guarantee,
            retry_timeout,
        })
    }

    /// Registers with the transaction coordinator and ends what a predecessor left open. A broker that is away is waited for,
    /// until `stop` is set.
    ///
    /// # Errors
    /// What waiting cannot mend.
    pub fn init(&self, stop: &AtomicBool) -> Result<(), Error> {
        if self.guarantee == Guarantee::AtLeastOnce {
            return Ok(());
        }
        loop {
            match self.inner.init_transactions(CALL_TIMEOUT) {
                Ok(()) => return Ok(()),
                Err(error) if retriable(&error) && !stop.load(Ordering::Relaxed) => {
                    debug!(error = words(&error), "no transaction coordinator yet");
                    thread::sleep(RETRY_PAUSE);
                }
                Err(error) => {
                    let refused = error.rdkafka_error_code().and_then(|code| self.context().refused(code));
                    return Err(refused.map_or_else(|| Error::call("init_transactions", &error), Error::Denied));
                }
            }
        }
    }

    /// Publishes `job`. Blocks until it is decided, within a few times the retry time-out.
    pub fn publish(&self, job: &Job, membership: &Membership) -> Verdict {
        self.context().forget();
        match self.guarantee {
            Guarantee::ExactlyOnce => self.exactly_once(job, membership),
            Guarantee::AtLeastOnce => self.at_least_once(job, membership),
        }
    }

    fn exactly_once(&self, job: &Job, membership: &Membership) -> Verdict {
        match self.fill(job, membership) {
            Ok(()) => self.commit(job),
            Err(Failure::Abort(cause)) => self.abort(job, Verdict::Aborted { cause }),
            Err(Failure::Refused(refusals)) => self.abort(job, Verdict::Refused(refusals)),
            Err(Failure::Broken(cause)) => broken(cause),
        }
    }

    fn fill(&self, job: &Job, membership: &Membership) -> Result<(), Failure> {
        fault::kill_at(Point::BeforeBegin);
        self.retried("begin_transaction", || self.inner.begin_transaction())?;
        self.produce(&job.outputs)?;
        fault::kill_at(Point::AfterProduce);
        let offsets = offset_list(&self.topics.raw, &job.offsets)?;
        self.send_offsets(&offsets, membership)
    }

    /// The one call that librdkafka makes without any limit of time: it has been seen never to come back when the coordinator of
    /// the group moved meanwhile. So it is made on a thread of its own, and one that does not come back is left behind with its
    /// producer.
    fn send_offsets(&self, offsets: &TopicPartitionList, membership: &Membership) -> Result<(), Failure> {
        const CALL: &str = "send_offsets_to_transaction";
        let lost = Cell::new(false);
        let sent = self.retried(CALL, || {
            // Taken at this moment: an older generation would be fenced.
            let Some(group) = membership.consumer().group_metadata() else {
                return Err(KafkaError::Canceled);
            };
            let (producer, offsets) = (Arc::clone(&self.inner), offsets.clone());
            let (answer, answered) = mpsc::sync_channel(1);
            let call = move || {
                // Nobody waits for it any more once the time is up.
                answer
                    .send(producer.send_offsets_to_transaction(&offsets, &group, CALL_TIMEOUT))
                    .ok();
            };
            if let Err(error) = thread::Builder::new().name("kafka-offsets".into()).spawn(call) {
                warn!(%error, "no thread to send offsets on");
                return Err(KafkaError::Canceled);
            }
            answered.recv_timeout(self.retry_timeout).unwrap_or_else(|_| {
                lost.set(true);
                Err(KafkaError::Canceled)
            })
        });
        if lost.get() {
            return Err(Failure::Broken(format!("{CALL} does not come back")));
        }
        sent
    }

    fn commit(&self, job: &Job) -> Verdict {
        fault::kill_at(Point::AfterOffsets);
        if fault::is_due(Point::Abort) {
            let cause = fault::CAUSE.to_owned();
            return self.abort(job, Verdict::Aborted { cause });
        }
        if fault::is_due(Point::AbortFails) {
            return broken(fault::CAUSE.to_owned());
        }
        fault::kill_soon_after(Point::DuringCommit);
        match self.retried("commit_transaction", || self.inner.commit_transaction(CALL_TIMEOUT)) {
            Ok(()) => Verdict::Committed,
            Err(Failure::Abort(cause)) => self.abort(job, Verdict::Aborted { cause }),
            Err(Failure::Refused(refusals)) => self.abort(job, Verdict::Refused(refusals)),
            Err(Failure::Broken(cause)) => Verdict::Broken {
                cause,
                maybe_committed: true,
            },
        }
    }

    /// Aborts what is open; `verdict` if that works, unless the delivery reports know better.
    fn abort(&self, job: &Job, verdict: Verdict) -> Verdict {
        if let Err(failure) = self.until_nothing_in_flight() {
            debug!(cause = failure.words(), "records are in flight before an abort");
        }
        let verdict = match self.context().outcome(&job.outputs) {
            Err(Failure::Refused(refusals)) => Verdict::Refused(refusals),
            Ok(()) | Err(Failure::Abort(_) | Failure::Broken(_)) => verdict,
        };
        match self.retried("abort_transaction", || self.inner.abort_transaction(CALL_TIMEOUT)) {
            Ok(()) => verdict,
            Err(failure) => broken(failure.words()),
        }
    }

    fn at_least_once(&self, job: &Job, membership: &Membership) -> Verdict {
        let done = self.produce(&job.outputs).and_then(|()| {
            let offsets = offset_list(&self.topics.raw, &job.offsets)?;
            self.retried("commit", || membership.consumer().commit(&offsets, CommitMode::Sync))
        });
        // What is still in flight belongs to the batch that has ended.
        match (done, self.until_nothing_in_flight()) {
            (Ok(()), _) => Verdict::Committed,
            (Err(Failure::Refused(refusals)), Ok(())) => Verdict::Refused(refusals),
            (Err(Failure::Abort(cause)), Ok(())) if self.inner.client().fatal_error().is_none() => Verdict::Aborted { cause },
            (Err(failure), _) => broken(failure.words()),
        }
    }

    /// Writes `outputs` and waits until all are acknowledged.
    fn produce(&self, outputs: &[Output]) -> Result<(), Failure> {
        for (index, output) in outputs.iter().enumerate() {
            if output.alone {
                self.until_nothing_in_flight()?;
            }
            self.enqueue(output, index)?;
            if output.alone {
                self.until_delivered(outputs)?;
            }
        }
        if fault::is_due(Point::AbortInFlight) {
            return Err(Failure::Abort(fault::CAUSE.to_owned()));
        }
        self.until_delivered(outputs)
    }

    fn enqueue(&self, output: &Output, index: usize) -> Result<(), Failure> {
        let deadline = Instant::now() + self.retry_timeout;
        loop {
            let Err((error, _)) = self.inner.send(self.message(output, index)) else {
                return Ok(());
            };
            match error.rdkafka_error_code() {
                Some(RDKafkaErrorCode::QueueFull) if Instant::now() < deadline => thread::sleep(Duration::from_millis(5)),
                Some(RDKafkaErrorCode::MessageSizeTooLarge) => return Err(Failure::Refused(vec![refusal(output, true)])),
                // The transaction has failed already: the reason is in a delivery report.
                Some(RDKafkaErrorCode::State) => return Err(Failure::Abort("the transaction has failed".to_owned())),
                _ if self.inner.client().fatal_error().is_some() => return Err(Failure::Broken(words(&error))),
                _ => return Err(Failure::Abort(words(&error))),
            }
        }
    }

    fn message<'a>(&'a self, output: &'a Output, index: usize) -> BaseRecord<'a, [u8], [u8], usize> {
        let topic = match output.target {
            Target::Events => &self.topics.events,
            Target::DeadLetters => &self.topics.dead_letters,
        };
        let mut headers = OwnedHeaders::new_with_capacity(output.record.headers.len());
        for header in &output.record.headers {
            headers = headers.insert(KafkaHeader {
                key: &header.name,
                value: header.value.as_deref(),
            });
        }
        BaseRecord {
            topic,
            partition: None,
            payload: output.record.payload.as_deref(),
            key: output.record.key.as_deref(),
            timestamp: None,
            headers: Some(headers),
            delivery_opaque: index,
        }
    }

    fn until_delivered(&self, outputs: &[Output]) -> Result<(), Failure> {
        self.until_nothing_in_flight()?;
        self.context().outcome(outputs)
    }

    /// Waits while the producer's thread polls.
    fn until_nothing_in_flight(&self) -> Result<(), Failure> {
        // librdkafka gives a record up after `message.timeout.ms`, so this ends; the deadline is for what we do not know.
        let deadline = Instant::now() + self.retry_timeout * 2;
        while self.inner.in_flight_count() > 0 {
            if Instant::now() > deadline {
                return Err(Failure::Broken("records stay in flight".to_owned()));
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Makes `call` again while its error is retriable and the time-out has not passed.
    fn retried(&self, name: &'static str, call: impl Fn() -> Result<(), KafkaError>) -> Result<(), Failure> {
        let deadline = Instant::now() + self.retry_timeout;
        loop {
            let Err(error) = call() else { return Ok(()) };
            let refused = error.rdkafka_error_code().and_then(|code| self.context().refused(code));
            let cause = refused.map_or_else(|| format!("{name}: {}", words(&error)), |refused| refused.what);
            if requires_abort(&error) {
                return Err(Failure::Abort(cause));
            }
            if !retriable(&error) || Instant::now() > deadline {
                return Err(Failure::Broken(cause));
            }
            debug!(cause, "trying again");
            thread::sleep(RETRY_PAUSE);
        }
    }

    fn context(&self) -> &Deliveries {
        self.inner.context()
    }
}

fn broken(cause: String) -> Verdict {
    Verdict::Broken {
        cause,
        maybe_committed: false,
    }
}

impl Failure {
    fn words(self) -> String {
        match self {
            Self::Abort(cause) | Self::Broken(cause) => cause,
            Self::Refused(refusals) => format!("{} records are too large", refusals.len()),
        }
    }
}

fn offset_list(topic: &str, offsets: &[(PartitionId, Offset)]) -> Result<TopicPartitionList, Failure> {
    let mut list = TopicPartitionList::with_capacity(offsets.len());
    for (partition, offset) in offsets {
        list.add_partition_offset(topic, partition.0, rdkafka::Offset::Offset(offset.0))
            .map_err(|error| Failure::Broken(words(&error)))?;
    }
    Ok(list)
}

fn retriable(error: &KafkaError) -> bool {
    match error {
        KafkaError::Transaction(error) => error.is_retriable() && !error.is_fatal(),
        KafkaError::ConsumerCommit(code) | KafkaError::Flush(code) => matches!(
            code,
            RDKafkaErrorCode::OperationTimedOut
                | RDKafkaErrorCode::RequestTimedOut
                | RDKafkaErrorCode::BrokerTransportFailure
                | RDKafkaErrorCode::AllBrokersDown
                | RDKafkaErrorCode::CoordinatorLoadInProgress
                | RDKafkaErrorCode::CoordinatorNotAvailable
                | RDKafkaErrorCode::NotCoordinator
                | RDKafkaErrorCode::WaitingForCoordinator
        ),
        _ => false,
    }
}

/// Of a plain commit that is refused because the group has moved on, nothing counts either: go back.
fn requires_abort(error: &KafkaError) -> bool {
    match error {
        KafkaError::Transaction(error) => error.txn_requires_abort(),
        KafkaError::ConsumerCommit(_) => !retriable(error),
        _ => false,
    }
}

fn refusal(output: &Output, alone: bool) -> Refusal {
    Refusal {
        source: output.source,
        refused: match output.target {
            Target::Events => Refused::Event,
            Target::DeadLetters => Refused::DeadLetter,
        },
        alone,
    }
}

/// Delivery reports of the job under way; the tag of a record is its index in the job.
struct Deliveries {
    identity: Identity,
    reports: Mutex<Reports>,
}

#[derive(Default)]
struct Reports {
    /// The first error that is not about size.
    error: Option<RDKafkaErrorCode>,
    too_large: Vec<usize>,
}

impl Deliveries {
    fn refused(&self, code: RDKafkaErrorCode) -> Option<Denied> {
        self.identity.access.of_producer(code, &self.identity.transactional_id)
    }

    fn forget(&self) {
        *self.reports.lock().expect("no holder of this lock panics") = Reports::default();
    }

    fn outcome(&self, outputs: &[Output]) -> Result<(), Failure> {
        let reports = self.reports.lock().expect("no holder of this lock panics");
        let mut refusals: Vec<Refusal> = Vec::new();
        for output in reports.too_large.iter().filter_map(|index| outputs.get(*index)) {
            if refusals.last().is_none_or(|last| last.source != output.source) {
                refusals.push(refusal(output, output.alone));
            }
        }
        if !refusals.is_empty() {
            return Err(Failure::Refused(refusals));
        }
        match reports.error {
            Some(code) => Err(Failure::Abort(match self.refused(code) {
                Some(refused) => refused.what,
                None => format!("a record was not delivered: {code}"),
            })),
            None => Ok(()),
        }
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        log(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if let KafkaError::Global(RDKafkaErrorCode::Fatal) = error {
            warn!(reason, "the producer has failed and will be made anew");
        } else {
            debug!(error = words(&error), reason, "producer reports an error");
        }
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, index: usize) {
        let Err((error, _)) = result else { return };
        let mut reports = self.reports.lock().expect("no holder of this lock panics");
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::MessageSizeTooLarge) => reports.too_large.push(index),
            Some(code) => {
                reports.error.get_or_insert(code);
            }
            None => {
                reports.error.get_or_insert(RDKafkaErrorCode::Unknown);
            }
        }
    }
}
