//! Offices: where an ambassador serves, what a minister is for, several offices of one person, one office of several parties.

use super::{Actor, Reader, Reference};
use crate::classify::atoms::Atom;
use crate::event::Role;
use crate::knowledge::sense::{Concept, PartyForm};
use crate::text::Shape;

impl Reader<'_> {
    /// "… untuk Indonesia", "… to Indonesia" after an ambassador: where they serve, and not for whom.
    pub(super) fn accreditation(&self, actor: &mut Actor, at: usize) -> Option<usize> {
        let sent = match actor.role {
            Some(Role::Ambassador) => self.is(at, Concept::Accredited),
            Some(Role::SpecialEnvoy) => self.is(at, Concept::For) || self.is(at, Concept::To),
            _ => false,
        };
        if !sent {
            return None;
        }
        let party = |at: usize| self.atoms.get(at).and_then(Atom::party);
        let found = (at + 1..at + 3).find(|at| party(*at).is_some())?;
        if !(at + 1..found).all(|at| self.is(at, Concept::Det)) {
            return None;
        }
        actor.accredited = party(found).map(|(code, _)| code);
        Some(found + 1)
    }

    /// "挪威驻肯尼亚大使", "驻美大使": where an ambassador serves, said before the office.
    pub(super) fn accredited_first(&self, actor: &mut Actor, at: usize) -> Option<usize> {
        let free = actor.title.is_none() && actor.accredited.is_none() && actor.name.is_none();
        if !free || !self.is(at, Concept::Accredited) {
            return None;
        }
        let (code, _) = self.atoms.get(at + 1).and_then(Atom::party)?;
        let office = (at + 2..at + 4).find(|at| !self.is(*at, Concept::Honorific))?;
        let ambassador = self
            .atoms
            .get(office)
            .and_then(Atom::role)
            .is_some_and(|(role, _)| role == Role::Ambassador);
        actor.accredited = Some(code).filter(|_| ambassador);
        actor.accredited.map(|_| at + 2)
    }

    /// "… of Public Security", "… for Central Asia", "Direktur Jenderal Asia Pasifik" after a title: what the office is for.
    pub(super) fn portfolio(&self, actor: &Actor, at: usize) -> Option<usize> {
        const LONGEST: usize = 8;
        if actor.title.is_none_or(|title| title + 1 != at) || actor.name.is_some() {
            return None;
        }
        let opens = self.is(at, Concept::Of) || self.is(at, Concept::For);
        let first = at + usize::from(opens);
        let field = |at: usize| {
            self.atoms.get(at).is_some_and(|atom| {
                let capital = matches!(atom.shape, Shape::Capital | Shape::Upper);
                let known = atom.party().is_some() || atom.places().next().is_some() || atom.people().next().is_some();
                capital && !known && atom.role().is_none() && !atom.is(Concept::Honorific)
            })
        };
        // Words that a lexicon has are the field, and a name follows; with others only a comma can tell where the name begins.
        let plain = |at: usize| field(at) && !self.atoms.get(at).is_some_and(Atom::may_be_name);
        let said = plain(first);
        if !(said || opens && field(first)) {
            return None;
        }
        let mut end = first + 1;
        for next in first + 1..at + LONGEST {
            let hyphened = self.written(next - 1) == "-";
            if hyphened || if said { plain(next) } else { field(next) } {
                end = next + 1;
            } else if !(self.written(next) == "-"
                || self.is(next, Concept::And)
                || self.is(next, Concept::Of)
                || self.is(next, Concept::Det))
            {
                break;
            }
        }
        let closed = said || self.written(end) == "," || !self.atoms.get(end).is_some_and(Atom::may_be_name);
        closed.then_some(end)
    }

    /// "Speaker of the Croatian Parliament, …", "Wakil Sekretaris Negara Kementerian Luar Negeri Finlandia …".
    pub(super) fn body(&self, actor: &Actor, at: usize) -> Option<usize> {
        let titled = actor.title.is_some() && actor.name.is_none();
        (titled && self.is(at, Concept::Institution)).then_some(at + 1)
    }

    /// "The presidents of Togo and Benin".
    pub(super) fn further_party(&self, actor: &mut Actor, at: usize) -> Option<usize> {
        let several =
            (actor.plural || actor.reference == Reference::Institution) && actor.name.is_none() && !actor.parties.is_empty();
        let joined = self.is(at, Concept::And) || self.written(at) == ",";
        let next = at + 1 + usize::from(self.is(at + 1, Concept::Det));
        let (code, form) = self.atoms.get(next).and_then(Atom::party).filter(|_| several && joined)?;
        if !matches!(form, PartyForm::Name | PartyForm::Adjective) || actor.parties.contains(&code) {
            return None;
        }
        actor.parties.push(code);
        Some(next + 1)
    }

    /// "State Councillor and Foreign Minister Wang Yi": two offices of one person; the ministry goes before the rest.
    pub(super) fn second_title(&self, actor: &mut Actor, at: usize) -> Option<usize> {
        let first = actor.role.filter(|_| actor.name.is_none() && !actor.plural)?;
        let joined = self.is(at, Concept::And) || self.is(at, Concept::Also) || matches!(self.written(at), "/" | ",");
        let next = at + 1;
        let (second, plural) = self.atoms.get(next).and_then(Atom::role).filter(|_| joined)?;
        // "Deputy Minister of Public Security, Lieutenant General …": after a comma only a rank belongs to the same person.
        if self.written(at) == "," && second != Role::Military {
            return None;
        }
        let mut named = Actor {
            name: None,
            title: Some(next),
            ..actor.clone()
        };
        let past = (next + 1..next + 4).find(|at| !self.is(*at, Concept::Honorific) && !self.is(*at, Concept::Of))?;
        let name = self.element(&mut named, past).is_some() && named.name.is_some();
        if plural || !name {
            return None;
        }
        if second == Role::Military {
            return Some(next + 1);
        }
        let ministry = matches!(
            first,
            Role::DeputyHead | Role::Official | Role::SpecialEnvoy | Role::PartyOfficial
        );
        actor.role = Some(if ministry { second } else { first.min(second) });
        Some(next + 1)
    }
}
