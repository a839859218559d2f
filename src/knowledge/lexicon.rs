//! Phrases of one language and what they mean, as a trie over words: the longest phrase at each position wins.
//!
//! Scripts without blanks need nothing special: their characters are words. Where words are inflected, [`Endings`] are cut off
//! on both sides; of phrases that then look alike, the one that is written as in the text goes before the others.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::endings::Endings;
use super::prefixes::Prefixes;
use crate::code::PartyCode;
use crate::event::{Role, vocabulary};
use crate::text::fold::fold;
use crate::text::token::{self, Shape};

vocabulary! {
    /// What a phrase of a lexicon does in a sentence; the words are the packs'.
    Concept {
        /// Refers back to a person by an office-like noun ("the minister").
        GenericRole = "generic_role",
        /// Refers back to the one on the other side ("him", "his guest").
        GenericOther = "generic_other",
        /// Unnamed officials ("a delegation").
        OfficialGroup = "official_group",
        /// A side at a table ("the Swedish side").
        SideOf = "side_of",
        /// Between a delegation and the one who leads it.
        LedBy = "led_by",
        /// Before the country where an ambassador serves.
        Accredited = "accredited",
        /// Before a name, means nothing.
        Honorific = "honorific",
        /// The office is no longer held.
        Former = "former",
        /// Speaks for others and takes no part.
        Spokesperson = "spokesperson",
        /// Holds the same office for another party.
        Counterpart = "counterpart",
        /// Two people just named.
        Pair = "pair",
        /// All who were just named together.
        They = "they",
        /// The capital of the country named beside it.
        Capital = "capital",
        /// The two parties just named.
        CountriesPair = "countries_pair",
        /// Meets in person.
        Meet = "meet",
        /// Where guests are only welcomed or seen off.
        Airport = "airport",
        /// Receives a guest.
        Receive = "receive",
        /// Is received by a host.
        ReceivedBy = "received_by",
        /// A meeting, as a noun.
        Meeting = "meeting",
        /// A session of a standing body of two parties.
        Session = "session",
        /// Talks in person.
        Talk = "talk",
        /// Holds (a meeting).
        Hold = "hold",
        /// Is held.
        HeldPassive = "held_passive",
        /// By telephone or video.
        Phone = "phone",
        /// A telephone or video call.
        PhoneCall = "phone_call",
        /// Telephones someone.
        PhoneVerb = "phone_verb",
        /// Three or more take part.
        Multilateral = "multilateral",
        /// One after the other, not together.
        Separately = "separately",
        /// On the sidelines of.
        Sideline = "sideline",
        /// Between two parties, as an adjective.
        Bilateral = "bilateral",
        /// A round or session.
        Round = "round",
        /// Arrives at or travels to a place.
        Arrive = "arrive",
        /// Has arrived, and not only set out.
        Landed = "landed",
        /// Visits a place.
        VisitVerb = "visit_verb",
        /// A visit.
        Visit = "visit",
        /// A visit under a name of protocol, with a guest and a host.
        FormalVisit = "formal_visit",
        /// Talks over a dispute or a text.
        Negotiation = "negotiation",
        /// Conducts them.
        Negotiate = "negotiate",
        /// Chairs them for others.
        Mediate = "mediate",
        /// Chaired by.
        Mediated = "mediated",
        /// What is fought over, or ends a fight.
        Dispute = "dispute",
        /// Signs or issues.
        Sign = "sign",
        /// Is signed or issued.
        Signed = "signed",
        /// A document of two or more parties.
        Document = "document",
        /// Congratulates.
        Congratulate = "congratulate",
        /// Sends.
        Send = "send",
        /// A congratulation, condolence or greeting.
        Message = "message",
        /// Summons a diplomat.
        Summon = "summon",
        /// Is summoned.
        Summoned = "summoned",
        /// Calls a diplomat home.
        Recall = "recall",
        /// Is called home.
        Recalled = "recalled",
        /// Sends a diplomat away.
        Expel = "expel",
        /// Is sent away.
        Expelled = "expelled",
        /// Appoints.
        Appoint = "appoint",
        /// Is appointed.
        Appointed = "appointed",
        /// Hands over.
        Present = "present",
        /// Letters of credence.
        Credentials = "credentials",
        /// A note of protest.
        ProtestNote = "protest_note",
        /// A diplomat without a name.
        Diplomat = "diplomat",
        /// Opens, restores, raises, lowers or cuts (relations).
        ChangeTies = "change_ties",
        /// Are opened, restored, raised, lowered or cut.
        TiesChanged = "ties_changed",
        /// Relations of two states.
        Ties = "ties",
        /// Recognises.
        Recognise = "recognise",
        /// As a state.
        AsState = "as_state",
        /// Imposes or lifts (sanctions).
        Impose = "impose",
        /// Are imposed or lifted.
        Imposed = "imposed",
        /// Sanctions.
        Sanctions = "sanctions",
        /// Puts under sanctions.
        SanctionVerb = "sanction_verb",
        /// Against.
        Against = "against",
        /// A ministry or government, which stands for its country.
        Institution = "institution",
        /// Of the one whom the text is about ("his meeting").
        Possessor = "possessor",
        /// With.
        With = "with",
        /// Between.
        Between = "between",
        /// And.
        And = "and",
        /// Of, from.
        Of = "of",
        /// By.
        By = "by",
        /// In, at.
        In = "in",
        /// To.
        To = "to",
        /// For a purpose.
        For = "for",
        /// On a subject.
        About = "about",
        /// Articles and the like.
        Det = "det",
        /// Possession after the possessor.
        Poss = "poss",
        /// Tells what someone said.
        Say = "say",
        /// Opens reported content.
        That = "that",
        /// Opens a relative clause.
        Who = "who",
        /// A further office of the same person.
        Also = "also",
        /// Still to come.
        Planned = "planned",
        /// To come, as it was said in the past; only imagined where nobody said it.
        FutureInPast = "future_in_past",
        /// Called off.
        Cancelled = "cancelled",
        /// Not.
        Negated = "negated",
        /// Only wished, offered or imagined.
        Hypothetical = "hypothetical",
        /// Background.
        Past = "past",
        /// Refers back to a meeting.
        AnaphoricMeeting = "anaphoric_meeting",
        /// Sport.
        Sport = "sport",
        /// Companies.
        Business = "business",
        /// Politics inside one country.
        Domestic = "domestic",
        /// Festivals, museums, films.
        Culture = "culture",
        /// Opinion, history, features.
        Opinion = "opinion",
        /// Lower-case parts of names.
        Particle = "particle",
        /// Capitalised words that are no names.
        Stop = "stop",
        /// Morning, evening.
        DayPart = "day_part",
        /// Makes a weekday the last one.
        LastDay = "last_day",
        /// Makes a weekday the next one.
        NextDay = "next_day",
    }
}

