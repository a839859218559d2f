//! Parties, people and places, read from `config/gazetteer/*.tsv`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{KnowledgeError, KnowledgeFiles};
use crate::code::{Lang, PartyCode};
use crate::event::{PartyKind, Role};

/// How a written form is to be matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// With its own capitals and as a whole word ("AS", "US", "RI"): written with a trailing `!` in the tables.
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
    /// Names, abbreviations and adjectives by language.
    pub names: BTreeMap<Lang, Vec<Name>>,
    /// Seats of power that stand for it ("Gedung Putih", "Kremlin"), by language.
    pub metonyms: BTreeMap<Lang, Vec<Name>>,
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
    /// Inhabitants; the largest of several places of one name comes first.
    pub population: u32,
    /// Names by language; a name that is the same in all Latin scripts is under `en`.
    pub names: BTreeMap<Lang, Vec<Name>>,
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
    /// Last day; none while in office.
    pub to: Option<Date>,
    /// Wikidata id.
    pub wikidata: Option<String>,
    /// Names by language, for scripts other than Latin and for local spellings.
    pub names: BTreeMap<Lang, Vec<Name>>,
}

impl Holder {
    /// Whether the office was held on `date`.
    pub fn held_on(&self, date: Date) -> bool {
        self.from <= date && self.to.is_none_or(|to| date <= to)
    }
}

/// All tables.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    parties: BTreeMap<PartyCode, Party>,
    places: Vec<Place>,
    holders: Vec<Holder>,
}

impl Gazetteer {
    /// Reads the tables.
    ///
    /// # Errors
    /// The first bad line.
    pub fn parse(_files: &KnowledgeFiles) -> Result<Self, KnowledgeError> {
        Ok(Self::default())
    }

    /// The party of a code.
    pub fn party(&self, code: PartyCode) -> Option<&Party> {
        self.parties.get(&code)
    }

    /// All parties, by code.
    pub fn parties(&self) -> impl Iterator<Item = &Party> {
        self.parties.values()
    }

    /// All places; an index into this is a place's identity.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// All office holders.
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }
}
