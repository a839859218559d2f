//! A batch of records on its way: what they become, what is counted when it is committed. Pure but for the stopwatch.
//!
//! Classification of a batch is one unit of work for a thread pool; the order within a partition is kept, because the
//! outputs keep the order of the records.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::offsets::Sealed;
use super::outcome::{DeadLetterReason, NoEventReason, Outcome, OutcomeKind, Rejection};
use super::oversize::{Source, Treatment};
use super::record::{OutputRecord, Record};
use super::{dead_letter, envelope};
use crate::code::Lang;
use crate::event::{EventType, Status};
use crate::settings::CloudEvents;

/// The pure core as the worker sees it: the outcome of a record. A panic in it must be caught inside.
pub type Classifier = Arc<dyn Fn(&Record) -> Outcome + Send + Sync>;

/// The classifier in use, which may be replaced while the worker runs: a batch is classified by one alone.
#[derive(Clone)]
pub struct CurrentClassifier(Arc<RwLock<Classifier>>);

impl CurrentClassifier {
    /// The one to take for the next batch.
    ///
    /// # Panics
    /// Never: no holder of the lock panics.
    pub fn get(&self) -> Classifier {
        Arc::clone(&self.0.read().expect("no holder of this lock panics"))
    }

    /// Takes `classifier` for all batches to come.
    ///
    /// # Panics
    /// Never: no holder of the lock panics.
    pub fn replace(&self, classifier: Classifier) {
        *self.0.write().expect("no holder of this lock panics") = classifier;
    }
}

impl From<Classifier> for CurrentClassifier {
    fn from(classifier: Classifier) -> Self {
        Self(Arc::new(RwLock::new(classifier)))
    }
}

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
    /// Number of raw records.
    pub records: usize,
    /// What to write, in the order of the records.
    pub outputs: Vec<Output>,
    /// What to commit.
    pub sealed: Sealed,
    /// What to count once it is committed.
    pub tally: Tally,
}

/// Counts of one batch; they go to the metrics when it is committed, and only then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records by outcome.
    pub outcomes: BTreeMap<OutcomeKind, u64>,
    /// Events by type, status and language.
    pub events: BTreeMap<(EventType, Status, Lang), u64>,
    /// Records without event, by reason.
    pub no_event: BTreeMap<NoEventReason, u64>,
    /// Dead letters by reason.
    pub dead_letters: BTreeMap<DeadLetterReason, u64>,
    /// Timestamps of the records that have one, milliseconds since 1970.
    pub timestamps_ms: Vec<i64>,
}

impl Tally {
    fn count(&mut self, outcome: &Outcome, timestamp_ms: Option<i64>) {
        *self.outcomes.entry(outcome.kind()).or_default() += 1;
        self.timestamps_ms.extend(timestamp_ms);
        match outcome {
            Outcome::Events(events) => {
                for event in events.records() {
                    *self.events.entry((event.kind, event.status, events.language())).or_default() += 1;
                }
            }
            Outcome::NoEvent { reason, .. } => *self.no_event.entry(*reason).or_default() += 1,
            Outcome::DeadLetter(rejection) => *self.dead_letters.entry(rejection.reason()).or_default() += 1,
        }
    }
}

/// Classifies `batch` on the current rayon pool; `observe` is told how long each record took.
pub fn classified(
    batch: Batch,
    classifier: &Classifier,
    cloud_events: &CloudEvents,
    observe: &(dyn Fn(Duration) + Sync),
) -> Classified {
    let each = |(record, treatment): &(Record, Treatment)| {
        let begun = Instant::now();
        let (outcome, outputs) = written(record, classifier(record), *treatment, cloud_events);
        observe(begun.elapsed());
        (outcome, record.timestamp_ms, outputs)
    };
    // The work of an item is microseconds, so a thread takes a run of them at a time.
    let results: Vec<_> = batch.records.par_iter().with_min_len(16).map(each).collect();
    let mut tally = Tally::default();
    let mut outputs = Vec::with_capacity(results.len());
    for (outcome, timestamp_ms, of_record) in results {
        tally.count(&outcome, timestamp_ms);
        outputs.extend(of_record);
    }
    Classified {
        records: batch.records.len(),
        outputs,
        sealed: batch.sealed,
        tally,
    }
}

/// The final outcome of `record` under `treatment`, and what is written for it.
fn written(record: &Record, outcome: Outcome, treatment: Treatment, cloud_events: &CloudEvents) -> (Outcome, Vec<Output>) {
    let source = source(record);
    let output = |target, record| Output {
        target,
        record,
        source,
        alone: treatment.alone,
    };
    let outcome = match outcome {
        Outcome::Events(events) => {
            let records = envelope::records(&events, &record.headers, cloud_events);
            if !treatment.no_events {
                let outputs = records.into_iter().map(|record| output(Target::Events, record)).collect();
                return (Outcome::Events(events), outputs);
            }
            let bytes = records.iter().map(OutputRecord::bytes).max().unwrap_or(0);
            Outcome::DeadLetter(Rejection::OutputTooLarge { bytes })
        }
        outcome @ (Outcome::NoEvent { .. } | Outcome::DeadLetter(_)) => outcome,
    };
    let letters = match &outcome {
        Outcome::DeadLetter(rejection) => {
            let letter = dead_letter::record(record, rejection, treatment.form);
            vec![output(Target::DeadLetters, letter)]
        }
        Outcome::Events(_) | Outcome::NoEvent { .. } => Vec::new(),
    };
    (outcome, letters)
}

fn source(record: &Record) -> Source {
    let position = record.position.as_ref().expect("a record read from Kafka has a position");
    (position.partition, position.offset)
}

#[cfg(test)]
pub(crate) mod testing {
    //! A made-up event, and a classifier that needs no knowledge.

    use super::*;
    use crate::event::wire::EventRecord;
    use crate::pipeline::outcome::Events;

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
    use crate::pipeline::record::{Offset, PartitionId, Position};

    const CLOUD_EVENTS: CloudEvents = CloudEvents {
        mode: crate::settings::CloudEventsMode::Binary,
        source: String::new(),
    };

    fn record(offset: i64, payload: &str) -> Record {
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
        let records = payloads.iter().enumerate();
        let batch = Batch {
            records: records
                .map(|(offset, payload)| (record(offset as i64, payload), treatment))
                .collect(),
            sealed: Sealed::default(),
        };
        classified(batch, &classifier(), &CLOUD_EVENTS, &|_| ())
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
        assert_eq!(tally.outcomes.values().sum::<u64>(), 4);
        assert_eq!(tally.outcomes[&OutcomeKind::Events], 1);
        assert_eq!(tally.no_event[&NoEventReason::NoTrigger], 2);
        assert_eq!(tally.dead_letters[&DeadLetterReason::Panicked], 1);
        assert_eq!(tally.timestamps_ms, [0, 1, 2, 3]);
    }

    #[test]
    fn refused_events_become_one_dead_letter() {
        let treatment = Treatment {
            no_events: true,
            form: Form::WithoutValue,
            alone: true,
        };
        let batch = batch(&["event"], treatment);
        assert_eq!(batch.tally.dead_letters[&DeadLetterReason::OutputTooLarge], 1);
        assert_eq!(batch.outputs.len(), 1);
        assert_eq!((batch.outputs[0].target, batch.outputs[0].alone), (Target::DeadLetters, true));
        assert_eq!(batch.outputs[0].record.payload, None);
    }
}
