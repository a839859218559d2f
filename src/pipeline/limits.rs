//! Whether so many records end as dead letters that the worker must be wrong, and not the records; pure.
//!
//! A bad deployment would else pour the whole topic into the dead letters. Two limits look for it: how many records of one
//! partition may be rejected in a row, and which share of the last records, over all partitions. A batch is judged before it
//! is published, against what is committed, so nothing of the batch that goes over a limit is written; and a batch that is
//! read again after an abort counts once.

use std::collections::{BTreeMap, VecDeque};

use thiserror::Error;

use super::outcome::DeadLetterReason;
use super::record::{Offset, PartitionId};

/// The limits.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetterLimits {
    /// Rejected records of one partition in a row.
    pub run_max: u64,
    /// Share of the window that may be rejected, 0 to 1; 1 is no limit.
    pub share_max: f64,
    /// Records that the share is taken of; it is not judged before there were so many.
    pub share_window_records: u64,
}

/// What became of one record, as far as the limits care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// Its partition.
    pub partition: PartitionId,
    /// Its offset.
    pub offset: Offset,
    /// Why it was rejected, if it was.
    pub rejected: Option<DeadLetterReason>,
}

/// A limit that a batch would go over, and what to do.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Exceeded {
    /// Too many in a row.
    #[error(
        "stopped by dead_letters.run_max = {limit}: more records than that of partition {partition} in a row were rejected, the last \
         one at offset {offset} with the reason {reason}. They are not committed and will be read again. If the records are right, \
         correct the worker (its version, decode.format, the other limits of decode.*) and start it again; if they are wrong and may \
         go to the dead letters, raise dead_letters.run_max"
    )]
    Run {
        /// The limit.
        limit: u64,
        /// Where.
        partition: PartitionId,
        /// The record that is one too many.
        offset: Offset,
        /// Why it was rejected.
        reason: DeadLetterReason,
    },
    /// Too large a share.
    #[error(
        "stopped by dead_letters.share_max = {limit}: of the last {records} records {rejected} were rejected, most of late with the \
         reason {reason}. The last of them are not committed and will be read again. If the records are right, correct the worker \
         (its version, decode.format, the other limits of decode.*) and start it again; if they are wrong and may go to the dead \
         letters, raise dead_letters.share_max"
    )]
    Share {
        /// The limit.
        limit: f64,
        /// Records in the window.
        records: u64,
        /// Rejected ones of them.
        rejected: u64,
        /// The most frequent reason in the last batch.
        reason: DeadLetterReason,
    },
}

/// What was committed of late.
#[derive(Debug)]
pub struct Watch {
    limits: DeadLetterLimits,
    /// Rejected records since the last good one.
    runs: BTreeMap<PartitionId, u64>,
    /// Batches of the window, oldest first; the oldest goes when the others fill the window.
    window: VecDeque<Share>,
    total: Share,
}

/// Records, and how many of them were rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Share {
    records: u64,
    rejected: u64,
}

impl Watch {
    /// Nothing was committed yet.
    pub fn new(limits: DeadLetterLimits) -> Self {
        Self {
            limits,
            runs: BTreeMap::new(),
            window: VecDeque::new(),
            total: Share::default(),
        }
    }

    /// Whether the batch with these fates, in the order of each partition, stays within the limits.
    ///
    /// # Errors
    /// The limit it would go over.
    pub fn check(&self, batch: &[Fate]) -> Result<(), Exceeded> {
        self.check_runs(batch)?;
        let (_, total) = self.window_with(share(batch));
        let limit = self.limits.share_max;
        let judged = total.records >= self.limits.share_window_records;
        match most_frequent(batch) {
            Some(reason) if judged && total.rejected as f64 > limit * total.records as f64 => Err(Exceeded::Share {
                limit,
                records: total.records,
                rejected: total.rejected,
                reason,
            }),
            Some(_) | None => Ok(()),
        }
    }

    fn check_runs(&self, batch: &[Fate]) -> Result<(), Exceeded> {
        let mut runs = self.runs.clone();
        for fate in batch {
            let run = runs.entry(fate.partition).or_default();
            let Some(reason) = fate.rejected else {
                *run = 0;
                continue;
            };
            *run += 1;
            if *run > self.limits.run_max {
                return Err(Exceeded::Run {
                    limit: self.limits.run_max,
                    partition: fate.partition,
                    offset: fate.offset,
                    reason,
                });
            }
        }
        Ok(())
    }

