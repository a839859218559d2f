//! Names in scripts without blanks and capitals: a run of characters that no phrase has, right after an office or right
//! before one, and the same run wherever else the item has it.

use super::actors::{Actor, Reader};
use super::atoms::Atom;
use crate::knowledge::sense::{Concept, Sense};
use crate::text::Shape;

/// Characters of a name, from – to.
const SHORTEST: usize = 2;
const LONGEST: usize = 12;
/// Characters of a name before an office at most: what stands before a title is more often no name.
const LONGEST_BEFORE: usize = 5;

impl Reader<'_> {
    /// Where the name that begins at `at` ends, if one does.
    pub(super) fn unspaced_name(&self, actor: &Actor, at: usize) -> Option<usize> {
        if !self.atoms.get(at).is_some_and(|atom| is_free(atom) || is_filler(atom)) {
            return None;
        }
        let before = at.checked_sub(1).and_then(|at| self.atoms.get(at));
        let introduces = |atom: &Atom| atom.role().is_some() || atom.party().is_some() || atom.is(Concept::Honorific);
        let introduced = actor.last > actor.first && actor.title.is_some() && before.is_some_and(introduces);
        let end = self.run_end(at);
        let length = end - at;
        let titled = self
            .atoms
            .get(end)
            .is_some_and(|atom| atom.role().is_some_and(|(_, plural)| !plural));
        let fits = if introduced {
            length <= LONGEST
        } else {
            titled && actor.title.is_none() && length <= LONGEST_BEFORE
        };
        (fits && length >= SHORTEST).then_some(end)
    }

    /// The end of the longest name of the item that is written at `at`.
    pub(super) fn named_before(&self, at: usize) -> Option<usize> {
        let single = |atom: &Atom| atom.shape == Shape::Ideograph && atom.last == atom.first + 1;
        if self.names.is_empty() || !self.atoms.get(at).is_some_and(single) {
            return None;
        }
        let rest = self.slice(at, (at + LONGEST).min(self.atoms.len()));
        let name = self
            .names
            .iter()
            .filter(|name| rest.starts_with(name.as_str()))
            .max_by_key(|name| name.len())?;
        let mut letters = 0;
        (at..self.atoms.len()).find_map(|next| {
            letters += self.slice(next, next + 1).len();
            (letters == name.len()).then_some(next + 1)
        })
    }

    /// Where the run of free characters that begins at `at` ends; a middle dot, and a small word between two of them, are inside.
    fn run_end(&self, at: usize) -> usize {
        let free = |at: usize| self.atoms.get(at).is_some_and(is_free);
        let joins = |at: usize| {
            self.atoms
                .get(at)
                .is_some_and(|atom| atom.is(Concept::Particle) || is_filler(atom))
        };
        let mut end = at;
        while free(end) || joins(end) && free(end + 1) {
            end += 1;
        }
        end
    }
}

/// A character that means nothing by itself.
fn is_free(atom: &Atom) -> bool {
    atom.shape == Shape::Ideograph && atom.senses.is_empty() && atom.last == atom.first + 1
}

/// A character that is a small word elsewhere.
fn is_filler(atom: &Atom) -> bool {
    let stop = |sense: &Sense| *sense == Sense::Concept(Concept::Stop);
    atom.shape == Shape::Ideograph && atom.last == atom.first + 1 && !atom.senses.is_empty() && atom.senses.iter().all(stop)
}

/// The names among `actors` that no capitals show.
pub fn names<'a>(actors: impl Iterator<Item = &'a Actor>) -> Vec<String> {
    let mut names: Vec<String> = actors
        .filter(|actor| actor.known.is_empty())
        .filter_map(|actor| actor.name.clone())
        .filter(|name| {
            name.chars()
                .all(|c| c.is_alphabetic() && !c.is_lowercase() && !c.is_uppercase() || c == '·')
        })
        .collect();
    // What follows the last dot is used alone.
    let last: Vec<String> = names
        .iter()
        .filter_map(|name| Some(name.rsplit_once('·')?.1.to_owned()))
        .collect();
    names.extend(last);
    names.retain(|name| name.chars().count() >= SHORTEST);
    names.sort();
    names.dedup();
    names
}
