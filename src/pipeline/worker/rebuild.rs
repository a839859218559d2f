//! The clients stand still: they are made anew, and all that was not committed is read again by the new ones.
//!
//! The old clients are closed in the background, for as long as a shutdown may take. Whatever of theirs is still under way,
//! the new producer ends it: it registers with the same `transactional.id`.

use std::mem;
use std::time::Duration;

use tokio::time::Instant;
use tracing::warn;

use super::{HEARTBEAT, Rewind, Worker, WorkerError, close};
use crate::kafka::consumer::Consumer;
use crate::kafka::publisher::Publisher;

impl Worker {
    pub(super) fn beat(&mut self) -> Result<(), WorkerError> {
        self.metrics.health.beat();
        self.metrics.queue(self.consumer.queue_bytes());
        let waits_for = self.waits_for();
        match (self.watchdog.beat(HEARTBEAT, waits_for), waits_for) {
            (Some(still), Some(waits_for)) => self.rebuild(still, waits_for),
            (Some(_), None) | (None, _) => Ok(()),
        }
    }

    /// What the clients should be busy with; none if there is nothing to do.
    fn waits_for(&self) -> Option<&'static str> {
        let health = &self.metrics.health;
        if self.drain_deadline.is_some() || health.is_topic_missing() {
            return None;
        }
        let reasons = [
            (self.intake.in_flight() > 0, "records in flight"),
            (self.rewind != Rewind::No, "the way back to the committed offsets"),
            (!self.publisher_ready, "a producer"),
            (!health.is_joined(), "the group"),
            (self.behind, "records in the topic"),
            (health.is_silent(), "any answer of a broker"),
        ];
        reasons.into_iter().find(|(holds, _)| *holds).map(|(_, what)| what)
    }

    fn rebuild(&mut self, still: Duration, waits_for: &str) -> Result<(), WorkerError> {
        warn!(
            waits_for,
            seconds = still.as_secs(),
            "the kafka clients stand still, making them anew"
        );
        self.metrics.rebuild();
        let (consumer, membership) = Consumer::start(&self.settings)?;
        let publisher = Publisher::start(&self.settings, membership)?;
        let old = (
            mem::replace(&mut self.consumer, consumer),
            mem::replace(&mut self.publisher, publisher),
        );
        tokio::spawn(close(old.0, old.1, Instant::now() + self.settings.worker.drain_timeout));
        self.forget_all();
        Ok(())
    }

    /// As it was at the start, but for the books and what is known of records.
    fn forget_all(&mut self) {
        self.publishing = None;
        self.uncertain = None;
        self.give_back();
        for partition in self.intake.assigned() {
            self.metrics.partition_gone(partition);
            self.dead_letters.forget(partition);
        }
        self.intake.restart();
        self.metrics.assigned(0);
        self.metrics.health.restarted();
        self.publisher_ready = false;
        self.rewind = Rewind::No;
        self.revoked.clear();
        self.release_due = false;
        self.hold_until = None;
        self.behind = false;
    }
}
