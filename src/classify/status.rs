//! Whether what is reported has happened, and whether an item reports diplomacy at all: plans and cancellations, wishes and
//! invitations; sport, business, opinion.

use std::ops::Range;

use super::atoms::Atom;
use super::matching::Match;
use super::reading::Reading;
use crate::event::{EventType, Status};
use crate::knowledge::sense::{Concept, SenseSet};
use crate::pipeline::outcome::NoEventReason;

/// Why an item is not believed to report diplomacy unless people in office meet in it: it is full of words of another trade.
pub fn of_item(sentences: &[Vec<Atom>]) -> Option<NoEventReason> {
    const ENOUGH: usize = 4;
    const TRADES: &[(Concept, NoEventReason)] = &[
        (Concept::Sport, NoEventReason::Sport),
        (Concept::Business, NoEventReason::Business),
        (Concept::Domestic, NoEventReason::Domestic),
        (Concept::Culture, NoEventReason::Culture),
    ];
    let count = |set: SenseSet| {
        let atoms = sentences.iter().flatten();
        atoms.filter(|atom| atom.senses.set().meets(set)).count()
    };
    let enough = ENOUGH.max(count(SenseSet::ROLE) + 1);
    TRADES
        .iter()
        .find(|(concept, _)| count(SenseSet::of(&[*concept])) >= enough)
        .map(|(_, reason)| *reason)
}

/// Whether the item is someone's opinion, in which nothing happens: its title says so, or two of its sentences do.
pub fn is_opinion(sentences: &[Vec<Atom>]) -> bool {
    const OPENING: usize = 3;
    let opinion = |atom: &Atom| atom.is(Concept::Opinion);
    let titled = sentences.first().is_some_and(|title| title.iter().take(OPENING).any(opinion));
    titled || sentences.iter().filter(|atoms| atoms.iter().any(opinion)).count() > 1
}

/// Whether a match is said to have been by telephone or video.
pub fn is_remote(reading: &Reading, fit: &Match) -> bool {
    let spans = Spans::new(reading, fit, EventType::BilateralMeeting);
    find(
        reading,
        Concept::Phone,
        &[spans.verb, fit.anchor..fit.last, fit.last..fit.last + 6],
    )
    .is_some()
}

/// Atoms after the whole in which it may be called off ("his meeting with X would be put off").
const CANCELLED_REACH: usize = 12;

/// Whether what matched took place, by the words between its subject and its verb and right after it.
///
/// # Errors
/// It is only wished, asked or denied.
pub fn status(reading: &Reading, fit: &Match, kind: EventType) -> Result<(Status, Option<usize>), NoEventReason> {
    if (0..reading.atoms.len()).rev().take(2).any(|at| reading.mark(at) == Some('?')) {
        return Err(NoEventReason::Hypothetical);
    }
    let Spans { verb, lead, tail } = Spans::new(reading, fit, kind);
    let inside = fit.anchor..fit.last;
    let near = fit.anchor.saturating_sub(3)..fit.anchor;
    let rest = (fit.last..fit.last + CANCELLED_REACH)
        .find(|at| ends_clause(reading, *at))
        .unwrap_or(fit.last + CANCELLED_REACH);
    let rest = fit.last..rest;
    if let Some(at) = find(reading, Concept::Cancelled, &[verb.clone(), tail.clone(), near, rest]) {
        return Ok((Status::Cancelled, Some(at)));
    }
    let future = find(reading, Concept::FutureInPast, &[verb.clone(), lead.clone()]);
    let told = |at: usize| {
        (0..at).any(|at| {
            reading
                .atoms
                .get(at)
                .is_some_and(|atom| atom.is_any(&[Concept::Say, Concept::That]))
        })
    };
    let imagined = future.filter(|at| !told(*at));
    let wished = find(reading, Concept::Hypothetical, &[verb.clone(), lead.clone()]).or(imagined);
    let denied = find(
        reading,
        Concept::Negated,
        &[verb.clone(), lead.clone(), fit.last..tail.end.min(fit.last + 3)],
    );
    let planned = find(reading, Concept::Planned, &[verb.clone(), inside, tail.clone()]).or(future);
    if let (EventType::Visit, Some(at), Some(_)) = (kind, denied, planned.or(wished)) {
        // "will not travel": a visit is denied only when it was announced.
        return Ok((Status::Cancelled, Some(at)));
    }
    if wished.or(denied).is_some() {
        return Err(NoEventReason::Hypothetical);
    }
    if let Some(at) = planned {
        return Ok((Status::Planned, Some(at)));
    }
    if let Some(at) = find(reading, Concept::Past, &[verb, lead, tail]) {
        return Ok((Status::Past, Some(at)));
    }
    Ok((Status::Held, None))
}

/// Where the words stand that decide.
struct Spans {
    /// Between subject and verb.
    verb: Range<usize>,
    /// Before the whole.
    lead: Range<usize>,
    /// After it, to the end of the clause.
    tail: Range<usize>,
}

impl Spans {
    fn new(reading: &Reading, fit: &Match, kind: EventType) -> Self {
        const BEFORE: usize = 5;
        const AFTER: usize = 8;
        const REACH: usize = 14;
        let subject_end = fit
            .groups
            .iter()
            .filter_map(|group| reading.groups.get(*group))
            .map(|group| group.last)
            .filter(|last| *last <= fit.anchor)
            .max();
        // A dialogue is a noun: what its sentence says of it may stand before those who lead it.
        let reach = fit.anchor.saturating_sub(REACH);
        let left = if kind == EventType::StrategicDialogue {
            reach
        } else {
            subject_end.unwrap_or(fit.anchor.saturating_sub(BEFORE)).max(reach)
        };
        let clause_end = (fit.last..fit.last + AFTER)
            .find(|at| {
                let turn = |atom: &Atom| atom.is_any(&[Concept::Hypothetical, Concept::Who]);
                reading.atoms.get(*at).is_some_and(turn) || ends_clause(reading, *at)
            })
            .unwrap_or(fit.last + AFTER);
        let lead_start = (fit.first.saturating_sub(BEFORE)..fit.first)
            .rev()
            .find(|at| ends_clause(reading, *at))
            .map_or(fit.first.saturating_sub(BEFORE), |at| at + 1);
        Self {
            verb: left..fit.anchor,
            lead: lead_start..fit.first,
            tail: fit.last..clause_end,
        }
    }
}

fn find(reading: &Reading, concept: Concept, ranges: &[Range<usize>]) -> Option<usize> {
    ranges
        .iter()
        .flat_map(Clone::clone)
        .find(|at| reading.atoms.get(*at).is_some_and(|atom| atom.is(concept)))
}

fn ends_clause(reading: &Reading, at: usize) -> bool {
    let verb = reading
        .atoms
        .get(at)
        .is_some_and(|atom| atom.is_any(&[Concept::Meet, Concept::Receive, Concept::ReceivedBy, Concept::That]));
    verb || matches!(reading.mark(at), Some(';' | '.'))
}
