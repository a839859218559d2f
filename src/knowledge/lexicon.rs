//! Phrases of one language and what they mean, as a trie over words: the longest phrase at each position wins.
//!
//! Scripts without blanks need nothing special: their characters are words.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::affixes::Affixes;
use super::capitals::{Capitals, letters, written};
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
    /// Its folded letters, in a language with endings: they tell forms of one stem apart (Нигер, Нигерия).
    letters: Box<str>,
}

/// A word's number in one lexicon; words that no phrase has are [`UNKNOWN`].
pub type Symbol = u32;

/// The symbol of words that are in no phrase.
pub const UNKNOWN: Symbol = u32::MAX;

/// All phrases of one language.
#[derive(Debug, Default)]
pub struct Lexicon {
    affixes: Affixes,
    symbols: FxHashMap<Box<str>, Symbol>,
    next: FxHashMap<(u32, Symbol), u32>,
    entries: Vec<Vec<Entry>>,
}

impl Lexicon {
    /// Without phrases yet, for a language with these affixes.
    pub fn new(affixes: Affixes) -> Self {
        Self {
            affixes,
            ..Self::default()
        }
    }

    /// The key under which all forms of a (folded) word are one.
    pub fn key<'a>(&self, word: &'a str) -> &'a str {
        self.affixes.stem(word)
    }

    /// What a form asks for in this language that is to be matched with its capitals.
    pub fn exactly(&self, form: &str, clitics: &[String]) -> Capitals {
        if self.affixes.is_empty() {
            return Capitals::Exact(form.into());
        }
        if !form.chars().any(|c| c.is_lowercase() || c.is_uppercase()) {
            return Capitals::Any;
        }
        let words = token::tokens(form, clitics).into_iter().map(|token| {
            let word = form.get(token.start as usize..token.end as usize).unwrap_or("");
            let letters = self.key(&fold(word)).chars().count();
            word.chars().take(letters).collect::<String>().into_boxed_str()
        });
        Capitals::Stems(words.collect())
    }

    /// What a word of the calendar asks for in this language; its inflected forms are all listed.
    pub fn whole(&self, form: &str) -> Capitals {
        match self.affixes.is_empty() {
            true => Capitals::Initial,
            false => Capitals::Whole(letters(&fold(form))),
        }
    }

    /// Adds a phrase; phrases without any word are left out.
    pub fn add(&mut self, phrase: &str, sense: Sense, capitals: Capitals, clitics: &[String]) {
        if self.entries.is_empty() {
            self.entries.push(Vec::new());
        }
        let mut node = 0;
        let mut longest = (0, UNKNOWN);
        for token in token::tokens(phrase, clitics) {
            let key = fold(phrase.get(token.start as usize..token.end as usize).unwrap_or(""));
            let fresh = self.symbols.len() as Symbol;
            let symbol = *self.symbols.entry(self.affixes.stem(&key).into()).or_insert(fresh);
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
            letters: match self.affixes.is_empty() {
                true => Box::default(),
                false => letters(&fold(phrase)),
            },
        };
        if let Some(entries) = self.entries.get_mut(node as usize).filter(|_| node != 0) {
            if !entries
                .iter()
                .any(|known| known.sense == entry.sense && known.capitals == entry.capitals)
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

    /// The number of a folded word.
    pub fn symbol(&self, key: &str) -> Symbol {
        let known = |key: &str| self.symbols.get(self.affixes.stem(key)).copied();
        known(key)
            .or_else(|| self.affixes.bare(key).find_map(|bare| known(&bare)))
            .unwrap_or(UNKNOWN)
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
        let mut best = (0, Vec::new());
        for node in self.starts(first) {
            let found = self.longest_from(node, words, &wanted);
            if found.0 > best.0 {
                best = found;
            }
        }
        best
    }

    /// Where phrases that begin with a word begin: with the word as it stands, else without what is joined before it.
    fn starts(&self, word: &Word<'_>) -> impl Iterator<Item = u32> {
        let start = |symbol| self.next.get(&(0, symbol)).copied();
        let key = if self.affixes.is_empty() {
            Cow::Borrowed("")
        } else {
            fold(word.text)
        };
        let bare: Vec<u32> = self
            .affixes
            .bare(&key)
            .filter_map(|bare| start(*self.symbols.get(self.affixes.stem(&bare))?))
            .collect();
        start(word.symbol).into_iter().chain(bare)
    }

    /// The longest phrase whose first word leads to `node`.
    fn longest_from(&self, node: u32, words: &[Word<'_>], wanted: impl Fn(Sense) -> bool) -> (usize, Vec<Sense>) {
        let mut node = Some(node);
        let mut best = (0, Vec::new());
        for at in 0..words.len() {
            let Some(reached) = node else { break };
            let matched = words.get(..=at).unwrap_or(words);
            let entries = self.entries.get(reached as usize).map_or(&[][..], Vec::as_slice);
            let fitting: Vec<&Entry> = entries
                .iter()
                .filter(|entry| wanted(entry.sense) && entry.capitals.fit(matched))
                .collect();
            if !fitting.is_empty() {
                best = (at + 1, self.senses(&fitting, matched));
            }
            node = words
                .get(at + 1)
                .and_then(|word| self.next.get(&(reached, word.symbol)).copied());
        }
        best
    }

    /// The senses of entries of one stem; of different parties only that whose form is nearest to what is written.
    fn senses(&self, entries: &[&Entry], words: &[Word<'_>]) -> Vec<Sense> {
        let parties = || entries.iter().filter(|entry| matches!(entry.sense, Sense::Party(..)));
        let written = written(words);
        let nearness = |entry: &Entry| {
            let same = entry.letters.chars().zip(written.chars()).take_while(|(a, b)| a == b).count();
            (same, std::cmp::Reverse(entry.letters.chars().count()))
        };
        let nearest = parties().map(|entry| nearness(entry)).max();
        let code = |entry: &Entry| {
            if let Sense::Party(code, _) = entry.sense {
                Some(code)
            } else {
                None
            }
        };
        let kept: Vec<PartyCode> = parties()
            .filter(|entry| Some(nearness(entry)) == nearest)
            .filter_map(|entry| code(entry))
            .collect();
        let entries = entries
            .iter()
            .filter(|entry| code(entry).is_none_or(|code| kept.contains(&code)));
        entries.map(|entry| entry.sense).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn senses(lexicon: &Lexicon, text: &str) -> (usize, Vec<Sense>) {
        let words: Vec<Word<'_>> = token::tokens(text, &[])
            .iter()
            .map(|token| {
                let text = text.get(token.start as usize..token.end as usize).unwrap();
                Word {
                    text,
                    shape: token.shape,
                    symbol: lexicon.symbol(&fold(text)),
                }
            })
            .collect();
        lexicon.longest(&words)
    }

    #[test]
    fn longest_phrase_with_the_right_capitals_wins() {
        let mut lexicon = Lexicon::default();
        let meet = Sense::Concept(Concept::Meet);
        let usa = Sense::Party(PartyCode::new("USA").unwrap(), PartyForm::Name);
        lexicon.add("menteri", Sense::Role(Role::OtherMinister), Capitals::Any, &[]);
        lexicon.add("menteri luar negeri", Sense::Role(Role::ForeignMinister), Capitals::Any, &[]);
        lexicon.add("bertemu", meet, Capitals::Any, &[]);
        lexicon.add("AS", usa, Capitals::Exact("AS".into()), &[]);
        assert_eq!(
            senses(&lexicon, "Menteri Luar Negeri AS"),
            (3, vec![Sense::Role(Role::ForeignMinister)])
        );
        assert_eq!(
            senses(&lexicon, "menteri luar biasa"),
            (1, vec![Sense::Role(Role::OtherMinister)])
        );
        assert_eq!(senses(&lexicon, "BERTEMU"), (1, vec![meet]));
        assert_eq!(senses(&lexicon, "AS"), (1, vec![usa]));
        assert_eq!(senses(&lexicon, "as"), (0, vec![]));
        assert_eq!(senses(&lexicon, "x"), (0, vec![]));
    }
}
