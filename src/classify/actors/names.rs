//! Names of people: those of the table with what may follow, and new ones as a run of words that nothing is known of.

use super::{Actor, Reader, Reference};
use crate::classify::atoms::Atom;
use crate::knowledge::lexicon::Word;
use crate::knowledge::sense::{Concept, PartyForm};
use crate::text::{Shape, Token};

impl Reader<'_> {
    /// "Sultan bin Saad": a title that is a first name.
    pub(super) fn titled_name(&self, actor: &mut Actor, at: usize) -> Option<usize> {
        let title = self.atoms.get(at)?.role().is_some() && self.atoms.get(at)?.shape == Shape::Capital;
        let name = |at: usize| self.atoms.get(at).is_some_and(Atom::may_be_name);
        if !title || actor.name.is_some() || !self.is(at + 1, Concept::Particle) || !name(at + 2) {
            return None;
        }
        let mut end = at + 3;
        while name(end) || self.is(end, Concept::Particle) && name(end + 1) || self.tight(end) && name(end + 1) {
            end += 1;
        }
        actor.name = Some(self.slice(at, end));
        Some(end)
    }

    /// "Republican leader Jordan Bardella": a country that is a first name, where the language puts no country there.
    pub(super) fn country_name(&self, actor: &mut Actor, at: usize) -> Option<usize> {
        let country = self
            .atoms
            .get(at)
            .and_then(Atom::party)
            .is_some_and(|(_, form)| form == PartyForm::Name);
        let name = |at: usize| self.atoms.get(at).is_some_and(Atom::may_be_name);
        let after_office = actor.last == at && (actor.title == at.checked_sub(1) || actor.reference == Reference::Generic);
        if self.pack.has_bare_countries() || !country || actor.name.is_some() || !after_office || !name(at + 1) {
            return None;
        }
        let end = (at + 1..at + 4).take_while(|at| name(*at)).last()? + 1;
        actor.name = Some(self.slice(at, end));
        Some(end)
    }

    /// A name from the table, with what may follow ("Mohamed bin Zayed" + "Al Nahyan").
    pub(super) fn known_name(&self, actor: &mut Actor, at: usize) -> usize {
        let mut end = at + 1;
        if let Some(atom) = self.atoms.get(at) {
            actor.known = atom.people().collect();
        }
        while self.is(end, Concept::Particle) && self.atoms.get(end + 1).is_some_and(Atom::may_be_name) {
            end += 2;
        }
        actor.name = Some(self.nominative(actor, at, end));
        end
    }

    /// A run of capitalised words, with particles and hyphens inside.
    pub(super) fn new_name(&self, actor: &mut Actor, at: usize) -> Option<usize> {
        let first = self.atoms.get(at).filter(|atom| actor.name.is_none() && atom.may_be_name())?;
        if first.quoted && actor.title.is_none() {
            return None;
        }
        let mut end = at + 1;
        loop {
            let name_at = |at: usize| self.atoms.get(at).is_some_and(Atom::may_be_name);
            if name_at(end) {
                end += 1;
            } else if self.is(end, Concept::Particle) && name_at(end + 1)
                || self.tight(end) && (name_at(end + 1) || self.lower_tail(end + 1))
            {
                end += 2;
            } else if self.is(end, Concept::Particle) && self.is(end + 1, Concept::Particle) && name_at(end + 2) {
                end += 3;
            } else if self.is(end, Concept::Particle) && self.tight(end + 1) && name_at(end + 2) {
                // "Al-Amoudi"
                end += 3;
            } else {
                break;
            }
        }
        // "Wakil Menteri Ekologi Kazakhstan Mansur …": what stands between an office and its country is what it is for.
        let country = self
            .atoms
            .get(end)
            .and_then(Atom::party)
            .is_some_and(|(_, form)| form == PartyForm::Name);
        let named = self
            .atoms
            .get(end + 1)
            .is_some_and(|atom| atom.may_be_name() || atom.people().next().is_some());
        if actor.title == at.checked_sub(1) && actor.parties.is_empty() && country && named {
            return Some(end);
        }
        // "VOC" among words in small letters is a body, and nobody's name.
        let shape = |at: usize| self.atoms.get(at).map(|atom| atom.shape);
        if end == at + 1 && shape(at) == Some(Shape::Upper) && self.atoms.iter().any(|atom| atom.shape == Shape::Capital) {
            return None;
        }
        actor.name = Some(self.nominative(actor, at, end));
        Some(end)
    }

    /// The name at the atoms `from..to` in the nominative.
    pub(super) fn nominative(&self, actor: &Actor, from: usize, to: usize) -> String {
        let written = self.slice(from, to);
        if !self.pack.lexicon().is_inflected() {
            return written;
        }
        let title = actor.title.and_then(|title| self.atoms.get(title));
        let tokens = title
            .and_then(|title| self.sentence.tokens.get(title.first..title.last))
            .unwrap_or(&[]);
        let word = |token: &Token| {
            let text = self.text.word(self.sentence.field, *token);
            Word {
                text,
                shape: token.shape,
                symbol: self.pack.lexicon().symbol(text),
            }
        };
        let words: Vec<Word<'_>> = tokens.iter().map(word).collect();
        self.pack
            .nominative(&written, self.pack.lexicon().is_inflected_phrase(&words))
    }

    /// A hyphen without blanks, and not one between two people ("Prabowo-Macron").
    pub(super) fn tight(&self, at: usize) -> bool {
        let called = |at: usize| !self.pack.people_called(self.written(at)).is_empty();
        let two = at > 0 && called(at - 1) && called(at + 1);
        !two && self.written(at) == "-"
            && self
                .atoms
                .get(at)
                .and_then(|atom| self.sentence.tokens.get(atom.first))
                .is_some_and(|token| !token.spaced)
    }

    /// The small second half of "Jong-un".
    pub(super) fn lower_tail(&self, at: usize) -> bool {
        let token = self.atoms.get(at).and_then(|atom| self.sentence.tokens.get(atom.first));
        token.is_some_and(|token| !token.spaced) && self.atoms.get(at).is_some_and(|atom| atom.senses.is_empty())
    }
}
