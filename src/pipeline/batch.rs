//! A batch of records on its way: what they become, what is counted when it is committed; pure.
//!
//! The records are classified on several threads (`pool.rs`); the order within a partition is kept, because the outputs
//! keep the order of the records.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::limits::Fate;
use super::offsets::Sealed;
use super::outcome::{DeadLetterReason, NoEventReason, Outcome, OutcomeKind, Rejection};
use super::oversize::{Source, Treatment};
use super::record::{OutputRecord, PartitionId, Record};
use super::{dead_letter, envelope};
use crate::code::Lang;
use crate::event::{EventType, Status};
use crate::settings::CloudEvents;

/// The pure core as the worker sees it: the outcome of a record. A panic in it must be caught inside.
pub type Classifier = Arc<dyn Fn(&Record) -> Outcome + Send + Sync>;

/// Which topic an output goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The topic of events.
    Events,
    /// The topic of dead letters.
    DeadLetters,
}

/// One record to write, and the raw record it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where to.
    pub target: Target,
    /// What.
    pub record: OutputRecord,
    /// Where from.
    pub source: Source,
    /// It must share no batch with others (it is suspected of being too large).
    pub alone: bool,
}

/// Records that wait for their turn, with how each is to be written.
#[derive(Debug)]
pub struct Batch {
    /// The records, in the order of each partition.
    pub records: Vec<(Record, Treatment)>,
    /// What is committed with them.
    pub sealed: Sealed,
}

/// A batch whose outcomes are known.
#[derive(Debug)]
pub struct Classified {
    /// What to write, in the order of the records.
    pub outputs: Vec<Output>,
    /// What to commit.
    pub sealed: Sealed,
    /// What to count once it is committed.
    pub tally: Tally,
    /// What became of each record, in their order.
    pub fates: Vec<Fate>,
}

/// Counts of one batch; they go to the metrics when it is committed, and only then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// What the records of each partition became.
    pub ends: BTreeMap<PartitionId, Ends>,
    /// Events by type, status and language.
    pub events: BTreeMap<(EventType, Status, Lang), u64>,
    /// Timestamps of the records that have one, milliseconds since 1970.
    pub timestamps_ms: Vec<i64>,
}

/// What records became: each is counted once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Records that report events.
    pub events: u64,
    /// Records without event, by reason.
    pub no_event: BTreeMap<NoEventReason, u64>,
    /// Dead letters by reason.
    pub dead_letters: BTreeMap<DeadLetterReason, u64>,
}

impl Tally {
    fn count(&mut self, partition: PartitionId, outcome: &Outcome, timestamp_ms: Option<i64>) {
        self.timestamps_ms.extend(timestamp_ms);
        let ends = self.ends.entry(partition).or_default();
        match outcome {
            Outcome::Events(events) => {
                ends.events += 1;
                for event in events.records() {
                    *self.events.entry((event.kind, event.status, events.language())).or_default() += 1;
                }
            }
            Outcome::NoEvent { reason, .. } => *ends.no_event.entry(*reason).or_default() += 1,
            Outcome::DeadLetter(rejection) => *ends.dead_letters.entry(rejection.reason()).or_default() += 1,
        }
    }
}

impl Ends {
    /// Records with this outcome.
    pub fn of(&self, kind: OutcomeKind) -> u64 {
        match kind {
            OutcomeKind::Events => self.events,
            OutcomeKind::NoEvent => self.no_event.values().sum(),
            OutcomeKind::DeadLetter => self.dead_letters.values().sum(),
        }
    }

    /// All records.
    pub fn records(&self) -> u64 {
        OutcomeKind::ALL.iter().map(|kind| self.of(*kind)).sum()
    }
}

/// What became of one record, and what is written for it.
#[derive(Debug)]
pub struct Written {
    /// The record.
    pub source: Source,
    timestamp_ms: Option<i64>,
    outcome: Outcome,
    outputs: Vec<Output>,
}

/// Classifies `record` and writes what comes of it.
pub fn written(record: &Record, treatment: Treatment, classifier: &Classifier, cloud_events: &CloudEvents) -> Written {
    match treatment.too_slow {
        Some(limit) => too_slow(record, treatment, limit, cloud_events),
        None => ended(record, classifier(record), treatment, cloud_events),
    }
}

/// What is written for a record that was not classified within `limit`.
pub fn too_slow(record: &Record, treatment: Treatment, limit: Duration, cloud_events: &CloudEvents) -> Written {
    let rejection = Rejection::TooSlow { limit };
    ended(record, Outcome::DeadLetter(rejection), treatment, cloud_events)
}

/// The batch whose records ended as `results`, in their order.
pub fn classified(sealed: Sealed, results: Vec<Written>) -> Classified {
    let mut tally = Tally::default();
    let mut outputs = Vec::with_capacity(results.len());
    let mut fates = Vec::with_capacity(results.len());
    for result in results {
        let (partition, offset) = result.source;
        tally.count(partition, &result.outcome, result.timestamp_ms);
        fates.push(Fate {
            partition,
            offset,
            rejected: result.outcome.rejection().map(Rejection::reason),
        });
        outputs.extend(result.outputs);
    }
    Classified {
        outputs,
        sealed,
        tally,
        fates,
    }
}