    /// The batch was committed.
    pub fn committed(&mut self, batch: &[Fate]) {
        for fate in batch {
            let run = self.runs.entry(fate.partition).or_default();
            *run = if fate.rejected.is_some() { *run + 1 } else { 0 };
        }
        let share = share(batch);
        let (gone, total) = self.window_with(share);
        self.window.push_back(share);
        self.window.drain(..gone);
        self.total = total;
    }

    /// `partition` is not ours any more; its run is another's.
    pub fn forget(&mut self, partition: PartitionId) {
        self.runs.remove(&partition);
    }

    /// How many of the oldest batches leave the window when `batch` comes, and the sum of what is in it then.
    fn window_with(&self, batch: Share) -> (usize, Share) {
        let mut total = Share {
            records: self.total.records + batch.records,
            rejected: self.total.rejected + batch.rejected,
        };
        let mut gone = 0;
        for oldest in &self.window {
            if total.records - oldest.records < self.limits.share_window_records {
                break;
            }
            total.records -= oldest.records;
            total.rejected -= oldest.rejected;
            gone += 1;
        }
        (gone, total)
    }
}

fn share(batch: &[Fate]) -> Share {
    Share {
        records: batch.len() as u64,
        rejected: batch.iter().filter(|fate| fate.rejected.is_some()).count() as u64,
    }
}

fn most_frequent(batch: &[Fate]) -> Option<DeadLetterReason> {
    let mut counts: BTreeMap<DeadLetterReason, u64> = BTreeMap::new();
    for reason in batch.iter().filter_map(|fate| fate.rejected) {
        *counts.entry(reason).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(reason, _)| reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    const P0: PartitionId = PartitionId(0);
    const P1: PartitionId = PartitionId(1);

    /// `x` is rejected, anything else is not.
    fn fates(partition: PartitionId, fates: &str) -> Vec<Fate> {
        let fate = |(offset, fate)| Fate {
            partition,
            offset: Offset(offset as i64),
            rejected: (fate == 'x').then_some(DeadLetterReason::BadJson),
        };
        fates.chars().enumerate().map(fate).collect()
    }

    fn watch(run_max: u64, share_max: f64, share_window_records: u64) -> Watch {
        Watch::new(DeadLetterLimits {
            run_max,
            share_max,
            share_window_records,
        })
    }

    #[test]
    fn a_run_counts_over_batches_and_ends_with_a_good_record() {
        let mut watch = watch(3, 1.0, 1000);
        watch.committed(&fates(P0, ".xx"));
        assert_eq!(watch.check(&fates(P0, "x.xxx")), Ok(()));
        let exceeded = watch.check(&fates(P0, "xx")).unwrap_err();
        assert!(
            matches!(
                exceeded,
                Exceeded::Run {
                    limit: 3,
                    partition: P0,
                    offset: Offset(1),
                    ..
                }
            ),
            "{exceeded:?}"
        );
        assert!(exceeded.to_string().contains("raise dead_letters.run_max"), "{exceeded}");
    }

    #[test]
    fn a_run_is_one_partitions_own() {
        let mut watch = watch(3, 1.0, 1000);
        watch.committed(&fates(P0, "xxx"));
        assert_eq!(watch.check(&fates(P1, "xxx")), Ok(()));
        watch.forget(P0);
        assert_eq!(watch.check(&fates(P0, "xxx")), Ok(()));
    }

    #[test]
    fn a_batch_that_was_checked_and_aborted_does_not_count() {
        let watch = watch(3, 1.0, 1000);
        for _ in 0..10 {
            assert_eq!(watch.check(&fates(P0, "xxx")), Ok(()));
        }
    }

    #[test]
    fn the_share_is_judged_over_a_full_window_only_and_old_batches_leave_it() {
        let mut watch = watch(1000, 0.5, 8);
        assert_eq!(watch.check(&fates(P0, "xxxx")), Ok(()), "too few to judge");
        watch.committed(&fates(P0, "xxxx"));
        assert_eq!(watch.check(&fates(P0, "....")), Ok(()), "half is allowed");
        assert!(matches!(
            watch.check(&fates(P1, "x...")),
            Err(Exceeded::Share {
                records: 8,
                rejected: 5,
                ..
            })
        ));
        watch.committed(&fates(P0, "...."));
        assert_eq!(watch.check(&fates(P0, "xxxx")), Ok(()), "the first four have left the window");
        watch.committed(&fates(P0, "xxxx"));
        assert!(watch.check(&fates(P0, "xxxx")).is_err());
    }

    #[test]
    fn one_batch_larger_than_the_window_is_judged_as_a_whole() {
        let watch = watch(1000, 0.25, 2);
        assert_eq!(watch.check(&fates(P0, "x...")), Ok(()));
        assert!(watch.check(&fates(P0, "xx..")).is_err());
    }
}
