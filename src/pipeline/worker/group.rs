//! What the consumer reports: partitions come, go and are read again; Kafka is there or away.

use tracing::{debug, error, info, warn};

use super::{Rewind, Worker, WorkerError, ids};
use crate::kafka::access::{Denied, DeniedKind};
use crate::kafka::consumer::{Command, Event};
use crate::kafka::group::ClientState;
use crate::metrics::RebalanceKind;
use crate::pipeline::record::{Offset, PartitionId};

impl Worker {
    pub(super) fn on_event(&mut self, event: Event) -> Result<(), WorkerError> {
        match event {
            Event::Assigned { partitions, epoch } => self.on_assigned(&partitions, epoch),
            Event::Revoked { partitions, lost } => self.on_revoked(partitions, lost),
            Event::Rewound { id, partitions, epoch } => {
                // An answer to an earlier question is of no use: another will come.
                if self.rewind == Rewind::Asked(id) {
                    self.on_rewound(&partitions, epoch);
                }
            }
            Event::State(state) => self.on_state(&state),
            Event::BrokersDown(reason) => {
                self.metrics.health.brokers_down();
                // It comes again with every attempt.
                if !std::mem::replace(&mut self.away, true) {
                    warn!(reason, "no broker is reachable, trying on");
                }
            }
            Event::Denied(refused) => self.on_refused(refused),
            Event::TopicMissing => {
                self.metrics.health.topic_missing(true);
                warn!("the input topic is missing, waiting for it");
            }
            Event::TopicFound => self.metrics.health.topic_missing(false),
            Event::Trouble(problem) => warn!(problem, "the consumer reports trouble, trying on"),
            Event::Failed(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn on_assigned(&mut self, partitions: &[PartitionId], epoch: u64) {
        self.watchdog.progress();
        for partition in partitions {
            self.intake.offsets.assign(*partition, epoch);
            self.metrics.partition_ours(*partition);
        }
        let assigned = self.intake.assigned().len();
        self.metrics.rebalance(RebalanceKind::Assigned, assigned);
        self.metrics.health.assigned();
        if !partitions.is_empty() {
            self.allowed();
            self.metrics.health.topic_missing(false);
        }
        info!(partitions = ?ids(partitions), assigned, "partitions assigned");
    }

    fn on_revoked(&mut self, partitions: Vec<PartitionId>, lost: bool) {
        let kind = if lost { RebalanceKind::Lost } else { RebalanceKind::Revoked };
        self.metrics.rebalance(kind, self.intake.assigned().len());
        info!(partitions = ?ids(&partitions), lost, "partitions revoked");
        self.watchdog.progress();
        self.revoked.extend(partitions);
        self.release_due = true;
        if lost {
            // The broker refuses a commit of ours from now on, so nothing of it can be finished.
            self.metrics.health.lost();
            self.give_back();
        }
    }

    /// Lets go of what the group wants back; nothing of it is in flight any more.
    pub(super) fn release(&mut self) {
        let partitions = std::mem::take(&mut self.revoked);
        self.release_due = false;
        for partition in &partitions {
            self.intake.offsets.revoke(*partition);
            self.metrics.partition_gone(*partition);
            self.dead_letters.forget(*partition);
        }
        self.metrics.assigned(self.intake.assigned().len());
        debug!(partitions = ?ids(&partitions), "partitions released");
        self.consumer.command(Command::Release(partitions));
    }

    fn on_rewound(&mut self, partitions: &[(PartitionId, Option<Offset>)], epoch: u64) {
        if let Some(uncertain) = self.uncertain.take() {
            let committed = |partition| {
                partitions
                    .iter()
                    .find(|(found, _)| *found == partition)
                    .and_then(|(_, offset)| *offset)
            };
            if uncertain
                .sealed
                .offsets()
                .all(|(partition, next)| committed(partition) >= Some(next))
            {
                info!("the commit that was under way had gone through");
                self.count(&uncertain);
            } else {
                self.metrics.gave_back(&self.intake.give_back(None));
            }
        }
        for (partition, committed) in partitions {
            self.intake.offsets.rewound(*partition, epoch);
            if let Some(committed) = committed {
                self.metrics.partition_committed(*partition, *committed);
            }
        }
        self.rewind = Rewind::No;
        self.watchdog.progress();
    }

    fn on_refused(&mut self, refused: Denied) {
        if refused.kind == DeniedKind::HungUp && self.metrics.health.is_connected() {
            return;
        }
        self.metrics.health.refused(true);
        let told = self.refused.as_ref().is_some_and(|before| before.what == refused.what);
        if !told {
            error!("{refused}");
            self.refused = Some(refused);
        }
    }

    /// Whatever was refused is allowed now.
    pub(super) fn allowed(&mut self) {
        self.metrics.health.refused(false);
        self.refused = None;
    }

    fn on_state(&mut self, state: &ClientState) {
        self.metrics.health.brokers(state.brokers_up > 0, state.responses);
        if state.brokers_up > 0 && std::mem::take(&mut self.away) {
            info!("a broker is reachable again");
        }
        let no_connection = self
            .refused
            .as_ref()
            .is_some_and(|refused| refused.kind != DeniedKind::Permission);
        if state.brokers_up > 0 && no_connection {
            self.allowed();
        }
        if state.joined {
            self.metrics.health.joined();
        }
        let assigned = self.intake.assigned();
        self.behind = state.behind.iter().any(|partition| assigned.contains(partition));
        for (partition, end) in state.ends.iter().filter(|(partition, _)| assigned.contains(partition)) {
            self.metrics.partition_end(*partition, *end);
        }
    }
}
