//! Which offset of each partition may be committed; pure.
//!
//! Takes what the consumer reports (assigned, revoked, rewound) and what the worker does (take a record, seal a batch, commit
//! it), and answers two questions: may this record be taken, and what is committed with that batch. It knows no Kafka, no
//! clock and no payload.
//!
//! A record is taken once in an *epoch* of its partition. The consumer begins a new epoch with every assignment and every
//! rewind, so a record that was fetched before a rewind and arrives after it is told apart from its second reading.

use std::collections::{BTreeMap, VecDeque};

use thiserror::Error;

use super::record::{Offset, PartitionId};

/// Progress of every assigned partition.
#[derive(Debug, Default)]
pub struct Offsets {
    partitions: BTreeMap<PartitionId, Progress>,
}

/// One partition: `committed ≤ sealed spans, oldest first ≤ open span`.
#[derive(Debug)]
struct Progress {
    epoch: u64,
    /// The next offset that may be taken.
    next: Option<Offset>,
    /// The last offset committed by us in this assignment.
    committed: Option<Offset>,
    sealed: VecDeque<Span>,
    open: Option<Span>,
}

/// Records of one partition in one batch, in the partition's order; offsets may have gaps (compaction, transaction markers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first record.
    pub first: Offset,
    /// One past the last record: the offset to commit.
    pub next: Offset,
    /// How many records it holds.
    pub records: u64,
}

/// What one batch takes from each partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealed(BTreeMap<PartitionId, Span>);

impl Sealed {
    /// The offsets to commit with the batch.
    pub fn offsets(&self) -> impl Iterator<Item = (PartitionId, Offset)> + '_ {
        self.0.iter().map(|(partition, span)| (*partition, span.next))
    }

    /// How many records the batch holds of each partition.
    pub fn records(&self) -> impl Iterator<Item = (PartitionId, u64)> + '_ {
        self.0.iter().map(|(partition, span)| (*partition, span.records))
    }
}

/// What becomes of a fetched record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It belongs to the open batch.
    Accepted,
    /// It was fetched before a rewind or a revocation, or was taken already: drop it.
    Stale,
}

/// A commit that the rules forbid: a bug in the worker.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OffsetError {
    /// The batch holds records of a partition that was taken away or rewound since.
    #[error("partition {partition} has no sealed batch to commit")]
    NotSealed {
        /// The partition.
        partition: PartitionId,
    },
    /// An older batch has not been committed yet, or the batch was committed before.
    #[error("partition {partition}: batch begins at offset {begins}, the oldest uncommitted record is {oldest}")]
    OutOfOrder {
        /// The partition.
        partition: PartitionId,
        /// First offset of the batch.
        begins: Offset,
        /// First offset of the oldest sealed batch.
        oldest: Offset,
    },
}

impl Offsets {
    /// `partition` is ours from now on; nothing fetched before counts.
    pub fn assign(&mut self, partition: PartitionId, epoch: u64) {
        let progress = Progress {
            epoch,
            next: None,
            committed: None,
            sealed: VecDeque::new(),
            open: None,
        };
        self.partitions.insert(partition, progress);
    }

    /// `partition` is no longer ours; batches that hold its records can no longer be committed.
    pub fn revoke(&mut self, partition: PartitionId) {
        self.partitions.remove(&partition);
    }

