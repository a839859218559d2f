//! Phrases of one language and what they mean, as a trie over words: the longest phrase at each position wins.
//!
//! Scripts without blanks need nothing special: their characters are words. Where words are inflected, [`Endings`] are cut off
//! on both sides; of phrases that then look alike, the one that is written as in the text goes before the others.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::endings::Endings;
use super::prefixes::Prefixes;
use super::sense::{Sense, Senses};
use crate::text::fold::fold;
use crate::text::token::{self, Shape};

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

/// Bytes of a word that is folded on the stack.
const SMALL: usize = 24;

/// All phrases of one language.
#[derive(Debug, Default)]
pub struct Lexicon {
    endings: Endings,
    prefixes: Prefixes,
    symbols: FxHashMap<Box<str>, Symbol>,
    /// The node of each word that a phrase begins with, by its symbol; 0 where none does. Asked for every word of a text.
    first: Vec<u32>,
    next: FxHashMap<(u32, Symbol), u32>,
    nodes: Vec<Node>,
}

/// Where the words of a phrase lead to.
#[derive(Debug, Default)]
struct Node {
    /// The phrases that end here.
    entries: Vec<Entry>,
    /// Whether a longer phrase goes on.
    goes_on: bool,
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
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
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
            node = self.step_or_grow(node, symbol);
        }
        let entry = Entry {
            sense,
            capitals,
            key: longest.1,
            letters: self.is_inflected().then(|| letters.into()),
        };
        if let Some(Node { entries, .. }) = self.nodes.get_mut(node as usize).filter(|_| node != 0) {
            if !entries
                .iter()
                .any(|known| known.sense == entry.sense && known.capitals == entry.capitals && known.letters == entry.letters)
            {
                entries.push(entry);
            }
        }
    }

    /// The node that `symbol` leads to from `node`.
    fn step(&self, node: u32, symbol: Symbol) -> Option<u32> {
        match node {
            0 => self.first.get(symbol as usize).copied().filter(|child| *child != 0),
            node => self
                .nodes
                .get(node as usize)
                .filter(|node| node.goes_on)
                .and_then(|_| self.next.get(&(node, symbol)).copied()),
        }
    }

    /// The same, made where it is not there yet.
    fn step_or_grow(&mut self, node: u32, symbol: Symbol) -> u32 {
        if let Some(child) = self.step(node, symbol) {
            return child;
        }
        let child = self.nodes.len() as u32;
        self.nodes.push(Node::default());
        if node == 0 {
            self.first.resize(self.first.len().max(symbol as usize + 1), 0);
            if let Some(first) = self.first.get_mut(symbol as usize) {
                *first = child;
            }
        } else {
            self.next.insert((node, symbol), child);
        }
        if let Some(node) = self.nodes.get_mut(node as usize) {
            node.goes_on = true;
        }
        child
    }

    /// The longest words of all phrases that can mean what `wanted` holds of.
    pub fn keys(&self, wanted: impl Fn(Sense) -> bool) -> impl Iterator<Item = Symbol> {
        let entries = self.nodes.iter().flat_map(|node| &node.entries);
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
        // Most words are ASCII, most languages cut nothing off: those are folded on the stack.
        let mut small = [0; SMALL];
        let plain = small
            .get_mut(..word.len())
            .filter(|_| self.endings.is_empty() && word.is_ascii());
        let plain = plain.and_then(|bytes| {
            bytes.copy_from_slice(word.as_bytes());
            bytes.make_ascii_lowercase();
            std::str::from_utf8(bytes).ok()
        });
        let found = match plain {
            Some(word) => self.symbols.get(word).copied(),
            None => known(word),
        };
        found.or_else(joined).unwrap_or(UNKNOWN)
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
        let node = words.iter().try_fold(0, |node, word| self.step(node, word.symbol));
        let entries = node
            .and_then(|node| self.nodes.get(node as usize))
            .map_or(&[][..], |node| &node.entries);
        !entries.is_empty() && !entries.iter().any(|entry| entry.is_written(words))
    }

    /// The meanings of the longest phrase that starts at `words[0]`, and how many words it has; 0 if there is none. Topics are
    /// left out: they lie over the other phrases ("trade talks") and must not cut them.
    pub fn longest(&self, words: &[Word<'_>]) -> (usize, Senses) {
        self.longest_of(words, |sense| !matches!(sense, Sense::Topic(_)))
    }

    /// The topics of the longest phrase for any that starts at `words[0]`, and how many words it has; 0 if there is none.
    pub fn topics(&self, words: &[Word<'_>]) -> (usize, Vec<usize>) {
        let (length, senses) = self.longest_of(words, |sense| matches!(sense, Sense::Topic(_)));
        let topic = |sense: &Sense| if let Sense::Topic(topic) = sense { *topic } else { None };
        (length, senses.iter().filter_map(topic).collect())
    }

    fn longest_of(&self, words: &[Word<'_>], wanted: impl Fn(Sense) -> bool) -> (usize, Senses) {
        let Some(first) = words.first() else {
            return (0, Senses::default());
        };
        let mut best = self.longest_from(first.symbol, words, &wanted);
        if self.prefixes.is_empty() {
            return best;
        }
        for bare in self.bare(first.text) {
            let found = self.longest_from(self.symbol_of_key(&self.endings.key(&bare)), words, &wanted);
            if found.0 > best.0 {
                best = found;
            }
        }
        best
    }

    /// The longest phrase that `words` begin with, the first of them taken for `symbol`.
    fn longest_from(&self, symbol: Symbol, words: &[Word<'_>], wanted: impl Fn(Sense) -> bool) -> (usize, Senses) {
        let mut node = 0;
        let mut reached: SmallVec<[(usize, &[Entry]); 6]> = SmallVec::new();
        let symbols = std::iter::once(symbol).chain(words.iter().skip(1).map(|word| word.symbol));
        for (at, symbol) in symbols.enumerate() {
            let Some(child) = self.step(node, symbol) else {
                break;
            };
            node = child;
            let entries = self.nodes.get(node as usize).map_or(&[][..], |node| &node.entries);
            if !entries.is_empty() {
                reached.push((at + 1, entries));
            }
        }
        // The longest first: what is shorter is looked at only where nothing longer fits.
        let fitting = |(length, entries): &(usize, &[Entry])| {
            let senses = fitting(entries, words.get(..*length).unwrap_or(words), &wanted);
            (!senses.is_empty()).then_some((*length, senses))
        };
        reached.iter().rev().find_map(fitting).unwrap_or_default()
    }
}

/// The meanings of those of `entries` that are `words`: of those that are written so, if there are any, else of all that share
/// their stems.
fn fitting(entries: &[Entry], words: &[Word<'_>], wanted: impl Fn(Sense) -> bool) -> Senses {
    let fits = |entry: &&Entry| {
        wanted(entry.sense) && entry.capitals.fit(words) && (entry.capitals != Capitals::Uninflected || entry.is_written(words))
    };
    let fitting = || entries.iter().filter(fits);
    let senses = |entries: &mut dyn Iterator<Item = &Entry>| entries.map(|entry| entry.sense).collect::<Senses>();
    if let [entry] = entries {
        return senses(&mut Some(entry).filter(fits).into_iter());
    }
    let written = senses(&mut fitting().filter(|entry| entry.letters.is_some() && entry.is_written(words)));
    if !written.is_empty() {
        return written;
    }
    // Nothing is nearer than another in a language that cuts nothing off.
    if fitting().all(|entry| entry.letters.is_none()) {
        return senses(&mut fitting());
    }
    let nearest = fitting()
        .filter(|entry| entry.names_party())
        .map(|entry| entry.nearness(words))
        .max();
    let near = |entry: &&Entry| !entry.names_party() || Some(entry.nearness(words)) == nearest;
    senses(&mut fitting().filter(near))
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
