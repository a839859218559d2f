//! A sentence, read: its atoms, its actors, and the actors joined into groups that a rule takes as one argument.

use super::actors::{Actor, Reference};
use super::atoms::Atom;
use super::memory::Memory;
use super::people::{Figure, People};
use crate::event::Role;
use crate::knowledge::sense::Concept;
use crate::text::{Sentence, Shape, Text};

/// Actors joined by commas and "and", as one argument.
#[derive(Clone, Debug)]
pub struct Group {
    /// First atom.
    pub first: usize,
    /// One past the last atom.
    pub last: usize,
    /// Who they are, each with the index of the actor.
    pub members: Vec<(usize, Figure)>,
    /// The same without the actors.
    pub figures: Vec<Figure>,
    /// Whether one of them is called by name here.
    pub named: bool,
}

/// A sentence, read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Index in [`Text::sentences`].
    pub sentence: usize,
    /// Its phrases and words.
    pub atoms: Vec<Atom>,
    /// Who acts in it.
    pub actors: Vec<Actor>,
    /// The same, joined.
    pub groups: Vec<Group>,
    /// The person whom the sentences before were about.
    pub topic: Option<Figure>,
    /// Who was spoken of before this sentence, the nearest last.
    pub before: Vec<Figure>,
    marks: Vec<Option<char>>,
}

impl Reading {
    /// Reads `sentence`, the one at `index`, and takes its people into `memory`; what was spoken of before is kept only where the
    /// sentence may report something.
    pub fn new(
        text: &Text<'_>,
        (index, sentence): (usize, &Sentence),
        (atoms, actors): (Vec<Atom>, Vec<Actor>),
        people: &People<'_>,
        memory: &mut Memory,
        reports: bool,
    ) -> Self {
        memory.next_sentence();
        let marks = atoms.iter().map(|atom| mark(text, sentence, atom)).collect();
        let mut reading = Self {
            sentence: index,
            atoms,
            actors,
            groups: Vec::new(),
            topic: memory.topic().filter(|_| reports).cloned(),
            before: Some(memory.recent())
                .filter(|_| reports)
                .map(<[_]>::to_vec)
                .unwrap_or_default(),
            marks,
        };
        let groups = groups(&reading, people, memory);
        reading.groups = join(&reading, groups);
        reading
    }

    /// The punctuation mark at an atom.
    pub fn mark(&self, at: usize) -> Option<char> {
        self.marks.get(at).copied().flatten()
    }

    /// The group whose first atom is `at`.
    pub fn group_starting(&self, at: usize) -> Option<usize> {
        self.groups.iter().position(|group| group.first == at)
    }

    /// The group whose last atom is `at`.
    pub fn group_ending(&self, at: usize) -> Option<usize> {
        self.groups.iter().position(|group| group.last == at + 1)
    }

    /// The atom before a group, past what only adorns it ("with the visiting minister").
    pub fn before_group(&self, group: &Group) -> Option<usize> {
        let adorns = |at: usize| {
            self.atoms
                .get(at)
                .is_some_and(|atom| atom.is_any(&[Concept::Honorific, Concept::Possessor]))
        };
        (0..group.first).rev().find(|at| !adorns(*at))
    }

    /// Atoms `from..to`, cut to the sentence.
    pub fn atoms_in(&self, from: usize, to: usize) -> &[Atom] {
        let to = to.min(self.atoms.len());
        self.atoms.get(from.min(to)..to).unwrap_or(&[])
    }

    /// Whether an ambassador or another diplomat is in `group`.
    pub fn has_diplomat(&self, group: &Group) -> bool {
        let known = group.figures.iter().any(|figure| figure.role == Some(Role::Ambassador));
        let titled = |atom: &Atom| atom.is(Concept::Diplomat) || atom.role().is_some_and(|(role, _)| role == Role::Ambassador);
        known || self.atoms_in(group.first, group.last).iter().any(titled)
    }
}

