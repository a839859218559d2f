//! The consumer, polled on a thread of its own, and the queues between it and the one task that owns the state.
//!
//! Records go through one bounded queue, everything else through another that is served first; each record carries the
//! *epoch* of its partition, which goes up with every assignment and every rewind, so what was fetched before is told apart.
//! Memory is bounded (`budget.rs`): when the worker falls behind, partitions are paused, and polling goes on.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::types::RDKafkaErrorCode;
use tokio::sync::{mpsc, oneshot};
use tracing::{debug, info, warn};

use super::access::{Access, Denied};
use super::budget::{Budget, CHUNKS_MAX, Reserved};
use super::config;
use super::error::{Error, words};
use super::group::{ClientState, Group, Note, let_go};
use crate::pipeline::record::{Header, Offset, PartitionId, Position, Record};
use crate::settings::Settings;

/// A record and when it was fetched.
#[derive(Debug)]
pub struct Fetched {
    /// The epoch of its partition.
    pub epoch: u64,
    /// The record.
    pub record: Record,
}

/// Some records in the order they were fetched. While it lives, its bytes count against the budget.
#[derive(Debug)]
pub struct Chunk {
    /// The records.
    pub records: VecDeque<Fetched>,
    /// Kept for its end.
    _reserved: Reserved,
}

/// What happened to the consumer, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// These partitions are ours; their records carry at least this epoch.
    Assigned {
        /// The partitions; none if the group has more members than partitions.
        partitions: Vec<PartitionId>,
        /// The first epoch of theirs that counts.
        epoch: u64,
    },
    /// The group wants these partitions back; it waits for [`Command::Release`].
    Revoked {
        /// The partitions.
        partitions: Vec<PartitionId>,
        /// They may be with someone else already: nothing of theirs can be committed.
        lost: bool,
    },
    /// These partitions are read again from these committed offsets; earlier epochs are stale.
    Rewound {
        /// The number of the command that asked for it.
        id: u64,
        /// Partitions with their committed offset, if they have one.
        partitions: Vec<(PartitionId, Option<Offset>)>,
        /// The first epoch of theirs that counts.
        epoch: u64,
    },
    /// The state of the client, once a second.
    State(ClientState),
    /// No broker is reachable.
    BrokersDown(String),
    /// The brokers refuse something; told with every attempt.
    Denied(Denied),
    /// The input topic is not there.
    TopicMissing,
    /// The input topic is there (again).
    TopicFound,
    /// Something is wrong and may pass: a permission is missing, an offset is gone.
    Trouble(String),
    /// The consumer cannot go on.
    Failed(Error),
}

/// What the worker asks of the consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Let go of partitions that were revoked.
    Release(Vec<PartitionId>),
    /// Read partitions again from their committed offsets; answered by [`Event::Rewound`], unless a later one takes its place.
    Rewind {
        /// Any number; the answer repeats it.
        id: u64,
        /// The partitions.
        partitions: Vec<PartitionId>,
    },
    /// Leave the group and end.
    Close,
}

/// The worker's end.
pub struct Consumer {
    /// Records.
    pub records: mpsc::Receiver<Chunk>,
    /// Everything else; to be served before records.
    pub events: mpsc::Receiver<Event>,
    /// Resolves when the consumer has left the group and its thread has ended.
    pub closed: oneshot::Receiver<()>,
    commands: std_mpsc::Sender<Command>,
    budget: Arc<Budget>,
}

/// A handle for what a transaction needs of the consumer: who we are in the group, and plain commits. The consumer leaves the
/// group when its thread has ended *and* this is gone.
pub struct Membership(Arc<BaseConsumer<Group>>);

impl Membership {
    pub(super) fn consumer(&self) -> &BaseConsumer<Group> {
        &self.0
    }
}

