//! Words of a sentence → atoms: the longest phrases of the lexicon, each with its meanings, and the words between them.

use crate::code::PartyCode;
use crate::event::Role;
use crate::knowledge::Pack;
use crate::knowledge::lexicon::Word;
use crate::knowledge::sense::{Concept, PartyForm, Sense, SenseSet, Senses};
use crate::text::{Sentence, Shape, Text, Token};

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
    pub senses: Senses,
    /// Whether it lies inside quotation marks.
    pub quoted: bool,
}

impl Atom {
    /// Whether it can mean `concept`.
    pub fn is(&self, concept: Concept) -> bool {
        self.senses.set().meets(SenseSet::of(&[concept]))
    }

    /// Whether it can mean one of `concepts`.
    pub fn is_any(&self, concepts: &[Concept]) -> bool {
        self.senses.set().meets(SenseSet::of(concepts))
    }

    /// The party it can name; a name goes before an adjective, and that before a seat of power.
    pub fn party(&self) -> Option<(PartyCode, PartyForm)> {
        if !self.senses.set().meets(SenseSet::PARTY) {
            return None;
        }
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
        if !self.senses.set().meets(SenseSet::ROLE) {
            return None;
        }
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

    /// The party that it names by one ideograph.
    pub fn short_form(&self) -> Option<PartyCode> {
        self.party()
            .filter(|(_, form)| *form == PartyForm::Short)
            .map(|(code, _)| code)
    }

    /// A capitalised word that nothing is known of: part of a name, perhaps.
    pub fn may_be_name(&self) -> bool {
        self.senses.is_empty() && matches!(self.shape, Shape::Capital | Shape::Upper)
    }
}

/// The words of `sentence`, ready for look-up.
pub fn words<'a>(text: &Text<'a>, sentence: &Sentence, pack: &Pack) -> Vec<Word<'a>> {
    let word = |token: &Token| {
        let written = text.word(sentence.field, *token);
        Word {
            text: written,
            shape: token.shape,
            symbol: pack.lexicon().symbol(written),
        }
    };
    sentence.tokens.iter().map(word).collect()
}

/// Whether a rule can start somewhere among `atoms`.
pub fn report(atoms: &[Atom], pack: &Pack) -> bool {
    atoms.iter().any(|atom| atom.senses.set().meets(pack.anchors()))
}

/// The atoms of a sentence of `words`.
pub fn atoms(words: &[Word<'_>], pack: &Pack) -> Vec<Atom> {
    let mut atoms = Vec::with_capacity(words.len());
    let mut quotes = Quotes::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let rest = words.get(at..).unwrap_or(&[]);
        let (mut length, mut senses) = pack.lexicon().longest(rest);
        if let Some(shorter) = overlapped(rest, length, pack) {
            (length, senses) = shorter;
        }
        if let Some((words, number)) = ordinal(rest, pack).filter(|(words, _)| *words >= length) {
            (length, senses) = (words, Sense::Ordinal(number).into());
        }
        if let Some((words, sense)) = counted(rest, pack).filter(|(words, _)| *words >= length) {
            (length, senses) = (words, sense.into());
        }
        let quoted = quotes.inside(*word, pack);
        let mut take = |length: usize, senses| {
            atoms.push(Atom {
                first: at,
                last: at + length,
                shape: words.get(at).map_or(word.shape, |word| word.shape),
                senses,
                quoted,
            });
            at += length;
        };
        match split_title(rest, length, pack) {
            Some(parts) => parts.into_iter().for_each(|(length, senses)| take(length, senses)),
            None => take(length.max(1), senses),
        }
    }
    drop_lone_short_forms(&mut atoms);
    atoms
}

