//! Notices that the clients stand still though there is work for them; pure: it is told that time has passed.
//!
//! It does not ask why: whatever a client of ours hangs in, one made anew has been seen to go on. Progress is anything that
//! the clients say or do (records, a batch published or aborted, partitions that come and go). Time is counted in beats of
//! the worker's loop, so that time in which the process was stopped does not count.

use std::time::Duration;

/// The clients may stand still for this many times the limit at most, when making them anew was of no use.
const FACTOR_MAX: u32 = 8;

/// Counts the time without progress.
#[derive(Debug)]
pub(super) struct Watchdog {
    limit: Duration,
    factor: u32,
    idle: Duration,
}

impl Watchdog {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            factor: 1,
            idle: Duration::ZERO,
        }
    }

    /// Something has moved.
    pub(super) fn progress(&mut self) {
        self.idle = Duration::ZERO;
    }

    /// Records were committed: what was wrong is over.
    pub(super) fn recovered(&mut self) {
        self.factor = 1;
        self.progress();
    }

    /// `beat` has passed, and there is work to do if `waits_for` says for what: how long nothing has moved, if that is too long.
    pub(super) fn beat(&mut self, beat: Duration, waits_for: Option<&str>) -> Option<Duration> {
        if waits_for.is_none() {
            self.progress();
            return None;
        }
        self.idle += beat;
        if self.idle < self.limit * self.factor {
            return None;
        }
        self.factor = (self.factor * 2).min(FACTOR_MAX);
        Some(std::mem::take(&mut self.idle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEAT: Duration = Duration::from_secs(1);

    /// Beats until it barks, at most a hundred.
    fn beats(watchdog: &mut Watchdog) -> usize {
        (1..100)
            .find(|_| watchdog.beat(BEAT, Some("records")).is_some())
            .unwrap_or(100)
    }

    #[test]
    fn standing_still_is_noticed_and_each_time_later_until_it_helped() {
        let mut watchdog = Watchdog::new(Duration::from_secs(5));
        let times: Vec<usize> = (0..5).map(|_| beats(&mut watchdog)).collect();
        assert_eq!(times, [5, 10, 20, 40, 40]);
        watchdog.recovered();
        assert_eq!(beats(&mut watchdog), 5);
    }

    #[test]
    fn progress_begins_the_time_anew_and_without_work_there_is_none() {
        let mut watchdog = Watchdog::new(Duration::from_secs(5));
        for _ in 0..4 {
            assert_eq!(watchdog.beat(BEAT, Some("records")), None);
        }
        watchdog.progress();
        for _ in 0..4 {
            assert_eq!(watchdog.beat(BEAT, Some("records")), None);
        }
        for _ in 0..100 {
            assert_eq!(watchdog.beat(BEAT, None), None);
        }
        assert_eq!(beats(&mut watchdog), 5);
    }
}
