//! Who is who in one item: names, offices and references back become people, each once.
//!
//! Two passes: the first collects everyone who is introduced (a name with an office, a party or a row in the table of
//! office holders), the second resolves every actor against them, so that a headline may say "Wang" before the text does.

use jiff::civil::Date;

use super::actors::{Actor, Reference};
use super::memory::Memory;
use crate::code::PartyCode;
use crate::event::{PartyKind, Role};
use crate::knowledge::{Gazetteer, Pack};
use crate::text::fold::fold;

/// People of one item; more are not told apart, so that a list of names stays cheap.
const MOST: usize = 500;

/// A person of the item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Fullest name.
    pub name: String,
    /// Folded words of the name.
    keys: Vec<String>,
    /// Office: what the text says, else the table's for the date.
    pub role: Option<Role>,
    /// Party.
    pub party: Option<PartyCode>,
    /// Wikidata id of the table.
    pub wikidata: Option<String>,
    /// Whether the office is a former one.
    pub former: bool,
}

/// One who acts in a sentence, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Index into [`People`], for those with a name.
    pub person: Option<usize>,
    /// Office.
    pub role: Option<Role>,
    /// Party.
    pub party: Option<PartyCode>,
    /// Whether a person or officials stand behind it, and not a party as a whole.
    pub personal: bool,
}

/// What a sentence says of the party of one who is introduced without any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// Whom they are said to work for.
    pub superior: Option<&'a Actor>,
    /// The side that they lead or come from ("chaired the Swedish side").
    pub side: Option<PartyCode>,
    /// The country where the sentence is set.
    pub place: Option<PartyCode>,
}

/// The people of an item.
#[derive(Debug)]
pub struct People<'a> {
    pack: &'a Pack,
    gazetteer: &'a Gazetteer,
    date: Option<Date>,
    /// The party of an office that no party is named with.
    home: Option<PartyCode>,
    people: Vec<Person>,
}

impl<'a> People<'a> {
    /// No one yet; offices are looked up for `date`, the day of publication, and one without a party is of `home`.
    pub fn new(pack: &'a Pack, gazetteer: &'a Gazetteer, date: Option<Date>, home: Option<PartyCode>) -> Self {
        Self {
            pack,
            gazetteer,
            date,
            home,
            people: Vec::new(),
        }
    }

    /// The party of an office that no party is named with.
    pub fn home(&self) -> Option<PartyCode> {
        self.home
    }

    /// A person by index.
    pub fn get(&self, index: usize) -> Option<&Person> {
        self.people.get(index)
    }

    /// First pass: takes in whoever `actor` introduces; `hints` are what else the sentence says
    /// of whom they act for.
    /// In a headline, whose every word may begin with a capital, only the table makes a name of what the text does not have.
    pub fn introduce(&mut self, actor: &Actor, hints: &Hints<'_>, headline: bool) {
        let Some(name) = actor.name.as_deref().filter(|_| actor.reference != Reference::Speaker) else {
            return;
        };
        let role = actor.role.filter(|_| !actor.plural && !actor.former);
        let stated = |actor: &Actor| actor.parties.first().copied().filter(|_| actor.parties.len() == 1);
        let party = stated(actor).or(hints.side).or_else(|| {
            let superior = hints.superior?;
            let known = superior
                .name
                .as_deref()
                .and_then(|name| self.table_row(name, &superior.known, superior.role, None, true));
            stated(superior).or(known.map(|(_, row)| row.party))
        });
        let titled = actor.title.is_some() || actor.reference == Reference::Counterpart;
        let table = self.table_row(name, &actor.known, role, party, titled);
        if let Some(known) = self.find(name) {
            self.complete(known, name, role, party);
            return;
        }
        let person = match table {
            Some((full, row)) => {
                let stated = role.is_some();
                Person {
                    keys: self.keys(&full).into_iter().chain(self.keys(name)).collect(),
                    name: self.published_name(name, full, &row),
                    role: weightier(role, row.role).filter(|_| stated || !actor.former),
                    party: party.or(Some(row.party)),
                    wikidata: row.wikidata.filter(|_| party.is_none_or(|party| party == row.party)),
                    former: actor.former,
                }
            }
            None if !headline && (titled || party.is_some()) => Person {
                name: name.to_owned(),
                keys: self.keys(name),
                role,
                party: party
                    .or(actor.near.filter(|_| self.pack.home_party().is_none()))
                    .or(hints.place),
                wikidata: None,
                former: actor.former,
            },
            None => return,
        };
        if self.people.len() < MOST {
            self.people.push(person);
        }
    }