fn mark(text: &Text<'_>, sentence: &Sentence, atom: &Atom) -> Option<char> {
    let token = sentence.tokens.get(atom.first).filter(|_| atom.shape == Shape::Mark)?;
    text.word(sentence.field, *token).chars().next()
}

/// Resolves the actors of a sentence.
fn groups(reading: &Reading, people: &People<'_>, memory: &mut Memory) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, actor) in reading.actors.iter().enumerate() {
        let figures = people.resolve(actor, memory);
        memory.add(&figures);
        if figures.is_empty() && actor.reference == Reference::Speaker {
            continue;
        }
        groups.push(Group {
            first: actor.first,
            last: past_bracket(reading, actor.first, actor.last),
            members: figures.iter().map(|figure| (index, figure.clone())).collect(),
            named: actor.name.is_some(),
            figures,
        });
    }
    groups
}

/// The end of an actor, past the bracket that closes one in it: "Hishammuddin Hussein (Malaysia)".
fn past_bracket(reading: &Reading, first: usize, last: usize) -> usize {
    let inner = (first..last)
        .rev()
        .find_map(|at| reading.mark(at).filter(|mark| matches!(mark, '(' | ')')));
    let closes = inner == Some('(') && reading.mark(last) == Some(')');
    last + usize::from(closes)
}

/// Joins groups with only commas and a closing "and" between them.
fn join(reading: &Reading, groups: Vec<Group>) -> Vec<Group> {
    let mut joined: Vec<Group> = Vec::new();
    let mut rest = groups.into_iter().peekable();
    while let Some(mut group) = rest.next() {
        // "A, B and C": commas join only in a list that an "and" (or a hyphen) closes.
        let mut list = vec![];
        while let Some(next) = rest.peek() {
            let end = list.last().map_or(group.last, |member: &Group| member.last);
            let Some(link) = link(reading, end, next.first) else { break };
            list.extend(rest.next());
            if link == Link::Closing {
                list.drain(..).for_each(|member| absorb(&mut group, member));
            }
        }
        // "A, B meet": a headline leaves the "and" out.
        if let [other] = list.as_slice() {
            let acts = |atom: &Atom| atom.is_any(&[Concept::Meet, Concept::Talk, Concept::Sign, Concept::PhoneVerb]);
            if reading.atoms.get(other.last).is_some_and(acts) && group.figures.len() == 1 {
                list.drain(..).for_each(|member| absorb(&mut group, member));
            }
        }
        joined.push(group);
        joined.extend(list);
    }
    joined
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    Listing,
    Closing,
}

fn link(reading: &Reading, from: usize, to: usize) -> Option<Link> {
    let between = reading.atoms_in(from, to);
    let dash = |offset: usize| matches!(reading.mark(from + offset), Some('-' | '–' | '、'));
    // "to France and to Kenya": after an "and" the preposition may come again.
    let again = |offset: usize, atom: &Atom| {
        let and = offset.checked_sub(1).and_then(|before| between.get(before));
        atom.is_any(&[Concept::To, Concept::With]) && and.is_some_and(|atom| atom.is(Concept::And))
    };
    let plain = between.iter().enumerate().all(|(offset, atom)| {
        let small = atom.is_any(&[Concept::And, Concept::Det, Concept::Also]) || again(offset, atom);
        small || reading.mark(from + offset) == Some(',') || dash(offset)
    });
    let closing = between
        .iter()
        .enumerate()
        .any(|(offset, atom)| atom.is(Concept::And) || dash(offset));
    match (plain && to > from, closing) {
        (true, true) => Some(Link::Closing),
        (true, false) => Some(Link::Listing),
        (false, _) => None,
    }
}

fn absorb(group: &mut Group, member: Group) {
    group.last = member.last;
    group.members.extend(member.members);
    group.figures.extend(member.figures);
    group.named |= member.named;
}
