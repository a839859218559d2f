//! Which knowledge the worker has, and how old its table of office holders is.
//!
//! The day that the table describes is data; only here, at a scrape, is it held against the clock.

use std::sync::Mutex;

use jiff::civil::Date;
use prometheus::{GaugeVec, IntCounterVec, Registry};

use super::{counters, opts, register, table, zero};
use crate::event::vocabulary;

vocabulary! {
    /// What became of knowledge that was read again: the label `result`.
    ReloadResult {
        /// It is in use.
        Loaded = "loaded",
        /// Something is wrong with it; the old one is in use.
        Refused = "refused",
    }
}

/// The metrics of knowledge.
pub struct Knowledge {
    info: GaugeVec,
    holders_age: GaugeVec,
    holders_as_of: Mutex<Option<Date>>,
    reloads: IntCounterVec,
}

impl Knowledge {
    pub(super) fn new(registry: &Registry, hash: &str) -> Self {
        let gauge = |metric: &table::Metric| register(registry, GaugeVec::new(opts(metric), metric.labels));
        let knowledge = Self {
            info: gauge(&table::BUILD_INFO),
            holders_age: gauge(&table::HOLDERS_AGE),
            holders_as_of: Mutex::default(),
            reloads: counters(registry, &table::KNOWLEDGE_RELOADS),
        };
        zero(&knowledge.reloads, ReloadResult::ALL.iter().map(|value| value.as_str()));
        knowledge.known(hash, None);
        knowledge
    }

    /// The worker now has the knowledge with this hash, whose table of office holders describes this day.
    pub fn known(&self, hash: &str, holders_as_of: Option<Date>) {
        self.info.reset();
        self.info.with_label_values(&[env!("CARGO_PKG_VERSION"), hash]).set(1.0);
        *self.as_of() = holders_as_of;
    }

    /// Knowledge was read again.
    pub fn reloaded(&self, result: ReloadResult) {
        self.reloads.with_label_values(&[result.as_str()]).inc();
    }

    /// Sets the age to that of now.
    pub(super) fn grow_older(&self) {
        self.holders_age.reset();
        if let Some(date) = *self.as_of() {
            let age = age_seconds(date, now_seconds());
            self.holders_age.with_label_values::<&str>(&[]).set(age as f64);
        }
    }

    fn as_of(&self) -> std::sync::MutexGuard<'_, Option<Date>> {
        self.holders_as_of.lock().expect("no holder of this lock panics")
    }
}

/// Days from `date` to today (UTC); negative for a day to come.
pub fn age_days(date: Date) -> i64 {
    age_seconds(date, now_seconds()).div_euclid(86_400)
}

/// From the start of `date` (UTC) to `now` in seconds of the Unix epoch.
fn age_seconds(date: Date, now: i64) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    now - epoch.duration_until(date).as_secs()
}

#[expect(
    clippy::disallowed_methods,
    reason = "an age is told on the page and by check; no event holds it"
)]
fn now_seconds() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Metrics;

    #[test]
    fn age_counts_from_the_start_of_the_day() {
        let date = Date::constant(2026, 1, 17);
        let start = 1_768_608_000;
        assert_eq!(age_seconds(date, start), 0);
        assert_eq!(age_seconds(date, start + 3 * 86_400 + 5), 3 * 86_400 + 5);
        assert_eq!(age_seconds(date, start - 1), -1);
    }

    #[test]
    fn an_unknown_age_is_absent_and_knowledge_has_one_series() {
        let metrics = Metrics::new("sha256:old", &[]);
        assert!(!metrics.page().contains("\ndemarche_office_holders_age_seconds "));
        metrics.knowledge.known("sha256:new", Some(Date::constant(2020, 1, 1)));
        let page = metrics.page();
        let age = page
            .lines()
            .find_map(|line| line.strip_prefix("demarche_office_holders_age_seconds "));
        // Six years at least: the test was written after 2025.
        assert!(age.unwrap().parse::<f64>().unwrap() > 6.0 * 365.0 * 86_400.0, "{page}");
        let series: Vec<_> = page.lines().filter(|line| line.starts_with("demarche_build_info{")).collect();
        assert_eq!(series.len(), 1, "{page}");
        assert!(series[0].contains("sha256:new"));
    }
}
