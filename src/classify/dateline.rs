//! The dateline: the place before the dash of "JAKARTA, Antara - …", for what is said to happen nowhere in particular.

use super::atoms::Atom;
use crate::code::PartyCode;
use crate::event::{Field, Span};
use crate::knowledge::lexicon::Word;
use crate::knowledge::{Gazetteer, Pack};
use crate::text::Text;

/// Where an item comes from.
#[derive(Clone, Debug)]
pub struct Dateline {
    /// The places that its first name can mean.
    pub places: Vec<usize>,
    /// Country of the best known of them.
    pub country: PartyCode,
    /// Its words.
    pub span: Span,
}

impl Dateline {
    /// The first place of the dateline of `text`, if it has one.
    pub fn new(text: &Text<'_>, pack: &Pack, gazetteer: &Gazetteer) -> Option<Self> {
        let word = |at: usize| {
            let token = text.dateline.get(at)?;
            let written = text.word(Field::Body, *token);
            Some(Word {
                text: written,
                shape: token.shape,
                symbol: pack.lexicon().symbol(written),
            })
        };
        let words: Vec<Word<'_>> = (0..text.dateline.len()).filter_map(word).collect();
        (0..words.len()).find_map(|at| {
            let (length, senses) = pack.lexicon().longest(words.get(at..)?);
            let atom = Atom {
                first: at,
                last: at + length,
                shape: words.get(at)?.shape,
                senses,
                quoted: false,
            };
            let places: Vec<usize> = atom.places().collect();
            let known = places.iter().filter_map(|place| gazetteer.places().get(*place));
            let country = known.max_by_key(|place| (place.capital, place.population))?.country;
            let span = text.span(Field::Body, text.dateline.get(at..atom.last)?)?;
            Some(Self { places, country, span })
        })
    }
}
