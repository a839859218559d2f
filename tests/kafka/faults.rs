//! Kafka is away, or the topic is: the worker says so and waits.

use std::time::Duration;

use super::broker::Own;
use super::client::{Raw, Topics, group, wait_until};
use super::worker::{Options, Worker};

#[test]
fn an_unreachable_broker_is_waited_for_and_told_by_readyz() {
    let broker = Own::new();
    let topics = Topics::unmade("away", &broker.bootstrap());
    let mut worker = Worker::start(&topics, &Options::group(&group("away")));
    wait_until("the page is up", Duration::from_secs(10), || worker.get("/healthz").is_some());
    std::thread::sleep(Duration::from_secs(2));
    assert!(worker.is_running());
    assert_eq!(worker.get("/readyz"), Some((503, "no broker reachable\n".to_owned())));
    assert_eq!(worker.get("/healthz").unwrap().0, 200);
    assert_eq!(worker.log().matches("no broker is reachable").count(), 1, "told once");

    broker.start();
    for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
        topics.make(topic, 1, &[]);
    }
    worker.wait_until_ready();
    topics.send([Raw::value("{cut")]);
    wait_until("it works", Duration::from_secs(20), || {
        worker.metric("demarche_records_total", "") == 1
    });

    broker.stop();
    wait_until("not ready any more", Duration::from_secs(20), || !worker.is_ready());
    assert_eq!(worker.get("/healthz").unwrap().0, 200);
    assert!(worker.is_running());
    broker.start();
    wait_until("ready again", Duration::from_secs(40), || worker.is_ready());
    topics.send([Raw::value("{cut again")]);
    wait_until("it works again", Duration::from_secs(40), || {
        worker.metric("demarche_records_total", "") == 2
    });
    assert_eq!(topics.read(&topics.dead_letters).len(), 2);
    assert!(worker.terminate(Duration::from_secs(12)).0.success());
    broker.stop();
}

#[test]
fn a_missing_topic_is_waited_for() {
    let topics = Topics::unmade("missing", super::broker::bootstrap());
    let mut worker = Worker::start(&topics, &Options::group(&group("missing")));
    wait_until("it says why", Duration::from_secs(20), || {
        worker.get("/readyz") == Some((503, "input topic missing\n".to_owned()))
    });
    assert!(worker.is_running());
    for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
        topics.make(topic, 1, &[]);
    }
    topics.send([Raw::value("{cut")]);
    worker.wait_until_ready();
    wait_until("it works", Duration::from_secs(20), || {
        worker.metric("demarche_records_total", "") == 1
    });
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
}

#[test]
fn a_member_without_partitions_is_ready() {
    let topics = Topics::new("spare", 1);
    for protocol in ["classic", "consumer"] {
        let options = Options {
            protocol,
            ..Options::group(&group("spare"))
        };
        let workers = [Worker::start(&topics, &options), Worker::start(&topics, &options)];
        for worker in &workers {
            worker.wait_until_ready();
        }
        wait_until("the one partition is with one of them", Duration::from_secs(20), || {
            let assigned = workers.iter().map(|worker| worker.metric("demarche_assigned_partitions", ""));
            assigned.sum::<u64>() == 1
        });
        assert!(workers.iter().all(Worker::is_ready));
    }
}

#[test]
fn an_idle_worker_is_small() {
    let topics = Topics::new("idle", 4);
    let mut worker = Worker::start(&topics, &Options::group(&group("idle")));
    worker.wait_until_ready();
    let resident_mb = worker.resident_bytes() >> 20;
    assert!(resident_mb < 150, "{resident_mb} MB");
    assert!(worker.terminate(Duration::from_secs(5)).0.success());
}
