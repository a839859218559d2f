//! How a published batch ended, and what follows: count it, give it back, make smaller, or take a new producer.

use std::time::Duration;

use tokio::time::Instant;
use tracing::{debug, warn};

use super::{Publishing, Rewind, Worker, WorkerError};
use crate::kafka::producer::Verdict;
use crate::kafka::publisher::Report;
use crate::metrics::TransactionResult;

/// The longest pause after aborts in a row.
const HOLD_MAX: Duration = Duration::from_secs(5);

impl Worker {
    pub(super) fn on_report(&mut self, report: Report) -> Result<(), WorkerError> {
        self.watchdog.progress();
        match report {
            Report::Ready => {
                self.publisher_ready = true;
                self.metrics.health.producer(true);
                debug!("the producer is registered");
                Ok(())
            }
            Report::Failed(error) => Err(error.into()),
            Report::Done { verdict, took } => {
                let publishing = self.publishing.take().expect("the publisher answers each job once");
                self.on_verdict(verdict, publishing, took)
            }
        }
    }

    fn on_verdict(&mut self, verdict: Verdict, publishing: Publishing, took: Duration) -> Result<(), WorkerError> {
        match verdict {
            Verdict::Committed => {
                self.metrics.transaction(TransactionResult::Committed, took);
                self.committed(&publishing)?;
            }
            Verdict::Aborted { cause } => {
                self.metrics.transaction(TransactionResult::Aborted, took);
                warn!(cause, "transaction aborted, going back to the committed offsets");
                self.hold();
                self.give_back();
            }
            Verdict::Refused(refusals) => {
                self.metrics.transaction(TransactionResult::Aborted, took);
                self.metrics.oversized(refusals.len());
                warn!(
                    outputs = refusals.len(),
                    "kafka refuses outputs for their size, trying smaller forms"
                );
                self.intake.oversize.refused(&refusals);
                self.give_back();
            }
            Verdict::Broken { cause, maybe_committed } => {
                self.metrics.transaction(TransactionResult::Broken, took);
                self.recover(cause)?;
                self.uncertain = maybe_committed.then_some(publishing);
                self.give_back();
            }
        }
        Ok(())
    }

    fn committed(&mut self, publishing: &Publishing) -> Result<(), WorkerError> {
        (self.aborts, self.recoveries) = (0, 0);
        self.watchdog.recovered();
        self.allowed();
        self.metrics.health.aborts_in_a_row(0);
        self.count(publishing);
        // Partitions that were lost meanwhile were committed while we still had them, as the broker has confirmed.
        if self.rewind == Rewind::No {
            self.intake.offsets.commit(&publishing.sealed)?;
        }
        Ok(())
    }

    pub(super) fn count(&mut self, publishing: &Publishing) {
        self.metrics.committed(&publishing.sealed, &publishing.tally);
        self.summary.add(&publishing.tally);
        self.intake.committed(&publishing.sealed);
        self.dead_letters.committed(&publishing.fates);
        for (partition, next) in publishing.sealed.offsets() {
            self.intake.oversize.committed(partition, next);
            self.metrics.partition_committed(partition, next);
        }
    }

    /// A pause that grows with each abort since the last commit, so that a lasting cause is no busy loop.
    fn hold(&mut self) {
        self.aborts += 1;
        self.metrics.health.aborts_in_a_row(self.aborts);
        if self.aborts > 1 {
            let pause = Duration::from_millis(100) * 2_u32.saturating_pow(self.aborts.min(10));
            self.hold_until = Some(Instant::now() + pause.min(HOLD_MAX));
        }
    }

    fn recover(&mut self, cause: String) -> Result<(), WorkerError> {
        self.publisher_ready = false;
        self.metrics.health.producer(false);
        if self.recoveries >= self.settings.worker.recoveries_max {
            let recoveries = self.recoveries;
            return Err(WorkerError::Recoveries { recoveries, cause });
        }
        self.recoveries += 1;
        self.metrics.recovery();
        warn!(cause, "the producer broke, making a new one");
        Ok(())
    }

    /// Gives back all that is not being published, and goes back to the committed offsets once nothing is.
    pub(super) fn give_back(&mut self) {
        self.classifying = None;
        self.classified = None;
        let keep = self.publishing.as_ref().or(self.uncertain.as_ref());
        let given_back = self.intake.give_back(keep.map(|publishing| &publishing.sealed));
        self.metrics.gave_back(&given_back);
        self.rewind = Rewind::Wanted;
    }
}
