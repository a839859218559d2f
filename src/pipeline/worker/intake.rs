//! The way in: fetched chunks become the open batch, which is bounded by count, bytes and age.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::kafka::consumer::Chunk;
use crate::pipeline::batch::Batch;
use crate::pipeline::offsets::{Offsets, Sealed, Taken};
use crate::pipeline::oversize::Oversize;
use crate::pipeline::record::{PartitionId, Record};
use crate::settings::Delivery;

/// Records by partition.
pub(super) type Counts = BTreeMap<PartitionId, u64>;

/// What is fetched and not sealed yet, and the books about all that is in flight.
pub(super) struct Intake {
    /// Which records may be taken and committed.
    pub(super) offsets: Offsets,
    /// Which records need a smaller form.
    pub(super) oversize: Oversize,
    /// Fetched, not taken.
    backlog: Option<Chunk>,
    open: Vec<Record>,
    open_bytes: usize,
    opened: Option<Instant>,
    in_flight: Counts,
    records_max: usize,
    bytes_max: usize,
    age_max: Duration,
}

impl Intake {
    pub(super) fn new(delivery: &Delivery) -> Self {
        Self {
            offsets: Offsets::default(),
            oversize: Oversize::default(),
            backlog: None,
            open: Vec::new(),
            open_bytes: 0,
            opened: None,
            in_flight: Counts::new(),
            records_max: delivery.batch_records_max,
            bytes_max: delivery.batch_bytes_max,
            age_max: delivery.batch_age_max,
        }
    }

    /// The partitions that are ours.
    pub(super) fn assigned(&self) -> Vec<PartitionId> {
        self.offsets.assigned().collect()
    }

    /// Whether there is room for another chunk.
    pub(super) fn wants_chunk(&self) -> bool {
        self.backlog.is_none() && !self.is_full()
    }

    /// A chunk to be taken; there must be room for it.
    pub(super) fn offer(&mut self, chunk: Chunk) {
        self.backlog = Some(chunk);
    }

    /// Takes from the backlog what the open batch has room for, drops what is stale, and tells what was taken.
    pub(super) fn take(&mut self) -> Counts {
        let mut taken = Counts::new();
        while !self.is_full() {
            let Some(fetched) = self.backlog.as_mut().and_then(|chunk| chunk.records.pop_front()) else {
                self.backlog = None;
                break;
            };
            let position = fetched
                .record
                .position
                .as_ref()
                .expect("a record read from Kafka has a position");
            match self.offsets.take(position.partition, fetched.epoch, position.offset) {
                Taken::Accepted => {
                    *taken.entry(position.partition).or_default() += 1;
                    self.open_bytes += fetched.record.bytes();
                    self.opened.get_or_insert_with(Instant::now);
                    self.open.push(fetched.record);
                }
                Taken::Stale => {}
            }
        }
        for (partition, records) in &taken {
            *self.in_flight.entry(*partition).or_default() += records;
        }
        taken
    }

    fn is_full(&self) -> bool {
        self.open.len() >= self.records_max || self.open_bytes >= self.bytes_max
    }

    /// When the open batch comes of age.
    pub(super) fn due_at(&self) -> Option<Instant> {
        self.opened.map(|opened| opened + self.age_max)
    }

    /// Whether the open batch is to be sealed.
    pub(super) fn is_due(&self, in_a_hurry: bool) -> bool {
        let of_age = self.due_at().is_some_and(|due| due <= Instant::now());
        !self.open.is_empty() && (in_a_hurry || of_age || self.is_full())
    }

    /// The open batch; a new one is opened by the next record.
    pub(super) fn seal(&mut self) -> Batch {
        (self.open_bytes, self.opened) = (0, None);
        let treated = |record: Record| {
            let position = record.position.as_ref().expect("a record read from Kafka has a position");
            let treatment = self.oversize.treatment((position.partition, position.offset));
            (record, treatment)
        };
        Batch {
            records: std::mem::take(&mut self.open).into_iter().map(treated).collect(),
            sealed: self.offsets.seal(),
        }
    }

    /// `batch` is committed.
    pub(super) fn committed(&mut self, batch: &Sealed) {
        for (partition, records) in batch.records() {
            let in_flight = self.in_flight.get_mut(&partition);
            *in_flight.expect("a batch holds records that were taken") -= records;
        }
    }

    /// Forgets all that is in flight but the batch `kept`, and tells what that was.
    pub(super) fn give_back(&mut self, kept: Option<&Sealed>) -> Counts {
        self.open.clear();
        (self.open_bytes, self.opened) = (0, None);
        self.offsets.forget_uncommitted();
        let kept: Counts = kept.into_iter().flat_map(Sealed::records).collect();
        let mut given_back = std::mem::replace(&mut self.in_flight, kept);
        for (partition, kept) in &self.in_flight {
            let all = given_back.get_mut(partition);
            *all.expect("a batch holds records that were taken") -= kept;
        }
        given_back
    }

    /// Knows no partition any more; what was in flight is given back already.
    pub(super) fn restart(&mut self) {
        self.offsets = Offsets::default();
        self.backlog = None;
    }

    /// Records taken and neither committed nor given back.
    pub(super) fn in_flight(&self) -> u64 {
        self.in_flight.values().sum()
    }

    /// Whether no batch is open.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }
}
