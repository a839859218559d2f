//! NewsItem → [`Text`]: title and body cut into sentences and words, the dateline set apart.
//!
//! Knows marks, capitals and the abbreviations and clitics that a pack lists; nothing of what words mean.

mod dateline;
pub mod fold;
pub mod token;

use crate::decode::NewsItem;
use crate::event::{Field, Span};
use crate::knowledge::Pack;

pub use token::{Shape, Token};

/// A sentence: a run of words of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The field.
    pub field: Field,
    /// Its words; never empty.
    pub tokens: Vec<Token>,
    /// How many sentences of the body come before it; the title is before all.
    pub index: usize,
}

/// An item cut up.
#[derive(Debug)]
pub struct Text<'a> {
    item: &'a NewsItem,
    /// Title first, then the body.
    pub sentences: Vec<Sentence>,
    /// Words of the body before the dash of "JAKARTA, Antara - …".
    pub dateline: Vec<Token>,
    /// The sentence that only gives the day of the dateline.
    pub dateline_day: Option<usize>,
}

impl<'a> Text<'a> {
    /// Cuts `item` with the abbreviations and clitics of `pack`.
    pub fn new(item: &'a NewsItem, pack: &Pack) -> Self {
        let mut text = Self {
            item,
            sentences: Vec::new(),
            dateline: Vec::new(),
            dateline_day: None,
        };
        for field in Field::ALL {
            let tokens = token::tokens(item.field(*field), pack.clitics());
            let tokens = match field {
                Field::Title => tokens,
                Field::Body => text.cut_dateline(tokens, pack),
            };
            text.cut_sentences(*field, &tokens, pack);
        }
        text
    }

    /// The item.
    pub fn item(&self) -> &'a NewsItem {
        self.item
    }

    /// The letters of a word.
    pub fn word(&self, field: Field, token: Token) -> &'a str {
        self.item
            .field(field)
            .get(token.start as usize..token.end as usize)
            .unwrap_or("")
    }

    /// The span from the first to the last of `tokens`.
    pub fn span(&self, field: Field, tokens: &[Token]) -> Option<Span> {
        let (first, last) = (tokens.first()?, tokens.last()?);
        Some(Span {
            field,
            start: first.start,
            end: last.end,
        })
    }

    /// A dateline is a short run of capitals, marks and figures before a dash that stands alone, or before a colon if it begins
    /// with a place.
    fn cut_dateline(&mut self, tokens: Vec<Token>, pack: &Pack) -> Vec<Token> {
        const LONGEST: usize = 18;
        const SMALL_WORDS_MAX: usize = 2;
        let item = self.item;
        if let Some((end, next)) = dateline::closed(&item.body, &tokens, pack) {
            self.dateline = tokens.get(..end).unwrap_or(&[]).to_vec();
            // Its day is what the report goes on about until it names another.
            let day = self.dateline.iter().skip_while(|token| token.shape != Shape::Digits);
            self.dateline_day = Some(self.sentences.len());
            self.sentences.push(Sentence {
                field: Field::Body,
                tokens: day.copied().collect(),
                index: 0,
            });
            return tokens.get(next..).unwrap_or(&[]).to_vec();
        }
        let word = |token: &Token| item.body.get(token.start as usize..token.end as usize).unwrap_or("");
        let is_dash = |at: usize| {
            let (Some(token), Some(next)) = (tokens.get(at), tokens.get(at + 1)) else {
                return false;
            };
            let alone = token.spaced && next.spaced
                || word(token) == "—" && next.shape != Shape::Ideograph
                || word(token) == "-" && word(next) == "-" && token.spaced;
            matches!(word(token), "-" | "–" | "—") && alone
        };
        let is_colon = |at: usize| {
            let colon = tokens.get(at).is_some_and(|token| matches!(word(token), ":" | "："));
            colon && pack.is_place(tokens.iter().map(|token| (word(token), token.shape)))
        };
        let Some(end) = (1..LONGEST).find(|at| is_dash(*at) || is_colon(*at)) else {
            return tokens;
        };
        let before = tokens.get(..end).unwrap_or(&[]);
        let small = before.iter().filter(|token| token.shape == Shape::Lower).count();
        let opens = |token: &Token| token.is_capital() || token.shape == Shape::Ideograph;
        if small > SMALL_WORDS_MAX || !before.first().is_some_and(opens) {
            return tokens;
        }
        self.dateline = before.to_vec();
        let rest = tokens
            .iter()
            .skip(end)
            .skip_while(|token| matches!(word(token), "-" | "–" | "—" | ":" | "："));
        rest.copied().collect()
    }

    fn cut_sentences(&mut self, field: Field, tokens: &[Token], pack: &Pack) {
        /// What reads a sentence looks at words in pairs here and there: a text without any full stop must stay linear.
        const LONGEST: usize = 250;
        let source = self.item.field(field);
        let mut start = 0;
        let mut index = 0;
        for (at, token) in tokens.iter().enumerate() {
            let next = tokens.get(at + 1);
            if !ends_sentence(source, tokens, at, *token, next, pack) && at - start < LONGEST {
                continue;
            }
            let sentence = tokens.get(start..=at).unwrap_or(&[]).to_vec();
            self.sentences.push(Sentence {
                field,
                tokens: sentence,
                index,
            });
            (start, index) = (at + 1, index + 1);
        }
    }
}

/// A sentence ends at the end of the field, at a line break, and at a full stop that is followed by white space and a capital.
fn ends_sentence(source: &str, tokens: &[Token], at: usize, token: Token, next: Option<&Token>, pack: &Pack) -> bool {
    let Some(next) = next else { return true };
    let between = source.get(token.end as usize..next.start as usize).unwrap_or("");
    if between.contains('\n') {
        return true;
    }
    match source.get(token.start as usize..token.end as usize).unwrap_or("") {
        "。" | "！" | "？" | "؟" => true,
        "!" | "?" => next.spaced,
        "." => next.spaced && next.shape != Shape::Lower && !is_abbreviated(source, tokens, at, pack),
        // A closing quotation mark right after the stop belongs to the sentence before.
        "”" | "\"" | "»" => {
            next.spaced && at > 0 && tokens.get(at - 1).is_some_and(|stop| is_stop(source, *stop)) && next.is_capital()
        }
        _ => false,
    }
}

fn is_stop(source: &str, token: Token) -> bool {
    matches!(
        source.get(token.start as usize..token.end as usize).unwrap_or(""),
        "." | "!" | "?"
    )
}

/// "Dr." and the initial in "John F. Kennedy".
fn is_abbreviated(source: &str, tokens: &[Token], at: usize, pack: &Pack) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|at| tokens.get(at)) else {
        return true;
    };
    let stop_touches = tokens.get(at).is_some_and(|stop| !stop.spaced);
    let word = source.get(before.start as usize..before.end as usize).unwrap_or("");
    let initial = word.chars().count() == 1 && before.shape == Shape::Capital;
    stop_touches && (initial || pack.is_abbreviation(&fold::fold(word)))
}