    /// "… his Costa Rican counterpart. Manuel Gonzalez Sanz …": the name that follows one who was left without.
    pub fn introduce_as(&mut self, actor: &Actor, role: Option<Role>, party: PartyCode) {
        let named = actor
            .name
            .as_deref()
            .filter(|name| self.keys(name).len() > 1 && self.find(name).is_none());
        if let Some(name) = named.filter(|_| self.people.len() < MOST) {
            self.people.push(Person {
                name: name.to_owned(),
                keys: self.keys(name),
                role,
                party: Some(party),
                wikidata: None,
                former: false,
            });
        }
    }

    /// After the first pass: an office without any party is one of home.
    pub fn settle(&mut self) {
        let home = self.home;
        for person in &mut self.people {
            if person.role.is_some() {
                person.party = person.party.or(home);
            }
        }
        for index in 0..self.people.len() {
            let fitting = self.people.get(index).map(|person| self.fitting(person.role, person.party));
            if let (Some(person), Some(role)) = (self.people.get_mut(index), fitting) {
                person.role = role;
            }
        }
    }

    /// The office as the party has it: the president of an organisation is its head, the director general of a ministry an official.
    fn fitting(&self, role: Option<Role>, party: Option<PartyCode>) -> Option<Role> {
        let kind = party.and_then(|party| self.gazetteer.party(party)).map(|party| party.kind);
        match (role, kind) {
            (Some(Role::HeadOfState), Some(PartyKind::Organisation)) => Some(Role::IgoHead),
            (Some(Role::IgoHead), Some(PartyKind::State | PartyKind::Territory)) => Some(Role::Official),
            (role, _) => role,
        }
    }

    /// Second pass: who `actor` is; `memory` is who has been spoken of before.
    pub fn resolve(&self, actor: &Actor, memory: &Memory) -> Vec<Figure> {
        let before = memory.recent();
        if actor.reference == Reference::Pair && actor.name.is_none() {
            return self.pair(actor.role, before);
        }
        if actor.reference == Reference::They {
            return memory.together().to_vec();
        }
        if let Some(index) = actor.name.as_deref().and_then(|name| self.find(name)) {
            return vec![self.figure(index, actor, before)];
        }
        if actor.name.is_some() && actor.title.is_none() {
            return Vec::new();
        }
        match actor.reference {
            Reference::Speaker | Reference::Pair | Reference::They => Vec::new(),
            Reference::Party => actor
                .parties
                .iter()
                .map(|party| Figure {
                    person: None,
                    role: None,
                    party: Some(*party),
                    personal: false,
                })
                .collect(),
            Reference::Group => {
                let party = actor.parties.first().copied();
                vec![Figure {
                    person: None,
                    role: None,
                    party,
                    personal: true,
                }]
            }
            Reference::Institution => {
                let party = actor.parties.first().copied().or(self.home);
                vec![Figure {
                    person: None,
                    role: None,
                    party,
                    personal: false,
                }]
            }
            Reference::PartyPair => memory.sides().figures,
            Reference::Generic => self.generic(actor, memory).into_iter().collect(),
            Reference::Other => memory.other().into_iter().collect(),
            Reference::Person | Reference::Counterpart => self.by_office(actor, memory),
        }
    }

    /// "The minister", "he": of a party that is named, the last one; else whom the text is about.
    fn generic(&self, actor: &Actor, memory: &Memory) -> Option<Figure> {
        let named = |figure: &&Figure| figure.person.is_some();
        match actor.parties.first() {
            Some(party) => memory
                .recent()
                .iter()
                .rev()
                .filter(named)
                .find(|figure| figure.party == Some(*party))
                .cloned(),
            None => memory.topic().or_else(|| memory.recent().iter().rev().find(named)).cloned(),
        }
    }

