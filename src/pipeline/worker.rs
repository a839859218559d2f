//! The async shell: poll, batch, classify, publish, commit, drain. One task owns all state; nothing here blocks.
//!
//! ```text
//! consumer thread ─ chunks ─▶ gathering ─▶ classifying (pool) ─▶ classified ─▶ publishing (publisher thread) ─▶ committed
//! ```
//!
//! Each stage holds at most one batch, so the next one is read and classified while the last one is flushed and committed,
//! and batches are committed in the order they were read. Four things empty the stages:
//!
//! * a *drain* (shutdown, or partitions that the group wants back): nothing more is taken, what was taken is committed;
//! * a *rewind* (an aborted transaction, lost partitions): what was taken is given back, and once no transaction is open the
//!   consumer goes back to the committed offsets;
//! * a stall (the clients do nothing though there is work): the clients are made anew, see `rebuild.rs`;
//! * a fatal error: the process ends uncommitted, and the restart reads again.

mod group;
mod intake;
mod rebuild;
mod verdicts;
mod watchdog;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior, sleep_until, timeout_at};
use tracing::{error, info, warn};

use super::batch::{Classified, Ends, Tally};
use super::current::CurrentClassifier;
use super::limits::{Exceeded, Fate, Watch};
use super::offsets::{OffsetError, Sealed};
use super::outcome::OutcomeKind;
use super::pool::{Pool, TICKS, Work};
use super::record::PartitionId;
use crate::kafka::access::Denied;
use crate::kafka::consumer::{Command, Consumer};
use crate::kafka::error::Error as KafkaError;
use crate::kafka::producer::Job;
use crate::kafka::publisher::Publisher;
use crate::metrics::Metrics;
use crate::settings::Settings;
use intake::Intake;
use watchdog::Watchdog;

