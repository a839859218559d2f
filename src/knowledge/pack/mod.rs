//! A language pack: the lexicon, rules and calendar words of one folder under `lang/`, compiled with the gazetteer's names.

mod names;
mod raw;

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::cases::Cases;
use super::endings::Endings;
use super::lexicon::{Capitals, Lexicon, Symbol, Word};
use super::prefixes::Prefixes;
use super::rule::{Anchor, Rule};
use super::sense::{Concept, PartyForm, Sense, SenseSet};
use super::{Gazetteer, KnowledgeError, KnowledgeFiles, Topics};
use crate::code::{Lang, PartyCode};
use crate::event::Role;
use crate::text::fold::fold;
use crate::text::token::{self, Shape};
use raw::{RawDates, RawPack, RawRules};

pub use raw::DateOrder;

/// A person of the table of office holders, with all rows of the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// Usual Latin form.
    pub name: String,
    /// What the press uses alone.
    pub family: String,
    /// The name in this language, where the table has it in another script.
    pub native: Option<String>,
    /// Indices into [`Gazetteer::holders`].
    pub holders: Vec<usize>,
}

/// What a word may be part of.
#[derive(Clone, Copy, Debug, Default)]
struct Hint {
    /// A phrase that reports events.
    reports: bool,
    /// A phrase that names who acts.
    acts: bool,
}

/// One language.
#[derive(Debug)]
pub struct Pack {
    lang: Lang,
    name: String,
    bare_countries: bool,
    home_party: Option<PartyCode>,
    lexicon: Lexicon,
    rules: Vec<Rule>,
    /// For each symbol whether it may report an event, and whether it may name who acts.
    hints: Vec<Hint>,
    by_concept: Vec<Vec<usize>>,
    by_mechanism: Vec<usize>,
    /// What rules start from.
    anchors: SenseSet,
    mechanisms: Vec<String>,
    topics: Vec<String>,
    people: Vec<KnownPerson>,
    families: FxHashMap<String, Vec<usize>>,
    function_words: FxHashSet<String>,
    abbreviations: FxHashSet<String>,
    clitics: Vec<String>,
    quotes: Vec<(char, char)>,
    ordinal_prefix: Vec<String>,
    ordinal_suffix: Vec<String>,
    ordinal_roman: bool,
    dateline_end: Vec<String>,
    party_splits_title: bool,
    cases: Cases,
    day_units: Vec<String>,
    year_units: Vec<String>,
    day_range: Vec<String>,
    date_order: DateOrder,
}

