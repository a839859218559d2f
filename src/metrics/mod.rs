//! What the worker tells about itself: metrics ([`table`]), whether it is ready and alive ([`health`]), and the page that
//! shows both ([`server`]).
//!
//! The books ([`books`]) balance at every scrape.

pub mod books;
pub mod health;
pub mod knowledge;
pub mod server;
pub mod table;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Encoder as _, Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

use crate::code::Lang;
use crate::event::{EventType, Status, vocabulary};
use crate::pipeline::batch::Tally;
use crate::pipeline::offsets::Sealed;
use crate::pipeline::record::{Offset, PartitionId};
use books::Books;
use health::Health;
use knowledge::Knowledge;
use table::{Kind, Metric};

vocabulary! {
    /// How a transaction ended: the label `result`.
    TransactionResult {
        /// All of it counts.
        Committed = "committed",
        /// None of it counts.
        Aborted = "aborted",
        /// The producer had to be made anew.
        Broken = "broken",
    }
}

vocabulary! {
    /// What the group did: the label `kind`.
    RebalanceKind {
        /// Gave partitions.
        Assigned = "assigned",
        /// Asked for partitions.
        Revoked = "revoked",
        /// Had given our partitions to others.
        Lost = "lost",
    }
}

/// Every metric, and the health that goes with them.
pub struct Metrics {
    /// Whether the worker is ready and alive.
    pub health: Health,
    /// Which knowledge it works with.
    pub knowledge: Knowledge,
    registry: Registry,
    books: Books,
    lag: Mutex<BTreeMap<PartitionId, Ends>>,
    events: IntCounterVec,
    process_duration: Histogram,
    overdue: IntGauge,
    latency: Histogram,
    transactions: IntCounterVec,
    transaction_duration: Histogram,
    transaction_records: Histogram,
    oversized: IntCounter,
    recoveries: IntCounter,
    rebuilds: IntCounter,
    rebalances: IntCounterVec,
    assigned: IntGauge,
    lag_records: IntGaugeVec,
    queue_bytes: IntGauge,
    ready: Gauge,
}

/// What is known of a partition's lag.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    end: Option<Offset>,
    committed: Option<Offset>,
}

impl Metrics {
    /// All series at zero. `knowledge` is the hash of the knowledge, `languages` the closed set of that label.
    ///
    /// # Panics
    /// If the table names a metric twice: a test forbids it.
    pub fn new(knowledge: &str, languages: &[Lang]) -> Self {
        let registry = Registry::new();
        let metrics = Self {
            health: Health::default(),
            knowledge: Knowledge::new(&registry, knowledge),
            books: Books::new(&registry),
            lag: Mutex::default(),
            events: counters(&registry, &table::EVENTS),
            process_duration: histogram(&registry, &table::PROCESS_DURATION),
            overdue: register(&registry, IntGauge::with_opts(opts(&table::OVERDUE))),
            latency: histogram(&registry, &table::LATENCY_SECONDS),
            transactions: counters(&registry, &table::TRANSACTIONS),
            transaction_duration: histogram(&registry, &table::TRANSACTION_DURATION),
            transaction_records: histogram(&registry, &table::TRANSACTION_RECORDS),
            oversized: register(&registry, IntCounter::with_opts(opts(&table::OVERSIZED))),
            recoveries: register(&registry, IntCounter::with_opts(opts(&table::RECOVERIES))),
            rebuilds: register(&registry, IntCounter::with_opts(opts(&table::REBUILDS))),
            rebalances: counters(&registry, &table::REBALANCES),
            assigned: register(&registry, IntGauge::with_opts(opts(&table::ASSIGNED))),
            lag_records: register(&registry, IntGaugeVec::new(opts(&table::LAG), table::LAG.labels)),
            queue_bytes: register(&registry, IntGauge::with_opts(opts(&table::QUEUE_BYTES))),
            ready: register(&registry, Gauge::with_opts(opts(&table::READY))),
            registry,
        };
        metrics.begin_at_zero(languages);
        metrics.register_process();
        metrics
    }

