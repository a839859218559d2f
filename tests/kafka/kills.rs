//! Exactly once, whatever kills the worker.

use std::collections::BTreeMap;
use std::time::Duration;

use super::broker::Own;
use super::client::{Raw, Seen, Topics, group, wait_until};
use super::worker::{Options, Worker};

const RECORDS: usize = 20_000;

/// Two workers in one group; one or the other is killed and comes back, again and again, while they work.
fn killed_again_and_again(test: &str, protocol: &'static str) {
    let topics = Topics::new(test, 4);
    topics.send(records());
    let options = Options {
        protocol,
        batch_records_max: 100,
        ..Options::group(&group(test))
    };
    let mut workers = [Worker::start(&topics, &options), Worker::start(&topics, &options)];
    // Milliseconds between the kills: some fall into start-up, some into a rebalance, some into a transaction.
    for (kill, pause_ms) in [900, 350, 600, 1500, 450, 800].into_iter().enumerate() {
        std::thread::sleep(Duration::from_millis(pause_ms));
        let victim = &mut workers[kill % 2];
        victim.kill();
        *victim = Worker::start(&topics, &options);
    }
    wait_until_all_are_written(&topics);
    for worker in &mut workers {
        let (status, _) = worker.terminate(Duration::from_secs(15));
        assert!(status.success(), "{status}");
    }
    assert_each_once(&topics);
}

