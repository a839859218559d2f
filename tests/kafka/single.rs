//! One fault at a time, by name: each record is written once, in order, whatever strikes.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::broker::{Cluster, Own};
use super::client::{Raw, Topics, group, wait_until};
use super::worker::{Options, Worker};

const RECORDS: usize = 3_000;

fn records() -> impl Iterator<Item = Raw> {
    (0..RECORDS).map(|n| Raw::value(format!("{{\"cut\":{n:05}")))
}

fn options(test: &str) -> Options {
    Options {
        batch_records_max: 100,
        batch_age_max_ms: 20,
        transaction_timeout_ms: 60_000,
        transactional_id: Some(group(test)),
        ..Options::group(&group(test))
    }
}

/// Each record once, and those of each raw partition in their order.
#[track_caller]
fn assert_each_once_in_order(topics: &Topics) {
    let letters = topics.read(&topics.dead_letters);
    let mut values: Vec<_> = letters.iter().map(|letter| letter.value.clone().unwrap()).collect();
    values.sort();
    let (written, distinct) = (values.len(), {
        values.dedup();
        values.len()
    });
    assert_eq!((written, distinct), (RECORDS, RECORDS), "written, and of that distinct");
    let mut last = std::collections::BTreeMap::new();
    for letter in &letters {
        let place = |name: &str| letter.headers[name].parse::<i64>().unwrap();
        let before = last.insert((letter.partition, place("dlq_partition")), place("dlq_offset"));
        assert!(before < Some(place("dlq_offset")), "in order");
    }
}

#[track_caller]
fn wait_until_done(worker: &Worker, topics: &Topics) {
    wait_until("every record is written", Duration::from_secs(60), || {
        worker.books();
        let caught_up = worker.metric("demarche_assigned_partitions", "") > 0
            && worker.metric("demarche_consumer_lag_records", "") == 0
            && worker.metric("demarche_in_flight_records", "") == 0;
        caught_up && topics.read(&topics.dead_letters).len() >= RECORDS
    });
}

/// The worker dies at `fault`, and its successor goes on.
fn dies_at(fault: &'static str) {
    let topics = Topics::new(&format!("dies-{}", fault.replace('@', "-")), 2);
    topics.send(records());
    let options = options("dies");
    let mut first = Worker::start(
        &topics,
        &Options {
            fault: Some(fault),
            ..options.clone()
        },
    );
    let status = first.ended(Duration::from_secs(40));
    assert_eq!(status.code(), None, "it was killed by a signal: {}", first.log());
    let done = topics.read(&topics.dead_letters).len();
    assert!((1..RECORDS).contains(&done), "died in the middle: {done}");
    let mut second = Worker::start(&topics, &options);
    wait_until_done(&second, &topics);
    assert!(second.terminate(Duration::from_secs(10)).0.success());
    assert_each_once_in_order(&topics);
}

#[test]
fn killed_before_begin() {
    dies_at("before_begin@5");
}

#[test]
fn killed_after_produce() {
    dies_at("after_produce@5");
}

#[test]
fn killed_after_offsets() {
    dies_at("after_offsets@5");
}

#[test]
fn killed_during_commit() {
    dies_at("during_commit@5");
}

/// The worker survives `fault`, and `metric` tells of it.
fn survives(fault: &'static str, metric: &str, label: &str) {
    let topics = Topics::new(&format!("survives-{}", fault.replace('@', "-")), 2);
    topics.send(records());
    let mut worker = Worker::start(
        &topics,
        &Options {
            fault: Some(fault),
            ..options("survives")
        },
    );
    wait_until_done(&worker, &topics);
    assert_eq!(worker.metric(metric, label), 1);
    assert!(worker.metric("demarche_rewound_records_total", "") > 0);
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
    assert_each_once_in_order(&topics);
}

#[test]
fn a_transaction_is_aborted() {
    survives("abort@5", "demarche_transactions_total", "aborted");
}

#[test]
fn the_first_transaction_of_all_is_aborted() {
    survives("abort@1", "demarche_transactions_total", "aborted");
}

#[test]
fn a_transaction_is_aborted_with_records_in_flight() {
    survives("abort_in_flight@5", "demarche_transactions_total", "aborted");
}

#[test]
fn an_abort_fails() {
    survives("abort_fails@5", "demarche_producer_recoveries_total", "");
}

