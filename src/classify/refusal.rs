//! What is no event, and what has not happened: sport and business, wishes and invitations, plans and cancellations.

use super::Reading;
use super::atoms::Atom;
use super::matching::Match;
use crate::event::{EventType, Status};
use crate::knowledge::lexicon::Concept;
use crate::pipeline::outcome::NoEventReason;

/// Why an item is not believed to report diplomacy unless people in office meet in it: it is full of words of another trade.
pub fn of_item(sentences: &[Vec<Atom>]) -> Option<NoEventReason> {
    const ENOUGH: usize = 4;
    let count = |concept| sentences.iter().flatten().filter(|atom| atom.is(concept)).count();
    let offices = sentences.iter().flatten().filter(|atom| atom.role().is_some()).count();
    let refused = |concept| count(concept) >= ENOUGH.max(offices + 1);
    match (refused(Concept::Sport), refused(Concept::Business)) {
        (true, _) => Some(NoEventReason::Sport),
        (false, true) => Some(NoEventReason::Business),
        (false, false) => None,
    }
}

/// Whether what matched took place, by the words between its subject and its verb and right after it.
pub fn status(reading: &Reading, fit: &Match, kind: EventType) -> Result<(Status, Option<usize>), NoEventReason> {
    if (0..reading.atoms.len()).rev().take(2).any(|at| reading.mark(at) == Some('?')) {
        return Err(NoEventReason::Hypothetical);
    }
    const BEFORE: usize = 5;
    const AFTER: usize = 8;
    let subject_end = fit
        .groups
        .iter()
        .filter_map(|group| reading.groups.get(*group))
        .map(|group| group.last)
        .filter(|last| *last <= fit.anchor)
        .max();
    // A dialogue is a noun: what its sentence says of it may stand before those who lead it.
    let reach = fit.anchor.saturating_sub(14);
    let left = if kind == EventType::StrategicDialogue {
        reach
    } else {
        subject_end.unwrap_or(fit.anchor.saturating_sub(BEFORE)).max(reach)
    };
    let clause_end = (fit.last..fit.last + AFTER)
        .find(|at| ends_clause(reading, *at))
        .unwrap_or(fit.last + AFTER);
    let lead = fit.first.saturating_sub(BEFORE)..fit.first;
    let find = |concept: Concept, ranges: &[std::ops::Range<usize>]| {
        ranges
            .iter()
            .flat_map(Clone::clone)
            .find(|at| reading.atoms.get(*at).is_some_and(|atom| atom.is(concept)))
    };
    let (verb, inside, tail) = (left..fit.anchor, fit.anchor..fit.last, fit.last..clause_end);
    let cancelled = find(
        Concept::Cancelled,
        &[verb.clone(), tail.clone(), fit.anchor.saturating_sub(3)..fit.anchor],
    );
    // A dialogue stays one when it is held by video; a meeting becomes a call.
    let remote = find(Concept::Phone, &[verb.clone(), inside.clone(), fit.last..fit.last + 4]).is_some();
    if remote && kind != EventType::StrategicDialogue {
        return Err(NoEventReason::OtherType);
    }
    if let Some(at) = cancelled {
        return Ok((Status::Cancelled, Some(at)));
    }
    if find(Concept::Hypothetical, std::slice::from_ref(&verb))
        .or(find(
            Concept::Negated,
            &[verb.clone(), fit.last..clause_end.min(fit.last + 3)],
        ))
        .is_some()
    {
        return Err(NoEventReason::Hypothetical);
    }
    if let Some(at) = find(Concept::Planned, &[verb.clone(), inside.clone(), tail.clone()]) {
        return Ok((Status::Planned, Some(at)));
    }
    if let Some(at) = find(Concept::Past, &[verb, lead, tail]) {
        return Ok((Status::Past, Some(at)));
    }
    Ok((Status::Held, None))
}

fn ends_clause(reading: &Reading, at: usize) -> bool {
    let verb = reading.atoms.get(at).is_some_and(|atom| {
        atom.is_any(&[
            Concept::Meet,
            Concept::Receive,
            Concept::ReceivedBy,
            Concept::That,
            Concept::Hypothetical,
        ])
    });
    verb || matches!(reading.mark(at), Some(';' | '.'))
}