/// Cut JSON: every record is written once to the dead letters, which share the transaction with events and offsets.
fn records() -> impl Iterator<Item = Raw> {
    (0..RECORDS).map(|n| Raw::value(format!(r#"{{"n":{n:06},"body":"{}"#, "x".repeat(500))))
}

#[track_caller]
fn wait_until_all_are_written(topics: &Topics) {
    wait_until("every record is written", Duration::from_secs(100), || {
        std::thread::sleep(Duration::from_millis(500));
        topics.read(&topics.dead_letters).len() >= RECORDS
    });
}

#[track_caller]
fn assert_each_once(topics: &Topics) {
    let mut times: BTreeMap<String, Vec<Seen>> = BTreeMap::new();
    for letter in topics.read(&topics.dead_letters) {
        times.entry(letter.value.clone().unwrap()).or_default().push(letter);
    }
    let twice: Vec<_> = times.values().filter(|letters| letters.len() > 1).collect();
    let missing = RECORDS - times.len();
    let place = |letter: &Seen| {
        (
            letter.headers["dlq_partition"].clone(),
            letter.headers["dlq_offset"].clone(),
            letter.partition,
        )
    };
    let places: Vec<Vec<_>> = twice.iter().map(|letters| letters.iter().map(place).collect()).collect();
    assert!(
        missing == 0 && twice.is_empty(),
        "{missing} missing, {} twice: {places:?}",
        twice.len()
    );
}

#[test]
fn a_killed_worker_loses_and_repeats_nothing() {
    killed_again_and_again("kill-classic", "classic");
}

#[test]
fn a_killed_worker_loses_and_repeats_nothing_when_the_broker_assigns() {
    killed_again_and_again("kill-consumer", "consumer");
}

/// Workers join and leave the group while records flow: partitions change hands with transactions open.
fn come_and_go(test: &str, protocol: &'static str) {
    let topics = Topics::new(test, 4);
    topics.send(records());
    let options = Options {
        protocol,
        batch_records_max: 50,
        ..Options::group(&group(test))
    };
    let start = || {
        let worker = Worker::start(&topics, &options);
        worker.wait_until_ready();
        worker
    };
    let leave = |mut worker: Worker| {
        worker.books().expect("the page is up");
        let (status, _) = worker.terminate(Duration::from_secs(10));
        assert!(status.success(), "{status}");
    };
    let first = start();
    let second = start();
    std::thread::sleep(Duration::from_millis(400));
    let third = start();
    leave(first);
    std::thread::sleep(Duration::from_millis(300));
    let fourth = start();
    leave(second);
    wait_until_all_are_written(&topics);
    leave(third);
    leave(fourth);
    assert_each_once(&topics);
}

#[test]
fn workers_that_come_and_go_lose_and_repeat_nothing() {
    come_and_go("go-classic", "classic");
    come_and_go("go-consumer", "consumer");
}

#[test]
fn a_broker_that_restarts_under_load_costs_and_repeats_nothing() {
    let broker = Own::new();
    broker.start();
    let topics = Topics::unmade("bounce", &broker.bootstrap());
    for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
        topics.make(topic, 4, &[]);
    }
    topics.send(records());
    let options = Options {
        batch_records_max: 100,
        // Longer than the outage. Kafka 4.3.1 that ends a timed-out transaction in its first moments after a restart writes
        // the abort into its own books and no marker into the topics, so what was aborted is read all the same.
        transaction_timeout_ms: 30_000,
        ..Options::group(&group("bounce"))
    };
    let mut worker = Worker::start(&topics, &options);
    wait_until("some are done", Duration::from_secs(30), || {
        worker.metric("demarche_records_total", "") > 1000
    });
    broker.kill();
    std::thread::sleep(Duration::from_secs(1));
    broker.start();
    wait_until_all_are_written(&topics);
    assert_each_once(&topics);
    assert!(worker.terminate(Duration::from_secs(15)).0.success());
    broker.stop();
}

#[test]
fn sigterm_drains_and_the_successor_reads_nothing_again() {
    const MANY: usize = 30_000;
    let topics = Topics::new("sigterm", 4);
    topics.send((0..MANY).map(|n| Raw::value(format!("{{\"n\":{n:06}"))));
    let options = Options {
        batch_records_max: 200,
        ..Options::group(&group("sigterm"))
    };
    let mut first = Worker::start(&topics, &options);
    wait_until("some are done", Duration::from_secs(30), || {
        first.metric("demarche_records_total", "") > 1000
    });
    let (status, took) = first.terminate(Duration::from_secs(10));
    assert!(status.success(), "{status}");
    let done = topics.read(&topics.dead_letters).len();
    assert!((1000..MANY).contains(&done), "stopped in the middle: {done} in {took:?}");

    let mut second = Worker::start(&topics, &options);
    wait_until("the rest is done", Duration::from_secs(30), || {
        topics_done(&second) + done as u64 >= MANY as u64
    });
    assert_eq!(
        second.metric("demarche_consumed_records_total", "") + done as u64,
        MANY as u64,
        "nothing is read again"
    );
    assert!(second.terminate(Duration::from_secs(10)).0.success());
    assert_eq!(topics.read(&topics.dead_letters).len(), MANY);
}

fn topics_done(worker: &Worker) -> u64 {
    worker.metric("demarche_records_total", "")
}

#[test]
fn clients_that_stand_still_are_made_anew_and_nothing_is_lost_or_repeated() {
    let broker = Own::new();
    broker.start();
    let topics = Topics::unmade("stall", &broker.bootstrap());
    for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
        topics.make(topic, 4, &[]);
    }
    topics.send(records());
    let options = Options {
        batch_records_max: 100,
        stall_timeout_ms: 6_000,
        transaction_timeout_ms: 60_000,
        ..Options::group(&group("stall"))
    };
    let mut worker = Worker::start(&topics, &options);
    wait_until("some are done", Duration::from_secs(30), || {
        worker.metric("demarche_records_total", "") > 1000
    });
    assert_eq!(worker.metric("demarche_client_rebuilds_total", ""), 0);
    broker.freeze();
    wait_until("the watchdog has made new clients", Duration::from_secs(20), || {
        worker.metric("demarche_client_rebuilds_total", "") > 0
    });
    worker.books().expect("the page is up");
    broker.thaw();
    wait_until_all_are_written(&topics);
    assert_each_once(&topics);
    worker.books().expect("the page is up");
    assert!(worker.log().contains("the kafka clients stand still"), "it is told");
    assert!(worker.terminate(Duration::from_secs(15)).0.success());
    broker.stop();
}
