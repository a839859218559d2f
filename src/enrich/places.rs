//! Places: the city or venue that a sentence puts the event in, by the words before it; the dateline where it says none.

use crate::classify::Reading;
use crate::code::PartyCode;
use crate::knowledge::gazetteer::{Gazetteer, Place};
use crate::knowledge::lexicon::Concept;

/// A place as written: one atom.
#[derive(Clone, Copy, Debug)]
pub struct PlaceMention<'a> {
    /// The atom.
    pub at: usize,
    /// What it is.
    pub place: &'a Place,
}

/// The places of a sentence that something is said to be in.
pub fn mentions<'a>(reading: &Reading, parties: &[PartyCode], gazetteer: &'a Gazetteer) -> Vec<PlaceMention<'a>> {
    const REACH: usize = 7;
    let located = |at: usize| {
        let near = at.saturating_sub(REACH)..at;
        let preposition = near
            .rev()
            .find(|before| reading.atoms.get(*before).is_some_and(|atom| atom.is(Concept::In)))?;
        let broken = (preposition + 1..at).any(|between| {
            let verb = reading
                .atoms
                .get(between)
                .is_some_and(|atom| atom.is_any(&[Concept::Meet, Concept::With, Concept::That, Concept::Between, Concept::Who]));
            verb || matches!(reading.mark(between), Some(';' | ':'))
        });
        (!broken).then_some(())
    };
    let found = (0..reading.atoms.len()).filter_map(|at| {
        let place = choose(reading.atoms.get(at)?.places(), parties, gazetteer)?;
        located(at).map(|()| PlaceMention { at, place })
    });
    found.collect()
}

/// Of several places of one name: one in a party's country, else a capital, else the largest.
pub fn choose<'a>(places: impl Iterator<Item = usize>, parties: &[PartyCode], gazetteer: &'a Gazetteer) -> Option<&'a Place> {
    let places = places.filter_map(|index| gazetteer.places().get(index));
    places.max_by_key(|place| (parties.contains(&place.country), place.capital, place.population))
}
