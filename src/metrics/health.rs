//! Whether the worker is ready (the truth about Kafka) and alive (its own loop turns); two different questions.
//!
//! Not ready is no reason to restart: the worker goes on by itself once Kafka is back. Only a loop that stands still is.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A loop that has not turned for this long is dead.
const HEARTBEAT_MAX: Duration = Duration::from_secs(30);
/// A group member hears from some broker all the time: fetches answer within half a second, heartbeats within seconds.
const SILENCE_MAX: Duration = Duration::from_secs(15);

/// What is known; one task writes it, the page reads it.
#[derive(Debug)]
pub struct Health(Mutex<State>);

#[derive(Debug)]
struct State {
    heartbeat: Instant,
    broker_up: bool,
    heard: Option<(i64, Instant)>,
    joined: bool,
    producer: bool,
    topic_missing: bool,
    refused: bool,
    aborts_in_a_row: u32,
    draining: bool,
    failed: bool,
}

impl Default for Health {
    fn default() -> Self {
        Self(Mutex::new(State {
            heartbeat: Instant::now(),
            broker_up: false,
            heard: None,
            joined: false,
            producer: false,
            topic_missing: false,
            refused: false,
            aborts_in_a_row: 0,
            draining: false,
            failed: false,
        }))
    }
}

impl Health {
    /// Why the worker is not ready, in a few words; none if it is.
    pub fn unready(&self) -> Option<&'static str> {
        let state = self.state();
        let silent = is_silent(&state);
        let reasons = [
            (state.failed, "failed"),
            (state.draining, "draining"),
            (state.refused, "access refused, the log says what to correct"),
            (!state.broker_up, "no broker reachable"),
            (silent, "no broker answers"),
            (state.topic_missing, "input topic missing"),
            (!state.joined, "not in the group yet"),
            (!state.producer, "no producer yet"),
            (state.aborts_in_a_row >= 3, "transactions abort one after the other"),
        ];
        reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason)
    }

    /// Whether the loop of the worker turns.
    pub fn alive(&self) -> bool {
        self.state().heartbeat.elapsed() < HEARTBEAT_MAX
    }

    /// Whether a connection is up, as far as is known.
    pub fn is_connected(&self) -> bool {
        self.state().broker_up
    }

    /// Whether the group has taken us in.
    pub fn is_joined(&self) -> bool {
        self.state().joined
    }

    /// Whether the input topic is missing.
    pub fn is_topic_missing(&self) -> bool {
        self.state().topic_missing
    }

    /// Whether nothing was heard of any broker for a while.
    pub fn is_silent(&self) -> bool {
        is_silent(&self.state())
    }

    /// The clients are made anew: nothing is known yet.
    pub fn restarted(&self) {
        self.change(|state| {
            state.broker_up = false;
            state.heard = None;
            state.joined = false;
            state.producer = false;
        });
    }

    /// The loop has turned.
    pub fn beat(&self) {
        self.change(|state| state.heartbeat = Instant::now());
    }

    /// Connections are up, and `responses` have come in since the start.
    pub fn brokers(&self, up: bool, responses: i64) {
        self.change(|state| {
            state.broker_up = up;
            if state.heard.is_none_or(|(before, _)| before != responses) {
                state.heard = Some((responses, Instant::now()));
            }
        });
    }

    /// All connections are down.
    pub fn brokers_down(&self) {
        self.change(|state| state.broker_up = false);
    }

    /// The group has given us partitions, or told us that there are none to give.
    pub fn joined(&self) {
        self.change(|state| state.joined = true);
    }

    /// The group has given us something: a broker must be there, even before the next report.
    pub fn assigned(&self) {
        self.change(|state| {
            state.broker_up = true;
            state.joined = true;
        });
    }

    /// The partitions were lost: we are out of the group until the next assignment.
    pub fn lost(&self) {
        self.change(|state| state.joined = false);
    }

    /// Whether there is a producer that can publish.
    pub fn producer(&self, there: bool) {
        self.change(|state| state.producer = there);
    }

    /// Whether the input topic is missing.
    pub fn topic_missing(&self, missing: bool) {
        self.change(|state| state.topic_missing = missing);
    }

    /// Whether the brokers refuse us something.
    pub fn refused(&self, refused: bool) {
        self.change(|state| state.refused = refused);
    }

    /// Transactions that were aborted since the last commit.
    pub fn aborts_in_a_row(&self, aborts: u32) {
        self.change(|state| state.aborts_in_a_row = aborts);
    }

    /// The worker is on its way out.
    pub fn draining(&self) {
        self.change(|state| state.draining = true);
    }

    /// The worker cannot go on.
    pub fn failed(&self) {
        self.change(|state| state.failed = true);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("no holder of this lock panics")
    }
}

fn is_silent(state: &State) -> bool {
    state.heard.is_some_and(|(_, since)| since.elapsed() > SILENCE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_only_with_broker_group_and_producer() {
        let health = Health::default();
        assert_eq!(health.unready(), Some("no broker reachable"));
        health.brokers(true, 1);
        assert_eq!(health.unready(), Some("not in the group yet"));
        health.joined();
        assert_eq!(health.unready(), Some("no producer yet"));
        health.producer(true);
        assert_eq!(health.unready(), None);
    }

    #[test]
    fn ready_no_more_when_the_broker_goes_and_again_when_it_comes() {
        let health = Health::default();
        health.assigned();
        health.producer(true);
        assert_eq!(health.unready(), None);
        health.brokers_down();
        assert_eq!(health.unready(), Some("no broker reachable"));
        health.brokers(true, 2);
        assert_eq!(health.unready(), None);
        health.draining();
        assert_eq!(health.unready(), Some("draining"));
        assert!(health.alive(), "draining is no reason to be killed");
    }
}