impl Pack {
    pub(super) fn compile(
        folder: &str,
        files: &KnowledgeFiles,
        gazetteer: &Gazetteer,
        topics: &Topics,
    ) -> Result<Self, KnowledgeError> {
        let path = |file: &str| format!("lang/{folder}/{file}");
        let content = |file: &str| {
            files.get(&path(file)).ok_or_else(|| {
                KnowledgeError::new(
                    &path(file),
                    None,
                    "is missing; a pack has pack.toml, lexicon.tsv and rules.toml",
                )
            })
        };
        let raw: RawPack = from_toml(&path("pack.toml"), content("pack.toml")?)?;
        let wrong = |problem: String| KnowledgeError::new(&path("pack.toml"), None, problem);
        let lang = Lang::new(&raw.code)
            .filter(|_| raw.code == folder)
            .ok_or_else(|| wrong(format!("code is {:?}, wanted the folder's name {folder:?}", raw.code)))?;
        let home_party = raw.home_party.as_deref().map(|code| {
            known_party(code, gazetteer).ok_or_else(|| wrong(format!("home_party {code:?} is not in gazetteer/parties.tsv")))
        });
        let mut pack = Self {
            lang,
            name: raw.name.clone(),
            bare_countries: raw.bare_countries,
            home_party: home_party.transpose()?,
            lexicon: Lexicon::new(Endings::new(&raw.endings), Prefixes::new(&raw.prefixes)),
            rules: Vec::new(),
            hints: Vec::new(),
            by_concept: vec![Vec::new(); Concept::ALL.len()],
            by_mechanism: Vec::new(),
            anchors: SenseSet::default(),
            mechanisms: Vec::new(),
            topics: Vec::new(),
            people: Vec::new(),
            families: FxHashMap::default(),
            function_words: raw.function_words.iter().map(|word| fold(word).into_owned()).collect(),
            abbreviations: raw
                .abbreviations
                .iter()
                .map(|word| fold(word.trim_end_matches('.')).into_owned())
                .collect(),
            clitics: raw.clitics.clone(),
            quotes: raw
                .quote_open_close
                .iter()
                .filter_map(|pair| Some((pair.chars().next()?, pair.chars().nth(1)?)))
                .collect(),
            ordinal_prefix: raw.ordinal_prefix.clone(),
            ordinal_suffix: raw.ordinal_suffix.clone(),
            ordinal_roman: raw.ordinal_roman,
            dateline_end: raw.dateline_end.clone(),
            party_splits_title: raw.party_splits_title,
            cases: raw.cases.clone(),
            day_units: raw.dates.day_units.clone(),
            year_units: raw.dates.year_units.clone(),
            day_range: raw.dates.day_range.clone(),
            date_order: raw.dates.order,
        };
        pack.add_calendar(&raw.dates).map_err(wrong)?;
        pack.add_lexicon(&path("lexicon.tsv"), content("lexicon.tsv")?, gazetteer)?;
        let place_names_of: Option<Vec<Lang>> = raw.place_names_of.iter().map(|code| Lang::new(code)).collect();
        pack.add_gazetteer(
            gazetteer,
            &place_names_of.ok_or_else(|| wrong("place_names_of has a code that is none".to_owned()))?,
        );
        for (topic, phrase) in topics.phrases(files, folder)? {
            pack.add_name(&phrase, Sense::Topic(topic), Capitals::Any);
        }
        pack.topics = topics.codes().to_vec();
        let rules: RawRules = from_toml(&path("rules.toml"), content("rules.toml")?)?;
        for rule in rules.rule {
            pack.rules
                .push(Rule::compile(rule, folder).map_err(|problem| KnowledgeError::new(&path("rules.toml"), None, problem))?);
        }
        pack.index();
        Ok(pack)
    }

    /// What the passes over a text look up, once all phrases and rules are there.
    fn index(&mut self) {
        for (number, rule) in self.rules.iter().enumerate() {
            for anchor in &rule.anchor {
                match anchor {
                    Anchor::Mechanism => {
                        self.anchors = self.anchors.or(SenseSet::MECHANISM);
                        self.by_mechanism.push(number);
                    }
                    Anchor::Concept(concept) => {
                        self.anchors = self.anchors.or(SenseSet::of(&[*concept]));
                        if let Some(rules) = self.by_concept.get_mut(*concept as usize) {
                            rules.push(number);
                        }
                    }
                }
            }
        }
        let acts = |sense| {
            matches!(
                sense,
                Sense::Party(..)
                    | Sense::Person(_)
                    | Sense::Role(_)
                    | Sense::RolePlural(_)
                    | Sense::Concept(
                        Concept::Pair
                            | Concept::They
                            | Concept::GenericRole
                            | Concept::GenericOther
                            | Concept::CountriesPair
                            | Concept::Diplomat
                            | Concept::Institution
                    )
            )
        };
        let families = self.families.keys().map(|family| self.lexicon.symbol_of_key(family));
        let actors: Vec<Symbol> = self.lexicon.keys(acts).chain(families).collect();
        let anchors: Vec<Symbol> = self
            .lexicon
            .keys(|sense| SenseSet::of_sense(sense).meets(self.anchors))
            .collect();
        self.hints = vec![Hint::default(); self.lexicon.symbols()];
        for symbol in actors {
            if let Some(hint) = self.hints.get_mut(symbol as usize) {
                hint.acts = true;
            }
        }
        for symbol in anchors {
            if let Some(hint) = self.hints.get_mut(symbol as usize) {
                hint.reports = true;
            }
        }
    }

