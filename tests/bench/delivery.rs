//! What delivery costs: the worker beside a bare loop with the same transactions, over the same topic, in the same run; then
//! the delay at half of its load, and its memory while nothing can be written.
//!
//! `cargo bench --features kafka-tests --bench delivery`; it starts a broker of its own. ITEMS sets the number of 4 KB items
//! (260000: 1 GB); one in ten reports a meeting.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench ends where it goes wrong; of the tests' helpers it needs a part"
)]

#[path = "../kafka/broker.rs"]
mod broker;
#[path = "../kafka/client.rs"]
mod client;
#[path = "../kafka/worker.rs"]
mod worker;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use demarche::knowledge::{Knowledge, KnowledgeFiles};
use demarche::metrics::Metrics;
use demarche::pipeline::batch::Classifier;
use demarche::pipeline::outcome::Outcome;
use demarche::pipeline::record::Record;
use demarche::pipeline::{self, Core, process};
use demarche::settings;
use rdkafka::consumer::{BaseConsumer, Consumer, DefaultConsumerContext};
use rdkafka::message::Message;
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use broker::Own;
use client::{Raw, Topics, group, wait_until};
use worker::{NO_DEAD_LETTER_LIMIT, Options, Worker};

const ITEM_BYTES: usize = 4_096;
const PARTITIONS: i32 = 4;
/// The defaults of the settings.
const BATCH_RECORDS: usize = 5_000;
const BATCH_AGE: Duration = Duration::from_millis(100);

const MEETING: &str =
    "Foreign Minister S. Jaishankar of India met his Norwegian counterpart Espen Barth Eide in Doha on Tuesday.";
const FILLER: [&str; 12] = [
    "The harvest was good in the hills this year, and the mills were busy until late in the evening. ",
    "Prices of rice and onions rose a little in the markets of the old town. ",
    "Engineers checked the bridge over the river and found the northern pier in need of repair. ",
    "The museum opened a hall with paintings that had been kept in the cellar for decades. ",
    "Rain is expected in the afternoon, with wind from the west along the coast. ",
    "A library for children was built where the bus station used to be. ",
    "The hospital received new beds and a second ambulance for the villages. ",
    "Teachers asked for smaller classes and for books that arrive on time. ",
    "The ferry will run every hour in the summer and every two hours in the winter. ",
    "A survey counted more herons in the marshes than in any year before. ",
    "The city repaired the lamps in the park after many complaints. ",
    "Bakers in the old quarter keep their ovens warm through the night. ",
];

/// The `n`th item, of about 4 KB; every tenth reports a meeting.
fn item(n: usize) -> String {
    let mut body = if n % 10 == 0 { format!("{MEETING} ") } else { String::new() };
    let mut state = n as u64;
    while body.len() < ITEM_BYTES - 100 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        body.push_str(FILLER[(state >> 33) as usize % FILLER.len()]);
    }
    format!(r#"{{"id":"{n}","language":"en","published_at":"2025-11-05","body":"{body}"}}"#)
}

fn main() {
    let items: usize = std::env::var("ITEMS").ok().map_or(260_000, |items| items.parse().unwrap());
    let broker = Own::new();
    broker.start();
    let topics = topics("bench", &broker);
    let begun = Instant::now();
    topics.send((0..items).map(|n| Raw::value(item(n))));
    println!(
        "{items} items of 4 KB, one in ten reports a meeting (loaded in {:.0} s)",
        begun.elapsed().as_secs_f64()
    );

    // Warm: the page cache has what the first reader needs.
    let all = bare(&topics, items, 1);
    println!("bare loop, every item copied       {all:>8.0} items/s");
    let tenth = bare(&topics, items, 10);
    println!("bare loop, one item in ten copied  {tenth:>8.0} items/s");
    let without = without_classification(&topics, items);
    println!(
        "the worker without classification  {without:>8.0} items/s ({:.0} % of the first, {:.0} % of the second)",
        100.0 * without / all,
        100.0 * without / tenth
    );
    let (worker, pages) = throughput(&topics, items);
    println!(
        "the worker, exactly once           {worker:>8.0} items/s ({:.0} % of the first, {:.0} % of the second); {pages}",
        100.0 * worker / all,
        100.0 * worker / tenth
    );
    delay(&broker, worker / 2.0);
    memory(&broker, &topics);
    broker.stop();
}

fn topics(name: &str, broker: &Own) -> Topics {
    let topics = Topics::unmade(name, &broker.bootstrap());
    for topic in [&topics.raw, &topics.events, &topics.dead_letters] {
        topics.make(topic, PARTITIONS, &[]);
    }
    topics
}