#[test]
fn the_assignment_is_lost_while_the_worker_sleeps() {
    let topics = Topics::new("asleep", 2);
    let options = options("asleep");
    let other = Options {
        transactional_id: Some(group("awake")),
        ..options.clone()
    };
    let mut sleeper = Worker::start(&topics, &options);
    sleeper.wait_until_ready();
    topics.send(records());
    wait_until("it works", Duration::from_secs(20), || {
        sleeper.metric("demarche_records_total", "") > 0
    });
    sleeper.signal("STOP");
    let mut awake = Worker::start(&topics, &other);
    // Longer than the session of 6 s; the transaction that is open is ended by nobody until the sleeper wakes.
    wait_until("the other has the partitions", Duration::from_secs(30), || {
        awake.metric("demarche_assigned_partitions", "") == 2
    });
    sleeper.signal("CONT");
    wait_until("the sleeper has seen it", Duration::from_secs(30), || {
        sleeper.metric("demarche_rebalances_total", "lost") > 0
    });
    wait_until("every record is written", Duration::from_secs(60), || {
        topics.read(&topics.dead_letters).len() >= RECORDS
    });
    for worker in [&mut sleeper, &mut awake] {
        worker.books().expect("the page is up");
        assert!(worker.terminate(Duration::from_secs(10)).0.success());
    }
    assert_each_once_in_order(&topics);
}

/// A cluster that two tests use, one after the other.
fn cluster() -> MutexGuard<'static, Cluster> {
    static CLUSTER: OnceLock<Mutex<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| Mutex::new(Cluster::start()));
    cluster.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn too_few_replicas_are_in_sync_for_a_while() {
    let cluster = cluster();
    let topics = Topics {
        replication: 3,
        ..Topics::unmade("replicas", &cluster.bootstrap())
    };
    topics.make(&topics.raw, 2, &[]);
    topics.make(&topics.events, 1, &[]);
    // On two of the three nodes, and both of them are needed.
    topics.make_on(&topics.dead_letters, &[1, 2], &[("min.insync.replicas", "2")]);
    let mut worker = Worker::start(&topics, &options("replicas"));
    worker.wait_until_ready();
    topics.send(records());
    cluster.kill(1);
    wait_until("it has tried in vain", Duration::from_secs(60), || {
        let broken = ["aborted", "broken"].map(|result| worker.metric("demarche_transactions_total", result));
        broken.iter().sum::<u64>() > 0
    });
    let done = worker.metric("demarche_records_total", "");
    assert!(done < RECORDS as u64, "some wait");
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(worker.metric("demarche_records_total", ""), done, "nothing more is committed");
    cluster.start_again(1).join().unwrap();
    wait_until_done(&worker, &topics);
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
    assert_each_once_in_order(&topics);
}

#[test]
fn at_least_once_commits_no_offset_before_its_records_are_written() {
    let topics = Topics::unmade("unwritten", super::broker::bootstrap());
    topics.make(&topics.raw, 1, &[]);
    topics.make(&topics.events, 1, &[]);
    // The topic of dead letters is not there, and all records are to go to it.
    topics.send(records());
    let options = Options {
        guarantee: "at_least_once",
        transactional_id: None,
        ..options("unwritten")
    };
    let worker = Worker::start(&topics, &options);
    wait_until("it has tried", Duration::from_secs(40), || {
        worker.metric("demarche_transactions_total", "") > 0
    });
    assert_eq!(worker.metric("demarche_records_total", ""), 0);
}

#[test]
fn the_broker_is_away_for_a_minute() {
    let broker = Own::new();
    broker.start();
    let topics = Topics::unmade("minute", &broker.bootstrap());
    for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
        topics.make(topic, 2, &[]);
    }
    topics.send(records());
    let options = Options {
        // Longer than the outage, see `kills.rs`.
        transaction_timeout_ms: 120_000,
        ..options("minute")
    };
    let mut worker = Worker::start(&topics, &options);
    wait_until("it works", Duration::from_secs(20), || {
        worker.metric("demarche_records_total", "") > 0
    });
    broker.kill();
    std::thread::sleep(Duration::from_secs(60));
    assert!(worker.is_running() && !worker.is_ready());
    assert_eq!(worker.get("/healthz").unwrap().0, 200);
    broker.start();
    wait_until_done(&worker, &topics);
    assert!(worker.is_ready());
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
    assert_each_once_in_order(&topics);
    broker.stop();
}

#[test]
fn the_coordinators_move_when_each_node_goes_in_turn() {
    let cluster = cluster();
    let topics = Topics {
        replication: 3,
        ..Topics::unmade("moved", &cluster.bootstrap())
    };
    for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
        topics.make(topic, 2, &[("min.insync.replicas", "2")]);
    }
    let mut worker = Worker::start(&topics, &options("moved"));
    worker.wait_until_ready();
    // Each node has been the coordinator of group and transactions, or leads what they need, at one of the three.
    for (node, part) in (0..3).zip(records().collect::<Vec<_>>().chunks(RECORDS / 3)) {
        topics.send(part.to_vec());
        cluster.kill(node);
        let begun = Instant::now();
        while topics.read(&topics.dead_letters).len() < (node + 1) * RECORDS / 3 {
            let pages = || ["/readyz", "/metrics"].map(|page| worker.get(page));
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "stuck without node {node}: {:#?}",
                pages()
            );
            std::thread::sleep(Duration::from_millis(200));
        }
        println!("without node {node}: {:.1} s", begun.elapsed().as_secs_f64());
        cluster.start_again(node).join().unwrap();
        std::thread::sleep(Duration::from_secs(3));
    }
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
    assert_each_once_in_order(&topics);
}
