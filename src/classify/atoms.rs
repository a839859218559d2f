//! Words of a sentence → atoms: the longest phrases of the lexicon, each with its meanings, and the words between them.

use crate::code::PartyCode;
use crate::event::Role;
use crate::knowledge::Pack;
use crate::knowledge::lexicon::{Concept, PartyForm, Sense, Word};
use crate::text::fold::fold;
use crate::text::{Sentence, Shape, Text};

/// A phrase or a single word.
#[derive(Clone, Debug)]
pub struct Atom {
    /// First word in the sentence.
    pub first: usize,
    /// One past the last word.
    pub last: usize,
    /// How its first word looks.
    pub shape: Shape,
    /// What it can mean; empty for words that no phrase has.
    pub senses: Vec<Sense>,
    /// Whether it lies inside quotation marks.
    pub quoted: bool,
}

impl Atom {
    /// Whether it can mean `concept`.
    pub fn is(&self, concept: Concept) -> bool {
        self.senses.contains(&Sense::Concept(concept))
    }

    /// Whether it can mean one of `concepts`.
    pub fn is_any(&self, concepts: &[Concept]) -> bool {
        concepts.iter().any(|concept| self.is(*concept))
    }

    /// The party it can name; a name goes before an adjective, and that before a seat of power.
    pub fn party(&self) -> Option<(PartyCode, PartyForm)> {
        let parties = self.senses.iter().filter_map(|sense| {
            if let Sense::Party(code, form) = sense {
                Some((*code, *form))
            } else {
                None
            }
        });
        parties.min_by_key(|(_, form)| *form)
    }

    /// The place it can name, by index in the gazetteer.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.senses
            .iter()
            .filter_map(|sense| if let Sense::Place(index) = sense { Some(*index) } else { None })
    }

    /// The known people it can name.
    pub fn people(&self) -> impl Iterator<Item = usize> + '_ {
        self.senses.iter().filter_map(|sense| {
            if let Sense::Person(index) = sense {
                Some(*index)
            } else {
                None
            }
        })
    }

    /// The office it can name, and whether of several people.
    pub fn role(&self) -> Option<(Role, bool)> {
        self.senses.iter().find_map(|sense| {
            if let Sense::Role(role) = sense {
                return Some((*role, false));
            }
            if let Sense::RolePlural(role) = sense {
                Some((*role, true))
            } else {
                None
            }
        })
    }

    /// The mechanism it can name.
    pub fn mechanism(&self) -> Option<usize> {
        self.senses.iter().find_map(|sense| {
            if let Sense::Mechanism(index) = sense {
                Some(*index)
            } else {
                None
            }
        })
    }

    /// The number in a series that it can name.
    pub fn ordinal(&self) -> Option<u16> {
        self.senses.iter().find_map(|sense| {
            if let Sense::Ordinal(number) = sense {
                Some(*number)
            } else {
                None
            }
        })
    }

    /// A capitalised word that nothing is known of: part of a name, perhaps.
    pub fn may_be_name(&self) -> bool {
        self.senses.is_empty() && matches!(self.shape, Shape::Capital | Shape::Upper)
    }
}

/// The atoms of `sentence`.
pub fn atoms(text: &Text<'_>, sentence: &Sentence, pack: &Pack) -> Vec<Atom> {
    let words: Vec<Word<'_>> = sentence
        .tokens
        .iter()
        .map(|token| {
            let written = text.word(sentence.field, *token);
            Word {
                text: written,
                shape: token.shape,
                symbol: pack.lexicon().symbol(&fold(written)),
            }
        })
        .collect();
    let mut atoms = Vec::with_capacity(words.len());
    let mut quotes = Quotes::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let rest = words.get(at..).unwrap_or(&[]);
        let (mut length, mut senses) = pack.lexicon().longest(rest);
        if let Some((words, number)) = ordinal(rest, pack).filter(|(words, _)| *words >= length) {
            (length, senses) = (words, vec![Sense::Ordinal(number)]);
        }
        let quoted = quotes.inside(word.text, pack);
        let last = at + length.max(1);
        atoms.push(Atom {
            first: at,
            last,
            shape: word.shape,
            senses,
            quoted,
        });
        at = last;
    }
    atoms
}

/// "9th", "IX" after its prefix, "ke-9": how many words, and the number.
fn ordinal(words: &[Word<'_>], pack: &Pack) -> Option<(usize, u16)> {
    let texts: Vec<&str> = words.iter().take(3).map(|word| word.text).collect();
    let hyphened = texts.get(1) == Some(&"-");
    let longest = if hyphened { 3 } else { 1 };
    let head = texts.get(..longest)?;
    let numeric = hyphened || words.first().is_some_and(|word| word.shape == Shape::Digits);
    numeric.then(|| pack.ordinal(head)).flatten().map(|number| (longest, number))
}

/// Follows quotation marks through a sentence; one that never closes is as good as none, since sentences end it.
#[derive(Default)]
struct Quotes {
    closing: Option<char>,
}

impl Quotes {
    fn inside(&mut self, word: &str, pack: &Pack) -> bool {
        let mark = word.chars().next();
        match self.closing {
            Some(closing) if mark == Some(closing) => {
                self.closing = None;
                true
            }
            Some(_) => true,
            None => {
                self.closing = pack
                    .quotes()
                    .iter()
                    .find(|(opening, _)| mark == Some(*opening))
                    .map(|(_, closing)| *closing);
                self.closing.is_some()
            }
        }
    }
}