/// Consume → copy → produce with the transactions of the worker; items a second.
fn bare(topics: &Topics, items: usize, one_in: usize) -> f64 {
    let output = format!("{}-bare-{one_in}", topics.events);
    topics.make(&output, PARTITIONS, &[]);
    let consumer: BaseConsumer<DefaultConsumerContext> = ClientConfig::new()
        .set("bootstrap.servers", &topics.bootstrap)
        .set("group.id", group("bare"))
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("isolation.level", "read_committed")
        .set("auto.offset.reset", "earliest")
        .set("queued.max.messages.kbytes", "32768")
        .set("queued.min.messages", "10000")
        .create()
        .unwrap();
    consumer.subscribe(&[&topics.raw]).unwrap();
    let producer: ThreadedProducer<DefaultProducerContext> = ClientConfig::new()
        .set("bootstrap.servers", &topics.bootstrap)
        .set("transactional.id", group("bare"))
        .set("linger.ms", "5")
        .set("compression.type", "lz4")
        .create()
        .unwrap();
    producer.init_transactions(Duration::from_secs(20)).unwrap();
    let (mut done, mut begun) = (0, None);
    while done < items {
        let mut ends = std::collections::BTreeMap::new();
        let mut deadline: Option<Instant> = None;
        let mut taken = 0;
        while taken < BATCH_RECORDS && done + taken < items && deadline.is_none_or(|deadline| Instant::now() < deadline) {
            let Some(Ok(message)) = consumer.poll(Duration::from_millis(20)) else {
                continue;
            };
            begun.get_or_insert_with(Instant::now);
            if taken == 0 {
                producer.begin_transaction().unwrap();
                deadline = Some(Instant::now() + BATCH_AGE);
            }
            if (done + taken) % one_in == 0 {
                let key = message.offset().to_string();
                let record = BaseRecord::to(&output).key(&key).payload(message.payload().unwrap());
                let mut unsent = producer.send(record);
                while let Err((_, record)) = unsent {
                    std::thread::sleep(Duration::from_millis(1));
                    unsent = producer.send(record);
                }
            }
            ends.insert(message.partition(), message.offset() + 1);
            taken += 1;
        }
        while producer.in_flight_count() > 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let mut offsets = TopicPartitionList::new();
        for (partition, offset) in ends {
            offsets
                .add_partition_offset(&topics.raw, partition, Offset::Offset(offset))
                .unwrap();
        }
        let member = consumer.group_metadata().unwrap();
        producer
            .send_offsets_to_transaction(&offsets, &member, Duration::from_secs(10))
            .unwrap();
        producer.commit_transaction(Duration::from_secs(10)).unwrap();
        done += taken;
    }
    items as f64 / begun.unwrap().elapsed().as_secs_f64()
}

fn options(name: &str) -> Options {
    Options {
        batch_records_max: BATCH_RECORDS,
        batch_age_max_ms: BATCH_AGE.as_millis() as usize,
        transaction_timeout_ms: 60_000,
        more: NO_DEAD_LETTER_LIMIT.to_owned(),
        ..Options::group(&group(name))
    }
}

