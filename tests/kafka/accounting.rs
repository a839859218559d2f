//! Every record ends somewhere, and the books say where.

use std::time::{Duration, Instant};

use super::client::{Raw, Topics, group, wait_until};
use super::worker::{Options, Worker};

/// What no decoder reads, with the reason it must get. Each bad in its own way.
fn broken() -> Vec<(&'static str, Option<Vec<u8>>)> {
    vec![
        ("not_utf8", Some(b"\xff\xfe not text \xc3\x28".to_vec())),
        ("bad_json", Some(br#"{"id": "cut", "body": "The foreign min"#.to_vec())),
        ("too_large", Some(vec![b'x'; 20 << 20])),
        ("null_value", None),
        ("", Some(br#"{"body":null}"#.to_vec())),
    ]
}

/// An item that is fine and reports nothing.
fn plain(n: usize) -> Raw {
    Raw::value(format!(
        r#"{{"id":"plain-{n}","body":"The weather stays dry on day {n}, and the harvest goes on.","language":"en"}}"#
    ))
}

#[test]
fn broken_payloads_stall_nothing_and_lie_untouched_in_the_dead_letters() {
    let topics = Topics::new("broken", 1);
    let mut records: Vec<Raw> = Vec::new();
    for (n, (reason, value)) in broken().into_iter().enumerate() {
        records.push(plain(n));
        records.push(Raw {
            key: Some(format!("key-{n}")),
            value,
            headers: vec![("h".into(), reason.as_bytes().to_vec())],
            ..Raw::default()
        });
    }
    records.push(plain(99));
    topics.send(records);
    let mut worker = Worker::start(&topics, &Options::group(&group("broken")));
    wait_until("all 11 records have an outcome", Duration::from_secs(60), || {
        worker.metric("demarche_records_total", "") == 11
    });

    let expected: Vec<Option<Vec<u8>>> = broken().into_iter().map(|(_, value)| value).collect();
    assert!(
        topics.values(&topics.dead_letters) == expected,
        "values differ from what was sent"
    );
    let letters = topics.read(&topics.dead_letters);
    for (n, ((reason, _), letter)) in broken().iter().zip(&letters).enumerate() {
        if !reason.is_empty() {
            assert_eq!(letter.headers["dlq_reason"], *reason);
        }
        assert_eq!(letter.key, Some(format!("key-{n}")));
        assert_eq!(letter.headers["h"], *reason, "original headers stay");
        assert_eq!(letter.headers["dlq_topic"], topics.raw);
        assert_eq!(letter.headers["dlq_offset"], (2 * n + 1).to_string());
    }
    assert_eq!(worker.metric("demarche_dead_letters_total", ""), 5);
    assert_eq!(worker.metric("demarche_consumer_lag_records", ""), 0);
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
}

#[test]
fn two_groups_over_the_same_input_write_the_same() {
    const RECORDS: usize = 3000;
    let input = Topics::new("twice", 4);
    input.send((0..RECORDS).map(|n| {
        if n % 10 == 0 {
            Raw::value(format!("{{\"cut\":{n}"))
        } else {
            plain(n)
        }
    }));
    let mut written = Vec::new();
    for run in ["first", "second"] {
        let output = Topics::new(&format!("twice-{run}"), 2);
        let topics = Topics {
            raw: input.raw.clone(),
            ..output
        };
        let mut worker = Worker::start(&topics, &Options::group(&group("twice")));
        wait_until("all records have an outcome", Duration::from_secs(60), || {
            worker.books();
            worker.metric("demarche_records_total", "") == RECORDS as u64
        });
        let of = |outcome| worker.metric("demarche_records_total", outcome);
        assert_eq!(of("dead_letter"), RECORDS as u64 / 10);
        assert_eq!(of("dead_letter") + of("no_event") + of("\"events\""), RECORDS as u64);
        assert!(worker.terminate(Duration::from_secs(10)).0.success());
        let mut ids: Vec<_> = topics
            .read(&topics.events)
            .into_iter()
            .map(|event| event.headers["ce_id"].clone())
            .collect();
        let mut letters: Vec<_> = topics
            .read(&topics.dead_letters)
            .into_iter()
            .map(|letter| letter.value)
            .collect();
        ids.sort();
        letters.sort();
        assert_eq!(letters.len(), RECORDS / 10);
        written.push((ids, letters));
    }
    assert_eq!(written[0], written[1]);
}

#[test]
fn the_books_of_each_partition_balance_at_every_scrape_under_load_and_after_kills() {
    const RECORDS: usize = 30_000;
    let topics = Topics::new("books", 4);
    topics.send((0..RECORDS).map(|n| {
        if n % 7 == 0 {
            Raw::value(format!("{{\"cut\":{n}"))
        } else {
            plain(n)
        }
    }));
    let options = Options {
        batch_records_max: 100,
        ..Options::group(&group("books"))
    };
    let mut workers = [Worker::start(&topics, &options), Worker::start(&topics, &options)];
    let (mut scrapes, mut consumed) = (0, 0);
    let mut look = |workers: &[Worker]| {
        for worker in workers {
            if let Some(taken) = worker.books() {
                scrapes += 1;
                consumed = taken.max(consumed);
            }
        }
    };
    for kill in 0..4 {
        let until = Instant::now() + Duration::from_millis(700);
        while Instant::now() < until {
            look(&workers);
        }
        workers[kill % 2].kill();
        workers[kill % 2] = Worker::start(&topics, &options);
    }
    wait_until("every record is done", Duration::from_secs(60), || {
        look(&workers);
        workers
            .iter()
            .all(|worker| worker.metric("demarche_assigned_partitions", "") > 0)
            && workers.iter().all(|worker| {
                worker.metric("demarche_consumer_lag_records", "") == 0 && worker.metric("demarche_in_flight_records", "") == 0
            })
            && topics.read(&topics.dead_letters).len() >= RECORDS.div_ceil(7)
    });
    look(&workers);
    assert!(scrapes > 50 && consumed > 0, "{scrapes} scrapes, {consumed} records");
    assert_eq!(topics.read(&topics.dead_letters).len(), RECORDS.div_ceil(7), "each once");
}
