//! Faults on demand, for the tests against a real broker alone: nothing of it is in a build without the feature `kafka-tests`,
//! and with it nothing happens unless `KAFKA_TESTS_FAULT` names a point and a count, as in `after_produce@7`: at the seventh
//! time that the point is passed.

/// Where a fault can strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// `before_begin`: before a transaction begins.
    BeforeBegin,
    /// `after_produce`: its records are written.
    AfterProduce,
    /// `after_offsets`: its offsets are sent.
    AfterOffsets,
    /// `during_commit`: the broker is asked to commit, and has not answered.
    DuringCommit,
    /// `abort_in_flight`: an abort as soon as the records are in the queue, so that many are in flight.
    AbortInFlight,
    /// `abort`: in place of the commit, an abort.
    Abort,
    /// `abort_fails`: the same, and that fails.
    AbortFails,
}

/// What a fault gives as its cause.
pub const CAUSE: &str = "a fault that a test asked for";

/// Ends the process as SIGKILL does, if that was asked for here.
pub fn kill_at(point: Point) {
    if is_due(point) {
        std::process::abort();
    }
}

/// The same a moment later, while the caller goes on.
pub fn kill_soon_after(point: Point) {
    if is_due(point) {
        std::thread::spawn(|| {
            std::thread::sleep(std::time::Duration::from_micros(500));
            std::process::abort();
        });
    }
}

/// Whether the fault strikes here and now.
#[cfg(not(feature = "kafka-tests"))]
pub const fn is_due(_point: Point) -> bool {
    false
}

/// Whether the fault strikes here and now.
#[cfg(feature = "kafka-tests")]
#[expect(clippy::disallowed_methods, reason = "read by tests alone, which have no other way in")]
pub fn is_due(point: Point) -> bool {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    static ASKED: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let asked = ASKED.get_or_init(|| {
        let asked = std::env::var("KAFKA_TESTS_FAULT").ok()?;
        let (point, count) = asked.split_once('@')?;
        Some((point.to_owned(), count.parse().ok()?))
    });
    match asked {
        Some((asked, count)) if asked == name(point) => PASSED.fetch_add(1, Ordering::Relaxed) + 1 == *count,
        Some(_) | None => false,
    }
}

#[cfg(feature = "kafka-tests")]
const fn name(point: Point) -> &'static str {
    match point {
        Point::BeforeBegin => "before_begin",
        Point::AfterProduce => "after_produce",
        Point::AfterOffsets => "after_offsets",
        Point::DuringCommit => "during_commit",
        Point::AbortInFlight => "abort_in_flight",
        Point::Abort => "abort",
        Point::AbortFails => "abort_fails",
    }
}