/// The final outcome of `record` under `treatment`, and what is written for it.
fn ended(record: &Record, outcome: Outcome, treatment: Treatment, cloud_events: &CloudEvents) -> Written {
    let source = source(record);
    let output = |target, record| Output {
        target,
        record,
        source,
        alone: treatment.alone,
    };
    let mut outputs = Vec::new();
    let outcome = match outcome {
        Outcome::Events(events) => {
            let records = envelope::records(&events, &record.headers, cloud_events);
            if treatment.no_events {
                let bytes = records.iter().map(OutputRecord::bytes).max().unwrap_or(0);
                Outcome::DeadLetter(Rejection::OutputTooLarge { bytes })
            } else {
                outputs.extend(records.into_iter().map(|record| output(Target::Events, record)));
                Outcome::Events(events)
            }
        }
        outcome @ (Outcome::NoEvent { .. } | Outcome::DeadLetter(_)) => outcome,
    };
    if let Some(rejection) = outcome.rejection() {
        let letter = dead_letter::record(record, rejection, treatment.form);
        outputs.push(output(Target::DeadLetters, letter));
    }
    Written {
        source,
        timestamp_ms: record.timestamp_ms,
        outcome,
        outputs,
    }
}

fn source(record: &Record) -> Source {
    let position = record.position.as_ref().expect("a record read from Kafka has a position");
    (position.partition, position.offset)
}

#[cfg(test)]
pub(crate) mod testing {
    //! A made-up event, and a record.

    use super::*;
    use crate::event::wire::EventRecord;
    use crate::pipeline::outcome::Events;
    use crate::pipeline::record::{Offset, Position};

    pub const CLOUD_EVENTS: CloudEvents = CloudEvents {
        mode: crate::settings::CloudEventsMode::Binary,
        source: String::new(),
    };

    /// A record at `offset` of partition 0.
    pub fn record(offset: i64, payload: &str) -> Record {
        Record {
            position: Some(Position {
                topic: "news.raw".into(),
                partition: PartitionId(0),
                offset: Offset(offset),
            }),
            timestamp_ms: Some(offset),
            payload: Some(payload.as_bytes().to_vec()),
            ..Record::default()
        }
    }

    /// The one event of an item, with these ids and publication time.
    pub fn events(event_id: &str, mention_id: &str, time: Option<&str>) -> Events {
        let event: EventRecord = serde_json::from_value(serde_json::json!({
            "schema_version": "1", "event_id": event_id, "mention_id": mention_id,
            "type": "bilateral_meeting", "status": "held", "parties": [], "participants": [], "date": null, "place": null,
            "topics": [], "confidence": 0.5, "evidence": [], "item": {"id": "i", "language": "en"},
            "classifier": {"version": "0", "knowledge": "sha256:0"},
        }))
        .unwrap();
        Events::new(Lang::new("en").unwrap(), time.map(str::to_owned), vec![event]).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::dead_letter::Form;
    use testing::{CLOUD_EVENTS, record};

    /// `event`, `none`, and anything else is a dead letter.
    fn classifier() -> Classifier {
        Arc::new(|record: &Record| match record.payload.as_deref() {
            Some(b"event") => Outcome::Events(testing::events("e", "m", None)),
            Some(b"none") => Outcome::NoEvent {
                reason: NoEventReason::NoTrigger,
                language: None,
            },
            Some(_) | None => Outcome::DeadLetter(Rejection::Panicked { detail: "test".into() }),
        })
    }

    fn batch(payloads: &[&str], treatment: Treatment) -> Classified {
        let classifier = classifier();
        let written =
            |(offset, payload): (usize, &&str)| written(&record(offset as i64, payload), treatment, &classifier, &CLOUD_EVENTS);
        classified(Sealed::default(), payloads.iter().enumerate().map(written).collect())
    }

    #[test]
    fn outputs_keep_the_order_of_the_records() {
        let payloads: Vec<&str> = (0..999).map(|n| ["event", "none", "bad"][n % 3]).collect();
        let batch = batch(&payloads, Treatment::USUAL);
        let offsets: Vec<i64> = batch.outputs.iter().map(|output| output.source.1.0).collect();
        assert_eq!(offsets, (0..999).filter(|offset| offset % 3 != 1).collect::<Vec<_>>());
        assert_eq!(batch.outputs[0].target, Target::Events);
        assert_eq!(batch.outputs[1].target, Target::DeadLetters);
    }

    #[test]
    fn every_record_is_counted_once() {
        let tally = batch(&["event", "none", "none", "bad"], Treatment::USUAL).tally;
        let ends = &tally.ends[&PartitionId(0)];
        assert_eq!(ends.records(), 4);
        assert_eq!(ends.of(OutcomeKind::Events), 1);
        assert_eq!(ends.no_event[&NoEventReason::NoTrigger], 2);
        assert_eq!(ends.dead_letters[&DeadLetterReason::Panicked], 1);
        assert_eq!(tally.timestamps_ms, [0, 1, 2, 3]);
    }

    #[test]
    fn a_record_that_was_too_slow_before_is_not_tried_again() {
        let limit = Duration::from_millis(80);
        let treatment = Treatment {
            too_slow: Some(limit),
            ..Treatment::USUAL
        };
        let never: Classifier = Arc::new(|_: &Record| panic!("classified"));
        let written = written(&record(0, "event"), treatment, &never, &CLOUD_EVENTS);
        assert_eq!(written.outcome, Outcome::DeadLetter(Rejection::TooSlow { limit }));
    }

    #[test]
    fn refused_events_become_one_dead_letter() {
        let treatment = Treatment {
            no_events: true,
            form: Form::WithoutValue,
            alone: true,
            too_slow: None,
        };
        let batch = batch(&["event"], treatment);
        assert_eq!(
            batch.tally.ends[&PartitionId(0)].dead_letters[&DeadLetterReason::OutputTooLarge],
            1
        );
        assert_eq!(batch.outputs.len(), 1);
        assert_eq!((batch.outputs[0].target, batch.outputs[0].alone), (Target::DeadLetters, true));
        assert_eq!(batch.outputs[0].record.payload, None);
    }
}
