//! What the threads of the demo tell each other: how much is classified, and how much of it has been read back.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use crate::pipeline::outcome::{NoEventReason, Outcome};

/// Items sent and not yet classified, and outputs written and not yet read back: a partition of the embedded broker keeps only
/// about 5 MiB, so both must stay well below that.
const ITEMS_AHEAD_MAX: u64 = 3000;
const OUTPUTS_AHEAD_MAX: u64 = 2000;
const PAUSE: Duration = Duration::from_millis(1);

/// The board.
#[derive(Debug, Default)]
pub struct Board {
    counts: Mutex<Counts>,
    given_up: AtomicBool,
}

#[derive(Debug, Default)]
struct Counts {
    items: u64,
    with_events: u64,
    outputs: u64,
    seen: u64,
    no_event: BTreeMap<NoEventReason, u64>,
    first: Option<Instant>,
}

impl Board {
    /// Writes down the outcome of one item.
    pub fn classified(&self, outcome: &Outcome) {
        let mut counts = self.counts();
        counts.items += 1;
        counts.first.get_or_insert_with(Instant::now);
        match outcome {
            Outcome::Events(events) => {
                counts.with_events += 1;
                counts.outputs += events.records().len() as u64;
            }
            Outcome::NoEvent { reason, .. } => *counts.no_event.entry(*reason).or_default() += 1,
            Outcome::DeadLetter(_) => counts.outputs += 1,
        }
    }

    /// One output was read back.
    pub fn saw(&self) {
        self.counts().seen += 1;
    }

    /// Whether `items` are classified and all their outputs read back.
    pub fn complete(&self, items: u64) -> bool {
        let counts = self.counts();
        counts.items >= items && counts.seen >= counts.outputs
    }

    /// Waits until item `number` may be sent; false if the demo has been given up.
    pub fn wait_for_room(&self, number: u64) -> bool {
        while !self.has_room(number) {
            if self.given_up.load(Ordering::Relaxed) {
                return false;
            }
            thread::sleep(PAUSE);
        }
        true
    }

    fn has_room(&self, number: u64) -> bool {
        let counts = self.counts();
        number < counts.items + ITEMS_AHEAD_MAX && counts.outputs < counts.seen + OUTPUTS_AHEAD_MAX
    }

    /// Lets the thread that waits for room end.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// Time since the first item was classified: without that of joining the group.
    pub fn since_first(&self) -> Duration {
        self.counts().first.map_or(Duration::ZERO, |first| first.elapsed())
    }

    /// Items classified.
    pub fn items(&self) -> u64 {
        self.counts().items
    }

    /// Items with at least one event.
    pub fn with_events(&self) -> u64 {
        self.counts().with_events
    }

    /// Items without event, by reason.
    pub fn no_event(&self) -> BTreeMap<NoEventReason, u64> {
        self.counts().no_event.clone()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().expect("no holder of this lock panics")
    }
}