    /// Someone referred to by office, without a name.
    fn by_office(&self, actor: &Actor, memory: &Memory) -> Vec<Figure> {
        let before = memory.recent();
        let role = actor.role.or_else(|| {
            before
                .last()
                .filter(|_| actor.reference == Reference::Counterpart)
                .and_then(|figure| figure.role)
        });
        let Some(role) = role.filter(|_| !actor.former) else {
            return Vec::new();
        };
        let unnamed = |party: Option<PartyCode>| {
            let person = self.unnamed(role, party);
            let held = person.and_then(|index| self.people.get(index)).and_then(|person| person.role);
            Figure {
                person,
                role: self.fitting(held.or(Some(role)), party),
                party,
                personal: true,
            }
        };
        match actor.parties.as_slice() {
            [] if actor.reference == Reference::Counterpart => Vec::new(),
            [] if actor.plural => self.pair(Some(role), before),
            [] => vec![self.bare_office(role, memory).unwrap_or_else(|| unnamed(self.home))],
            parties => parties.iter().map(|party| unnamed(Some(*party))).collect(),
        }
    }

    /// "The minister", with no party and no name: the last one spoken of, else the last one introduced.
    fn bare_office(&self, role: Role, memory: &Memory) -> Option<Figure> {
        let fits = |other: Option<Role>| other.is_some_and(|other| covers(role, other));
        let topic = memory.topic().filter(|figure| fits(figure.role) && figure.person.is_some());
        if let Some(topic) = topic {
            return Some(topic.clone());
        }
        let spoken = memory
            .recent()
            .iter()
            .rev()
            .find(|figure| fits(figure.role) && figure.person.is_some())
            .and_then(|figure| figure.person);
        let index = spoken.or_else(|| self.people.iter().rposition(|person| fits(person.role)))?;
        let person = self.people.get(index)?;
        Some(Figure {
            person: Some(index),
            role: person.role,
            party: person.party,
            personal: true,
        })
    }

    /// The person of the item who holds `role` for `party`, if there is exactly one.
    fn unnamed(&self, role: Role, party: Option<PartyCode>) -> Option<usize> {
        let mut matching = (0..self.people.len()).filter(|index| {
            self.people
                .get(*index)
                .is_some_and(|person| person.role.is_some_and(|held| covers(role, held)) && person.party == party)
        });
        let first = matching.next();
        first.filter(|_| matching.next().is_none())
    }

    fn figure(&self, index: usize, actor: &Actor, before: &[Figure]) -> Figure {
        let person = self.people.get(index);
        let counterpart = before
            .last()
            .filter(|_| actor.reference == Reference::Counterpart)
            .and_then(|figure| figure.role);
        Figure {
            person: Some(index),
            role: person.and_then(|person| person.role).or(counterpart),
            party: person
                .and_then(|person| person.party)
                .or_else(|| actor.parties.first().copied()),
            personal: person.is_none_or(|person| !person.former),
        }
    }

    /// The last two people of different parties, of `role` if one is named.
    fn pair(&self, role: Option<Role>, before: &[Figure]) -> Vec<Figure> {
        let fits = |figure: &&Figure| {
            figure.person.is_some() && figure.party.is_some() && role.is_none_or(|role| figure.role == Some(role))
        };
        let Some(last) = before.iter().rev().find(fits) else {
            return Vec::new();
        };
        let Some(other) = before.iter().rev().filter(fits).find(|figure| figure.party != last.party) else {
            return Vec::new();
        };
        vec![other.clone(), last.clone()]
    }

    /// The person of the item whom `name` means: all its words are words of theirs, or theirs of it.
    fn find(&self, name: &str) -> Option<usize> {
        let wanted = self.keys(name);
        let all_in = |few: &[String], many: &[String]| few.iter().all(|key| many.contains(key));
        let fits = |person: &Person| !wanted.is_empty() && (all_in(&wanted, &person.keys) || all_in(&person.keys, &wanted));
        self.people.iter().rposition(fits)
    }

    fn complete(&mut self, index: usize, name: &str, role: Option<Role>, party: Option<PartyCode>) {
        let keys = self.keys(name);
        let known = self.get(index).map(|person| self.keys(&person.name));
        let inflected = self.pack.lexicon().is_inflected();
        if let Some((person, known)) = self.people.get_mut(index).zip(known) {
            let fuller = keys.len() > known.len();
            // Of several cases the nominative is the shortest, as a rule.
            let plainer = inflected && person.wikidata.is_none() && keys == known && name.len() < person.name.len();
            if fuller || plainer {
                name.clone_into(&mut person.name);
                person.keys.extend(keys);
            }
            person.role = person.role.or(role);
            person.party = person.party.or(party);
        }
    }