/// The worker in this process, with a classifier that takes no time: one item in ten has one event, always the same.
fn without_classification(topics: &Topics, items: usize) -> f64 {
    let variables = [
        ("DEMARCHE_KAFKA_BROKERS", topics.bootstrap.clone()),
        ("DEMARCHE_KAFKA_GROUP_ID", group("without")),
        ("DEMARCHE_TOPICS_RAW", topics.raw.clone()),
        ("DEMARCHE_TOPICS_EVENTS", topics.events.clone()),
        ("DEMARCHE_TOPICS_DEAD_LETTERS", topics.dead_letters.clone()),
    ];
    let variables = variables
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    let settings = settings::load(None, &variables).unwrap();
    let core = Core {
        knowledge: Knowledge::compile(&KnowledgeFiles::embedded()).unwrap(),
        decode: settings.decode.clone(),
        publish: settings.publish.clone(),
    };
    let record = |n| Record {
        payload: Some(item(n).into_bytes()),
        ..Record::default()
    };
    let outcomes = [0, 1].map(|n| process(&record(n), &core));
    assert!(matches!(outcomes, [Outcome::Events(_), Outcome::NoEvent { .. }]));
    let classifier: Classifier = Arc::new(move |record: &Record| {
        let position = record.position.as_ref().unwrap();
        outcomes[usize::from(position.offset.0 % 10 != 0)].clone()
    });
    let metrics = Arc::new(Metrics::new("sha256:0", &[]));
    let done = || -> u64 {
        let page = metrics.page();
        let of = page.lines().filter(|line| line.starts_with("demarche_records_total{"));
        of.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = {
        let metrics = Arc::clone(&metrics);
        runtime.spawn(async move {
            let shutdown = async move { stopped.await.unwrap_or_default() };
            pipeline::worker::run(&settings, classifier, &metrics, shutdown).await
        })
    };
    let mut first = 0;
    wait_until("the first commit", Duration::from_secs(60), || {
        first = done();
        first > 0
    });
    let begun = Instant::now();
    wait_until("the last commit", Duration::from_secs(600), || done() >= items as u64);
    let rate = (items as u64 - first) as f64 / begun.elapsed().as_secs_f64();
    stop.send(()).unwrap();
    runtime.block_on(running).unwrap().unwrap();
    rate
}

/// Items a second of the worker, from its first commit to its last; and what it says of its transactions.
fn throughput(topics: &Topics, items: usize) -> (f64, String) {
    let mut worker = Worker::start(topics, &options("throughput"));
    let done = |worker: &Worker| worker.metric("demarche_records_total", "");
    let mut first = 0;
    wait_until("the first commit", Duration::from_secs(60), || {
        first = done(&worker);
        first > 0
    });
    let begun = Instant::now();
    wait_until("the last commit", Duration::from_secs(600), || done(&worker) >= items as u64);
    let rate = (items as u64 - first) as f64 / begun.elapsed().as_secs_f64();
    let said = format!(
        "{} transactions, {} events, {} MB resident",
        worker.metric("demarche_transactions_total", "committed"),
        worker.metric("demarche_events_total", ""),
        worker.resident_bytes() >> 20
    );
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
    (rate, said)
}

/// From the append of an item to its event in the hands of a reader, at a steady `rate`.
fn delay(broker: &Own, rate: f64) {
    const SECONDS: usize = 20;
    let topics = topics("delay", broker);
    let mut worker = Worker::start(&topics, &options("delay"));
    worker.wait_until_ready();
    let items = rate as usize * SECONDS;
    let sent: Arc<Mutex<Vec<Option<Instant>>>> = Arc::new(Mutex::new(vec![None; items]));
    let reader = {
        let (topics, sent) = (topics.clone(), Arc::clone(&sent));
        std::thread::spawn(move || delays(&topics, &sent, items / 10))
    };
    let producer: ThreadedProducer<DefaultProducerContext> = ClientConfig::new()
        .set("bootstrap.servers", &topics.bootstrap)
        .set("linger.ms", "2")
        .create()
        .unwrap();
    let begun = Instant::now();
    for n in 0..items {
        let due = begun + Duration::from_secs_f64(n as f64 / rate);
        let early = due.saturating_duration_since(Instant::now());
        if early > Duration::from_millis(2) {
            std::thread::sleep(early);
        }
        let value = item(n);
        sent.lock().unwrap()[n] = Some(Instant::now());
        producer
            .send(BaseRecord::<(), String>::to(&topics.raw).payload(&value))
            .map_err(|(error, _)| error)
            .unwrap();
    }
    let mut delays = reader.join().unwrap();
    delays.sort();
    let at = |share: f64| delays[((delays.len() - 1) as f64 * share) as usize].as_millis();
    println!(
        "append to visible at {rate:.0} items/s     p50 {} ms, p99 {} ms, most {} ms ({} events)",
        at(0.5),
        at(0.99),
        at(1.0),
        delays.len()
    );
    assert!(worker.terminate(Duration::from_secs(10)).0.success());
}

fn delays(topics: &Topics, sent: &Mutex<Vec<Option<Instant>>>, events: usize) -> Vec<Duration> {
    let consumer: BaseConsumer<DefaultConsumerContext> = ClientConfig::new()
        .set("bootstrap.servers", &topics.bootstrap)
        .set("group.id", group("reader"))
        .set("isolation.level", "read_committed")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", "10")
        .create()
        .unwrap();
    consumer.subscribe(&[&topics.events]).unwrap();
    let mut delays = Vec::with_capacity(events);
    let deadline = Instant::now() + Duration::from_secs(120);
    while delays.len() < events && Instant::now() < deadline {
        let Some(Ok(message)) = consumer.poll(Duration::from_millis(50)) else {
            continue;
        };
        let event: serde_json::Value = serde_json::from_slice(message.payload().unwrap()).unwrap();
        let n: usize = event["item"]["id"].as_str().unwrap().parse().unwrap();
        delays.push(sent.lock().unwrap()[n].unwrap().elapsed());
    }
    delays
}

/// Resident memory while all of the raw topic waits and the broker lets us write next to nothing.
fn memory(broker: &Own, topics: &Topics) {
    let quota = [
        "--alter",
        "--add-config",
        "producer_byte_rate=20000",
        "--entity-type",
        "clients",
        "--entity-name",
        "demarche",
    ];
    broker.admin("kafka.admin.ConfigCommand", &quota);
    let worker = Worker::start(topics, &options("memory"));
    worker.wait_until_ready();
    let mut most = 0;
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        most = most.max(worker.resident_bytes());
        std::thread::sleep(Duration::from_millis(100));
    }
    let committed = worker.metric("demarche_records_total", "");
    println!(
        "memory while hardly anything is written {} MB at most ({committed} records committed in 30 s)",
        most >> 20
    );
}
