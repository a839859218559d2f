//! Reads input and output under `read_committed`, by a client that has nothing to do with the worker, and tells what is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::feed::Kind;
use crate::client::{Seen, Topics};

/// Partition and offset of a raw record.
type Origin = (i64, i64);

/// What is wrong, and of how many it was judged.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    pub raw: usize,
    pub expected: usize,
    pub written: usize,
    /// Raw records without the output that they should have.
    pub missing: Vec<Origin>,
    /// Raw records with more than one.
    pub duplicated: Vec<Origin>,
    /// Outputs in a partition after one of a later record of the same raw partition.
    pub reordered: Vec<Origin>,
    /// Outputs without a raw record that should have one like that.
    pub orphaned: Vec<Origin>,
}

impl Judgement {
    pub fn is_well(&self) -> bool {
        [&self.missing, &self.duplicated, &self.reordered, &self.orphaned]
            .into_iter()
            .all(Vec::is_empty)
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} raw records, {} outputs expected, {} written: {} missing, {} duplicated, {} reordered, {} orphaned",
            self.raw,
            self.expected,
            self.written,
            self.missing.len(),
            self.duplicated.len(),
            self.reordered.len(),
            self.orphaned.len()
        )
    }
}

/// Judges all that is committed.
pub fn judged(topics: &Topics) -> Judgement {
    let raw = topics.read(&topics.raw);
    let kinds = raw.iter().map(|seen| {
        (
            (seen.partition, seen.offset),
            Kind::of(seen.value.as_deref().unwrap_or_default()),
        )
    });
    let kinds: BTreeMap<Origin, Kind> = kinds.collect();
    let events = topics.read(&topics.events);
    let letters = topics.read(&topics.dead_letters);
    let mut judgement = Judgement {
        raw: kinds.len(),
        ..Judgement::default()
    };
    compare(
        &mut judgement,
        &kinds,
        Kind::Event,
        events.iter().map(|event| (event.partition, origin_of_event(event))),
    );
    compare(
        &mut judgement,
        &kinds,
        Kind::Cut,
        letters.iter().map(|letter| (letter.partition, origin_of_letter(letter))),
    );
    judgement
}

/// Compares the outputs of one topic, given as their partition and origin in the order of each partition.
fn compare(judgement: &mut Judgement, kinds: &BTreeMap<Origin, Kind>, kind: Kind, outputs: impl Iterator<Item = (i64, Origin)>) {
    let mut seen = BTreeSet::new();
    let mut last: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (partition, origin) in outputs {
        judgement.written += 1;
        if kinds.get(&origin) != Some(&kind) {
            judgement.orphaned.push(origin);
        }
        if !seen.insert(origin) {
            judgement.duplicated.push(origin);
            continue;
        }
        let (raw_partition, offset) = origin;
        let last = last.entry((partition, raw_partition)).or_insert(-1);
        if offset < *last {
            judgement.reordered.push(origin);
        }
        *last = offset.max(*last);
    }
    for (origin, _) in kinds.iter().filter(|(_, found)| **found == kind) {
        judgement.expected += 1;
        if !seen.contains(origin) {
            judgement.missing.push(*origin);
        }
    }
}

fn origin_of_event(event: &Seen) -> Origin {
    let json: serde_json::Value = serde_json::from_str(event.value.as_deref().unwrap()).unwrap();
    let number = |name: &str| json["item"][name].as_i64().unwrap();
    (number("partition"), number("offset"))
}

fn origin_of_letter(letter: &Seen) -> Origin {
    let number = |name: &str| letter.headers[name].parse().unwrap();
    (number("dlq_partition"), number("dlq_offset"))
}

#[test]
fn the_oracle_sees_each_kind_of_wrong() {
    let kinds: BTreeMap<Origin, Kind> = (0..5)
        .map(|offset| ((0, offset), Kind::Cut))
        .chain([((0, 9), Kind::Plain)])
        .collect();
    let judge = |origins: &[i64]| {
        let mut judgement = Judgement::default();
        compare(
            &mut judgement,
            &kinds,
            Kind::Cut,
            origins.iter().map(|offset| (0, (0, *offset))),
        );
        judgement
    };
    assert!(judge(&[0, 1, 2, 3, 4]).is_well());
    assert_eq!(judge(&[0, 1, 3, 4]).missing, [(0, 2)]);
    assert_eq!(judge(&[0, 1, 2, 1, 3, 4]).duplicated, [(0, 1)]);
    assert_eq!(judge(&[0, 2, 1, 3, 4]).reordered, [(0, 1)]);
    assert_eq!(judge(&[0, 1, 2, 3, 4, 9]).orphaned, [(0, 9)]);
}
