//! What is wrong in the whole must not drain into the dead letters: the worker stops and says what to do.

use std::time::Duration;

use super::client::{Raw, Topics, group, wait_until};
use super::worker::{Options, Worker};

fn good(n: usize) -> Raw {
    Raw::value(format!(
        r#"{{"id":"good-{n}","body":"On day {n} the harvest goes on.","language":"en"}}"#
    ))
}

fn bad(n: usize) -> Raw {
    Raw::value(format!("{{\"cut\":{n}"))
}

/// Starts a worker that is to stop by itself, and gives what it says at its end.
#[track_caller]
fn stopped(topics: &Topics, options: &Options) -> String {
    let mut worker = Worker::start(topics, options);
    let status = worker.ended(Duration::from_secs(30));
    assert_eq!(status.code(), Some(1), "{}", worker.log());
    let log = worker.log();
    log.lines()
        .find(|line| line.starts_with("error: "))
        .expect("it says why")
        .to_owned()
}

#[test]
fn too_many_dead_letters_in_a_row_stop_the_worker_and_a_higher_limit_lets_it_go_on() {
    let topics = Topics::new("run-limit", 1);
    topics.send((0..100).map(good).chain((0..300).map(bad)).chain((100..150).map(good)));
    let strict = Options {
        more: "[dead_letters]\nrun_max = 200\n".into(),
        batch_records_max: 50,
        ..Options::group(&group("run-limit"))
    };
    let words = stopped(&topics, &strict);
    assert!(
        words.contains("dead_letters.run_max = 200") && words.contains("bad_json"),
        "{words}"
    );
    assert!(words.contains("partition 0") && words.contains("offset 300"), "{words}");
    let written = topics.read(&topics.dead_letters).len();
    assert_eq!(written, 200, "nothing of the batch that went over the limit");

    let lenient = Options {
        more: "[dead_letters]\nrun_max = 1000\n".into(),
        ..strict
    };
    let mut worker = Worker::start(&topics, &lenient);
    wait_until("the rest is done", Duration::from_secs(30), || {
        worker.metric("demarche_records_total", "") == 150
    });
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
    assert_eq!(topics.read(&topics.dead_letters).len(), 300, "each once");
}

#[test]
fn too_large_a_share_of_dead_letters_stops_the_worker() {
    let topics = Topics::new("share-limit", 4);
    topics.send((0..2000).map(|n| if n % 2 == 0 { good(n) } else { bad(n) }));
    let options = Options {
        more: "[dead_letters]\nshare_max = 0.4\nshare_window_records = 1000\n".into(),
        batch_records_max: 100,
        ..Options::group(&group("share-limit"))
    };
    let words = stopped(&topics, &options);
    assert!(
        words.contains("dead_letters.share_max = 0.4") && words.contains("bad_json"),
        "{words}"
    );
    let written = topics.read(&topics.dead_letters).len();
    assert!((300..600).contains(&written), "{written} written before the window was full");
}
