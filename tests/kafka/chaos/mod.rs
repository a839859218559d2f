//! Everything at once: workers of one group over a cluster of three nodes, while both are killed, held, fenced and restarted.
//!
//! A short round with each group protocol is part of the tests. `scripts/chaos SECONDS [SEED]` runs long ones.

mod feed;
mod oracle;
mod plan;

use std::time::{Duration, Instant, SystemTime};

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{DefaultProducerContext, Producer, ThreadedProducer};

use super::broker::Cluster;
use super::client::{Topics, group, wait_until};
use super::worker::{NO_DEAD_LETTER_LIMIT, Options, Worker};
use feed::Feed;
use plan::{Action, Plan};

const WORKERS: usize = 3;
const PARTITIONS: usize = 6;

/// How long, and with which seed.
struct Round {
    seconds: u64,
    seed: u64,
    records_per_second: usize,
}

impl Round {
    /// What `scripts/chaos` asks for, else a short one.
    fn asked() -> Self {
        let number = |name| std::env::var(name).ok().map(|text| text.parse().expect("a number"));
        let seconds = number("CHAOS_SECONDS");
        let clock = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        Self {
            seconds: seconds.unwrap_or(20),
            seed: number("CHAOS_SEED").unwrap_or_else(clock),
            records_per_second: if seconds.is_some() { 400 } else { 800 },
        }
    }
}

/// One run over a cluster of its own.
struct Chaos {
    cluster: Cluster,
    topics: Topics,
    options: Vec<Options>,
    workers: Vec<Worker>,
    partitions: usize,
    /// Brokers that are being started.
    starting: Vec<std::thread::JoinHandle<()>>,
}

impl Chaos {
    fn start(protocol: &'static str) -> Self {
        let cluster = Cluster::start();
        let topics = Topics {
            replication: 3,
            ..Topics::unmade(&format!("chaos-{protocol}"), &cluster.bootstrap())
        };
        for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
            topics.make(topic, PARTITIONS as i32, &[("min.insync.replicas", "2")]);
        }
        let group = group("chaos");
        let options = |worker: usize| Options {
            protocol,
            batch_records_max: 100,
            drain_timeout_ms: 5_000,
            // Longer than any outage, see `kills.rs`; what a killed worker leaves open is ended when it comes back.
            transaction_timeout_ms: 60_000,
            transactional_id: Some(format!("{group}-{worker}")),
            more: NO_DEAD_LETTER_LIMIT.to_owned(),
            ..Options::group(&group)
        };
        let options: Vec<Options> = (0..WORKERS).map(options).collect();
        let workers = options.iter().map(|options| Worker::start(&topics, options)).collect();
        Self {
            cluster,
            topics,
            options,
            workers,
            partitions: PARTITIONS,
            starting: Vec::new(),
        }
    }

    fn follow(&mut self, plan: &Plan) {
        let begun = Instant::now();
        for (at, action) in &plan.actions {
            let at = begun + Duration::from_millis(*at);
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            println!("{:>7.2} s  {action:?}", begun.elapsed().as_secs_f64());
            self.act(*action);
        }
        for starting in self.starting.drain(..) {
            starting.join().unwrap();
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::KillWorker(worker) => {
                self.workers[worker].books();
                self.workers[worker].kill();
            }
            Action::TerminateWorker(worker) => self.workers[worker].signal("TERM"),
            Action::StartWorker(worker) => {
                // A drain may end in time or, with the brokers away, not: both are allowed to lose nothing.
                self.workers[worker].ended(Duration::from_secs(20));
                self.workers[worker] = Worker::start(&self.topics, &self.options[worker]);
            }
            Action::HoldWorker(worker) => self.workers[worker].signal("STOP"),
            Action::ReleaseWorker(worker) => self.workers[worker].signal("CONT"),
            Action::FenceWorker(worker) => self.fence(worker),
            Action::KillBroker(broker) => self.cluster.kill(broker),
            Action::StartBroker(broker) => self.starting.push(self.cluster.start_again(broker)),
            Action::AddPartition => self.add_partition(),
        }
    }

    /// With a coordinator away it does not come through, and fences nobody.
    fn fence(&self, worker: usize) {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.topics.bootstrap)
            .set("transactional.id", self.options[worker].transactional_id.as_ref().unwrap());
        let producer: ThreadedProducer<DefaultProducerContext> = config.create().unwrap();
        producer.init_transactions(Duration::from_secs(2)).ok();
    }

    /// With a broker away it may not come through; the next attempt asks for the same number or one more.
    fn add_partition(&mut self) {
        self.partitions += 1;
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.topics.bootstrap);
        let admin: AdminClient<DefaultClientContext> = config.create().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let options = AdminOptions::new().request_timeout(Some(Duration::from_secs(3)));
        let new = NewPartitions::new(&self.topics.raw, self.partitions);
        runtime.block_on(admin.create_partitions([&new], &options)).ok();
    }

    /// Waits until the workers have nothing left to do, and their books balance all the while.
    fn settle(&mut self) {
        let mut at_rest = 0;
        wait_until("the workers are through", Duration::from_secs(180), || {
            for (worker, options) in self.workers.iter_mut().zip(&self.options) {
                // It may give up while brokers are away; whoever runs it starts it again.
                if !worker.is_running() {
                    println!("started again: {}", worker.log().lines().last().unwrap_or_default());
                    *worker = Worker::start(&self.topics, options);
                }
                worker.books();
            }
            let sum = |name| self.workers.iter().map(|worker| worker.metric(name, "")).sum::<u64>();
            let through = sum("demarche_assigned_partitions") >= PARTITIONS as u64
                && sum("demarche_consumer_lag_records") == 0
                && sum("demarche_in_flight_records") == 0
                && self.workers.iter().all(Worker::is_ready);
            at_rest = if through { at_rest + 1 } else { 0 };
            std::thread::sleep(Duration::from_millis(200));
            // Lag is known a second late, and new partitions are found within ten.
            at_rest > 60
        });
    }
}

fn round(protocol: &'static str) {
    let round = Round::asked();
    let plan = Plan::new(round.seed, round.seconds * 1000, WORKERS, Cluster::NODES);
    println!("chaos with the {protocol} protocol for {} s, {plan}", round.seconds);
    println!("again: scripts/chaos {} {}", round.seconds, round.seed);
    let mut chaos = Chaos::start(protocol);
    for worker in &chaos.workers {
        worker.wait_until_ready();
    }
    let feed = Feed::start(&chaos.topics, round.records_per_second);
    chaos.follow(&plan);
    let sent = feed.stop();
    chaos.settle();
    for worker in &mut chaos.workers {
        assert!(worker.terminate(Duration::from_secs(15)).0.success());
    }
    let judgement = oracle::judged(&chaos.topics);
    println!("{sent} sent; {judgement}");
    assert!(judgement.is_well() && judgement.raw >= sent, "{judgement}\n{judgement:#?}");
}

#[test]
fn chaos_with_the_classic_protocol_loses_repeats_and_reorders_nothing() {
    round("classic");
}

#[test]
fn chaos_with_the_consumer_protocol_loses_repeats_and_reorders_nothing() {
    round("consumer");
}
