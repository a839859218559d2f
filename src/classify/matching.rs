//! Rules against a sentence: from each anchor outwards, to the nearest actors that the pattern asks for.

use super::atoms::Atom;
use super::memory::Sides;
use super::people::Figure;
use super::reading::{Group, Reading};
use crate::code::PartyCode;
use crate::event::EventType;
use crate::knowledge::Pack;
use crate::knowledge::rule::{Element, Rule, What};
use crate::knowledge::sense::Concept;
use crate::text::Shape;

/// What a rule found in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Index of the rule in its pack.
    pub rule: usize,
    /// The atom that it started from.
    pub anchor: usize,
    /// First atom of the whole.
    pub first: usize,
    /// One past the last atom of the whole.
    pub last: usize,
    /// Indices of the groups that take part, in [`Reading::groups`], in the order in which the rule asks for them.
    pub groups: Vec<usize>,
    /// Atoms of the cities and countries that one goes to.
    pub destinations: Vec<usize>,
    /// Those who take part without being named in the sentence.
    pub implied: Vec<Figure>,
}

/// The matches at the atom `at`, in the order of the rules; `earlier` are those that were taken before it.
pub fn at<'a>(
    reading: &'a Reading,
    pack: &'a Pack,
    at: usize,
    earlier: &'a [Match],
    sides: &'a Sides,
) -> impl Iterator<Item = Match> + 'a {
    // "an agreement on political consultations": what a document is about is no event.
    let subject = |atom: &Atom| {
        let noun = atom.is_any(&[Concept::Session, Concept::Negotiation]) || atom.mechanism().is_some();
        let before = at.checked_sub(1).and_then(|before| reading.atoms.get(before));
        noun && before.is_some_and(|before| before.is(Concept::About) && !before.is(Concept::In))
    };
    let atom = reading.atoms.get(at).filter(|atom| !atom.quoted && !subject(atom));
    // "met … and talked": what is inside an earlier match is a part of it.
    let covered = |atom: &Atom| {
        let inside = |earlier: &Match| (earlier.anchor..earlier.last).contains(&at) && earlier.anchor + 1 < at;
        atom.is(Concept::Talk) && earlier.iter().any(inside)
    };
    let mut rules: Vec<usize> = Vec::new();
    if let Some(atom) = atom.filter(|atom| !covered(atom)) {
        atom.senses.iter().for_each(|sense| rules.extend(pack.rules_at(*sense)));
        rules.sort_unstable();
        rules.dedup();
    }
    // "held talks" and "talks with": one report, not two.
    let again = move |fit: &Match, kind: EventType| {
        earlier.iter().any(|earlier| {
            let same_kind = pack.rules().get(earlier.rule).is_some_and(|rule| rule.kind == kind);
            earlier.groups == fit.groups && fit.anchor < earlier.last && same_kind
        })
    };
    rules.into_iter().filter_map(move |index| {
        let rule = pack.rules().get(index)?;
        one(reading, index, rule, at, earlier, sides).filter(|fit| !again(fit, rule.kind))
    })
}

fn one(reading: &Reading, rule: usize, pattern: &Rule, anchor: usize, earlier: &[Match], sides: &Sides) -> Option<Match> {
    let mut walk = Walk {
        reading,
        sides,
        fit: Match {
            rule,
            anchor,
            first: anchor,
            last: anchor + 1,
            groups: Vec::new(),
            destinations: Vec::new(),
            implied: Vec::new(),
        },
        target: pattern.kind == EventType::Sanction,
        kind: pattern.kind,
        personal: is_personal(pattern.kind) && !reading.atoms.get(anchor).is_some_and(|atom| atom.is(Concept::Session)),
    };
    let mut before = pattern.before.iter().peekable();
    while let Some(element) = before.next() {
        // "A with B held talks": the element before an actor says which preposition brings them in.
        let preposition = before.peek().and_then(|next| next.preposition());
        walk.left(element, preposition, earlier)?;
    }
    for (at, element) in pattern.after.iter().enumerate() {
        // "berkunjung ke" is one phrase: no preposition is to be looked for beyond the city that follows it.
        let goes_on = pattern.after.get(at + 1).is_some_and(|next| next.what == What::Destination);
        if element.optional && goes_on && walk.is_goal(walk.fit.last) {
            continue;
        }
        walk.right(element)?;
    }
    Some(walk.fit)
}