    fn add_calendar(&mut self, dates: &RawDates) -> Result<(), String> {
        if dates.months.len() != 12 || dates.weekdays.len() != 7 {
            return Err(format!(
                "dates has {} months and {} weekdays, wanted 12 and 7",
                dates.months.len(),
                dates.weekdays.len()
            ));
        }
        let capitals = if dates.lower_case {
            Capitals::Uninflected
        } else {
            Capitals::Initial
        };
        for (number, names) in (1_i8..).zip(&dates.months) {
            names
                .iter()
                .for_each(|name| self.add(name, Sense::Month(number), capitals.clone()));
        }
        for (number, names) in (1_i8..).zip(&dates.weekdays) {
            names
                .iter()
                .for_each(|name| self.add(name, Sense::Weekday(number), capitals.clone()));
        }
        for (phrase, days) in &dates.relative {
            self.add(phrase, Sense::RelativeDay(*days), Capitals::Any);
        }
        let marks = [
            (&dates.parts_of_day, Concept::DayPart),
            (&dates.last.past, Concept::LastDay),
            (&dates.last.future, Concept::NextDay),
        ];
        for (phrases, concept) in marks {
            phrases
                .iter()
                .for_each(|phrase| self.add(phrase, Sense::Concept(concept), Capitals::Any));
        }
        Ok(())
    }

