//! Rules against a sentence: from each anchor outwards, to the nearest actors that the pattern asks for.

use super::Reading;
use super::atoms::Atom;
use super::people::Figure;
use crate::code::PartyCode;
use crate::knowledge::lexicon::Concept;
use crate::knowledge::rule::{Element, Rule, What};
use crate::text::Shape;

/// What a rule found in a sentence.
#[derive(Clone, Debug)]
pub struct Match {
    /// Index of the rule in its pack.
    pub rule: usize,
    /// The atom that it started from.
    pub anchor: usize,
    /// First atom of the whole.
    pub first: usize,
    /// One past the last atom of the whole.
    pub last: usize,
    /// Indices of the groups that take part, in [`Reading::groups`].
    pub groups: Vec<usize>,
}

/// The matches of `rules` in a sentence, one an anchor: the first rule that fits wins.
pub fn matches(reading: &Reading, rules: &[Rule]) -> Vec<Match> {
    let mut found: Vec<Match> = Vec::new();
    for (at, atom) in reading.atoms.iter().enumerate() {
        let covered = found
            .iter()
            .any(|earlier| (earlier.anchor..earlier.last).contains(&at) && earlier.anchor + 1 < at && atom.is(Concept::Talk));
        if atom.quoted || covered {
            continue;
        }
        let fit = rules.iter().enumerate().find_map(|(rule, pattern)| {
            let anchored = atom
                .senses
                .iter()
                .any(|sense| pattern.anchor.iter().any(|anchor| anchor.fits(*sense)));
            if anchored {
                one(reading, rule, pattern, at, &found)
            } else {
                None
            }
        });
        // "held talks" and "talks with": one report, not two.
        let again = |fit: &Match| {
            found
                .iter()
                .any(|earlier| earlier.groups == fit.groups && fit.anchor < earlier.last)
        };
        found.extend(fit.filter(|fit| !again(fit)));
    }
    found
}

fn one(reading: &Reading, rule: usize, pattern: &Rule, anchor: usize, earlier: &[Match]) -> Option<Match> {
    let personal = reading
        .atoms
        .get(anchor)
        .is_some_and(|atom| atom.is_any(&[Concept::Meet, Concept::Receive, Concept::ReceivedBy, Concept::Talk]));
    let mut walk = Walk {
        reading,
        groups: Vec::new(),
        first: anchor,
        last: anchor + 1,
        personal,
    };
    for element in &pattern.before {
        walk.left(element, earlier)?;
    }
    for element in &pattern.after {
        walk.right(element)?;
    }
    Some(Match {
        rule,
        anchor,
        first: walk.first,
        last: walk.last,
        groups: walk.groups,
    })
}

struct Walk<'a> {
    reading: &'a Reading,
    groups: Vec<usize>,
    first: usize,
    last: usize,
    /// Whether only people can do what the anchor says.
    personal: bool,
}

