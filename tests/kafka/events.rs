//! Events: the worker in this process, with a classifier that needs no knowledge.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use demarche::code::Lang;
use demarche::event::wire::EventRecord;
use demarche::metrics::Metrics;
use demarche::pipeline::batch::Classifier;
use demarche::pipeline::limits::DeadLetterLimits;
use demarche::pipeline::outcome::{Events, NoEventReason, Outcome};
use demarche::pipeline::record::Record;
use demarche::pipeline::worker::{self, Summary};
use demarche::settings::{
    CloudEvents, CloudEventsMode, Delivery, GroupProtocol, Guarantee, KafkaSettings, KnowledgeSettings, LogFormat, LogSettings,
    OffsetReset, Settings, WorkerLimits,
};
use rdkafka::ClientConfig;
use rdkafka::producer::{DefaultProducerContext, Producer, ThreadedProducer};
use tokio::sync::oneshot;

use super::client::{Raw, Topics, group, wait_until};

fn settings(topics: &Topics, guarantee: Guarantee) -> Settings {
    Settings {
        kafka: KafkaSettings {
            brokers: topics.bootstrap.clone(),
            group_id: group("events"),
            client_id: "test".into(),
            group_protocol: GroupProtocol::Classic,
            group_instance_id: None,
            transactional_id: None,
            session_timeout: Duration::from_secs(6),
            offset_reset: OffsetReset::Earliest,
            queue_bytes_max: 8 << 20,
            librdkafka: Default::default(),
        },
        topics: demarche::settings::Topics {
            raw: topics.raw.clone(),
            events: topics.events.clone(),
            dead_letters: topics.dead_letters.clone(),
        },
        delivery: Delivery {
            guarantee,
            batch_records_max: 500,
            batch_bytes_max: 4 << 20,
            batch_age_max: Duration::from_millis(50),
            transaction_timeout: Duration::from_secs(5),
        },
        worker: WorkerLimits {
            threads: 2,
            drain_timeout: Duration::from_secs(10),
            retry_timeout: Duration::from_secs(5),
            stall_timeout: Duration::from_secs(60),
            item_timeout: Duration::from_millis(400),
            overdue_records_max: 2,
            recoveries_max: 3,
        },
        dead_letters: DeadLetterLimits {
            run_max: 1_000_000,
            share_max: 1.0,
            share_window_records: 1000,
        },
        decode: Default::default(),
        publish: Default::default(),
        cloud_events: CloudEvents {
            mode: CloudEventsMode::Binary,
            source: "/test".into(),
        },
        knowledge: KnowledgeSettings {
            dir: None,
            overlay_dir: None,
            holders_age_max_days: 180,
        },
        http_bind: None,
        log: LogSettings {
            format: LogFormat::Text,
            filter: "info".into(),
        },
    }
}

/// One event for each value that begins with `event`, with as many bytes of place name as the number after it says; `stuck` is
/// never done.
fn classifier() -> Classifier {
    Arc::new(|record: &Record| {
        let value = String::from_utf8_lossy(record.payload.as_deref().unwrap_or_default()).into_owned();
        while value.starts_with("stuck") {
            std::thread::park();
        }
        let Some(bytes) = value
            .strip_prefix("event ")
            .and_then(|rest| rest.split(' ').next()?.parse().ok())
        else {
            return Outcome::NoEvent {
                reason: NoEventReason::NoTrigger,
                language: None,
            };
        };
        let event: EventRecord = serde_json::from_value(serde_json::json!({
            "schema_version": "1", "event_id": format!("e-{value}"), "mention_id": format!("m-{value}"),
            "type": "bilateral_meeting", "status": "held", "parties": [], "participants": [], "date": null,
            "place": {"name": noise(bytes), "surface": ""}, "topics": [], "confidence": 0.5, "evidence": [],
            "item": {"id": "i", "language": "en"}, "classifier": {"version": "0", "knowledge": "sha256:0"},
        }))
        .unwrap();
        let lang = Lang::new("en").unwrap();
        Outcome::Events(Events::new(lang, Some("2025-11-20T00:00:00Z".into()), vec![event]).unwrap())
    })
}

