//! Parties, people and places, read from `config/gazetteer/*.tsv`.
//!
//! Takes the tables' texts and gives typed rows with their names by language. How a name is found in a text, and which of
//! two parties an ambiguous name means, is for the classifier to decide; here it is only said that the name is ambiguous.
//! Names are written with straight apostrophes and with their diacritics; whoever matches folds both.

mod parse;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{KnowledgeError, KnowledgeFiles};
use crate::code::{Lang, PartyCode};
use crate::event::{PartyKind, Role};

/// How a written form is to be matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// With its own capitals, or all in capitals, and as a whole word ("AS", "US", "RI"): a trailing `!` in the tables.
    Exact,
    /// In any capitals.
    Folded,
}

/// One written form of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The form.
    pub text: String,
    /// How it is matched.
    pub case: Case,
}

/// Written forms by language.
pub type Names = BTreeMap<Lang, Vec<Name>>;

/// A state, a territory that acts, or an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its code.
    pub code: PartyCode,
    /// What it is.
    pub kind: PartyKind,
    /// Usual English name.
    pub name: String,
    /// Wikidata id.
    pub wikidata: Option<String>,
    /// The organisation that this one is an organ of (the European Commission: `EU`), for which it acts in an event.
    pub part_of: Option<PartyCode>,
    /// Member states of an organisation, sorted; empty where membership is near-universal or not sure.
    pub members: Vec<PartyCode>,
    /// Names and abbreviations ("Tiongkok", "RRT").
    pub names: Names,
    /// Adjectives ("Chinese"), and forms that stand only joined to another name (中 in 中美).
    pub adjectives: Names,
    /// Words for its people ("Briton", "Chinese").
    pub demonyms: Names,
    /// Seats of power that stand for it ("Gedung Putih", "Kremlin"); capitals are under [`Place::capital`].
    pub metonyms: Names,
}

/// A city or venue.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Usual English name.
    pub name: String,
    /// The party it lies in.
    pub country: PartyCode,
    /// Degrees north and east.
    pub coordinates: (f64, f64),
    /// GeoNames id.
    pub geonames: Option<u32>,
    /// Whether it is the capital of its country, and so may stand for it ("Beijing said").
    pub capital: bool,
    /// Whether the name, even with its capital, is often something else ("Lima" opens an Indonesian sentence as "five"): to
    /// be read as a place only where a preposition, a dateline or a country beside it says so.
    pub weak: bool,
    /// Inhabitants; 0 for a venue. The tables hold the largest first.
    pub population: u32,
    /// Names by language, all of them [`Case::Exact`]; a name that is the same in all Latin scripts is under `en` only.
    pub names: Names,
}

/// A person in an office for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Usual Latin form in the press.
    pub name: String,
    /// What the press uses alone.
    pub family: String,
    /// For whom.
    pub party: PartyCode,
    /// The office.
    pub role: Role,
    /// First day, as exactly as known (the first day of the month or year else).
    pub from: Date,
    /// Last day (the last of the month or year where no more is known); none while in office.
    pub to: Option<Date>,
    /// Whether `to` is the end; if not, the office was held on that day and what came after is not known.
    pub end_known: bool,
    /// Wikidata id.
    pub wikidata: Option<String>,
    /// Other Latin spellings, used in any language.
    pub variants: Vec<Name>,
    /// Names by language, for scripts other than Latin and for local spellings.
    pub names: Names,
    /// Whether a second source has the same person in the same office.
    pub checked: bool,
}

impl Holder {
    /// Whether the office is known to have been held on `date`.
    pub fn held_on(&self, date: Date) -> bool {
        self.from <= date && self.to.is_none_or(|to| date <= to)
    }
}

/// A form that names several parties in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguity {
    /// The form, as in the tables but without `!`.
    pub text: String,
    /// The parties it may mean, sorted.
    pub parties: Vec<PartyCode>,
    /// The one it means where nothing near it decides.
    pub default: Option<PartyCode>,
}

/// All tables.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    parties: BTreeMap<PartyCode, Party>,
    places: Vec<Place>,
    holders: Vec<Holder>,
    ambiguities: BTreeMap<Lang, Vec<Ambiguity>>,
    holders_as_of: Option<Date>,
}

impl Gazetteer {
    /// Reads the tables. A table that is missing is empty.
    ///
    /// # Errors
    /// The first bad line: a wrong number of cells, a code that is unknown or given twice, a date or number out of range.
    pub fn parse(files: &KnowledgeFiles) -> Result<Self, KnowledgeError> {
        parse::gazetteer(files)
    }

    /// The party of a code.
    pub fn party(&self, code: PartyCode) -> Option<&Party> {
        self.parties.get(&code)
    }

    /// The city that a venue lies in: the nearest one of its country, within about thirty kilometres; a city is its own.
    pub fn city_of<'a>(&'a self, place: &'a Place) -> &'a Place {
        const DEGREES: f64 = 0.3;
        if place.population > 0 {
            return place;
        }
        let distance = |other: &Place| {
            let (north, east) = (
                other.coordinates.0 - place.coordinates.0,
                other.coordinates.1 - place.coordinates.1,
            );
            north.abs().max(east.abs())
        };
        let cities = self
            .places
            .iter()
            .filter(|other| other.population > 0 && other.country == place.country && distance(other) < DEGREES);
        cities.min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(place)
    }

    /// The capital of a country.
    pub fn capital_of(&self, country: PartyCode) -> Option<&Place> {
        self.places.iter().find(|place| place.capital && place.country == country)
    }

    /// The party that acts when `code` does: an organ acts for its organisation.
    pub fn acting(&self, code: PartyCode) -> PartyCode {
        self.party(code).and_then(|party| party.part_of).unwrap_or(code)
    }

    /// All parties, by code.
    pub fn parties(&self) -> impl Iterator<Item = &Party> {
        self.parties.values()
    }

    /// All places; an index into this is a place's identity.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// All office holders, by party, role and first day.
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// The day that the table of office holders describes, said by the tables themselves; changes after it may be missing.
    pub fn holders_as_of(&self) -> Option<Date> {
        self.holders_as_of
    }

    /// Who is known to have held an office on a day; two where a term ends on the day the next one starts.
    pub fn holders_on(&self, party: PartyCode, role: Role, date: Date) -> impl Iterator<Item = &Holder> {
        let start = self
            .holders
            .partition_point(|holder| (holder.party, holder.role) < (party, role));
        let office = self.holders.iter().skip(start);
        office
            .take_while(move |holder| (holder.party, holder.role) == (party, role))
            .filter(move |holder| holder.held_on(date))
    }

    /// The forms that name several parties in a language.
    pub fn ambiguities(&self, lang: Lang) -> &[Ambiguity] {
        self.ambiguities.get(&lang).map_or(&[], Vec::as_slice)
    }
}