impl Walk<'_> {
    fn left(&mut self, element: &Element, earlier: &[Match]) -> Option<()> {
        let found = match &element.what {
            What::Actor | What::Actors => self.subject(&element.what, earlier),
            What::Concepts(concepts) => {
                const REACH: usize = 10;
                let near = self.first.saturating_sub(REACH)..self.first;
                near.rev()
                    .find(|at| self.reading.atoms.get(*at).is_some_and(|atom| atom.is_any(concepts)))
            }
        };
        self.settle(found, element, |walk, at| walk.first = walk.first.min(at))
    }

    fn right(&mut self, element: &Element) -> Option<()> {
        let found = match &element.what {
            What::Actor | What::Actors => self.object(&element.what),
            What::Concepts(concepts) => self.joint(concepts),
        };
        self.settle(found, element, |walk, at| walk.last = walk.last.max(at + 1))
    }

    fn settle(&mut self, found: Option<usize>, element: &Element, take: impl Fn(&mut Self, usize)) -> Option<()> {
        match found {
            Some(at) => take(self, at),
            None if element.optional => {}
            None => return None,
        }
        Some(())
    }

    /// The nearest group to the left that is no part of a prepositional phrase; another verb's subject may be shared.
    fn subject(&mut self, what: &What, earlier: &[Match]) -> Option<usize> {
        const REACH: usize = 26;
        let shared = earlier.iter().rev().find(|fit| fit.last <= self.first);
        let taken = shared.map_or(&[][..], |fit| &fit.groups);
        let mut at = self.first;
        for _ in 0..REACH {
            at = at.checked_sub(1)?;
            let atom = self.reading.atoms.get(at)?;
            if is_wall(atom) || self.reading.mark(at) == Some(';') {
                return None;
            }
            let Some(index) = self.reading.group_ending(at) else {
                continue;
            };
            let group = self.reading.groups.get(index)?;
            let before = group.first.checked_sub(1).and_then(|at| self.reading.atoms.get(at));
            let dependent = before.is_some_and(|atom| {
                atom.is_any(&[
                    Concept::With,
                    Concept::Of,
                    Concept::By,
                    Concept::To,
                    Concept::Between,
                    Concept::In,
                ])
            });
            if taken.contains(&index) && taken.first() != Some(&index) {
                // "A met B and received C": B is taken, A acts again.
                let first = *taken.first()?;
                return self.take(first, what).map(|group| group.min(self.first));
            }
            let impersonal = self.personal && !group.figures.iter().any(|figure| figure.personal);
            if dependent && group.first > 0 || group.figures.is_empty() || impersonal {
                at = group.first;
                continue;
            }
            return self.take(index, what);
        }
        None
    }

    /// The group that follows within a few words.
    fn object(&mut self, what: &What) -> Option<usize> {
        const REACH: usize = 6;
        let mut thing = false;
        for at in self.last..self.last + REACH {
            let atom = self.reading.atoms.get(at)?;
            // "received a letter from …": what is received is a thing, and not its sender.
            thing |= atom.senses.is_empty() && atom.shape == Shape::Lower;
            if thing && atom.is(Concept::Of) {
                return None;
            }
            if let Some(index) = self.reading.group_starting(at) {
                if self.reading.groups.get(index).is_some_and(|group| group.figures.is_empty()) {
                    return None;
                }
                self.take(index, what)?;
                return self.reading.groups.get(index).map(|group| group.last - 1);
            }
            if is_wall(atom) || atom.is(Concept::And) || self.reading.mark(at) == Some(';') {
                return None;
            }
        }
        None
    }

    /// A joining word within reach, before any other verb of meeting.
    fn joint(&self, concepts: &[Concept]) -> Option<usize> {
        const REACH: usize = 14;
        for at in self.last..self.last + REACH {
            let atom = self.reading.atoms.get(at)?;
            if atom.is_any(concepts) {
                return Some(at);
            }
            let named = self
                .reading
                .group_starting(at)
                .and_then(|index| self.reading.groups.get(index))
                .is_some_and(|group| group.named);
            if named
                || is_wall(atom)
                || atom.is_any(&[Concept::Meet, Concept::Receive, Concept::ReceivedBy])
                || self.reading.mark(at) == Some(';')
            {
                return None;
            }
        }
        None
    }

    fn take(&mut self, index: usize, what: &What) -> Option<usize> {
        let group = self.reading.groups.get(index)?;
        if *what == What::Actors && parties(&group.figures).len() < 2 || self.groups.contains(&index) {
            return None;
        }
        self.groups.push(index);
        Some(group.first)
    }
}

/// What a pattern does not cross.
fn is_wall(atom: &Atom) -> bool {
    atom.is(Concept::That) || atom.quoted
}

/// The parties of some figures, sorted, each once.
pub fn parties<'a>(figures: impl IntoIterator<Item = &'a Figure>) -> Vec<PartyCode> {
    let mut parties: Vec<PartyCode> = figures.into_iter().filter_map(|figure| figure.party).collect();
    parties.sort();
    parties.dedup();
    parties
}