    fn begin_at_zero(&self, languages: &[Lang]) {
        zero(&self.transactions, TransactionResult::ALL.iter().map(|value| value.as_str()));
        zero(&self.rebalances, RebalanceKind::ALL.iter().map(|value| value.as_str()));
        for kind in EventType::ALL {
            for status in Status::ALL {
                for language in languages {
                    self.events
                        .with_label_values(&[kind.as_str(), status.as_str(), language.as_str()]);
                }
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn register_process(&self) {
        let process = prometheus::process_collector::ProcessCollector::for_self();
        self.registry
            .register(Box::new(process))
            .expect("process metrics are registered once");
    }

    #[cfg(not(target_os = "linux"))]
    fn register_process(&self) {}

    /// The page, in the text format of Prometheus.
    pub fn page(&self) -> String {
        self.ready.set(if self.health.unready().is_none() { 1.0 } else { 0.0 });
        self.knowledge.grow_older();
        let families = self.books.closed(|| self.registry.gather());
        let mut page = Vec::new();
        TextEncoder::new()
            .encode(&families, &mut page)
            .expect("a vector can be written to, and every family has a metric");
        String::from_utf8(page).expect("the text format is UTF-8")
    }

    /// Records were taken, so many of each partition.
    pub fn taken(&self, records: &BTreeMap<PartitionId, u64>) {
        self.books.taken(records);
    }

    /// Records were given back, so many of each partition.
    pub fn gave_back(&self, records: &BTreeMap<PartitionId, u64>) {
        self.books.gave_back(records);
    }

    /// The batch `sealed` was committed, and its records ended as `tally` says.
    pub fn committed(&self, sealed: &Sealed, tally: &Tally) {
        let records: u64 = sealed.records().map(|(_, records)| records).sum();
        self.transaction_records.observe(records as f64);
        self.observe_latency(&tally.timestamps_ms);
        self.books.committed(sealed, &tally.ends);
        for ((kind, status, language), count) in &tally.events {
            let labels = [kind.as_str(), status.as_str(), language.as_str()];
            self.events.with_label_values(&labels).inc_by(*count);
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "latency is measured against the clock; no output holds it"
    )]
    fn observe_latency(&self, timestamps_ms: &[i64]) {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now_ms = now.map_or(0, |since| since.as_millis() as i64);
        for timestamp_ms in timestamps_ms {
            self.latency.observe((now_ms - timestamp_ms).max(0) as f64 / 1000.0);
        }
    }

    /// One record was classified.
    pub fn processed(&self, took: Duration) {
        self.process_duration.observe(took.as_secs_f64());
    }

    /// So many records are still being classified past their time.
    pub fn overdue(&self, records: usize) {
        self.overdue.set(records as i64);
    }

    /// A transaction ended.
    pub fn transaction(&self, result: TransactionResult, took: Duration) {
        self.transactions.with_label_values(&[result.as_str()]).inc();
        self.transaction_duration.observe(took.as_secs_f64());
    }

    /// `outputs` were refused for their size.
    pub fn oversized(&self, outputs: usize) {
        self.oversized.inc_by(outputs as u64);
    }

    /// A producer is made anew.
    pub fn recovery(&self) {
        self.recoveries.inc();
    }

    /// The clients are made anew.
    pub fn rebuild(&self) {
        self.rebuilds.inc();
    }

    /// The group gave or took partitions, and `assigned` are ours now.
    pub fn rebalance(&self, kind: RebalanceKind, assigned: usize) {
        self.rebalances.with_label_values(&[kind.as_str()]).inc();
        self.assigned.set(assigned as i64);
    }

    /// `assigned` partitions are ours now.
    pub fn assigned(&self, assigned: usize) {
        self.assigned.set(assigned as i64);
    }

    /// Bytes that wait to be taken.
    pub fn queue(&self, bytes: usize) {
        self.queue_bytes.set(bytes as i64);
    }

    /// The end of `partition` is at `end`.
    pub fn partition_end(&self, partition: PartitionId, end: Offset) {
        self.update_lag(partition, |ends| ends.end = Some(end));
    }

    /// `next` is committed for `partition`.
    pub fn partition_committed(&self, partition: PartitionId, next: Offset) {
        self.update_lag(partition, |ends| ends.committed = Some(next));
    }

    fn update_lag(&self, partition: PartitionId, change: impl FnOnce(&mut Ends)) {
        let mut lag = self.lag.lock().expect("no holder of this lock panics");
        let ends = lag.entry(partition).or_default();
        change(ends);
        if let (Some(end), Some(committed)) = (ends.end, ends.committed) {
            let records = (end.0 - committed.0).max(0);
            self.lag_records.with_label_values(&[&partition.to_string()]).set(records);
        }
    }

    /// `partition` is ours: its series begin, if they have not.
    pub fn partition_ours(&self, partition: PartitionId) {
        self.books.open(partition);
    }

    /// `partition` is not ours any more: its lag is another's to tell.
    pub fn partition_gone(&self, partition: PartitionId) {
        let known = self.lag.lock().expect("no holder of this lock panics").remove(&partition);
        let shown = known.is_some_and(|ends| ends.end.is_some() && ends.committed.is_some());
        if shown {
            let removed = self.lag_records.remove_label_values(&[&partition.to_string()]);
            debug_assert!(removed.is_ok(), "the series was set when both ends became known");
        }
    }
}

fn opts(metric: &Metric) -> Opts {
    Opts::new(metric.name, metric.help)
}

fn register<C: Collector + Clone + 'static>(registry: &Registry, metric: prometheus::Result<C>) -> C {
    let metric = metric.expect("the table has valid names and labels");
    registry
        .register(Box::new(metric.clone()))
        .expect("the table names no metric twice");
    metric
}

fn counters(registry: &Registry, metric: &Metric) -> IntCounterVec {
    register(registry, IntCounterVec::new(opts(metric), metric.labels))
}

fn histogram(registry: &Registry, metric: &Metric) -> Histogram {
    let buckets = match metric.kind {
        Kind::Histogram(buckets) => buckets.to_vec(),
        Kind::Counter | Kind::Gauge => Vec::new(),
    };
    let opts = HistogramOpts::new(metric.name, metric.help).buckets(buckets);
    register(registry, Histogram::with_opts(opts))
}

fn zero<'a>(counter: &IntCounterVec, values: impl Iterator<Item = &'a str>) {
    for value in values {
        counter.with_label_values(&[value]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics() -> Metrics {
        Metrics::new("sha256:abc", &[Lang::new("en").unwrap()])
    }

    #[track_caller]
    fn check(metrics: &Metrics, line: &str) {
        let page = metrics.page();
        assert!(page.lines().any(|found| found == line), "no {line} in\n{page}");
    }

    #[test]
    fn every_metric_is_on_the_page_from_the_start() {
        let page = metrics().page();
        for metric in table::ALL {
            // A partition has no series before it is ours, and the age none before it is known.
            let shown = page.contains(&format!("# TYPE {} ", metric.name));
            let later = metric.labels.contains(&"partition") || metric.name == table::HOLDERS_AGE.name;
            assert_eq!(shown, !later, "{}", metric.name);
        }
        check(
            &metrics(),
            r#"demarche_events_total{language="en",status="held",type="bilateral_meeting"} 0"#,
        );
    }

    #[test]
    fn a_partition_that_is_ours_has_all_its_series() {
        let metrics = metrics();
        metrics.partition_ours(PartitionId(3));
        check(&metrics, r#"demarche_consumed_records_total{partition="3"} 0"#);
        check(&metrics, r#"demarche_dead_letters_total{partition="3",reason="too_large"} 0"#);
    }

    #[test]
    fn an_unknown_lag_is_absent() {
        let (metrics, partition) = (metrics(), PartitionId(2));
        metrics.partition_end(partition, Offset(100));
        assert!(!metrics.page().contains("demarche_consumer_lag_records{"));
        metrics.partition_committed(partition, Offset(93));
        check(&metrics, r#"demarche_consumer_lag_records{partition="2"} 7"#);
        metrics.partition_gone(partition);
        assert!(!metrics.page().contains("demarche_consumer_lag_records{"));
    }
}
