//! Text → [`Reading`]s and [`Mention`]s: what each sentence says of an event, and why a candidate was refused.
//!
//! Atoms (the lexicon's phrases) become actors, actors become figures (who is who over the item), rules join figures to an
//! event. Dates and places are left to [`crate::enrich`], which reads the same atoms.

pub mod actors;
pub mod atoms;
pub mod matching;
pub mod people;
mod refusal;

use crate::event::{EventType, Status};
use crate::knowledge::lexicon::Concept;
use crate::knowledge::rule::{Anchor, Rule};
use crate::knowledge::{Gazetteer, Pack};
use crate::pipeline::outcome::NoEventReason;
use crate::text::fold::fold;
use crate::text::{Sentence, Shape, Text};

use actors::{Actor, Reference};
use atoms::Atom;
use matching::Match;
use people::{Figure, Memory, People};

/// Mentions of one item that are looked at: several times the events that an item may have.
const MOST: usize = 512;

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
    marks: Vec<Option<char>>,
}

impl Reading {
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

    /// Atoms `from..to`, cut to the sentence.
    pub fn atoms_in(&self, from: usize, to: usize) -> &[Atom] {
        let to = to.min(self.atoms.len());
        self.atoms.get(from.min(to)..to).unwrap_or(&[])
    }
}

/// What one sentence says of one event.
#[derive(Clone, Debug)]
pub struct Mention {
    /// Index of the reading.
    pub reading: usize,
    /// What matched.
    pub fit: Match,
    /// What it is.
    pub kind: EventType,
    /// Whether it happened, as far as the words say.
    pub status: Status,
    /// The atom that decides the status, where one does.
    pub status_atom: Option<usize>,
    /// Who takes part, with the index of the actor.
    pub members: Vec<(usize, Figure)>,
}

/// All that an item says.
#[derive(Debug)]
pub struct Mentions<'a> {
    /// Its sentences, title first.
    pub readings: Vec<Reading>,
    /// Its people.
    pub people: People<'a>,
    /// What it reports, body before title; never empty.
    pub found: Vec<Mention>,
}

/// The mentions of `text`.
///
/// # Errors
/// Why there are none: the reason of the candidate that came furthest.
pub fn mentions<'a>(text: &Text<'_>, pack: &'a Pack, gazetteer: &'a Gazetteer) -> Result<Mentions<'a>, NoEventReason> {
    if !may_report(text, pack) {
        return Err(NoEventReason::NoTrigger);
    }
    let sentences: Vec<Vec<Atom>> = text
        .sentences
        .iter()
        .map(|sentence| atoms::atoms(text, sentence, pack))
        .collect();
    if !sentences
        .iter()
        .flatten()
        .any(|atom| atom.senses.iter().any(|sense| pack.is_anchor(*sense)))
    {
        return Err(NoEventReason::NoTrigger);
    }
    let refused = refusal::of_item(&sentences);
    let (readings, people) = readings(text, sentences, pack, gazetteer);
    let mut furthest = NoEventReason::NoParty;
    let mut found = Vec::new();
    let remote = readings
        .iter()
        .any(|reading| reading.atoms.iter().any(|atom| atom.is(Concept::Phone)));
    for (index, reading) in readings.iter().enumerate() {
        for fit in matching::matches(reading, pack.rules()) {
            match mention(index, reading, fit, pack.rules()) {
                // Where a call is spoken of, "they talked" says nothing of a meeting.
                Ok(mention)
                    if remote
                        && reading
                            .atoms
                            .get(mention.fit.anchor)
                            .is_some_and(|atom| atom.is(Concept::Talk)) =>
                {
                    furthest = furthest.max(NoEventReason::OtherType);
                }
                Ok(mention) => found.push(mention),
                Err(reason) => furthest = furthest.max(reason),
            }
        }
    }
    if refused.is_some() {
        // Among goals and shares only people in office on both sides are taken for a meeting of states.
        found.retain(in_office);
    }
    found.truncate(MOST);
    if found.is_empty() {
        return Err(refused.unwrap_or(furthest));
    }
    // The body says more than its headline: it comes first, and the headline joins what it finds.
    found.sort_by_key(|mention| {
        text.sentences
            .get(mention.reading)
            .is_some_and(|sentence| sentence.field == crate::event::Field::Title)
    });
    Ok(Mentions { readings, people, found })
}

/// Whether every party is there through someone in office.
fn in_office(mention: &Mention) -> bool {
    let figures = || mention.members.iter().map(|(_, figure)| figure);
    let officers = matching::parties(figures().filter(|figure| figure.role.is_some()));
    officers == matching::parties(figures())
}

/// The first, cheap pass, which most items of a feed do not survive: whether any word is part of a phrase that reports events.
fn may_report(text: &Text<'_>, pack: &Pack) -> bool {
    text.sentences.iter().any(|sentence| {
        let mut words = sentence.tokens.iter().map(|token| text.word(sentence.field, *token));
        words.any(|word| pack.may_anchor(pack.lexicon().symbol(&fold(word))))
    })
}

