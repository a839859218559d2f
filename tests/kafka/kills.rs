//! Exactly once, whatever kills the worker.

use std::collections::BTreeMap;
use std::time::Duration;

use super::client::{Raw, Topics, group, wait_until};
use super::worker::{Options, Worker};

const RECORDS: usize = 20_000;

/// Two workers in one group; one or the other is killed and comes back, again and again, while they work.
fn killed_again_and_again(test: &str, protocol: &'static str) {
    let topics = Topics::new(test, 4);
    // Cut JSON: every record is written once to the dead letters, which share the transaction with events and offsets.
    topics.send((0..RECORDS).map(|n| Raw::value(format!(r#"{{"n":{n:06},"body":"{}"#, "x".repeat(500)))));
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
    let mut last = 0;
    wait_until("every record is written", Duration::from_secs(100), || {
        last = topics.read(&topics.dead_letters).len();
        std::thread::sleep(Duration::from_millis(500));
        last >= RECORDS
    });
    for worker in &mut workers {
        let (status, _) = worker.terminate(Duration::from_secs(15));
        assert!(status.success(), "{status}");
    }
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for letter in topics.read(&topics.dead_letters) {
        *times.entry(letter.value.unwrap()).or_default() += 1;
    }
    let duplicates = times.values().filter(|count| **count > 1).count();
    assert_eq!((RECORDS - times.len(), duplicates), (0, 0), "missing, duplicated");
}

#[test]
fn a_killed_worker_loses_and_repeats_nothing() {
    killed_again_and_again("kill-classic", "classic");
}

#[test]
fn a_killed_worker_loses_and_repeats_nothing_when_the_broker_assigns() {
    killed_again_and_again("kill-consumer", "consumer");
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