/// Text that does not compress well.
fn noise(bytes: usize) -> String {
    let mut state = 7_u64;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (state >> 40) as u8 % 26)
    };
    (0..bytes).map(|_| next()).collect()
}

/// Runs the worker until `records` have an outcome.
fn run_until(settings: &Settings, records: u64) -> Summary {
    run_and(settings, records, |_| ())
}

/// The same, and looks at the page meanwhile.
fn run_and(settings: &Settings, records: u64, mut meanwhile: impl FnMut(&str)) -> Summary {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let metrics = Arc::new(Metrics::new("sha256:0", &[Lang::new("en").unwrap()]));
    let (stop, stopped) = oneshot::channel::<()>();
    let running = {
        let (settings, metrics) = (settings.clone(), Arc::clone(&metrics));
        runtime.spawn(async move {
            let shutdown = async move { stopped.await.unwrap_or_default() };
            worker::run(&settings, classifier(), &metrics, shutdown).await
        })
    };
    let outcomes = |page: &str| -> u64 {
        let of = page.lines().filter(|line| line.starts_with("demarche_records_total{"));
        of.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    };
    wait_until("every record has an outcome", Duration::from_secs(60), || {
        let page = metrics.page();
        meanwhile(&page);
        outcomes(&page) >= records
    });
    stop.send(()).unwrap();
    runtime.block_on(running).unwrap().unwrap()
}

#[test]
fn events_are_published_once_as_cloudevents_with_their_trace() {
    for guarantee in [Guarantee::ExactlyOnce, Guarantee::AtLeastOnce] {
        let topics = Topics::new(&format!("events-{guarantee:?}"), 4);
        topics.send((0..5000).map(|n| {
            Raw {
                value: Some(
                    if n % 10 == 0 {
                        format!("event 10 {n}")
                    } else {
                        format!("nothing {n}")
                    }
                    .into_bytes(),
                ),
                headers: vec![
                    ("TraceParent".into(), format!("00-{n:032x}-{n:016x}-01").into_bytes()),
                    ("other".into(), b"x".to_vec()),
                ],
                ..Raw::default()
            }
        }));
        let summary = run_until(&settings(&topics, guarantee), 5000);
        assert_eq!(
            (summary.records, summary.events, summary.no_event, summary.dead_letters),
            (5000, 500, 4500, 0)
        );
        let events = topics.read(&topics.events);
        assert_eq!(events.len(), 500);
        let ids: BTreeSet<_> = events.iter().map(|event| &event.headers["ce_id"]).collect();
        assert_eq!(ids.len(), 500);
        for event in &events {
            let json: serde_json::Value = serde_json::from_str(event.value.as_ref().unwrap()).unwrap();
            assert_eq!(event.key.as_deref(), json["event_id"].as_str());
            assert_eq!(event.headers["ce_id"], json["mention_id"].as_str().unwrap());
            assert_eq!(event.headers["ce_time"], "2025-11-20T00:00:00Z");
            let n: u32 = event.headers["ce_id"].rsplit(' ').next().unwrap().parse().unwrap();
            assert_eq!(event.headers["traceparent"], format!("00-{n:032x}-{n:016x}-01"));
            assert!(!event.headers.contains_key("other"));
        }
    }
}

#[test]
fn an_event_too_large_for_its_topic_becomes_a_dead_letter() {
    let topics = Topics::unmade("large-event", super::broker::bootstrap());
    topics.make(&topics.raw, 1, &[]);
    topics.make(&topics.events, 1, &[("max.message.bytes", "50000")]);
    topics.make(&topics.dead_letters, 1, &[]);
    topics.send(["event 10 a", "event 200000 b", "event 10 c", "nothing"].map(Raw::value));
    let summary = run_until(&settings(&topics, Guarantee::ExactlyOnce), 4);
    assert_eq!((summary.events, summary.dead_letters, summary.no_event), (2, 1, 1));
    let ids: Vec<_> = topics
        .read(&topics.events)
        .into_iter()
        .map(|event| event.headers["ce_id"].clone())
        .collect();
    assert_eq!(ids, ["m-event 10 a", "m-event 10 c"]);
    let letters = topics.read(&topics.dead_letters);
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].value.as_deref(), Some("event 200000 b"));
    assert_eq!(letters[0].headers["dlq_reason"], "output_too_large");
}

