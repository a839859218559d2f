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
mod unspaced;

use crate::code::PartyCode;
use crate::event::{Field, Role};
use crate::knowledge::lexicon::Word;
use crate::knowledge::sense::Concept;
use crate::knowledge::{Gazetteer, Pack};
use crate::pipeline::outcome::NoEventReason;
use crate::text::Text;

use actors::{Actor, Reference};
use atoms::Atom;
use memory::Memory;
use mention::Judge;
use people::{Hints, People};

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
    let words: Vec<Vec<Word<'_>>> = text
        .sentences
        .iter()
        .map(|sentence| atoms::words(text, sentence, pack))
        .collect();
    if !may_report(&words, pack) {
        return Err(NoEventReason::NoTrigger);
    }
    let sentences: Vec<Vec<Atom>> = words.iter().map(|words| atoms::atoms(words, pack)).collect();
    drop(words);
    if !sentences.iter().any(|atoms| atoms::report(atoms, pack)) {
        return Err(NoEventReason::NoTrigger);
    }
    let opinion = status::is_opinion(&sentences);
    let other_trade = status::of_item(&sentences);
    let dateline = Dateline::new(text, pack, gazetteer);
    let actors = {
        let read = |names: &[String]| -> Vec<Vec<Actor>> {
            let sentences = text.sentences.iter().zip(&sentences);
            sentences
                .map(|(sentence, atoms)| actors::actors(text, sentence, atoms, pack, names))
                .collect()
        };
        let actors = read(&[]);
        let names = unspaced::names(actors.iter().flatten());
        if names.is_empty() { actors } else { read(&names) }
    };
    let people = {
        let home = home(&sentences, pack, gazetteer, dateline.as_ref());
        let people = People::new(pack, gazetteer, text.item().published_on(), home);
        introduced(text, &sentences, &actors, people, gazetteer)
    };
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
        let reports = atoms::report(&words.0, pack);
        let reading = Reading::new(text, (index, sentence), words, &people, &mut memory, reports);
        if reports {
            let (reported, not) = judge.sentence(index, &reading, &memory.sides());
            reported.iter().for_each(|mention| memory.report(mention));
            found.extend(reported);
            refused.extend(not);
        }
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

/// The first, cheap pass, which most items of a feed do not survive: whether some sentence has a word of a phrase that reports
/// events, and one of a phrase that names who acts.
fn may_report(sentences: &[Vec<Word<'_>>], pack: &Pack) -> bool {
    sentences.iter().any(|words| {
        let (mut reports, mut acts) = (false, false);
        for word in words {
            reports |= pack.may_anchor(word.symbol);
            acts |= pack.may_act(word.symbol);
            if reports && acts {
                return true;
            }
        }
        false
    })
}

/// The party of an office that no party is named with: the pack's home, where the item speaks of it or comes from it; else
/// the country that the item comes from.
fn home(sentences: &[Vec<Atom>], pack: &Pack, gazetteer: &Gazetteer, dateline: Option<&Dateline>) -> Option<PartyCode> {
    let dateline = dateline.map(|dateline| dateline.country);
    let spoken_of = |home: PartyCode| {
        let names = |atom: &Atom| {
            let place = atom
                .places()
                .filter_map(|index| gazetteer.places().get(index))
                .any(|place| place.country == home);
            place
                || atom.party().is_some_and(|(code, _)| code == home)
                || atom.people().any(|person| pack.is_of(person, home, gazetteer))
        };
        sentences.iter().flatten().any(names)
    };
    match pack.home_party() {
        Some(home) if dateline.is_none_or(|dateline| dateline == home) || spoken_of(home) => Some(home),
        Some(_) | None => dateline,
    }
}

/// "… chaired the Swedish side", "dari pihak Ceko hadir …": the party beside a word for a side, near one without a party.
fn side(actor: &Actor, atoms: &[Atom]) -> Option<PartyCode> {
    const REACH: usize = 5;
    if !actor.parties.is_empty() || actor.title.is_none() {
        return None;
    }
    let beside = |at: usize| {
        let party = |at: usize| atoms.get(at).and_then(Atom::party).map(|(code, _)| code);
        let before = at.checked_sub(1).and_then(party);
        atoms
            .get(at)
            .filter(|atom| atom.is(Concept::SideOf))
            .and(before.or_else(|| party(at + 1)))
    };
    let after = (actor.last..actor.last + REACH).find_map(beside);
    after.or_else(|| (actor.first.saturating_sub(REACH)..actor.first).rev().find_map(beside))
}

/// "In the Portuguese capital she will meet Defence Minister …": the country of the place that the sentence opens with.
fn setting(actor: &Actor, atoms: &[Atom], gazetteer: &Gazetteer) -> Option<PartyCode> {
    const OPENING: usize = 4;
    let opens = atoms.first().is_some_and(|atom| atom.is(Concept::In));
    let place = |atom: &Atom| {
        let city = atom
            .places()
            .filter_map(|index| gazetteer.places().get(index))
            .max_by_key(|place| place.population);
        city.map(|place| place.country).or(atom.party().map(|(code, _)| code))
    };
    let opening = atoms.get(..actor.first.min(OPENING)).unwrap_or(&[]);
    opening.iter().find_map(place).filter(|_| opens && actor.parties.is_empty())
}

/// The last "counterpart" of a sentence who has a party and no name, with the office of the one before.
fn counterpart_without_name(actors: &[Actor]) -> Option<(Option<Role>, PartyCode)> {
    let index = actors.iter().rposition(|actor| actor.reference == Reference::Counterpart)?;
    let counterpart = actors.get(index).filter(|actor| actor.name.is_none())?;
    let before = actors.get(..index)?.iter().rev().find_map(|actor| actor.role);
    Some((counterpart.role.or(before), counterpart.parties.first().copied()?))
}

/// Everyone who is introduced, body first, so that a headline may say "Wang" before the text does.
fn introduced<'a>(
    text: &Text<'_>,
    sentences: &[Vec<Atom>],
    actors: &[Vec<Actor>],
    mut people: People<'a>,
    gazetteer: &Gazetteer,
) -> People<'a> {
    let is_title = |at: usize| text.sentences.get(at).is_some_and(|sentence| sentence.field == Field::Title);
    let titles = (0..sentences.len()).take_while(|at| is_title(*at)).count();
    let mut nameless = None;
    let read = || actors.iter().zip(sentences).enumerate();
    for (at, (actors, atoms)) in read().skip(titles).chain(read().take(titles)) {
        let headline = at < titles && titles < sentences.len();
        // Who begins this sentence by a bare name is the one whom the sentence before left without.
        if let (Some((role, party)), Some(first)) = (nameless.take(), actors.first()) {
            if first.title.is_none() && first.parties.is_empty() && first.known.is_empty() {
                people.introduce_as(first, role, party);
            }
        }
        nameless = counterpart_without_name(actors);
        for (index, actor) in actors.iter().enumerate() {
            let hints = Hints {
                superior: actors.get(index + 1).filter(|next| serves(actor, next, atoms)),
                side: side(actor, atoms),
                place: setting(actor, atoms, gazetteer),
            };
            people.introduce(actor, &hints, headline);
        }
    }
    people.settle();
    people
}