    fn add_lexicon(&mut self, path: &str, content: &str, gazetteer: &Gazetteer) -> Result<(), KnowledgeError> {
        for (number, line) in (1..).zip(content.lines()).skip(1) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |problem: String| KnowledgeError::new(path, Some(number), problem);
            let mut columns = line.split('\t').map(str::trim);
            let (Some(concept), Some(value), Some(phrases)) = (columns.next(), columns.next(), columns.next()) else {
                return Err(wrong("wanted three columns: concept, value, phrases".to_owned()));
            };
            let (value, party) = match value.split_once('@') {
                Some((value, code)) => {
                    let party = known_party(code, gazetteer).ok_or_else(|| wrong(format!("unknown party {code:?}")))?;
                    (value, Some(Sense::Party(party, PartyForm::Name)))
                }
                None => (value, None),
            };
            let sense = self.sense(concept, value, gazetteer).map_err(wrong)?;
            for phrase in phrases.split('|').map(str::trim).filter(|phrase| !phrase.is_empty()) {
                let (phrase, capitals) = match phrase.strip_suffix('!') {
                    Some(exact) => (exact, Capitals::Exact(exact.into())),
                    None => (phrase, Capitals::Any),
                };
                for sense in [Some(sense), party].into_iter().flatten() {
                    self.add(phrase, sense, capitals.clone());
                }
            }
        }
        Ok(())
    }

    fn sense(&mut self, concept: &str, value: &str, gazetteer: &Gazetteer) -> Result<Sense, String> {
        let number = || value.parse().map_err(|_| format!("{value:?} is no whole number"));
        let role = || Role::parse(value).ok_or_else(|| format!("unknown role {value:?}"));
        match concept {
            "role" => role().map(Sense::Role),
            "role_plural" => role().map(Sense::RolePlural),
            "ordinal" => value
                .parse()
                .map(Sense::Ordinal)
                .map_err(|_| format!("{value:?} is no number")),
            "day_shift" => number().map(Sense::DayShift),
            "relative_month" => number().map(Sense::RelativeMonth),
            "relative_year" => number().map(Sense::RelativeYear),
            "adjective" => known_party(value, gazetteer)
                .map(|code| Sense::Party(gazetteer.acting(code), PartyForm::Adjective))
                .ok_or_else(|| format!("{value:?} is not in gazetteer/parties.tsv")),
            "mechanism" if !value.is_empty() => Ok(Sense::Mechanism(self.mechanism(value))),
            other => Concept::parse(other)
                .map(Sense::Concept)
                .ok_or_else(|| format!("unknown concept {other:?}")),
        }
    }

    fn mechanism(&mut self, name: &str) -> usize {
        self.mechanisms.iter().position(|known| known == name).unwrap_or_else(|| {
            self.mechanisms.push(name.to_owned());
            self.mechanisms.len() - 1
        })
    }

    fn add(&mut self, phrase: &str, sense: Sense, capitals: Capitals) {
        let sense = if let Sense::Party(code, PartyForm::Adjective) = sense {
            let short = token::is_ideograph(phrase);
            Sense::Party(code, if short { PartyForm::Short } else { PartyForm::Adjective })
        } else {
            sense
        };
        self.lexicon.add(phrase, sense, capitals, &self.clitics);
    }

    /// Its code.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Its English name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a country stands between an office and a name, with nothing to join them ("Menlu Jepang Motegi").
    pub fn has_bare_countries(&self) -> bool {
        self.bare_countries
    }

    /// The party that a title without any party means.
    pub fn home_party(&self) -> Option<PartyCode> {
        self.home_party
    }

    /// Its phrases.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Its rules, in the order in which they are tried.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What rules start from.
    pub fn anchors(&self) -> SenseSet {
        self.anchors
    }

    /// The rules that start from a word with this sense, by index, in the order in which they are tried.
    pub fn rules_at(&self, sense: Sense) -> &[usize] {
        if matches!(sense, Sense::Mechanism(_)) {
            return &self.by_mechanism;
        }
        let concept = if let Sense::Concept(concept) = sense {
            Some(concept)
        } else {
            None
        };
        let rules = concept.and_then(|concept| self.by_concept.get(concept as usize));
        rules.map_or(&[], Vec::as_slice)
    }

    /// Whether a phrase that a rule starts from has this word: a text without any such word reports nothing.
    pub fn may_anchor(&self, symbol: Symbol) -> bool {
        self.hints.get(symbol as usize).is_some_and(|hint| hint.reports)
    }

    /// Whether a phrase that names one who may act has this word.
    pub fn may_act(&self, symbol: Symbol) -> bool {
        self.hints.get(symbol as usize).is_some_and(|hint| hint.acts)
    }

    /// English name of a mechanism.
    pub fn mechanism_name(&self, index: usize) -> &str {
        self.mechanisms.get(index).map_or("", String::as_str)
    }

    /// Code of a topic.
    pub fn topic_code(&self, index: usize) -> &str {
        self.topics.get(index).map_or("", String::as_str)
    }

    /// The people of the table, by index of [`Sense::Person`].
    pub fn person(&self, index: usize) -> Option<&KnownPerson> {
        self.people.get(index)
    }

    /// Whether the person acts for `party`.
    pub fn is_of(&self, person: usize, party: PartyCode, gazetteer: &Gazetteer) -> bool {
        let known = self
            .person(person)
            .and_then(|known| gazetteer.holders().get(*known.holders.first()?));
        known.is_some_and(|holder| gazetteer.acting(holder.party) == party)
    }

    /// The people whom the press calls by this name alone.
    pub fn people_called(&self, name: &str) -> &[usize] {
        self.families.get(&*self.lexicon.key(name)).map_or(&[], Vec::as_slice)
    }

    /// Word endings that are words of their own after an apostrophe.
    pub fn clitics(&self) -> &[String] {
        &self.clitics
    }

    /// Whether a full stop after this (folded) word ends no sentence.
    pub fn is_abbreviation(&self, key: &str) -> bool {
        self.abbreviations.contains(key)
    }

    /// Whether `words` begin with the name of a place.
    pub fn is_place<'w>(&self, words: impl Iterator<Item = (&'w str, Shape)>) -> bool {
        const LONGEST: usize = 4;
        let words: Vec<Word<'_>> = words
            .take(LONGEST)
            .map(|(text, shape)| Word {
                text,
                shape,
                symbol: self.lexicon.symbol(text),
            })
            .collect();
        let (_, senses) = self.lexicon.longest(&words);
        senses.iter().any(|sense| matches!(sense, Sense::Place(_)))
    }

    /// Opening and closing quotation marks.
    pub fn quotes(&self) -> &[(char, char)] {
        &self.quotes
    }

    /// The nominative of a name, as far as it can be told.
    pub fn nominative(&self, name: &str, inflected_title: bool) -> String {
        self.cases.nominative(name, inflected_title)
    }

    /// What ends a dateline that no dash ends.
    pub fn ends_dateline(&self, word: &str) -> bool {
        self.dateline_end.iter().any(|end| end == word)
    }

    /// Whether the adjective of a party may stand inside a title.
    pub fn party_splits_title(&self) -> bool {
        self.party_splits_title
    }

    /// What a figure and its unit count, from the first of `words`, and how many words that is: "19日", "17至19日", "2025年".
    pub fn counted(&self, words: &[&str]) -> Option<(usize, Sense)> {
        let is = |list: &[String], at: usize| words.get(at).is_some_and(|word| list.iter().any(|unit| unit == word));
        let figure = words.first()?;
        let range =
            is(&self.day_range, 1) && words.get(2).is_some_and(|last| last.parse::<i8>().is_ok()) && is(&self.day_units, 3);
        if range || is(&self.day_units, 1) {
            let day = figure.parse().ok().filter(|day| (1..=31).contains(day))?;
            return Some((if range { 4 } else { 2 }, Sense::DayOfMonth(day)));
        }
        let year = figure
            .parse()
            .ok()
            .filter(|year| is(&self.year_units, 1) && (1900..2200).contains(year))?;
        Some((2, Sense::Year(year)))
    }

    /// How 3/4 is read.
    pub fn date_order(&self) -> DateOrder {
        self.date_order
    }

    /// The number that "ke-9", "9th" or "IX" stands for, from the words of it.
    pub fn ordinal(&self, words: &[&str]) -> Option<u16> {
        let joined = words.concat().to_lowercase();
        let number = |digits: &str| digits.parse::<u16>().ok().filter(|number| (1..1000).contains(number));
        let prefixed = self
            .ordinal_prefix
            .iter()
            .find_map(|prefix| joined.strip_prefix(prefix.as_str()));
        if let Some(rest) = prefixed {
            return number(rest).or_else(|| self.ordinal_roman.then(|| roman(&rest.to_uppercase())).flatten());
        }
        self.ordinal_suffix
            .iter()
            .find_map(|suffix| joined.strip_suffix(suffix.as_str()))
            .and_then(number)
    }

    /// Function words of this language per hundred of `words`, which are folded.
    pub(super) fn function_word_share(&self, words: &[Cow<'_, str>]) -> usize {
        let known = words.iter().filter(|word| self.function_words.contains(&***word)).count();
        known * 100 / words.len().max(1)
    }
}

/// Roman numerals up to 39.
fn roman(text: &str) -> Option<u16> {
    let value = |c| match c {
        'X' => Some(10),
        'V' => Some(5),
        'I' => Some(1),
        _ => None,
    };
    let values: Vec<u16> = text.chars().map(value).collect::<Option<_>>()?;
    let signed = |(at, v): (usize, &u16)| {
        if values.get(at + 1).is_some_and(|next| next > v) {
            -i32::from(*v)
        } else {
            i32::from(*v)
        }
    };
    u16::try_from(values.iter().enumerate().map(signed).sum::<i32>())
        .ok()
        .filter(|number| *number > 0)
}

fn known_party(code: &str, gazetteer: &Gazetteer) -> Option<PartyCode> {
    PartyCode::new(code).filter(|code| gazetteer.party(*code).is_some())
}

fn from_toml<T: serde::de::DeserializeOwned>(path: &str, content: &str) -> Result<T, KnowledgeError> {
    toml::from_str(content).map_err(|error| {
        let line = error
            .span()
            .map(|span| content.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
        KnowledgeError::new(path, line, error.message())
    })
}