/// How a party is named, the plainest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartyForm {
    /// By its name.
    Name,
    /// By an adjective.
    Adjective,
    /// By one ideograph, which means the party only in compounds.
    Short,
    /// By its seat of power ("the Kremlin").
    Metonym,
    /// By its capital, which is a city too.
    Seat,
}

/// One meaning of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// A party.
    Party(PartyCode, PartyForm),
    /// A place, by its index in the gazetteer.
    Place(usize),
    /// A person of the table of office holders, by an index into [`super::Pack::people`].
    Person(usize),
    /// A title of one person.
    Role(Role),
    /// A title of several.
    RolePlural(Role),
    /// A dialogue mechanism, by its index in the pack.
    Mechanism(usize),
    /// A number of a series.
    Ordinal(u16),
    /// Days from publication.
    RelativeDay(i16),
    /// Days from the day just named.
    DayShift(i16),
    /// Months from the one of publication.
    RelativeMonth(i16),
    /// Years from the one of publication.
    RelativeYear(i16),
    /// A month, from 1.
    Month(i8),
    /// A day of a month, counted with a unit ("19日").
    DayOfMonth(i8),
    /// A year, counted with a unit ("2025年").
    Year(i16),
    /// A weekday, from 1 (Monday).
    Weekday(i8),
    /// A topic, by its index in the table of topics; none for a phrase that only looks like one.
    Topic(Option<usize>),
    /// Anything else.
    Concept(Concept),
}

