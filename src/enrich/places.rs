//! Places: the city or venue that a sentence puts the event in, by the words before it; the dateline where it says none.

use crate::classify::Reading;
use crate::code::PartyCode;
use crate::knowledge::gazetteer::{Gazetteer, Place};
use crate::knowledge::sense::Concept;

/// Where something is said to be.
#[derive(Clone, Copy, Debug)]
pub enum Spot<'a> {
    /// A place of the tables.
    Known(&'a Place),
    /// A name that no table has, with the country that is named beside it.
    Named(Option<PartyCode>),
}

impl Spot<'_> {
    /// The country, where one is known.
    pub fn country(self) -> Option<PartyCode> {
        match self {
            Self::Known(place) => Some(place.country),
            Self::Named(country) => country,
        }
    }
}

/// A place as written: atoms `first..last`.
#[derive(Clone, Copy, Debug)]
pub struct PlaceMention<'a> {
    /// First atom.
    pub first: usize,
    /// One past the last atom.
    pub last: usize,
    /// What it is.
    pub spot: Spot<'a>,
}

/// The places of a sentence that something is said to be in.
pub fn mentions<'a>(reading: &Reading, parties: &[PartyCode], gazetteer: &'a Gazetteer) -> Vec<PlaceMention<'a>> {
    let known = |at: usize| {
        let place = choose(reading.atoms.get(at)?.places(), parties, gazetteer)?;
        located(reading, at).then_some(PlaceMention {
            first: at,
            last: at + 1,
            spot: Spot::Known(place),
        })
    };
    (0..reading.atoms.len())
        .filter_map(|at| {
            known(at)
                .or_else(|| capital(reading, at, gazetteer))
                .or_else(|| unknown(reading, at))
        })
        .collect()
}

/// Whether the words before `at` say that something is in it.
fn located(reading: &Reading, at: usize) -> bool {
    const REACH: usize = 7;
    let is_any = |at: usize, concepts: &[Concept]| reading.atoms.get(at).is_some_and(|atom| atom.is_any(concepts));
    let near = at.saturating_sub(REACH)..at;
    // "tiba di" is one phrase of a verb and its preposition.
    let preposition = near
        .rev()
        .find(|before| is_any(*before, &[Concept::In, Concept::Landed, Concept::Arrive, Concept::VisitVerb]));
    preposition.is_some_and(|preposition| {
        !(preposition + 1..at).any(|between| {
            let verb = is_any(
                between,
                &[Concept::Meet, Concept::With, Concept::That, Concept::Between, Concept::Who],
            );
            verb || matches!(reading.mark(between), Some(';' | ':'))
        })
    })
}

/// "in the Kazakh capital", "di ibu kota Korea Utara".
fn capital<'a>(reading: &Reading, at: usize, gazetteer: &'a Gazetteer) -> Option<PlaceMention<'a>> {
    const REACH: usize = 2;
    if !reading.atoms.get(at)?.is(Concept::Capital) || !located(reading, at) {
        return None;
    }
    let before = at.saturating_sub(1)..at;
    let around = before.chain(at + 1..at + 1 + REACH);
    let party = |at: usize| {
        reading
            .atoms
            .get(at)
            .and_then(|atom| atom.party())
            .map(|(code, _)| (at, code))
    };
    let (beside, code) = around.into_iter().find_map(party)?;
    let place = gazetteer.capital_of(code)?;
    Some(PlaceMention {
        first: at.min(beside),
        last: at.max(beside) + 1,
        spot: Spot::Known(place),
    })
}

/// "in Argyle": a capitalised name right after the preposition, which is nobody's.
fn unknown<'a>(reading: &Reading, at: usize) -> Option<PlaceMention<'a>> {
    const LONGEST: usize = 3;
    let before = at.checked_sub(1).and_then(|before| reading.atoms.get(before))?;
    let name = |at: usize| reading.atoms.get(at).is_some_and(|atom| atom.may_be_name());
    let somebody = reading
        .groups
        .iter()
        .any(|group| (group.first..group.last).contains(&at) && !group.figures.is_empty());
    if !before.is(Concept::In) || !name(at) || somebody {
        return None;
    }
    let last = (at..at + LONGEST).take_while(|at| name(*at)).last()? + 1;
    let beside = (reading.mark(last) == Some(','))
        .then(|| reading.atoms.get(last + 1))
        .flatten();
    Some(PlaceMention {
        first: at,
        last,
        spot: Spot::Named(beside.and_then(|atom| atom.party()).map(|(code, _)| code)),
    })
}

/// Of several places of one name: one in a party's country, else a capital, else the largest.
pub fn choose<'a>(places: impl Iterator<Item = usize>, parties: &[PartyCode], gazetteer: &'a Gazetteer) -> Option<&'a Place> {
    let places = places.filter_map(|index| gazetteer.places().get(index));
    places.max_by_key(|place| (parties.contains(&place.country), place.capital, place.population))
}