/// Why the worker ended otherwise than asked to.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// A client cannot be made or cannot go on.
    #[error(transparent)]
    Kafka(#[from] KafkaError),
    /// Producers broke one after the other.
    #[error("gave up after {recoveries} new producers without one commit between them; the last one broke by {cause}")]
    Recoveries {
        /// How many.
        recoveries: u32,
        /// What broke the last one.
        cause: String,
    },
    /// The records in flight were not committed in time; they will be read again.
    #[error("not drained within {} seconds: {in_flight} records are left uncommitted", timeout.as_secs_f64())]
    Drain {
        /// The setting.
        timeout: Duration,
        /// Records given up.
        in_flight: u64,
    },
    /// Too many records are rejected.
    #[error(transparent)]
    DeadLetters(#[from] Exceeded),
    /// A bug: the worker committed what it must not.
    #[error("a broken invariant: {0}")]
    Offsets(#[from] OffsetError),
    /// A thread that classifies cannot be made.
    #[error("cannot start threads: {0}")]
    Threads(#[from] std::io::Error),
    /// Too many records run on past their time.
    #[error(
        "more than worker.overdue_records_max = {limit} records are still being classified past worker.item_timeout_ms, and each takes \
         up a core. They are in the dead letters with the reason too_slow, or will be read again: have them looked at, it is a defect \
         of the rules or of the program"
    )]
    Overdue {
        /// The limit.
        limit: usize,
    },
    /// A thread of ours ended unasked.
    #[error("the {0} thread ended")]
    ThreadEnded(&'static str),
}

/// What was committed in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Raw records.
    pub records: u64,
    /// Events.
    pub events: u64,
    /// Raw records without event.
    pub no_event: u64,
    /// Dead letters.
    pub dead_letters: u64,
}

impl Summary {
    fn add(&mut self, tally: &Tally) {
        let of = |kind| tally.ends.values().map(|ends| ends.of(kind)).sum::<u64>();
        self.records += tally.ends.values().map(Ends::records).sum::<u64>();
        self.events += tally.events.values().sum::<u64>();
        self.no_event += of(OutcomeKind::NoEvent);
        self.dead_letters += of(OutcomeKind::DeadLetter);
    }
}

/// Runs the worker until `shutdown` resolves; then drains, commits, leaves the group and tells what was done.
///
/// # Errors
/// See [`WorkerError`]; what was not committed is read again by the next worker.
pub async fn run(
    settings: &Settings,
    classifier: impl Into<CurrentClassifier>,
    metrics: &Arc<Metrics>,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<Summary, WorkerError> {
    let mut worker = Worker::start(settings, classifier.into(), metrics)?;
    let ended = worker.turn(shutdown).await;
    if let Err(failure) = &ended {
        metrics.health.failed();
        error!(error = %failure, "the worker cannot go on");
    }
    let drain_timeout = worker.settings.worker.drain_timeout;
    let deadline = worker.drain_deadline.unwrap_or_else(|| Instant::now() + drain_timeout);
    let summary = worker.summary;
    close(worker.consumer, worker.publisher, deadline).await;
    ended.map(|()| summary)
}

/// What is being published.
struct Publishing {
    sealed: Sealed,
    tally: Tally,
    fates: Vec<Fate>,
}

/// Where the way back to the committed offsets stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rewind {
    /// Not going back.
    No,
    /// To be asked for once no transaction is open.
    Wanted,
    /// Asked for under this number.
    Asked(u64),
}

struct Worker {
    settings: Settings,
    consumer: Consumer,
    publisher: Publisher,
    pool: Pool,
    metrics: Arc<Metrics>,

    intake: Intake,
    classifying: Option<oneshot::Receiver<Classified>>,
    classified: Option<Classified>,
    publishing: Option<Publishing>,
    /// A batch whose commit was under way when the producer broke: the broker knows how it ended.
    uncertain: Option<Publishing>,
    publisher_ready: bool,
    /// No broker is reachable, and that has been told.
    away: bool,
    /// What the brokers refuse, and that has been told.
    refused: Option<Denied>,
    rewind: Rewind,
    rewinds: u64,
    /// Partitions that the group wants back.
    revoked: Vec<PartitionId>,
    release_due: bool,
    /// After aborts in a row the next batch waits.
    hold_until: Option<Instant>,
    aborts: u32,
    recoveries: u32,
    drain_deadline: Option<Instant>,
    dead_letters: Watch,
    watchdog: Watchdog,
    /// There are records for us that we have not been given.
    behind: bool,
    summary: Summary,
}

/// How often an idle loop turns.
const HEARTBEAT: Duration = Duration::from_millis(500);

impl Worker {
    fn start(settings: &Settings, classifier: CurrentClassifier, metrics: &Arc<Metrics>) -> Result<Self, WorkerError> {
        let (consumer, membership) = Consumer::start(settings)?;
        let publisher = Publisher::start(settings, membership)?;
        let observe = {
            let metrics = Arc::clone(metrics);
            Box::new(move |took| metrics.processed(took))
        };
        let work = Work {
            classifier,
            cloud_events: settings.cloud_events.clone(),
            observe,
            item_timeout: settings.worker.item_timeout,
        };
        let pool = Pool::start(settings.worker.threads, work)?;
        Ok(Self {
            settings: settings.clone(),
            consumer,
            publisher,
            pool,
            metrics: Arc::clone(metrics),
            intake: Intake::new(&settings.delivery),
            classifying: None,
            classified: None,
            publishing: None,
            uncertain: None,
            publisher_ready: false,
            away: false,
            refused: None,
            rewind: Rewind::No,
            rewinds: 0,
            revoked: Vec::new(),
            release_due: false,
            hold_until: None,
            aborts: 0,
            recoveries: 0,
            drain_deadline: None,
            dead_letters: Watch::new(settings.dead_letters.clone()),
            watchdog: Watchdog::new(settings.worker.stall_timeout),
            behind: false,
            summary: Summary::default(),
        })
    }

    /// The loop: moves batches on, then waits for the next thing to happen.
    async fn turn(&mut self, shutdown: impl Future<Output = ()> + Send) -> Result<(), WorkerError> {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // However late a tick is, it is one: time in which the process was stopped does not count.
        let mut tick = tokio::time::interval(self.settings.worker.item_timeout / TICKS);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.advance()?;
            if self.drain_deadline.is_some() && self.is_empty() {
                return Ok(());
            }
            let (taking, batch_due) = (self.takes(), self.intake.due_at().or(self.hold_until));
            tokio::select! {
                biased;
                () = &mut shutdown, if self.drain_deadline.is_none() => self.begin_drain(),
                () = at(self.drain_deadline) => return Err(self.not_drained()),
                event = self.consumer.events.recv() => self.on_event(event.ok_or(WorkerError::ThreadEnded("consumer"))?)?,
                report = self.publisher.reports.recv() => self.on_report(report.ok_or(WorkerError::ThreadEnded("publisher"))?)?,
                batch = received(&mut self.classifying) => self.on_classified(batch)?,
                _ = tick.tick() => self.leave_overdue_behind()?,
                chunk = self.consumer.records.recv(), if taking => {
                    // What was said before these records were fetched must be heard first.
                    while let Ok(event) = self.consumer.events.try_recv() {
                        self.on_event(event)?;
                    }
                    self.watchdog.progress();
                    self.intake.offer(chunk.ok_or(WorkerError::ThreadEnded("consumer"))?);
                }
                () = at(batch_due), if batch_due.is_some_and(|due| due > Instant::now()) => {}
                _ = heartbeat.tick() => self.beat()?,
            }
        }
    }

    /// Whether records are taken at all: not while we leave, give back partitions or go back.
    fn takes_any(&self) -> bool {
        self.drain_deadline.is_none() && self.revoked.is_empty() && self.rewind == Rewind::No && self.hold_until.is_none()
    }

    fn takes(&self) -> bool {
        self.takes_any() && self.intake.wants_chunk()
    }

    /// Moves every batch to its next stage if that is free.
    fn advance(&mut self) -> Result<(), WorkerError> {
        if self.hold_until.is_some_and(|until| until <= Instant::now()) {
            self.hold_until = None;
        }
        if self.takes_any() {
            let taken = self.intake.take();
            self.metrics.taken(&taken);
        }
        self.publish()?;
        self.classify();
        if self.rewind == Rewind::Wanted && self.publishing.is_none() && self.publisher_ready {
            self.rewinds += 1;
            self.rewind = Rewind::Asked(self.rewinds);
            self.consumer.command(Command::Rewind {
                id: self.rewinds,
                partitions: self.intake.assigned(),
            });
        }
        if self.release_due && self.is_empty() {
            self.release();
        }
        Ok(())
    }

    fn classify(&mut self) {
        let in_a_hurry = !self.takes_any();
        let free = self.classifying.is_none() && self.classified.is_none();
        if !free || !self.intake.is_due(in_a_hurry) {
            return;
        }
        let batch = self.intake.seal();
        self.classifying = Some(self.pool.classify(batch));
    }

    fn leave_overdue_behind(&mut self) -> Result<(), WorkerError> {
        let (timeout, limit) = (self.settings.worker.item_timeout, self.settings.worker.overdue_records_max);
        for (partition, offset) in self.pool.tick()? {
            self.intake.oversize.too_slow((partition, offset), timeout);
            let limit_ms = timeout.as_millis() as u64;
            warn!(%partition, %offset, limit_ms, "a record takes too long, it becomes a dead letter");
        }
        let left_behind = self.pool.left_behind();
        self.metrics.overdue(left_behind);
        if left_behind > limit {
            return Err(WorkerError::Overdue { limit });
        }
        Ok(())
    }

    fn on_classified(&mut self, batch: Result<Classified, oneshot::error::RecvError>) -> Result<(), WorkerError> {
        self.classifying = None;
        self.watchdog.progress();
        self.classified = Some(batch.map_err(|_| WorkerError::ThreadEnded("classify"))?);
        Ok(())
    }

    fn publish(&mut self) -> Result<(), WorkerError> {
        if self.publishing.is_some() || !self.publisher_ready {
            return Ok(());
        }
        let Some(batch) = self.classified.take() else { return Ok(()) };
        self.dead_letters.check(&batch.fates)?;
        let offsets = batch.sealed.offsets().collect();
        self.publisher.publish(Job {
            outputs: batch.outputs,
            offsets,
        });
        self.publishing = Some(Publishing {
            sealed: batch.sealed,
            tally: batch.tally,
            fates: batch.fates,
        });
        Ok(())
    }

    /// Whether no record is in flight at all.
    fn is_empty(&self) -> bool {
        let stages = self.classifying.is_none() && self.classified.is_none() && self.publishing.is_none();
        stages && self.intake.is_empty()
    }

    fn begin_drain(&mut self) {
        info!(in_flight = self.intake.in_flight(), "shutting down: finishing what was taken");
        self.metrics.health.draining();
        self.drain_deadline = Some(Instant::now() + self.settings.worker.drain_timeout);
    }

    fn not_drained(&self) -> WorkerError {
        WorkerError::Drain {
            timeout: self.settings.worker.drain_timeout,
            in_flight: self.intake.in_flight(),
        }
    }
}

/// Ends the threads of the clients and leaves the group, or stops waiting for it at `deadline`.
async fn close(consumer: Consumer, mut publisher: Publisher, deadline: Instant) {
    publisher.stop();
    let stopped = timeout_at(deadline, async { while publisher.reports.recv().await.is_some() {} }).await;
    // Its queues go first, so that the thread cannot wait for room in them.
    consumer.command(Command::Close);
    let Consumer {
        records, events, closed, ..
    } = consumer;
    drop((records, events));
    if stopped.is_err() || timeout_at(deadline, closed).await.is_err() {
        warn!("left without the broker's goodbye");
    }
}

/// Resolves at `instant`; never if there is none.
async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// The result of the batch that is being classified; never if there is none.
async fn received(classifying: &mut Option<oneshot::Receiver<Classified>>) -> Result<Classified, oneshot::error::RecvError> {
    match classifying {
        Some(result) => result.await,
        None => std::future::pending().await,
    }
}

fn ids(partitions: &[PartitionId]) -> Vec<i32> {
    partitions.iter().map(|partition| partition.0).collect()
}