/// A meaning and the capitals that it asks for.
#[derive(Clone, Debug)]
struct Entry {
    sense: Sense,
    capitals: Capitals,
    /// The longest word of the phrase: a text without it has no such phrase.
    key: Symbol,
    /// The folded letters of the phrase; none where they are the key already.
    letters: Option<Box<str>>,
}

/// Which capitals a phrase must have in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Capitals {
    /// Any.
    Any,
    /// The first word starts with a capital, where the script has any.
    Initial,
    /// Some letter is a capital: for names that begin with a small word ("the Hague", "eSwatini").
    Somewhere,
    /// As written here, or all capitals.
    Exact(Box<str>),
    /// Any, but with the very endings that are written here.
    Uninflected,
}

/// A word's number in one lexicon; words that no phrase has are [`UNKNOWN`].
pub type Symbol = u32;

/// The symbol of words that are in no phrase.
pub const UNKNOWN: Symbol = u32::MAX;

/// All phrases of one language.
#[derive(Debug, Default)]
pub struct Lexicon {
    endings: Endings,
    prefixes: Prefixes,
    symbols: FxHashMap<Box<str>, Symbol>,
    next: FxHashMap<(u32, Symbol), u32>,
    entries: Vec<Vec<Entry>>,
}

impl Lexicon {
    /// No phrases yet, of a language whose words lose `endings` and have `prefixes` joined to them.
    pub fn new(endings: Endings, prefixes: Prefixes) -> Self {
        Self {
            endings,
            prefixes,
            ..Self::default()
        }
    }

    /// Whether words lose endings.
    pub fn is_inflected(&self) -> bool {
        !self.endings.is_empty()
    }