#[test]
fn a_worker_fenced_by_a_twin_takes_a_new_producer_and_repeats_nothing() {
    const RECORDS: u64 = 60_000;
    let topics = Topics::new("fenced", 4);
    topics.send((0..RECORDS).map(|n| Raw::value(format!("event 10 {n}"))));
    let mut settings = settings(&topics, Guarantee::ExactlyOnce);
    settings.kafka.transactional_id = Some(topics.raw.clone());
    settings.delivery.batch_records_max = 200;
    let mut twin = None;
    let mut recovered = false;
    let summary = run_and(&settings, RECORDS, |page| {
        recovered |= !page.contains("demarche_producer_recoveries_total 0");
        // As soon as something is committed; the worker is in the middle of its next transaction then.
        if twin.is_none() && !page.contains("demarche_transactions_total{result=\"committed\"} 0") {
            let mut config = ClientConfig::new();
            config
                .set("bootstrap.servers", &topics.bootstrap)
                .set("transactional.id", &topics.raw);
            let producer: ThreadedProducer<DefaultProducerContext> = config.create().unwrap();
            producer.init_transactions(Duration::from_secs(10)).unwrap();
            twin = Some(producer);
        }
    });
    assert!(recovered, "it was fenced");
    assert_eq!((summary.records, summary.events), (RECORDS, RECORDS));
    let events = topics.read(&topics.events);
    let ids: BTreeSet<_> = events.iter().map(|event| &event.headers["ce_id"]).collect();
    assert_eq!((events.len() as u64, ids.len() as u64), (RECORDS, RECORDS));
}

#[test]
fn a_record_that_is_never_done_becomes_a_dead_letter_and_its_partition_goes_on() {
    let topics = Topics::new("stuck", 1);
    let value = |n: usize| {
        if n == 100 {
            "stuck for ever".to_owned()
        } else {
            format!("event 10 {n}")
        }
    };
    topics.send((0..300).map(|n| Raw::value(value(n))));
    let mut settings = settings(&topics, Guarantee::ExactlyOnce);
    settings.delivery.batch_records_max = 50;
    let summary = run_until(&settings, 300);
    assert_eq!((summary.events, summary.dead_letters), (299, 1));
    let letters = topics.read(&topics.dead_letters);
    assert_eq!(letters[0].value.as_deref(), Some("stuck for ever"));
    assert_eq!(letters[0].headers["dlq_reason"], "too_slow");
    assert_eq!(
        letters[0].headers["dlq_detail"],
        "not classified within 400 ms, which is the limit"
    );
    let ids = topics
        .read(&topics.events)
        .into_iter()
        .map(|event| event.headers["ce_id"].clone());
    let expected = (0..300).filter(|n| *n != 100).map(|n| format!("m-event 10 {n}"));
    assert!(ids.eq(expected), "all others, in order");
}

#[test]
fn too_many_records_that_are_never_done_stop_the_worker() {
    let topics = Topics::new("all-stuck", 1);
    topics.send((0..10).map(|n| Raw::value(format!("stuck {n}"))));
    let settings = settings(&topics, Guarantee::ExactlyOnce);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let metrics = Arc::new(Metrics::new("sha256:0", &[]));
    let ended = runtime.block_on(worker::run(&settings, classifier(), &metrics, std::future::pending()));
    let words = ended.unwrap_err().to_string();
    assert!(words.contains("worker.overdue_records_max = 2"), "{words}");
    assert_eq!(metrics.health.unready(), Some("failed"));
}