impl Consumer {
    /// A consumer of the raw topic that begins to join its group.
    ///
    /// # Errors
    /// If a setting is refused. An unreachable broker is no error.
    pub fn start(settings: &Settings) -> Result<(Self, Membership), Error> {
        let topic = settings.topics.raw.as_str();
        let access = Access::new(&settings.kafka, &settings.topics);
        let client: BaseConsumer<Group> = config::consumer(&settings.kafka)
            .create_with_context(Group::new(topic, access))
            .map_err(|error| Error::create("consumer", &error))?;
        client.subscribe(&[topic]).map_err(|error| Error::call("subscribe", &error))?;
        let client = Arc::new(client);
        let (records_in, records) = mpsc::channel(CHUNKS_MAX);
        let (events_in, events) = mpsc::channel(EVENTS_MAX);
        let (commands, commands_out) = std_mpsc::channel();
        let (closed_in, closed) = oneshot::channel();
        let budget = Arc::new(Budget::new(settings.kafka.queue_bytes_max / 2));
        let poller = Poller {
            client: Arc::clone(&client),
            topic: topic.into(),
            records: records_in,
            events: events_in,
            commands: commands_out,
            budget: Arc::clone(&budget),
            epoch: 0,
            assigned: BTreeMap::new(),
            rewinding: None,
            waiting: None,
            paused: false,
            missing_since: None,
        };
        spawn(poller, closed_in)?;
        let consumer = Self {
            records,
            events,
            closed,
            commands,
            budget,
        };
        Ok((consumer, Membership(client)))
    }

    /// Asks something of the consumer; it has ended if nobody listens, and says so by [`Consumer::closed`].
    pub fn command(&self, command: Command) {
        if self.commands.send(command).is_err() {
            debug!("the consumer has ended already");
        }
    }

    /// Bytes that are fetched and not taken yet.
    pub fn queue_bytes(&self) -> usize {
        self.budget.used()
    }
}

fn spawn(mut poller: Poller, closed: oneshot::Sender<()>) -> Result<(), Error> {
    let run = move || {
        poller.run();
        drop(poller);
        // Nobody may wait for it any more.
        closed.send(()).ok();
    };
    let thread = thread::Builder::new().name("kafka-consumer".into()).spawn(run);
    thread.map(drop).map_err(|error| Error::Create {
        client: "consumer",
        problem: error.to_string(),
    })
}

const EVENTS_MAX: usize = 256;
const CHUNK_RECORDS_MAX: usize = 500;
const CHUNK_BYTES_MAX: usize = 1 << 20;
/// How long `poll` waits for a record, and so how long a command waits.
const POLL_TIMEOUT: Duration = Duration::from_millis(20);
/// How long a chunk waits for the worker before partitions are paused: pausing throws away what librdkafka has fetched ahead.
const PATIENCE: Duration = Duration::from_millis(200);
/// How long a question to the broker may hold up polling; far below `max.poll.interval.ms`.
const CALL_TIMEOUT: Duration = Duration::from_secs(2);

/// The thread's own state.
struct Poller {
    client: Arc<BaseConsumer<Group>>,
    topic: Arc<str>,
    records: mpsc::Sender<Chunk>,
    events: mpsc::Sender<Event>,
    commands: std_mpsc::Receiver<Command>,
    budget: Arc<Budget>,
    epoch: u64,
    assigned: BTreeMap<PartitionId, Reading>,
    rewinding: Option<(u64, BTreeSet<PartitionId>)>,
    waiting: Option<(VecDeque<Fetched>, usize)>,
    paused: bool,
    missing_since: Option<Instant>,
}

/// How a partition is being read.
struct Reading {
    epoch: u64,
    /// The first offset fetched since the assignment: where to begin again if nothing was ever committed.
    first: Option<Offset>,
}

impl Poller {
    fn run(&mut self) {
        loop {
            loop {
                match self.commands.try_recv() {
                    Ok(Command::Release(partitions)) => self.release(&partitions),
                    Ok(Command::Rewind { id, partitions }) => self.rewinding = Some((id, partitions.into_iter().collect())),
                    Ok(Command::Close) | Err(std_mpsc::TryRecvError::Disconnected) => return self.leave(),
                    Err(std_mpsc::TryRecvError::Empty) => break,
                }
            }
            self.rewind();
            self.poll();
            self.deliver();
            self.look_for_topic();
        }
    }

    /// Leaves the group, whoever else still holds the client: a member that nobody polls would keep its partitions.
    fn leave(&mut self) {
        self.client.context().close();
        self.client.unsubscribe();
        let deadline = Instant::now() + CALL_TIMEOUT;
        while !self.assigned.is_empty() && Instant::now() < deadline {
            // What still comes is nobody's.
            drop(self.client.poll(POLL_TIMEOUT));
            for note in self.client.context().take_notes() {
                if let Note::Revoked { partitions, .. } = note {
                    self.assigned.retain(|partition, _| !partitions.contains(partition));
                }
            }
        }
    }