    /// What tells a word from others, however it is written and inflected.
    pub fn key<'w>(&self, word: &'w str) -> Cow<'w, str> {
        self.endings.key(word)
    }

    /// Adds a phrase; phrases without any word are left out.
    pub fn add(&mut self, phrase: &str, sense: Sense, capitals: Capitals, clitics: &[String]) {
        if self.entries.is_empty() {
            self.entries.push(Vec::new());
        }
        let mut node = 0;
        let mut longest = (0, UNKNOWN);
        let mut letters = String::new();
        for token in token::tokens(phrase, clitics) {
            let word = phrase.get(token.start as usize..token.end as usize).unwrap_or("");
            let key = self.endings.key(word);
            if self.is_inflected() {
                letters.push_str(&fold(word));
            }
            let fresh = self.symbols.len() as Symbol;
            let symbol = *self.symbols.entry(key.into()).or_insert(fresh);
            longest = longest.max((token.end - token.start, symbol));
            let entries = &mut self.entries;
            node = *self.next.entry((node, symbol)).or_insert_with(|| {
                entries.push(Vec::new());
                entries.len() as u32 - 1
            });
        }
        let entry = Entry {
            sense,
            capitals,
            key: longest.1,
            letters: self.is_inflected().then(|| letters.into()),
        };
        if let Some(entries) = self.entries.get_mut(node as usize).filter(|_| node != 0) {
            if !entries
                .iter()
                .any(|known| known.sense == entry.sense && known.capitals == entry.capitals && known.letters == entry.letters)
            {
                entries.push(entry);
            }
        }
    }

    /// The longest words of all phrases that can mean what `wanted` holds of.
    pub fn keys(&self, wanted: impl Fn(Sense) -> bool) -> impl Iterator<Item = Symbol> {
        let entries = self.entries.iter().flatten();
        entries.filter(move |entry| wanted(entry.sense)).map(|entry| entry.key)
    }

    /// How many symbols there are.
    pub fn symbols(&self) -> usize {
        self.symbols.len()
    }

    /// The number of a word as written.
    pub fn symbol(&self, word: &str) -> Symbol {
        let known = |word: &str| self.symbols.get(&*self.endings.key(word)).copied();
        let joined = || self.bare(word).into_iter().find_map(|bare| known(&bare));
        known(word).or_else(joined).unwrap_or(UNKNOWN)
    }

    /// What a word may be without what is joined before it.
    fn bare(&self, word: &str) -> Vec<String> {
        match self.prefixes.is_empty() {
            true => Vec::new(),
            false => self.prefixes.bare(&fold(word)).collect(),
        }
    }

    /// The number of a word's [`Lexicon::key`].
    pub fn symbol_of_key(&self, key: &str) -> Symbol {
        self.symbols.get(key).copied().unwrap_or(UNKNOWN)
    }

    /// Whether `words` are a phrase, and in none of the forms in which it is listed.
    pub fn is_inflected_phrase(&self, words: &[Word<'_>]) -> bool {
        let node = words
            .iter()
            .try_fold(0, |node, word| self.next.get(&(node, word.symbol)).copied());
        let entries = node
            .and_then(|node| self.entries.get(node as usize))
            .map_or(&[][..], Vec::as_slice);
        !entries.is_empty() && !entries.iter().any(|entry| entry.is_written(words))
    }

    /// The meanings of the longest phrase that starts at `words[0]`, and how many words it has; 0 if there is none. Topics are
    /// left out: they lie over the other phrases ("trade talks") and must not cut them.
    pub fn longest(&self, words: &[Word<'_>]) -> (usize, Vec<Sense>) {
        self.longest_of(words, |sense| !matches!(sense, Sense::Topic(_)))
    }

    /// The topics of the longest phrase for any that starts at `words[0]`, and how many words it has; 0 if there is none.
    pub fn topics(&self, words: &[Word<'_>]) -> (usize, Vec<usize>) {
        let (length, senses) = self.longest_of(words, |sense| matches!(sense, Sense::Topic(_)));
        let topic = |sense: &Sense| if let Sense::Topic(topic) = sense { *topic } else { None };
        (length, senses.iter().filter_map(topic).collect())
    }

    fn longest_of(&self, words: &[Word<'_>], wanted: impl Fn(Sense) -> bool) -> (usize, Vec<Sense>) {
        let Some(first) = words.first() else {
            return (0, Vec::new());
        };
        let mut best = if first.symbol == UNKNOWN {
            (0, Vec::new())
        } else {
            self.longest_from(first.symbol, words, &wanted)
        };
        for bare in self.bare(first.text) {
            let found = self.longest_from(self.symbol_of_key(&self.endings.key(&bare)), words, &wanted);
            if found.0 > best.0 {
                best = found;
            }
        }
        best
    }

    /// The longest phrase that `words` begin with, the first of them taken for `symbol`.
    fn longest_from(&self, symbol: Symbol, words: &[Word<'_>], wanted: impl Fn(Sense) -> bool) -> (usize, Vec<Sense>) {
        let mut node = 0;
        let mut best = (0, Vec::new());
        let mut reached: Vec<(usize, &[Entry])> = Vec::new();
        let symbols = std::iter::once(symbol).chain(words.iter().skip(1).map(|word| word.symbol));
        for (at, symbol) in symbols.enumerate() {
            let Some(child) = self.next.get(&(node, symbol)) else {
                break;
            };
            node = *child;
            let entries = self.entries.get(node as usize).map_or(&[][..], Vec::as_slice);
            if !entries.is_empty() {
                reached.push((at + 1, entries));
            }
        }
        // The longest first: what is shorter is looked at only where nothing longer fits.
        for (length, entries) in reached.into_iter().rev() {
            let senses = fitting(entries, words.get(..length).unwrap_or(words), &wanted);
            if !senses.is_empty() {
                best = (length, senses);
                break;
            }
        }
        best
    }
}

/// The meanings of those of `entries` that are `words`: of those that are written so, if there are any, else of all that share
/// their stems.
fn fitting(entries: &[Entry], words: &[Word<'_>], wanted: impl Fn(Sense) -> bool) -> Vec<Sense> {
    let fits = |entry: &&Entry| {
        wanted(entry.sense) && entry.capitals.fit(words) && (entry.capitals != Capitals::Uninflected || entry.is_written(words))
    };
    let fitting = || entries.iter().filter(fits);
    let mut senses: Vec<Sense> = Vec::new();
    if let [entry] = entries {
        senses.extend(Some(entry).filter(fits).map(|entry| entry.sense));
        return senses;
    }
    let written = fitting().filter(|entry| entry.letters.is_some() && entry.is_written(words));
    senses.extend(written.map(|entry| entry.sense));
    if senses.is_empty() {
        let nearest = fitting()
            .filter(|entry| entry.names_party())
            .map(|entry| entry.nearness(words))
            .max();
        let near = |entry: &&Entry| !entry.names_party() || Some(entry.nearness(words)) == nearest;
        senses.extend(fitting().filter(near).map(|entry| entry.sense));
        senses.dedup();
    }
    senses
}

impl Entry {
    fn names_party(&self) -> bool {
        matches!(self.sense, Sense::Party(..))
    }

    /// How near the words are to the phrase as it is listed: Нигерии is nearer to Нигерия than to Нигер, Нигера is not.
    fn nearness(&self, words: &[Word<'_>]) -> (usize, std::cmp::Reverse<usize>) {
        let letters = self.letters.as_deref().unwrap_or_default();
        let written = words.iter().map(|word| fold(word.text)).collect::<String>();
        let same = letters.chars().zip(written.chars()).take_while(|(a, b)| a == b).count();
        (same, std::cmp::Reverse(letters.chars().count()))
    }

    /// Whether the words have the letters of the phrase, endings included.
    fn is_written(&self, words: &[Word<'_>]) -> bool {
        self.letters.as_deref().is_none_or(|letters| {
            let mut rest = letters;
            let all = words.iter().all(|word| match rest.strip_prefix(&*fold(word.text)) {
                Some(after) => {
                    rest = after;
                    true
                }
                None => false,
            });
            all && rest.is_empty()
        })
    }
}

/// A word of a text, ready for look-up.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    /// As written.
    pub text: &'a str,
    /// How it looks.
    pub shape: Shape,
    /// Its number in the lexicon.
    pub symbol: Symbol,
}

impl Capitals {
    /// What a name asks for that is written `form` in the tables: a capital where it has one.
    pub fn of_name(form: &str) -> Self {
        let first = form.chars().find(|c| c.is_alphabetic());
        if !first.is_some_and(char::is_lowercase) {
            Self::Initial
        } else if form.chars().any(char::is_uppercase) {
            Self::Somewhere
        } else {
            Self::Any
        }
    }

    fn fit(&self, words: &[Word<'_>]) -> bool {
        match self {
            Self::Any | Self::Uninflected => true,
            Self::Initial => words
                .first()
                .is_some_and(|word| word.shape != Shape::Lower || !has_case(word.text)),
            Self::Somewhere => words.iter().any(|word| word.text.chars().any(char::is_uppercase)),
            Self::Exact(form) => same_letters(form, words),
        }
    }
}

/// Whether the script knows capitals at all.
fn has_case(text: &str) -> bool {
    text.chars().any(|c| c.is_lowercase())
}

/// Whether the words, blanks aside, are `form` or its capitals.
fn same_letters(form: &str, words: &[Word<'_>]) -> bool {
    let mut wanted = form.chars().filter(|c| !c.is_whitespace());
    let mut loud = form.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase);
    let (mut exact, mut upper) = (true, form.chars().any(char::is_lowercase));
    for c in words.iter().flat_map(|word| word.text.chars()) {
        exact &= wanted.next() == Some(c);
        upper &= loud.next() == Some(c);
    }
    exact && wanted.next().is_none() || upper && loud.next().is_none()
}

#[cfg(test)]
mod tests;