/// Whether only people do it, and not states as such.
fn is_personal(kind: EventType) -> bool {
    matches!(
        kind,
        EventType::BilateralMeeting | EventType::PhoneCall | EventType::Visit | EventType::Message
    )
}

struct Walk<'a> {
    reading: &'a Reading,
    sides: &'a Sides,
    fit: Match,
    personal: bool,
    /// Whether a country is what something is done to, and not where one goes.
    target: bool,
    /// What the rule finds.
    kind: EventType,
}

impl Walk<'_> {
    fn left(&mut self, element: &Element, preposition: Option<&[Concept]>, earlier: &[Match]) -> Option<()> {
        let found = match &element.what {
            What::Actor | What::Actors | What::Diplomat if preposition.is_some() => {
                self.introduced(&element.what, preposition.unwrap_or(&[]))
            }
            What::Actor | What::Actors | What::Diplomat => self.subject(&element.what, earlier),
            What::Concepts(concepts) => {
                const REACH: usize = 10;
                let near = self.fit.first.saturating_sub(REACH)..self.fit.first;
                near.rev()
                    .find(|at| self.reading.atoms.get(*at).is_some_and(|atom| atom.is_any(concepts)))
            }
            What::Topic => self.topic(),
            What::Sides => self.sides().map(|()| self.fit.first),
            What::Partner => self.partner().map(|()| self.fit.first),
            What::Destination => None,
        };
        self.settle(found, element, |fit, at| fit.first = fit.first.min(at))
    }

    fn right(&mut self, element: &Element) -> Option<()> {
        let found = match &element.what {
            What::Actor | What::Actors | What::Diplomat => self.object(&element.what),
            What::Concepts(concepts) => self.joint(concepts),
            What::Destination => self.destination(),
            What::Sides if self.fit.groups.is_empty() => self.sides().map(|()| self.fit.last - 1),
            What::Sides => self.chaired().map(|()| self.fit.last - 1),
            What::Partner => self.partner().map(|()| self.fit.last - 1),
            What::Topic => None,
        };
        self.settle(found, element, |fit, at| fit.last = fit.last.max(at + 1))
    }

    fn settle(&mut self, found: Option<usize>, element: &Element, take: impl Fn(&mut Match, usize)) -> Option<()> {
        match found {
            Some(at) => take(&mut self.fit, at),
            None if element.optional => {}
            None => return None,
        }
        Some(())
    }

    /// The nearest group to the left that is no part of a prepositional phrase; another verb's subject may be shared.
    fn subject(&mut self, what: &What, earlier: &[Match]) -> Option<usize> {
        const REACH: usize = 26;
        let shared = earlier.iter().rev().find(|fit| fit.last <= self.fit.first);
        let taken = shared.map_or(&[][..], |fit| &fit.groups);
        let mut at = self.fit.first;
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
            // A name that nothing is known of, right before the verb, is its subject all the same.
            if group.figures.is_empty() && group.named && at + 1 == self.fit.first {
                return None;
            }
            let before = self.reading.before_group(group).and_then(|at| self.reading.atoms.get(at));
            let dependent = before.is_some_and(|atom| {
                atom.is_any(&[
                    Concept::With,
                    Concept::Of,
                    Concept::By,
                    Concept::To,
                    Concept::Between,
                    Concept::In,
                    Concept::Against,
                ])
            });
            if taken.contains(&index) && taken.first() != Some(&index) {
                // "A met B and received C": B is taken, A acts again.
                let first = *taken.first()?;
                return self.take(first, what).map(|group| group.min(self.fit.first));
            }
            let impersonal = self.personal && !group.figures.iter().any(|figure| figure.personal);
            if *what == What::Actors {
                if let Some(first) = self.accompanied(index) {
                    return Some(first);
                }
            }
            if dependent && group.first > 0 || group.figures.is_empty() || impersonal || !self.suits(group, what) {
                at = group.first;
                continue;
            }
            return self.take(index, what);
        }
        None
    }

    /// The nearest group to the left that one of `prepositions` brings in.
    fn introduced(&mut self, what: &What, prepositions: &[Concept]) -> Option<usize> {
        const REACH: usize = 12;
        let groups = &self.reading.groups;
        for at in (self.fit.first.saturating_sub(REACH)..self.fit.first).rev() {
            if self.reading.atoms.get(at).is_none_or(is_wall) || self.reading.mark(at) == Some(';') {
                return None;
            }
            let Some(index) = self.reading.group_ending(at) else {
                continue;
            };
            let group = groups.get(index)?;
            let brought = self
                .reading
                .atoms
                .get(self.reading.before_group(group)?)
                .is_some_and(|atom| atom.is_any(prepositions));
            if !brought || group.figures.is_empty() || !self.suits(group, what) {
                return None;
            }
            return self.take(index, what);
        }
        None
    }

    /// "A with his colleagues B and C met": the group `index` after a "with", and the one before it.
    fn accompanied(&mut self, index: usize) -> Option<usize> {
        let group = self.reading.groups.get(index)?;
        let with = group
            .first
            .checked_sub(1)
            .filter(|at| self.reading.atoms.get(*at).is_some_and(|atom| atom.is(Concept::With)))?;
        let host = self.reading.group_ending(with.checked_sub(1)?)?;
        let first = self.reading.groups.get(host)?;
        if parties(first.figures.iter().chain(&group.figures)).len() < 2 {
            return None;
        }
        self.fit.groups.extend([host, index]);
        Some(first.first)
    }

    /// The group that follows within a few words.
    fn object(&mut self, what: &What) -> Option<usize> {
        const REACH: usize = 6;
        let mut thing = false;
        let mut at = self.fit.last;
        // What stands in brackets ("the dialogue (HDCM) of …") is passed over.
        if self.reading.mark(at) == Some('(') {
            at = (at..at + REACH).find(|at| self.reading.mark(*at) == Some(')'))? + 1;
        }
        for at in at..at + REACH {
            let atom = self.reading.atoms.get(at)?;
            // "received a letter from …": what is received is a thing, and not its sender.
            thing |= atom.senses.is_empty() && atom.shape == Shape::Lower;
            if thing && atom.is(Concept::Of) {
                return None;
            }
            if let Some(index) = self.reading.group_starting(at) {
                let group = self.reading.groups.get(index)?;
                let nobody = group.figures.is_empty() && *what != What::Diplomat;
                if nobody || !self.suits(group, what) {
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
        let mut bracketed = false;
        for at in self.fit.last..self.fit.last + REACH {
            let atom = self.reading.atoms.get(at)?;
            bracketed = self.reading.mark(at) == Some('(') || bracketed && self.reading.mark(at) != Some(')');
            if bracketed {
                continue;
            }
            if atom.is_any(concepts) {
                return Some(at);
            }
            let named = self
                .reading
                .group_starting(at)
                .and_then(|index| self.reading.groups.get(index))
                .is_some_and(|group| group.named && !group.figures.is_empty());
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

    /// Whether the atom `at` is a city or country.
    fn is_goal(&self, at: usize) -> bool {
        let atom = self.reading.atoms.get(at);
        atom.is_some_and(|atom| atom.places().next().is_some() || atom.party().is_some())
    }

    /// The city or country right after a word that points to it, and those joined to it by commas and "and".
    fn destination(&mut self) -> Option<usize> {
        const REACH: usize = 6;
        const TARGET_REACH: usize = 14;
        // "sanctions on twelve officials and three companies from Myanmar" are against Myanmar.
        const OBJECT_REACH: usize = 2;
        let object = self
            .reading
            .atoms
            .get(self.fit.anchor)
            .is_some_and(|atom| atom.is(Concept::VisitVerb));
        let reach = match (self.target, object) {
            (true, _) => TARGET_REACH,
            (false, true) => OBJECT_REACH,
            (false, false) => REACH,
        };
        let mut at = self.fit.last;
        while !self.is_goal(at) {
            let atom = self.reading.atoms.get(at)?;
            let passed = atom.is_any(&[Concept::Meet, Concept::With, Concept::Who]) || is_wall(atom);
            let next = atom.is(Concept::And) && !self.target;
            if passed || next || at > self.fit.last + reach || self.reading.mark(at).is_some_and(|mark| mark != '-') {
                return None;
            }
            at += 1;
        }
        let first = at;
        let mut last = at;
        self.fit.destinations.push(at);
        // "Lima, Peru" is one place; "Tanzania and South Africa" are two.
        while let Some(next) = (last + 2..last + 4).find(|next| self.is_goal(*next)) {
            let joined = (last + 1..next).all(|at| {
                self.reading.mark(at) == Some(',')
                    || self
                        .reading
                        .atoms
                        .get(at)
                        .is_some_and(|atom| atom.is_any(&[Concept::And, Concept::Det]))
            });
            if !joined {
                break;
            }
            self.fit.destinations.push(next);
            last = next;
        }
        debug_assert!(first <= last);
        Some(last)
    }

    /// The person whom the text is about, if a word right before the anchor points back to one.
    fn topic(&mut self) -> Option<usize> {
        const REACH: usize = 3;
        let near = self.fit.first.saturating_sub(REACH)..self.fit.first;
        let at = near
            .rev()
            .take_while(|at| self.reading.mark(*at).is_none())
            .find(|at| self.reading.atoms.get(*at).is_some_and(|atom| atom.is(Concept::Possessor)))?;
        let nearest = self
            .reading
            .groups
            .iter()
            .rev()
            .filter(|group| group.last <= at)
            .flat_map(|group| &group.figures)
            .find(|figure| figure.person.is_some());
        let figure = nearest.or(self.reading.topic.as_ref())?.clone();
        self.fit.implied.push(figure);
        Some(at)
    }

    /// The last person of another party than those who were taken.
    fn partner(&mut self) -> Option<()> {
        let groups = &self.reading.groups;
        let taken = self.fit.groups.iter().filter_map(|index| groups.get(*index));
        let ours = parties(taken.flat_map(|group| &group.figures));
        let here = groups
            .iter()
            .rev()
            .filter(|group| group.last <= self.fit.first)
            .flat_map(|group| &group.figures);
        let before = self.reading.before.iter().rev();
        let other = |figure: &&Figure| figure.person.is_some() && figure.party.is_some_and(|party| !ours.contains(&party));
        let partner = here.chain(before).find(other).filter(|_| !ours.is_empty())?.clone();
        self.fit.implied.push(partner);
        Some(())
    }

    /// The two parties that the text is about, where nobody in the sentence does it.
    fn sides(&mut self) -> Option<()> {
        const REACH: usize = 8;
        let (first, last) = (self.fit.first, self.fit.last);
        if self
            .reading
            .atoms
            .get(self.fit.anchor)
            .is_some_and(|atom| atom.is(Concept::Round))
        {
            // "The next round will be held in …": of the talks that were reported.
            let (_, figures) = self.sides.series.as_ref().filter(|(kind, _)| *kind == self.kind)?;
            self.fit.implied.extend(figures.clone());
            return Some(());
        }
        let is_any = |at: usize, concepts: &[Concept]| self.reading.atoms.get(at).is_some_and(|atom| atom.is_any(concepts));
        let free = self.fit.groups.is_empty() && !self.sides.figures.is_empty();
        let ours = |group: &Group| group.figures.iter().all(|figure| figure.person.is_none() && !figure.personal);
        let passive = is_any(self.fit.anchor, &[Concept::Signed, Concept::Ties, Concept::Negotiation]);
        let groups = &self.reading.groups;
        let subject = groups
            .iter()
            .any(|group| group.last <= first && group.last + REACH > first && !ours(group));
        let joined = is_any(last, &[Concept::With, Concept::Between, Concept::Of, Concept::By]);
        if !free || subject && !passive || joined {
            return None;
        }
        self.fit.implied.extend(self.sides.figures.clone());
        Some(())
    }

    /// The two parties of the talks that were just reported, for the one who chairs them.
    fn chaired(&mut self) -> Option<()> {
        let talks = self.sides.kind == Some(EventType::Negotiation);
        talks.then(|| self.fit.implied.extend(self.sides.figures.clone()))
    }

    /// Whether a group is of the sort that a pattern asks for.
    fn suits(&self, group: &Group, what: &What) -> bool {
        *what != What::Diplomat || self.reading.has_diplomat(group)
    }

    fn take(&mut self, index: usize, what: &What) -> Option<usize> {
        let group = self.reading.groups.get(index)?;
        if *what == What::Actors && parties(&group.figures).len() < 2 || self.fit.groups.contains(&index) {
            return None;
        }
        self.fit.groups.push(index);
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