    /// Polls for one chunk; while one waits to be delivered, for events only.
    fn poll(&mut self) {
        let (mut records, mut bytes) = self.waiting.take().unwrap_or_default();
        let mut timeout = POLL_TIMEOUT;
        let client = Arc::clone(&self.client);
        while records.len() < CHUNK_RECORDS_MAX && bytes < CHUNK_BYTES_MAX {
            let polled = client.poll(timeout);
            self.read_notes();
            match polled {
                Some(Ok(message)) => {
                    if let Some(fetched) = self.fetched(&message) {
                        bytes += fetched.record.bytes();
                        records.push_back(fetched);
                    }
                }
                Some(Err(error)) => self.report(&error),
                None => break,
            }
            timeout = Duration::ZERO;
        }
        if !records.is_empty() {
            self.waiting = Some((records, bytes));
        }
    }

    /// The message copied, so that librdkafka's buffer is free again; none if its partition is not ours.
    fn fetched(&mut self, message: &BorrowedMessage<'_>) -> Option<Fetched> {
        let (partition, offset) = (PartitionId(message.partition()), Offset(message.offset()));
        let reading = self.assigned.get_mut(&partition)?;
        reading.first.get_or_insert(offset);
        let header = |header: rdkafka::message::Header<'_, &[u8]>| Header {
            name: header.key.to_owned(),
            value: header.value.map(<[u8]>::to_vec),
        };
        let record = Record {
            position: Some(Position {
                topic: Arc::clone(&self.topic),
                partition,
                offset,
            }),
            timestamp_ms: message.timestamp().to_millis(),
            key: message.key().map(<[u8]>::to_vec),
            headers: message
                .headers()
                .map(|headers| headers.iter().map(header).collect())
                .unwrap_or_default(),
            payload: message.payload().map(<[u8]>::to_vec),
        };
        Some(Fetched {
            epoch: reading.epoch,
            record,
        })
    }

    fn read_notes(&mut self) {
        for note in self.client.context().take_notes() {
            match note {
                Note::Assigned(partitions) => self.assigned(partitions),
                Note::Revoked { partitions, lost } => self.send(Event::Revoked { partitions, lost }),
                Note::State(state) => self.send_if_room(Event::State(state)),
                Note::BrokersDown(reason) => self.send_if_room(Event::BrokersDown(reason)),
                Note::Denied(refused) => self.send_if_room(Event::Denied(refused)),
            }
        }
    }

    fn assigned(&mut self, partitions: Vec<PartitionId>) {
        self.epoch += 1;
        for partition in &partitions {
            let reading = Reading {
                epoch: self.epoch,
                first: None,
            };
            self.assigned.insert(*partition, reading);
        }
        if self.paused {
            self.pause();
        }
        self.send(Event::Assigned {
            partitions,
            epoch: self.epoch,
        });
    }

    fn release(&mut self, partitions: &[PartitionId]) {
        for partition in partitions {
            self.assigned.remove(partition);
            if let Some((_, rewinding)) = &mut self.rewinding {
                rewinding.remove(partition);
            }
        }
        if let Err(error) = let_go(&self.client, &self.list(partitions.iter().copied())) {
            warn!(error = words(&error), "could not let go of revoked partitions");
        }
    }

    /// Seeks the partitions that are to be read again to their committed offsets; tries again at the next turn if it cannot.
    fn rewind(&mut self) {
        let Some((id, wanted)) = self.rewinding.take() else { return };
        let ours: BTreeSet<PartitionId> = wanted
            .into_iter()
            .filter(|partition| self.assigned.contains_key(partition))
            .collect();
        match self.seek_to_committed(&ours) {
            Ok(partitions) => {
                self.epoch += 1;
                for (partition, _) in &partitions {
                    if let Some(reading) = self.assigned.get_mut(partition) {
                        reading.epoch = self.epoch;
                    }
                }
                let epoch = self.epoch;
                self.send(Event::Rewound { id, partitions, epoch });
            }
            Err(error) => {
                debug!(error = words(&error), "could not go back to the committed offsets yet");
                self.rewinding = Some((id, ours));
            }
        }
    }

    fn seek_to_committed(&self, partitions: &BTreeSet<PartitionId>) -> Result<Vec<(PartitionId, Option<Offset>)>, KafkaError> {
        if partitions.is_empty() {
            return Ok(Vec::new());
        }
        let committed = self
            .client
            .committed_offsets(self.list(partitions.iter().copied()), CALL_TIMEOUT)?;
        let (mut found, mut seek) = (Vec::new(), TopicPartitionList::new());
        for element in committed.elements() {
            element.error()?;
            let partition = PartitionId(element.partition());
            let offset = match element.offset() {
                rdkafka::Offset::Offset(offset) => Some(Offset(offset)),
                _ => None,
            };
            found.push((partition, offset));
            let first = self.assigned.get(&partition).and_then(|reading| reading.first);
            // Nothing committed and nothing fetched: the partition stands where it should.
            if let Some(to) = offset.or(first) {
                seek.add_partition_offset(&self.topic, partition.0, rdkafka::Offset::Offset(to.0))?;
            }
        }
        if seek.count() > 0 {
            for element in self.client.seek_partitions(seek, CALL_TIMEOUT)?.elements() {
                element.error()?;
            }
        }
        Ok(found)
    }

    /// Hands the waiting chunk over; if there is no room for a while, pauses until there is.
    fn deliver(&mut self) {
        let Some((records, bytes)) = self.waiting.take() else { return };
        let patience = if self.paused { POLL_TIMEOUT } else { PATIENCE };
        let Some(reserved) = Budget::reserve(&self.budget, bytes, patience) else {
            self.waiting = Some((records, bytes));
            if !self.paused {
                self.paused = true;
                self.pause();
            }
            return;
        };
        let chunk = Chunk {
            records,
            _reserved: reserved,
        };
        // The budget keeps fewer chunks in the queue than it has room for, so this does not block.
        if self.records.blocking_send(chunk).is_err() {
            debug!("nobody takes records any more");
        }
        if self.paused {
            self.paused = false;
            if let Err(error) = self.client.resume(&self.list(self.assigned.keys().copied())) {
                warn!(error = words(&error), "could not resume partitions");
            }
        }
    }

    fn pause(&self) {
        if let Err(error) = self.client.pause(&self.list(self.assigned.keys().copied())) {
            warn!(error = words(&error), "could not pause partitions");
        }
    }

    fn report(&mut self, error: &KafkaError) {
        match error {
            KafkaError::MessageConsumptionFatal(_) => {
                let reason = self.client.client().fatal_error().map(|(_, reason)| reason);
                let problem = format!("{} {}", words(error), reason.unwrap_or_default());
                self.send(Event::Failed(Error::Call {
                    call: "consume",
                    problem,
                }));
            }
            KafkaError::MessageConsumption(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => {
                self.missing_since = Some(Instant::now());
                self.send(Event::TopicMissing);
            }
            KafkaError::MessageConsumption(code) if is_connection(*code) => {}
            KafkaError::MessageConsumption(code) if self.client.context().refused(*code) => {}
            other => self.send_if_room(Event::Trouble(words(other))),
        }
    }

    /// librdkafka does not say when a missing topic appears if we get none of its partitions.
    fn look_for_topic(&mut self) {
        let Some(asked) = self.missing_since else { return };
        if asked.elapsed() < CALL_TIMEOUT {
            return;
        }
        self.missing_since = Some(Instant::now());
        let found = match self.client.fetch_metadata(Some(&self.topic), CALL_TIMEOUT) {
            Ok(metadata) => metadata.topics().iter().any(|topic| !topic.partitions().is_empty()),
            Err(_) => false,
        };
        if found {
            info!(topic = &*self.topic, "the input topic is there now");
            self.missing_since = None;
            self.send(Event::TopicFound);
        }
    }

    fn list(&self, partitions: impl Iterator<Item = PartitionId>) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        for partition in partitions {
            list.add_partition(&self.topic, partition.0);
        }
        list
    }

    fn send(&self, event: Event) {
        if self.events.blocking_send(event).is_err() {
            debug!("nobody takes events any more");
        }
    }

    /// For events that are repeated or that only inform.
    fn send_if_room(&self, event: Event) {
        if let Err(error) = self.events.try_send(event) {
            debug!(%error, "an event of the consumer is left out");
        }
    }
}

fn is_connection(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::BrokerTransportFailure
            | RDKafkaErrorCode::AllBrokersDown
            | RDKafkaErrorCode::Resolve
            // Told with its reason by the client's own error.
            | RDKafkaErrorCode::Authentication
            | RDKafkaErrorCode::SSL
    )
}
