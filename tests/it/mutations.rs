//! Mutated articles through the whole core, on stable Rust; the fuzz target in `fuzz/` searches further with coverage.
//!
//! A few thousand in the usual run. The long one, about as fast as the machine classifies:
//!
//! ```sh
//! DEMARCHE_MUTATIONS=1000000 cargo test --release --test it mutations -- --nocapture
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use demarche::pipeline::outcome::OutcomeKind;
use demarche::pipeline::record::Record;
use demarche::pipeline::{Core, process};

use crate::mutator::Mutator;
use crate::{core, sound};

const USUAL: u64 = 3_000;
/// Numbers that a thread takes at once, and after which it says how it stands.
const PORTION: u64 = 250;
/// An item may take so long, and so much longer for each byte. Far above what is usual: the machine may be busy, the build slow.
const ITEM_TIME_MAX: Duration = Duration::from_millis(500);
const BYTE_TIME_MAX: Duration = Duration::from_micros(20);
/// Where no portion comes in for so long, an item does not end.
const SILENCE_MAX: Duration = Duration::from_secs(120);

/// What a thread found in its portion.
#[derive(Default)]
struct Findings {
    outcomes: BTreeMap<OutcomeKind, u64>,
    slowest: Duration,
    fault: Option<String>,
}

#[test]
fn mutated_articles_have_sound_outcomes_in_bounded_time() {
    let given = std::env::var_os("DEMARCHE_MUTATIONS").map(|count| count.to_str().and_then(|count| count.parse().ok()));
    let count: u64 = given.map_or(USUAL, |count| count.expect("DEMARCHE_MUTATIONS is a number"));
    let begun = Instant::now();
    let next = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = channel();
    for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
        let (next, sender) = (Arc::clone(&next), sender.clone());
        // Not scoped: where an item does not end, neither would the scope.
        thread::spawn(move || work(&next, count, &sender));
    }
    drop(sender);
    let mut all = Findings::default();
    loop {
        match receiver.recv_timeout(SILENCE_MAX) {
            Ok(findings) => all.add(findings),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("an item below number {} does not end", next.load(Ordering::Relaxed)),
        }
        if let Some(fault) = &all.fault {
            panic!("{fault}");
        }
    }
    assert_eq!(all.outcomes.values().sum::<u64>(), count, "each has one outcome");
    println!(
        "{count} mutations in {:.1?}: {:?}, slowest {:.1?}",
        begun.elapsed(),
        all.outcomes,
        all.slowest
    );
    for kind in OutcomeKind::ALL {
        let share = all.outcomes.get(kind).copied().unwrap_or(0) * 100 / count.max(1);
        assert!(share >= 3, "mutations reach every end of the core, and {kind} is {share} %");
    }
}

#[test]
fn a_mutation_is_a_function_of_its_number() {
    let core = core();
    let (one, other) = (Mutator::new(&core), Mutator::new(&core));
    for number in 0..50 {
        assert_eq!(one.payload(number), other.payload(number));
        assert_ne!(one.payload(number), one.payload(number + 1));
    }
}

fn work(next: &AtomicU64, count: u64, sender: &Sender<Findings>) {
    let core = core();
    let mutator = Mutator::new(&core);
    loop {
        let from = next.fetch_add(PORTION, Ordering::Relaxed);
        let mut findings = Findings::default();
        for number in from..(from + PORTION).min(count) {
            findings.look_at(number, &mutator.payload(number), &core);
        }
        if from >= count || sender.send(findings).is_err() {
            return;
        }
    }
}

impl Findings {
    fn look_at(&mut self, number: u64, payload: &[u8], core: &Core) {
        let record = Record {
            payload: Some(payload.to_vec()),
            ..Record::default()
        };
        let begun = Instant::now();
        let outcome = process(&record, core);
        let limit = ITEM_TIME_MAX + BYTE_TIME_MAX * u32::try_from(payload.len()).unwrap_or(u32::MAX);
        let mut took = begun.elapsed();
        // What is slow for itself is slow again; what only had to wait for the machine is not.
        for _ in 0..2 {
            if took > limit {
                let begun = Instant::now();
                process(&record, core);
                took = took.min(begun.elapsed());
            }
        }
        self.slowest = self.slowest.max(took);
        *self.outcomes.entry(outcome.kind()).or_default() += 1;
        let slow = (took > limit).then(|| format!("takes {took:?}, limit is {limit:?}"));
        if let Some(fault) = sound::fault(payload, &outcome, core).or(slow) {
            self.fault
                .get_or_insert_with(|| format!("mutation {number}: {fault}\n{}", payload.escape_ascii()));
        }
    }

    fn add(&mut self, other: Self) {
        for (kind, count) in other.outcomes {
            *self.outcomes.entry(kind).or_default() += count;
        }
        self.slowest = self.slowest.max(other.slowest);
        self.fault = self.fault.take().or(other.fault);
    }
}
