//! Names of the gazetteer as phrases of a language: parties, places, and people by full and family name.

use std::collections::BTreeMap;

use super::{KnownPerson, Pack};
use crate::code::{Lang, PartyCode};
use crate::knowledge::Gazetteer;
use crate::knowledge::gazetteer::{Case, Holder, Name};
use crate::knowledge::lexicon::Capitals;
use crate::knowledge::sense::{PartyForm, Sense};

impl Pack {
    /// Names of parties, places and people in this language, and names of places in those that it shares them with.
    pub(super) fn add_gazetteer(&mut self, gazetteer: &Gazetteer, place_names_of: &[Lang]) {
        for party in gazetteer.parties() {
            let code = gazetteer.acting(party.code);
            let forms = [
                (&party.names, PartyForm::Name),
                (&party.demonyms, PartyForm::Adjective),
                (&party.metonyms, PartyForm::Metonym),
            ];
            for (names, form) in forms {
                self.add_names(names.get(&self.lang), Sense::Party(code, form));
            }
            let adjective = Sense::Party(code, PartyForm::Adjective);
            for name in party.adjectives.get(&self.lang).into_iter().flatten() {
                self.add_name(name, adjective, Capitals::Any);
            }
        }
        for (index, place) in gazetteer.places().iter().enumerate() {
            let seat = Some(Sense::Party(place.country, PartyForm::Seat)).filter(|_| place.capital && !place.weak);
            for sense in [Some(Sense::Place(index)), seat].into_iter().flatten() {
                self.add_names(place.names.get(&self.lang), sense);
                for lang in place_names_of {
                    self.add_names(place.names.get(lang), sense);
                }
                self.add(&place.name, sense, Capitals::Exact(place.name.as_str().into()));
            }
        }
        self.add_people(gazetteer);
    }

    fn add_people(&mut self, gazetteer: &Gazetteer) {
        let mut by_name: BTreeMap<(&str, PartyCode), usize> = BTreeMap::new();
        for (index, holder) in gazetteer.holders().iter().enumerate() {
            let person = *by_name.entry((&holder.name, holder.party)).or_insert_with(|| {
                self.people.push(KnownPerson {
                    name: holder.name.clone(),
                    family: holder.family.clone(),
                    native: None,
                    holders: Vec::new(),
                });
                self.people.len() - 1
            });
            if let Some(known) = self.people.get_mut(person) {
                known.holders.push(index);
            }
            let sense = Sense::Person(person);
            if holder.name.contains(' ') {
                self.add(&holder.name, sense, Capitals::of_name(&holder.name));
            }
            for name in holder
                .variants
                .iter()
                .chain(holder.names.get(&self.lang).into_iter().flatten())
            {
                if name.text.contains(' ') || name.text.chars().all(|c| !c.is_ascii()) {
                    self.add_name(name, sense, Capitals::of_name(&name.text));
                    self.add_native(&name.text, holder, person);
                } else {
                    self.add_family(&name.text, person);
                }
            }
            self.add_family(&holder.family, person);
        }
    }

    /// A name in a script of its own: its family name is where it is in the Latin form, and stands for it alone.
    fn add_native(&mut self, name: &str, holder: &Holder, person: usize) {
        if !is_own_script(name) {
            return;
        }
        if let Some(known) = self.people.get_mut(person).filter(|known| known.native.is_none()) {
            known.native = Some(name.to_owned());
        }
        if let Some((_, last)) = name.rsplit_once('·') {
            self.add(last, Sense::Person(person), Capitals::Any);
        }
        let mut words = name.split(' ');
        let family = if holder.name.starts_with(&holder.family) {
            words.next()
        } else {
            words.next_back()
        };
        if let Some(family) = family {
            self.add_family(family, person);
        }
    }

    fn add_family(&mut self, family: &str, person: usize) {
        let people = self.families.entry(self.lexicon.key(family).into_owned()).or_default();
        if !people.contains(&person) {
            people.push(person);
        }
    }

    fn add_names(&mut self, names: Option<&Vec<Name>>, sense: Sense) {
        for name in names.into_iter().flatten() {
            self.add_name(name, sense, Capitals::of_name(&name.text));
        }
    }

    pub(super) fn add_name(&mut self, name: &Name, sense: Sense, folded: Capitals) {
        // An inflected name cannot be asked for letter by letter; an abbreviation has no cases, and many scripts no capitals.
        let (small, capital) = (
            name.text.chars().any(char::is_lowercase),
            name.text.chars().any(char::is_uppercase),
        );
        let inflected = self.lexicon.is_inflected() && small || !small && !capital;
        let capitals = match name.case {
            Case::Exact if !inflected => Capitals::Exact(name.text.as_str().into()),
            Case::Exact | Case::Folded => folded,
        };
        self.add(&name.text, sense, capitals);
    }
}

/// Whether no letter of `name` is a Latin one.
fn is_own_script(name: &str) -> bool {
    /// The last letter of Latin Extended-B; phonetic letters come after it.
    const LAST_LATIN: char = '\u{24f}';
    name.chars()
        .filter(|c| c.is_alphabetic())
        .all(|c| c > LAST_LATIN && !('\u{1e00}'..='\u{1eff}').contains(&c))
}
