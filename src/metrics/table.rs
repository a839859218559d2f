//! Every metric in one table: name, help, kind and labels. Names end in their base unit, counters in `_total`; label values
//! are closed sets, and every series exists from the start.

/// What sort of metric it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Only goes up.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by upper bound, in the metric's unit.
    Histogram(&'static [f64]),
}

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Name, with its unit.
    pub name: &'static str,
    /// What it says.
    pub help: &'static str,
    /// Sort.
    pub kind: Kind,
    /// Names of the labels.
    pub labels: &'static [&'static str],
}

const fn metric(name: &'static str, kind: Kind, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric {
        name,
        help,
        kind,
        labels,
    }
}

/// Microseconds to seconds: what an item takes.
const PROCESS: &[f64] = &[0.000_01, 0.000_03, 0.000_1, 0.000_3, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0];
/// Milliseconds to a minute: what a transaction takes.
const TRANSACTION: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
const RECORDS_OF_BATCH: &[f64] = &[1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0];
/// From the raw record's timestamp, which may be old.
const LATENCY: &[f64] = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0, 3_600.0, 86_400.0];

macro_rules! table {
    ($($constant:ident = $metric:expr;)+) => {
        $(#[doc = "See its help."] pub const $constant: Metric = $metric;)+
        /// All of them, in the order of the page.
        pub const ALL: &[Metric] = &[$($constant,)+];
    };
}

use Kind::{Counter, Gauge, Histogram};

table! {
    BUILD_INFO = metric("demarche_build_info", Gauge, &["version", "knowledge"], "always 1; version of the program and hash of its knowledge");
    HOLDERS_AGE = metric("demarche_office_holders_age_seconds", Gauge, &[],
        "since the day that the table of office holders describes (divide by 86400 for days); absent where the tables do not say");
    KNOWLEDGE_RELOADS = metric("demarche_knowledge_reloads_total", Counter, &["result"],
        "knowledge read again on SIGHUP; refused leaves the old one in use");
    CONSUMED = metric("demarche_consumed_records_total", Counter, &["partition"],
        "raw records taken for processing; at every scrape they are in flight, given back, or ended. Alert where this has a value: \
         demarche_consumed_records_total - demarche_rewound_records_total - demarche_in_flight_records - sum without (outcome) (demarche_records_total) != 0");
    REWOUND = metric("demarche_rewound_records_total", Counter, &["partition"],
        "raw records given back uncommitted after an abort or a lost partition; they are read again, here or by another worker");
    IN_FLIGHT = metric("demarche_in_flight_records", Gauge, &["partition"], "raw records taken and neither committed nor given back");
    RECORDS = metric("demarche_records_total", Counter, &["partition", "outcome"], "raw records whose outcome is committed");
    EVENTS = metric("demarche_events_total", Counter, &["type", "status", "language"], "events published and committed");
    NO_EVENT = metric("demarche_no_event_total", Counter, &["partition", "reason"], "raw records that report no event, by the reason of the candidate that came furthest");
    DEAD_LETTERS = metric("demarche_dead_letters_total", Counter, &["partition", "reason"], "raw records sent to the dead letters");
    PROCESS_DURATION = metric("demarche_process_duration_seconds", Histogram(PROCESS), &[], "time to classify one record, without waiting");
    OVERDUE = metric("demarche_overdue_records", Gauge, &[], "records that are still being classified past worker.item_timeout_ms; each takes up a core until the worker ends");
    LATENCY_SECONDS = metric("demarche_latency_seconds", Histogram(LATENCY), &[], "from the raw record's timestamp to the commit of its outcome");
    TRANSACTIONS = metric("demarche_transactions_total", Counter, &["result"], "transactions (or plain commits, for at least once) by how they ended");
    TRANSACTION_DURATION = metric("demarche_transaction_duration_seconds", Histogram(TRANSACTION), &[], "from the first record written to the commit or abort");
    TRANSACTION_RECORDS = metric("demarche_transaction_records", Histogram(RECORDS_OF_BATCH), &[], "raw records in one committed transaction");
    OVERSIZED = metric("demarche_oversized_outputs_total", Counter, &[], "outputs that Kafka refused for their size; they are written in a smaller form");
    RECOVERIES = metric("demarche_producer_recoveries_total", Counter, &[], "producers made anew");
    REBUILDS = metric("demarche_client_rebuilds_total", Counter, &[], "times that the Kafka clients stood still with work to do for worker.stall_timeout_ms and were made anew; alert on any increase");
    REBALANCES = metric("demarche_rebalances_total", Counter, &["kind"], "what the group gave and took");
    ASSIGNED = metric("demarche_assigned_partitions", Gauge, &[], "partitions of the raw topic that are ours");
    LAG = metric("demarche_consumer_lag_records", Gauge, &["partition"], "offsets between the committed one and the end of the partition; absent while unknown");
    QUEUE_BYTES = metric("demarche_queue_bytes", Gauge, &[], "bytes fetched and not yet taken, without what librdkafka holds");
    READY = metric("demarche_ready_ratio", Gauge, &[], "1 if /readyz answers 200, else 0");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules() {
        for metric in ALL {
            let name = metric.name;
            assert!(name.starts_with("demarche_"), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
            assert_eq!(name.ends_with("_total"), metric.kind == Counter, "{name}");
            assert!(!metric.help.is_empty() && !metric.help.ends_with('.'), "{name}");
            let unit = ["_total", "_seconds", "_bytes", "_records", "_partitions", "_ratio", "_info"];
            assert!(unit.iter().any(|unit| name.ends_with(unit)), "{name}");
        }
    }

    #[test]
    fn no_name_is_used_twice() {
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), ALL.len());
    }
}
