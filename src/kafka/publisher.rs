//! The publisher: a thread that owns the producer, makes it anew when it breaks, and publishes one job at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tracing::{debug, info};

use super::access::Access;
use super::config;
use super::consumer::Membership;
use super::error::Error;
use super::producer::{Identity, Job, Producer, Verdict};
use crate::settings::{Guarantee, Settings, Topics};

/// What the publisher tells the worker.
#[derive(Debug)]
pub enum Report {
    /// There is a producer, the first or a new one: what its predecessor left open has ended.
    Ready,
    /// The job has ended.
    Done {
        /// How.
        verdict: Verdict,
        /// How long it took.
        took: Duration,
    },
    /// No producer can be had.
    Failed(Error),
}

/// The worker's end. The thread ends when it is dropped and the job under way is done.
pub struct Publisher {
    /// Reports, in order; closed when the thread has ended.
    pub reports: mpsc::Receiver<Report>,
    jobs: Option<std_mpsc::SyncSender<Job>>,
    stop: Arc<AtomicBool>,
}

impl Publisher {
    /// A publisher with its first producer on the way.
    ///
    /// # Errors
    /// If a setting is refused. An unreachable broker is no error.
    pub fn start(settings: &Settings, membership: Membership) -> Result<Self, Error> {
        let (reports_in, reports) = mpsc::channel(4);
        // One job at a time is published; one more may wait, so handing over never blocks.
        let (jobs, jobs_out) = std_mpsc::sync_channel(1);
        let stop = Arc::new(AtomicBool::new(false));
        let transactional_id = config::transactional_id(&settings.kafka);
        let thread = Thread {
            membership,
            topics: settings.topics.clone(),
            guarantee: settings.delivery.guarantee,
            retry_timeout: settings.worker.retry_timeout,
            config: config::producer(&settings.kafka, &settings.delivery, &transactional_id),
            identity: Identity {
                access: Access::new(&settings.kafka, &settings.topics),
                transactional_id,
            },
            reports: reports_in,
            stop: Arc::clone(&stop),
        };
        // Refused settings are found before anything is consumed.
        let first = thread.producer()?;
        let spawned = thread::Builder::new()
            .name("kafka-publisher".into())
            .spawn(move || thread.run(first, &jobs_out));
        spawned.map_err(|error| Error::Create {
            client: "producer",
            problem: error.to_string(),
        })?;
        Ok(Self {
            reports,
            jobs: Some(jobs),
            stop,
        })
    }

    /// Hands `job` over; it is answered by one [`Report::Done`].
    pub fn publish(&self, job: Job) {
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok());
        if !sent {
            debug!("the publisher has ended already");
        }
    }

    /// Ends the thread once its job is done; [`Publisher::reports`] closes then.
    pub fn stop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.jobs = None;
    }
}

struct Thread {
    membership: Membership,
    topics: Topics,
    guarantee: Guarantee,
    retry_timeout: Duration,
    config: rdkafka::ClientConfig,
    identity: Identity,
    reports: mpsc::Sender<Report>,
    stop: Arc<AtomicBool>,
}

impl Thread {
    fn producer(&self) -> Result<Producer, Error> {
        Producer::new(
            &self.config,
            self.identity.clone(),
            &self.topics,
            self.guarantee,
            self.retry_timeout,
        )
    }

    /// Publishes jobs until there are no more; a broken producer is replaced by one with the same `transactional.id`.
    fn run(self, first: Producer, jobs: &std_mpsc::Receiver<Job>) {
        let mut producer = first;
        loop {
            match self.serve(&producer, jobs) {
                Served::Ended => return,
                Served::Broken => drop(producer),
                Served::Failed(error) => return self.report(Report::Failed(error)),
            }
            producer = match self.producer() {
                Ok(producer) => producer,
                Err(error) => return self.report(Report::Failed(error)),
            };
            info!("made a new producer");
        }
    }

    fn serve(&self, producer: &Producer, jobs: &std_mpsc::Receiver<Job>) -> Served {
        match producer.init(&self.stop) {
            Ok(()) => self.report(Report::Ready),
            Err(_) if self.stop.load(Ordering::Relaxed) => return Served::Ended,
            Err(error) => return Served::Failed(error),
        }
        while let Ok(job) = jobs.recv() {
            let begun = Instant::now();
            let verdict = producer.publish(&job, &self.membership);
            let broken = matches!(verdict, Verdict::Broken { .. });
            let took = begun.elapsed();
            self.report(Report::Done { verdict, took });
            if broken {
                return Served::Broken;
            }
        }
        Served::Ended
    }

    fn report(&self, report: Report) {
        if self.reports.blocking_send(report).is_err() {
            debug!("nobody takes reports any more");
        }
    }
}

/// Why a producer serves no longer.
enum Served {
    Ended,
    Broken,
    Failed(Error),
}
