//! Datelines that no dash ends: "新华社北京11月14日电（记者 …）", "МОСКВА, 24 ноя.", "МОСКВА, 24 ноября. /ТАСС/."
//!
//! They hold a place and, near their end, the figure of a day; what ends them is in the pack.

use super::token::{Shape, Token};
use crate::knowledge::Pack;

/// Words of a dateline at most.
const LONGEST: usize = 24;

/// Words between the figure of the day and the end.
const AFTER_FIGURE: usize = 6;

/// Words in the brackets that follow, with reporters or an agency in them.
const BRACKET: usize = 30;

/// Where the dateline of a text ends, and where the text itself begins; none if it has no such dateline.
pub fn closed(source: &str, tokens: &[Token], pack: &Pack) -> Option<(usize, usize)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| slice(source, *token));
    let place = |at: usize| {
        let rest = tokens.get(at..).unwrap_or(&[]).iter();
        pack.is_place(rest.map(|token| (slice(source, *token), token.shape)))
    };
    let shape = |at: usize| tokens.get(at).map(|token| token.shape);
    let is_end = |end: usize| {
        let dated = (end.saturating_sub(AFTER_FIGURE)..end).any(|at| shape(at) == Some(Shape::Digits));
        // A full stop ends sentences too: there the place has to open the text, apart from what follows.
        let mark = shape(end) == Some(Shape::Mark);
        let placed = if mark {
            place(0) && (1..=3).any(|at| word(at) == ",")
        } else {
            (0..end).any(place)
        };
        dated && placed
    };
    let end = (2..LONGEST)
        .filter(|at| pack.ends_dateline(word(*at)))
        .find(|at| is_end(*at))?;
    let mut next = end + 1;
    for (open, close) in [("/", "/"), ("(", ")"), ("（", "）")] {
        if word(next) == open {
            let last = (next + 1..next + BRACKET).find(|at| word(*at) == close);
            next = last.map_or(next, |last| last + 1);
        }
    }
    while next > end + 1 && word(next) == "." {
        next += 1;
    }
    Some((end, next))
}

fn slice(source: &str, token: Token) -> &str {
    source.get(token.start as usize..token.end as usize).unwrap_or("")
}