    /// The name of someone of the tables: that of the language, where it has a script of its own; else as the text has it in full,
    /// else the usual one.
    fn published_name(&self, written: &str, full: String, row: &Row) -> String {
        match &row.native {
            Some(native) => native.clone(),
            None => self.fuller(written, full),
        }
    }

    /// The table's name, unless the text has all of it and more behind it: what stands before it there may be a title.
    fn fuller(&self, written: &str, full: String) -> String {
        let (ours, theirs) = (self.keys(written), self.keys(&full));
        let more = ours.len() > theirs.len() && theirs.iter().all(|key| ours.contains(key));
        if more && ours.first() == theirs.first() {
            written.to_owned()
        } else {
            full
        }
    }

    /// The words of a name that tell it from others, as the lexicon knows them.
    fn keys(&self, name: &str) -> Vec<String> {
        let words = name
            .split(|c: char| c.is_whitespace() || matches!(c, '-' | '·' | '・'))
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
        words
            .filter(|word| !word.is_empty())
            .map(|word| self.pack.lexicon().key(word).into_owned())
            .collect()
    }

    /// The row of the table of office holders that `name` means on the day of publication, with the full name.
    fn table_row(
        &self,
        name: &str,
        known: &[usize],
        role: Option<Role>,
        party: Option<PartyCode>,
        titled: bool,
    ) -> Option<(String, Row)> {
        const SHORTEST_ALONE: usize = 5;
        let alone = known.is_empty();
        let candidates = if alone { self.pack.people_called(name) } else { known };
        if alone && !titled && party.is_none() && fold(name).chars().count() < SHORTEST_ALONE {
            return None;
        }
        let rows: Vec<(&str, Row)> = candidates
            .iter()
            .filter_map(|index| self.row(*index, role, party, alone))
            .collect();
        let in_office: Vec<&(&str, Row)> = rows.iter().filter(|(_, row)| row.in_office).collect();
        match (in_office.as_slice(), rows.as_slice()) {
            ([(full, row)], _) => Some(((*full).to_owned(), row.clone())),
            ([], [(full, row)]) if !alone => Some(((*full).to_owned(), row.clone())),
            _ => None,
        }
    }

    fn row(&self, person: usize, role: Option<Role>, party: Option<PartyCode>, alone: bool) -> Option<(&str, Row)> {
        let known = self.pack.person(person)?;
        let holders: Vec<_> = known
            .holders
            .iter()
            .filter_map(|index| self.gazetteer.holders().get(*index))
            .collect();
        let first = holders.first()?;
        let own = self.gazetteer.acting(first.party);
        if party.is_some_and(|party| party != own) {
            return None;
        }
        let now = holders
            .iter()
            .filter(|holder| self.date.map_or(holder.to.is_none(), |date| holder.held_on(date)));
        let office = now.map(|holder| holder.role).min();
        let ever = holders.iter().any(|holder| Some(holder.role) == role);
        if alone && role.is_some() && role != office && !ever {
            return None;
        }
        let row = Row {
            role: office,
            party: own,
            wikidata: first.wikidata.clone(),
            native: known.native.clone(),
            in_office: office.is_some(),
        };
        Some((&known.name, row))
    }
}

#[derive(Clone, Debug)]
struct Row {
    role: Option<Role>,
    party: PartyCode,
    wikidata: Option<String>,
    /// The name in the language of the item.
    native: Option<String>,
    in_office: bool,
}

/// Whether one who holds `held` may be called by the office `said`: a foreign minister is a minister.
fn covers(said: Role, held: Role) -> bool {
    let minister = matches!(
        held,
        Role::ForeignMinister | Role::DefenceMinister | Role::OtherMinister | Role::DeputyMinister
    );
    held == said || said == Role::OtherMinister && minister
}

/// What the text says goes before the table, but a rank in a party or cabinet does not go before the ministry that is held.
fn weightier(stated: Option<Role>, known: Option<Role>) -> Option<Role> {
    let secondary = matches!(
        stated,
        Some(Role::DeputyHead | Role::PartyOfficial | Role::Official | Role::OtherMinister | Role::Royal)
    );
    let primary = matches!(
        known,
        Some(Role::HeadOfState | Role::HeadOfGovernment | Role::ForeignMinister | Role::DefenceMinister)
    );
    if secondary && primary { known } else { stated.or(known) }
}
