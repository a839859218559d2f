//! The books of each partition: what was taken equals what has ended, was given back, or is in flight.
//!
//! All series of a scrape are read under the lock under which they change, so the equation holds at every scrape. Its sides
//! are counted apart: what leaves the flight is what the offsets say that a batch holds, what has ended is counted outcome by
//! outcome. A record that is lost between the two leaves a difference for ever, which is what the alert looks for.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use prometheus::{IntCounterVec, IntGaugeVec, Registry};

use super::{counters, opts, register, table};
use crate::pipeline::batch::Ends;
use crate::pipeline::offsets::Sealed;
use crate::pipeline::outcome::{DeadLetterReason, NoEventReason, OutcomeKind};
use crate::pipeline::record::PartitionId;

/// The numbers of the equation.
pub(super) struct Books {
    lock: Mutex<()>,
    consumed: IntCounterVec,
    rewound: IntCounterVec,
    in_flight: IntGaugeVec,
    records: IntCounterVec,
    no_event: IntCounterVec,
    dead_letters: IntCounterVec,
}

impl Books {
    pub(super) fn new(registry: &Registry) -> Self {
        Self {
            lock: Mutex::default(),
            consumed: counters(registry, &table::CONSUMED),
            rewound: counters(registry, &table::REWOUND),
            in_flight: register(registry, IntGaugeVec::new(opts(&table::IN_FLIGHT), table::IN_FLIGHT.labels)),
            records: counters(registry, &table::RECORDS),
            no_event: counters(registry, &table::NO_EVENT),
            dead_letters: counters(registry, &table::DEAD_LETTERS),
        }
    }

    /// Reads while nobody writes.
    pub(super) fn closed<T>(&self, read: impl FnOnce() -> T) -> T {
        let _lock = self.lock();
        read()
    }

    /// All series of `partition` exist from now on.
    pub(super) fn open(&self, partition: PartitionId) {
        let _lock = self.lock();
        let partition = &*partition.to_string();
        self.consumed.with_label_values(&[partition]);
        self.rewound.with_label_values(&[partition]);
        self.in_flight.with_label_values(&[partition]);
        for kind in OutcomeKind::ALL {
            self.records.with_label_values(&[partition, kind.as_str()]);
        }
        for reason in NoEventReason::ALL {
            self.no_event.with_label_values(&[partition, reason.as_str()]);
        }
        for reason in DeadLetterReason::ALL {
            self.dead_letters.with_label_values(&[partition, reason.as_str()]);
        }
    }

    pub(super) fn taken(&self, records: &BTreeMap<PartitionId, u64>) {
        let _lock = self.lock();
        for (partition, count) in records {
            let partition = &*partition.to_string();
            self.consumed.with_label_values(&[partition]).inc_by(*count);
            self.in_flight.with_label_values(&[partition]).add(*count as i64);
        }
    }

    pub(super) fn gave_back(&self, records: &BTreeMap<PartitionId, u64>) {
        let _lock = self.lock();
        for (partition, count) in records {
            let partition = &*partition.to_string();
            self.rewound.with_label_values(&[partition]).inc_by(*count);
            self.in_flight.with_label_values(&[partition]).sub(*count as i64);
        }
    }

    pub(super) fn committed(&self, sealed: &Sealed, ends: &BTreeMap<PartitionId, Ends>) {
        let _lock = self.lock();
        for (partition, count) in sealed.records() {
            self.in_flight.with_label_values(&[&partition.to_string()]).sub(count as i64);
        }
        for (partition, ends) in ends {
            self.ended(&partition.to_string(), ends);
        }
    }

    fn ended(&self, partition: &str, ends: &Ends) {
        for kind in OutcomeKind::ALL {
            self.records
                .with_label_values(&[partition, kind.as_str()])
                .inc_by(ends.of(*kind));
        }
        for (reason, count) in &ends.no_event {
            self.no_event.with_label_values(&[partition, reason.as_str()]).inc_by(*count);
        }
        for (reason, count) in &ends.dead_letters {
            self.dead_letters
                .with_label_values(&[partition, reason.as_str()])
                .inc_by(*count);
        }
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().expect("no holder of this lock panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::offsets::Offsets;
    use crate::pipeline::record::Offset;

    const P: PartitionId = PartitionId(3);

    fn books() -> Books {
        let books = Books::new(&Registry::new());
        books.open(P);
        books
    }

    fn batch(records: i64) -> Sealed {
        let mut offsets = Offsets::default();
        offsets.assign(P, 1);
        for offset in 0..records {
            offsets.take(P, 1, Offset(offset));
        }
        offsets.seal()
    }

    fn ends(no_event: u64, dead_letters: u64) -> BTreeMap<PartitionId, Ends> {
        let ends = Ends {
            events: 0,
            no_event: [(NoEventReason::NoTrigger, no_event)].into(),
            dead_letters: [(DeadLetterReason::BadJson, dead_letters)].into(),
        };
        [(P, ends)].into()
    }

    /// What the alert looks at: consumed, less all that it must equal.
    fn difference(books: &Books) -> i64 {
        let partition = &*P.to_string();
        let ended: u64 = OutcomeKind::ALL
            .iter()
            .map(|kind| books.records.with_label_values(&[partition, kind.as_str()]).get())
            .sum();
        let rewound = books.rewound.with_label_values(&[partition]).get();
        let consumed = books.consumed.with_label_values(&[partition]).get();
        consumed as i64 - (ended + rewound) as i64 - books.in_flight.with_label_values(&[partition]).get()
    }

    #[test]
    fn the_books_balance() {
        let books = books();
        books.taken(&[(P, 10)].into());
        books.gave_back(&[(P, 3)].into());
        books.committed(&batch(5), &ends(4, 1));
        assert_eq!(difference(&books), 0);
        let partition = &*P.to_string();
        assert_eq!(books.in_flight.with_label_values(&[partition]).get(), 2);
        assert_eq!(books.no_event.with_label_values(&[partition, "no_trigger"]).get(), 4);
        assert_eq!(books.records.with_label_values(&[partition, "dead_letter"]).get(), 1);
    }

    #[test]
    fn a_record_that_is_lost_on_the_way_shows() {
        let books = books();
        books.taken(&[(P, 5)].into());
        books.committed(&batch(5), &ends(4, 0));
        assert_eq!(difference(&books), 1);
    }
}
