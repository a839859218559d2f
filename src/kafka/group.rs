//! The consumer's callbacks: what the group decides, what the client reports. They run inside `poll`, note what happened and
//! return at once.
//!
//! A revocation is only noted: the partitions are let go when the worker has finished with them
//! ([`super::consumer::Command::Release`]); until then the group waits, and heartbeats go on. On closing they are let go in
//! the callback, because nobody is left to do it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::KafkaError;
use rdkafka::statistics::{Broker, Statistics};
use rdkafka::types::{RDKafkaErrorCode, RDKafkaRespErr};
use rdkafka::{ClientContext, TopicPartitionList};
use tracing::{debug, error, info, warn};

use super::access::{Access, Denied, hung_up};
use super::error::words;
use crate::pipeline::record::{Offset, PartitionId};

/// What the client reports of itself, once a second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientState {
    /// Connections that are up.
    pub brokers_up: usize,
    /// Responses received since start, from all brokers.
    pub responses: i64,
    /// Whether the group has taken us in and is at rest, with or without partitions.
    pub joined: bool,
    /// One past the last record that may be read, by partition, where known.
    pub ends: Vec<(PartitionId, Offset)>,
    /// Partitions with records that we have not been given, and those of which nothing was ever heard.
    pub behind: Vec<PartitionId>,
}

/// What happened inside `poll`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    Assigned(Vec<PartitionId>),
    Revoked { partitions: Vec<PartitionId>, lost: bool },
    State(ClientState),
    BrokersDown(String),
    Denied(Denied),
}

/// The context of the worker's consumer.
pub(super) struct Group {
    topic: String,
    access: Access,
    notes: Mutex<Vec<Note>>,
    closing: AtomicBool,
}

impl Group {
    pub(super) fn new(topic: &str, access: Access) -> Self {
        Self {
            topic: topic.to_owned(),
            access,
            notes: Mutex::default(),
            closing: AtomicBool::new(false),
        }
    }

    /// From now on a revocation is obeyed at once.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Release);
    }

    /// What happened since the last call.
    pub(super) fn take_notes(&self) -> Vec<Note> {
        std::mem::take(&mut *self.notes.lock().expect("no holder of this lock panics"))
    }

    /// Notes the refusal that `code` is, if it is one.
    pub(super) fn refused(&self, code: RDKafkaErrorCode) -> bool {
        let refused = self.access.of_consumer(code, "");
        let is_refusal = refused.is_some();
        refused.into_iter().for_each(|refused| self.note(Note::Denied(refused)));
        is_refusal
    }

    fn note(&self, note: Note) {
        self.notes.lock().expect("no holder of this lock panics").push(note);
    }

    fn partitions(&self, list: &TopicPartitionList) -> Vec<PartitionId> {
        let of_topic = list.elements_for_topic(&self.topic);
        of_topic.iter().map(|element| PartitionId(element.partition())).collect()
    }
}

impl ConsumerContext for Group {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, code: RDKafkaRespErr, list: &mut TopicPartitionList) {
        let partitions = self.partitions(list);
        if code == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            if let Err(error) = assign(consumer, list) {
                error!(error = words(&error), "could not take the assigned partitions");
            }
            self.note(Note::Assigned(partitions));
        } else {
            let lost = consumer.assignment_lost();
            if self.closing.load(Ordering::Acquire) {
                if let Err(error) = let_go(consumer, list) {
                    debug!(error = words(&error), "could not let go of partitions while closing");
                }
            }
            self.note(Note::Revoked { partitions, lost });
        }
    }
}

fn assign(consumer: &BaseConsumer<Group>, list: &TopicPartitionList) -> Result<(), KafkaError> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_assign(list),
        RebalanceProtocol::Eager | RebalanceProtocol::None => consumer.assign(list),
    }
}

/// Lets go of the partitions of `list`, which the group has asked back.
pub(super) fn let_go(consumer: &BaseConsumer<Group>, list: &TopicPartitionList) -> Result<(), KafkaError> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_unassign(list),
        RebalanceProtocol::Eager | RebalanceProtocol::None => consumer.unassign(),
    }
}

impl ClientContext for Group {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        log(level, facility, line);
        if let Some(denied) = hung_up(facility, line) {
            self.note(Note::Denied(denied));
        }
    }

    fn stats(&self, statistics: Statistics) {
        self.note(Note::State(client_state(&statistics, &self.topic)));
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let code = error.rdkafka_error_code();
        if code == Some(RDKafkaErrorCode::AllBrokersDown) {
            self.note(Note::BrokersDown(reason.to_owned()));
        }
        if let Some(refused) = code.and_then(|code| self.access.of_consumer(code, reason)) {
            self.note(Note::Denied(refused));
        }
        debug!(error = words(&error), reason, "consumer reports an error");
    }
}

fn client_state(statistics: &Statistics, topic: &str) -> ClientState {
    let up = |broker: &&Broker| broker.source != "logical" && matches!(&*broker.state, "UP" | "UPDATE");
    let partitions = || {
        let topic = statistics.topics.get(topic).into_iter();
        topic.flat_map(|topic| topic.partitions.values().filter(|partition| partition.partition >= 0))
    };
    let known = partitions().filter(|partition| partition.ls_offset >= 0);
    let ends = known.map(|partition| (PartitionId(partition.partition), Offset(partition.ls_offset)));
    // Not by the last record that we were given: markers of transactions may follow it.
    let behind = partitions()
        .filter(|partition| partition.ls_offset < 0 || partition.next_offset < partition.ls_offset || partition.fetchq_cnt > 0);
    ClientState {
        brokers_up: statistics.brokers.values().filter(up).count(),
        responses: statistics.rx,
        joined: joined(statistics),
        ends: ends.collect(),
        behind: behind.map(|partition| PartitionId(partition.partition)).collect(),
    }
}

/// With the classic protocol a member at rest is `steady`, even without partitions. With `group.protocol=consumer` a member
/// without partitions stays in the state it began with; but its coordinator answers heartbeats, which are the only requests
/// that librdkafka counts in the total alone. The first answer may be a refusal, after which there is no second.
fn joined(statistics: &Statistics) -> bool {
    let Some(group) = &statistics.cgrp else { return false };
    let heartbeats = |coordinator: &Broker| coordinator.rx as i64 - coordinator.req.values().sum::<i64>();
    let answered = || {
        statistics
            .brokers
            .get("GroupCoordinator")
            .is_some_and(|coordinator| heartbeats(coordinator) >= 2)
    };
    group.state == "up" && (group.join_state == "steady" || group.join_state == "init" && answered())
}

/// A log line of librdkafka; its facility goes along as a field.
pub(super) fn log(level: RDKafkaLogLevel, facility: &str, line: &str) {
    // A key for the other kind of client is passed through to both, which librdkafka finds worth a warning.
    if facility == "CONFWARN" {
        return debug!(target: "librdkafka", facility, "{line}");
    }
    match level {
        RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
            error!(target: "librdkafka", facility, "{line}");
        }
        // "Connection refused" and the like: the worker says itself, once, that no broker is reachable.
        RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning if matches!(facility, "FAIL" | "ERROR") => {
            debug!(target: "librdkafka", facility, "{line}");
        }
        RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning => warn!(target: "librdkafka", facility, "{line}"),
        RDKafkaLogLevel::Notice => info!(target: "librdkafka", facility, "{line}"),
        RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => debug!(target: "librdkafka", facility, "{line}"),
    }
}