/// Without blanks the longest phrase may take the first character of a name: "同日本" is "with Japan", and not "on the same day"
/// and a rest. The phrase before the name, if there is one.
fn overlapped(words: &[Word<'_>], length: usize, pack: &Pack) -> Option<(usize, Senses)> {
    if length < 2 || words.first()?.shape != Shape::Ideograph {
        return None;
    }
    let named = |sense: &Sense| matches!(sense, Sense::Party(_, PartyForm::Name) | Sense::Person(_));
    (1..length).find_map(|at| {
        let (taken, name) = pack.lexicon().longest(words.get(at..)?);
        let (before, senses) = pack.lexicon().longest(words.get(..at)?);
        (at + taken > length && before == at && name.iter().any(named)).then_some((before, senses))
    })
}

/// A figure and its unit: how many words, and what they count.
fn counted(words: &[Word<'_>], pack: &Pack) -> Option<(usize, Sense)> {
    if words.first()?.shape != Shape::Digits {
        return None;
    }
    let texts: Vec<&str> = words.iter().take(4).map(|word| word.text).collect();
    pack.counted(&texts)
}

/// "глава российского МИД", "советник президента США по безопасности": a title with its party inside. The words before the party
/// stand for the title, and those after it join; `length` is what the longest phrase takes as it stands.
fn split_title(words: &[Word<'_>], length: usize, pack: &Pack) -> Option<Vec<(usize, Senses)>> {
    const LONGEST_HEAD: usize = 3;
    if !pack.party_splits_title() {
        return None;
    }
    (1..=LONGEST_HEAD).find_map(|head| {
        let rest = words.get(head..)?;
        let (inside, party) = pack.lexicon().longest(rest);
        let named = |sense: &Sense| matches!(sense, Sense::Party(_, PartyForm::Name | PartyForm::Adjective));
        if !party.iter().any(named) {
            return None;
        }
        let whole: Vec<Word<'_>> = words.iter().take(head).chain(rest.iter().skip(inside)).copied().collect();
        let (joined, title) = pack.lexicon().longest(&whole);
        let office = title
            .iter()
            .any(|sense| matches!(sense, Sense::Role(_) | Sense::RolePlural(_)));
        let glue = Sense::Concept(Concept::Det).into();
        (office && joined > head && joined > length).then(|| vec![(head, title), (inside, party), (joined - head, glue)])
    })
}

/// One ideograph means a party only beside another such, before an office or an institution, and after a word that points to a
/// country: elsewhere it is an ordinary character, or part of a name.
fn drop_lone_short_forms(atoms: &mut [Atom]) {
    const POINTERS: &[Concept] = &[
        Concept::To,
        Concept::VisitVerb,
        Concept::Arrive,
        Concept::Accredited,
        Concept::Against,
    ];
    let short = |at: Option<usize>| {
        at.and_then(|at| atoms.get(at))
            .is_some_and(|atom| atom.short_form().is_some())
    };
    let means = |at: usize| {
        let before = at.checked_sub(1);
        let pointed = before.and_then(|at| atoms.get(at)).is_some_and(|atom| atom.is_any(POINTERS));
        let next = atoms.get(at + 1);
        let owns = next.is_some_and(|atom| {
            atom.role().is_some()
                || atom.is_any(&[
                    Concept::Institution,
                    Concept::Spokesperson,
                    Concept::Against,
                    Concept::Accredited,
                ])
        });
        let beside = short(before) || short(Some(at + 1));
        let mut start = at;
        while short(start.checked_sub(1)) {
            start -= 1;
        }
        // "外长德巴…": after an office a name begins.
        let named = start
            .checked_sub(1)
            .and_then(|at| atoms.get(at))
            .is_some_and(|atom| atom.role().is_some());
        pointed || owns || beside && !named
    };
    let alone: Vec<usize> = (0..atoms.len()).filter(|at| short(Some(*at)) && !means(*at)).collect();
    for at in alone {
        if let Some(atom) = atoms.get_mut(at) {
            atom.senses = atom
                .senses
                .without(|sense| matches!(sense, Sense::Party(_, PartyForm::Short)));
        }
    }
}

/// "9th", "IX" after its prefix, "ke-9": how many words, and the number.
fn ordinal(words: &[Word<'_>], pack: &Pack) -> Option<(usize, u16)> {
    let hyphened = words.get(1).is_some_and(|word| word.text == "-");
    if !hyphened && words.first()?.shape != Shape::Digits {
        return None;
    }
    let longest = if hyphened { 3 } else { 1 };
    let texts: Vec<&str> = words.get(..longest)?.iter().map(|word| word.text).collect();
    pack.ordinal(&texts).map(|number| (longest, number))
}

/// Follows quotation marks through a sentence; one that never closes is as good as none, since sentences end it.
#[derive(Default)]
struct Quotes {
    closing: Option<char>,
}

impl Quotes {
    fn inside(&mut self, word: Word<'_>, pack: &Pack) -> bool {
        let mark = word.text.chars().next().filter(|_| word.shape == Shape::Mark);
        match self.closing {
            Some(closing) if mark == Some(closing) => {
                self.closing = None;
                true
            }
            Some(_) => true,
            None if mark.is_none() => false,
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