/// Reads all sentences: introduces everyone, body first, then resolves sentence by sentence.
fn readings<'a>(
    text: &Text<'_>,
    sentences: Vec<Vec<Atom>>,
    pack: &'a Pack,
    gazetteer: &'a Gazetteer,
) -> (Vec<Reading>, People<'a>) {
    let date = text.item().published_at.as_ref().map(|published_at| published_at.date());
    let mut people = People::new(pack, gazetteer, date);
    let actors: Vec<Vec<Actor>> = text
        .sentences
        .iter()
        .zip(&sentences)
        .map(|(sentence, atoms)| actors::actors(text, sentence, atoms, pack))
        .collect();
    let titles = text
        .sentences
        .iter()
        .take_while(|sentence| sentence.field == crate::event::Field::Title)
        .count();
    let body_first = actors.iter().skip(titles).chain(actors.iter().take(titles));
    body_first.flatten().for_each(|actor| people.introduce(actor));
    people.settle();
    let mut memory = Memory::default();
    let mut readings = Vec::with_capacity(sentences.len());
    for (index, ((atoms, actors), sentence)) in sentences.into_iter().zip(actors).zip(&text.sentences).enumerate() {
        let marks = atoms.iter().map(|atom| mark(text, sentence, atom)).collect();
        let mut reading = Reading {
            sentence: index,
            atoms,
            actors,
            groups: Vec::new(),
            marks,
        };
        reading.groups = groups(&reading, &people, &mut memory);
        readings.push(reading);
    }
    (readings, people)
}

fn mark(text: &Text<'_>, sentence: &Sentence, atom: &Atom) -> Option<char> {
    let token = sentence.tokens.get(atom.first).filter(|_| atom.shape == Shape::Mark)?;
    text.word(sentence.field, *token).chars().next()
}

/// Resolves the actors of a sentence and joins those with only commas and a closing "and" between them.
fn groups(reading: &Reading, people: &People<'_>, memory: &mut Memory) -> Vec<Group> {
    memory.next_sentence();
    let mut groups: Vec<Group> = Vec::new();
    for (index, actor) in reading.actors.iter().enumerate() {
        let figures = people.resolve(actor, memory);
        memory.add(&figures);
        if figures.is_empty() && actor.reference == Reference::Speaker {
            continue;
        }
        let group = Group {
            first: actor.first,
            last: actor.last,
            members: figures.iter().map(|figure| (index, figure.clone())).collect(),
            named: actor.name.is_some(),
            figures,
        };
        groups.push(group);
    }
    join(reading, groups)
}

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
    let plain = between.iter().enumerate().all(|(offset, atom)| {
        atom.is(Concept::And) || matches!(reading.mark(from + offset), Some(',' | '-' | '–')) || atom.is(Concept::Det)
    });
    let closing = between
        .iter()
        .enumerate()
        .any(|(offset, atom)| atom.is(Concept::And) || matches!(reading.mark(from + offset), Some('-' | '–')));
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

/// The mention of a match, or why it is none.
fn mention(index: usize, reading: &Reading, fit: Match, rules: &[Rule]) -> Result<Mention, NoEventReason> {
    let rule = rules.get(fit.rule).ok_or(NoEventReason::NoTrigger)?;
    let members: Vec<(usize, Figure)> = fit
        .groups
        .iter()
        .filter_map(|group| reading.groups.get(*group))
        .flat_map(|group| group.members.iter().cloned())
        .collect();
    let parties = matching::parties(members.iter().map(|(_, figure)| figure));
    match parties.len() {
        0 => return Err(NoEventReason::NoParty),
        1 => return Err(NoEventReason::SingleParty),
        2 => {}
        _ => return Err(NoEventReason::ManyParties),
    }
    let mechanism = rule.anchor.contains(&Anchor::Mechanism);
    let members = if mechanism {
        with_leaders(reading, members, &parties)
    } else {
        members
    };
    let personal = |party| {
        members
            .iter()
            .any(|(_, figure)| figure.party == Some(party) && figure.personal)
    };
    let persons = parties.iter().filter(|party| personal(**party)).count();
    let needed = if mechanism { 0 } else { 2 };
    if persons < needed {
        return Err(NoEventReason::NoParty);
    }
    let (status, status_atom) = refusal::status(reading, &fit, rule.kind)?;
    Ok(Mention {
        reading: index,
        fit,
        kind: rule.kind,
        status,
        status_atom,
        members,
    })
}

/// A dialogue's sentence names those who lead it, wherever they stand: "co-chaired by …", "presided over …".
fn with_leaders(
    reading: &Reading,
    mut members: Vec<(usize, Figure)>,
    parties: &[crate::code::PartyCode],
) -> Vec<(usize, Figure)> {
    let named = reading
        .groups
        .iter()
        .flat_map(|group| &group.members)
        .filter(|(actor, figure)| {
            let known = reading.actors.get(*actor).is_some_and(|actor| actor.name.is_some());
            known && figure.role.is_some() && figure.party.is_some_and(|party| parties.contains(&party))
        });
    for member in named {
        if !members.contains(member) {
            members.push(member.clone());
        }
    }
    members
}