    /// The partitions that are ours, in order.
    pub fn assigned(&self) -> impl Iterator<Item = PartitionId> + '_ {
        self.partitions.keys().copied()
    }

    /// Offers the record at `offset`, fetched in `epoch`, to the open batch.
    pub fn take(&mut self, partition: PartitionId, epoch: u64, offset: Offset) -> Taken {
        let Some(progress) = self.partitions.get_mut(&partition) else {
            return Taken::Stale;
        };
        if epoch < progress.epoch || progress.next.is_some_and(|next| offset < next) {
            return Taken::Stale;
        }
        let next = offset.next();
        progress.next = Some(next);
        match &mut progress.open {
            Some(span) => {
                span.next = next;
                span.records += 1;
            }
            None => {
                progress.open = Some(Span {
                    first: offset,
                    next,
                    records: 1,
                });
            }
        }
        Taken::Accepted
    }

    /// Closes the open batch.
    pub fn seal(&mut self) -> Sealed {
        let mut sealed = BTreeMap::new();
        for (partition, progress) in &mut self.partitions {
            if let Some(span) = progress.open.take() {
                progress.sealed.push_back(span);
                sealed.insert(*partition, span);
            }
        }
        Sealed(sealed)
    }

    /// `batch` was committed: the oldest sealed batch of each of its partitions.
    ///
    /// # Errors
    /// If a partition is not ours any more, or an older batch is still open: nothing is recorded then.
    pub fn commit(&mut self, batch: &Sealed) -> Result<(), OffsetError> {
        for (partition, span) in &batch.0 {
            self.check_commit(*partition, *span)?;
        }
        for (partition, span) in &batch.0 {
            if let Some(progress) = self.partitions.get_mut(partition) {
                progress.sealed.pop_front();
                progress.committed = Some(span.next);
            }
        }
        Ok(())
    }

    fn check_commit(&self, partition: PartitionId, span: Span) -> Result<(), OffsetError> {
        let oldest = self.partitions.get(&partition).and_then(|progress| progress.sealed.front());
        match oldest {
            None => Err(OffsetError::NotSealed { partition }),
            Some(oldest) if *oldest == span => Ok(()),
            Some(oldest) => Err(OffsetError::OutOfOrder {
                partition,
                begins: span.first,
                oldest: oldest.first,
            }),
        }
    }

    /// Forgets every record that is taken and not committed; the partitions will be read again from their committed offsets.
    pub fn forget_uncommitted(&mut self) {
        for progress in self.partitions.values_mut() {
            progress.sealed.clear();
            progress.open = None;
            progress.next = progress.committed;
        }
    }

    /// The consumer reads `partition` again from its committed offset, in `epoch`.
    pub fn rewound(&mut self, partition: PartitionId, epoch: u64) {
        if let Some(progress) = self.partitions.get_mut(&partition) {
            progress.epoch = epoch;
            progress.next = progress.committed;
            progress.sealed.clear();
            progress.open = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const P0: PartitionId = PartitionId(0);
    const P1: PartitionId = PartitionId(1);

    fn take(offsets: &mut Offsets, partition: PartitionId, epoch: u64, range: std::ops::Range<i64>) {
        for offset in range {
            assert_eq!(
                offsets.take(partition, epoch, Offset(offset)),
                Taken::Accepted,
                "offset {offset}"
            );
        }
    }

    fn committed(batch: &Sealed) -> Vec<(i32, i64)> {
        batch.offsets().map(|(partition, offset)| (partition.0, offset.0)).collect()
    }

    #[test]
    fn the_committed_offset_is_one_past_the_last_record() {
        let mut offsets = Offsets::default();
        offsets.assign(P0, 1);
        take(&mut offsets, P0, 1, 40..42);
        let batch = offsets.seal();
        assert_eq!(committed(&batch), [(0, 42)]);
        assert_eq!(batch.records().collect::<Vec<_>>(), [(P0, 2)]);
    }

    #[test]
    fn batches_commit_in_order_only() {
        let mut offsets = Offsets::default();
        offsets.assign(P0, 1);
        take(&mut offsets, P0, 1, 0..10);
        let first = offsets.seal();
        take(&mut offsets, P0, 1, 10..20);
        let second = offsets.seal();
        assert!(matches!(offsets.commit(&second), Err(OffsetError::OutOfOrder { .. })));
        offsets.commit(&first).unwrap();
        assert!(
            matches!(offsets.commit(&first), Err(OffsetError::OutOfOrder { .. })),
            "no going backwards"
        );
        offsets.commit(&second).unwrap();
        assert_eq!(offsets.commit(&second), Err(OffsetError::NotSealed { partition: P0 }));
    }

    #[test]
    fn a_revoked_partition_is_not_committed_and_the_batch_not_half() {
        let mut offsets = Offsets::default();
        offsets.assign(P0, 1);
        offsets.assign(P1, 1);
        take(&mut offsets, P0, 1, 0..5);
        take(&mut offsets, P1, 1, 0..5);
        let batch = offsets.seal();
        offsets.revoke(P1);
        assert_eq!(offsets.commit(&batch), Err(OffsetError::NotSealed { partition: P1 }));
        assert_eq!(offsets.partitions[&P0].committed, None);
    }

    #[test]
    fn a_record_fetched_before_the_rewind_is_stale() {
        let mut offsets = Offsets::default();
        offsets.assign(P0, 1);
        take(&mut offsets, P0, 1, 0..5);
        offsets.forget_uncommitted();
        offsets.rewound(P0, 2);
        assert_eq!(offsets.take(P0, 1, Offset(5)), Taken::Stale);
        take(&mut offsets, P0, 2, 0..5);
        assert_eq!(offsets.take(P0, 2, Offset(4)), Taken::Stale, "taken already");
    }

    #[test]
    fn a_record_of_a_partition_that_is_not_ours_is_stale() {
        let mut offsets = Offsets::default();
        assert_eq!(offsets.take(P0, 9, Offset(0)), Taken::Stale);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Take(u8),
        Seal,
        Commit,
        Abort,
        Reassign,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (1..20_u8).prop_map(Step::Take),
            3 => Just(Step::Seal),
            3 => Just(Step::Commit),
            1 => Just(Step::Abort),
            1 => Just(Step::Reassign),
        ];
        proptest::collection::vec(step, 0..200)
    }

    proptest! {
        /// Whatever is taken, aborted and reassigned: every committed record was committed once, in order, with no gap.
        #[test]
        fn every_record_is_committed_exactly_once(steps in steps()) {
            let (mut offsets, mut epoch) = (Offsets::default(), 1);
            let (mut read, mut broker) = (0_i64, 0_i64);
            let mut waiting: VecDeque<Sealed> = VecDeque::new();
            offsets.assign(P0, epoch);
            for step in steps {
                match step {
                    Step::Take(count) => for _ in 0..count {
                        prop_assert_eq!(offsets.take(P0, epoch, Offset(read)), Taken::Accepted);
                        read += 1;
                    },
                    Step::Seal => waiting.push_back(offsets.seal()),
                    Step::Commit => if let Some(batch) = waiting.pop_front() {
                        offsets.commit(&batch).unwrap();
                        for (_, next) in batch.offsets() {
                            prop_assert_eq!(batch.0[&P0].first, Offset(broker), "no gap, no repetition");
                            prop_assert!(next.0 > broker);
                            broker = next.0;
                        }
                    },
                    Step::Abort | Step::Reassign => {
                        epoch += 1;
                        waiting.clear();
                        offsets.forget_uncommitted();
                        if matches!(step, Step::Abort) {
                            offsets.rewound(P0, epoch);
                        } else {
                            offsets.assign(P0, epoch);
                        }
                        read = broker;
                    },
                }
            }
        }
    }
}
