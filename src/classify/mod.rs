//! Text → [`Reading`]s and [`Mention`]s: what each sentence says of an event, and why a candidate was refused.
//!
//! Atoms (the lexicon's phrases) become actors, actors become figures (who is who over the item), rules join figures to an
//! event, and the [`mention::Judge`] says what event that is. Dates and places are left to [`crate::enrich`], which reads
//! the same atoms.

pub mod actors;
pub mod atoms;
pub mod dateline;
pub mod matching;
pub mod memory;
pub mod mention;
pub mod people;
pub mod reading;
mod status;

use crate::event::Field;
use crate::knowledge::lexicon::Concept;
use crate::knowledge::{Gazetteer, Pack};
use crate::pipeline::outcome::NoEventReason;
use crate::text::Text;
use crate::text::fold::fold;

use actors::Actor;
use atoms::Atom;
use memory::Memory;
use mention::Judge;
use people::People;

pub use dateline::Dateline;
pub use mention::{Member, Mention};
pub use reading::Reading;

/// Mentions of one item that are looked at: several times the events that an item may have.
const MOST: usize = 512;

/// A candidate that reports no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Index of the reading.
    pub reading: usize,
    /// The atom that it started from.
    pub anchor: usize,
    /// Index of the rule that matched; none where no rule did.
    pub rule: Option<usize>,
    /// Why.
    pub reason: NoEventReason,
}

/// All that an item says.
#[derive(Debug)]
pub struct Mentions<'a> {
    /// Its sentences, title first.
    pub readings: Vec<Reading>,
    /// Its people.
    pub people: People<'a>,
    /// Where it comes from.
    pub dateline: Option<Dateline>,
    /// What it reports, body before title.
    pub found: Vec<Mention>,
    /// What it does not, in the order of the text.
    pub refused: Vec<Refused>,
    /// Why nothing in it is believed, or only people in office are.
    pub item_refused: Option<NoEventReason>,
}

impl Mentions<'_> {
    /// Why nothing was found: the item's own reason, else that of the candidate that came furthest.
    pub fn reason(&self) -> NoEventReason {
        let furthest = self.refused.iter().map(|refused| refused.reason).max();
        self.item_refused.or(furthest).unwrap_or(NoEventReason::NoParty)
    }
}

/// The mentions of `text`.
///
/// # Errors
/// No word of it can report an event.
pub fn mentions<'a>(text: &Text<'_>, pack: &'a Pack, gazetteer: &'a Gazetteer) -> Result<Mentions<'a>, NoEventReason> {
    if !may_report(text, pack) {
        return Err(NoEventReason::NoTrigger);
    }
    let sentences: Vec<Vec<Atom>> = text
        .sentences
        .iter()
        .map(|sentence| atoms::atoms(text, sentence, pack))
        .collect();
    let anchors = |atom: &Atom| atom.senses.iter().any(|sense| pack.is_anchor(*sense));
    if !sentences.iter().flatten().any(anchors) {
        return Err(NoEventReason::NoTrigger);
    }
    let opinion = status::is_opinion(&sentences);
    let other_trade = status::of_item(&sentences);
    let dateline = Dateline::new(text, pack, gazetteer);
    let actors: Vec<Vec<Actor>> = text
        .sentences
        .iter()
        .zip(&sentences)
        .map(|(sentence, atoms)| actors::actors(text, sentence, atoms, pack))
        .collect();
    let people = introduced(
        text,
        &sentences,
        &actors,
        People::new(pack, gazetteer, text.item().published_on(), dateline.as_ref()),
    );
    let call = |atom: &Atom| atom.is_any(&[Concept::Phone, Concept::PhoneCall, Concept::PhoneVerb]);
    let judge = Judge {
        pack,
        gazetteer,
        people: &people,
        dateline: dateline.as_ref().map(|dateline| dateline.country),
        remote: sentences.iter().flatten().any(call),
    };
    let mut memory = Memory::default();
    let (mut readings, mut found, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let read = sentences.into_iter().zip(actors).zip(text.sentences.iter().enumerate());
    for (words, (index, sentence)) in read {
        let reading = Reading::new(text, (index, sentence), words, &people, &mut memory);
        let (reported, not) = judge.sentence(index, &reading, &memory.sides());
        reported.iter().for_each(|mention| memory.report(mention));
        found.extend(reported);
        refused.extend(not);
        readings.push(reading);
    }
    if opinion {
        found.clear();
    }
    if other_trade.is_some() {
        // Among goals and shares only people in office on both sides are taken for a meeting of states.
        found.retain(in_office);
    }
    found.truncate(MOST);
    // The body says more than its headline: it comes first, and the headline joins what it finds.
    found.sort_by_key(|mention| {
        text.sentences
            .get(mention.reading)
            .is_some_and(|sentence| sentence.field == Field::Title)
    });
    Ok(Mentions {
        readings,
        people,
        dateline,
        found,
        refused,
        item_refused: other_trade.or(opinion.then_some(NoEventReason::Opinion)),
    })
}

/// Whether every party is there through someone in office.
fn in_office(mention: &Mention) -> bool {
    let figures = mention.members.iter().map(|member| &member.figure);
    let officers = matching::parties(figures.filter(|figure| figure.role.is_some()));
    officers == mention.parties
}

/// "Emmanuel Bonne, adviser to President Macron": whether the one that follows is whom the first works for.
fn serves(actor: &Actor, next: &Actor, atoms: &[Atom]) -> bool {
    let between = atoms.get(actor.last..next.first).unwrap_or(&[]);
    let small = |atom: &Atom| atom.is_any(&[Concept::To, Concept::Of, Concept::Det]);
    let ends_in_title = actor.title.is_some_and(|title| title + 1 == actor.last);
    ends_in_title && actor.parties.is_empty() && between.iter().all(small)
}

/// The first, cheap pass, which most items of a feed do not survive: whether any word is part of a phrase that reports events.
fn may_report(text: &Text<'_>, pack: &Pack) -> bool {
    text.sentences.iter().any(|sentence| {
        let mut words = sentence.tokens.iter().map(|token| text.word(sentence.field, *token));
        words.any(|word| pack.may_anchor(pack.lexicon().symbol(&fold(word))))
    })
}

/// Everyone who is introduced, body first, so that a headline may say "Wang" before the text does.
fn introduced<'a>(text: &Text<'_>, sentences: &[Vec<Atom>], actors: &[Vec<Actor>], mut people: People<'a>) -> People<'a> {
    let is_title = |at: usize| text.sentences.get(at).is_some_and(|sentence| sentence.field == Field::Title);
    let titles = (0..sentences.len()).take_while(|at| is_title(*at)).count();
    let read = || actors.iter().zip(sentences).enumerate();
    for (at, (actors, atoms)) in read().skip(titles).chain(read().take(titles)) {
        let headline = at < titles && titles < sentences.len();
        for (index, actor) in actors.iter().enumerate() {
            let superior = actors.get(index + 1).filter(|next| serves(actor, next, atoms));
            people.introduce(actor, superior, headline);
        }
    }
    people.settle();
    people
}
