//! Articles, changed at random: the same number always gives the same bytes.

use std::ops::Range;

use demarche::pipeline::Core;
use serde_json::{Value, json};

use crate::articles;

/// A mutated body is not longer than this.
const BODY_BYTES_MAX: usize = 64 << 10;

/// Characters and words that readers stumble over.
const STUMBLES: &[&str] = &[
    "\u{feff}",
    "\u{0}",
    "\u{200b}",
    "\u{202e}",
    "\u{301}",
    "\u{a0}",
    "\u{2028}",
    "İ",
    "ß",
    "ﬁ",
    "ǆ",
    "王",
    "한",
    "ا",
    "👩‍👩‍👧",
    "\r\n",
    "\n\n",
    "-",
    "–",
    "—",
    "’",
    "'s",
    "'",
    "\"",
    "”",
    "»",
    "(",
    ")",
    "/",
    ".",
    "...",
    ",",
    ";",
    ":",
    "?",
    "!",
    "。",
    "、",
    "0",
    "31/2",
    "29/2/2023",
    "99/99/9999",
    "2+2",
    "ke-9",
    "ke-99999999999",
    "1st",
    "Dr.",
    "J.",
    "and",
    "dan",
    "di",
    "in",
    "the",
    "yang",
    "not",
    "tidak",
    "will",
    "akan",
    "yesterday",
    "kemarin",
    "Rabu (31/2)",
    "Monday",
    "next month",
    "his counterpart",
    "mitranya",
    "keduanya",
    "the two",
    "US",
    "AS",
    "EU",
];
const TIMES: &[&str] = &[
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "-009999-01-01",
    "2024-02-29",
    "2025-02-29",
    "2016-12-31T23:59:60Z",
    "2025-01-01T00:00:00+14:00",
    "2025-11-20T08:30:00+07:00",
    "",
    "yesterday",
];

/// An article to begin from.
#[derive(Clone, Debug, Default)]
struct Seed {
    title: String,
    body: String,
    language: String,
    published_at: String,
}

/// All seeds: the project's articles, and the examples of the rules in all languages.
pub struct Mutator {
    seeds: Vec<Seed>,
}

impl Mutator {
    pub fn new(core: &Core) -> Self {
        let text = |item: &Value, field: &str| item[field].as_str().unwrap_or_default().to_owned();
        let article = |payload: Vec<u8>| {
            let item: Value = serde_json::from_slice(&payload).ok()?;
            Some(Seed {
                title: text(&item, "title"),
                body: text(&item, "body"),
                language: text(&item, "language"),
                published_at: text(&item, "published_at"),
            })
        };
        let mut seeds: Vec<Seed> = articles::payloads().into_iter().filter_map(article).collect();
        for pack in core.knowledge.packs().iter() {
            for example in pack.rules().iter().flat_map(|rule| rule.yes.iter().chain(&rule.no)) {
                seeds.push(Seed {
                    body: example.clone(),
                    language: pack.lang().as_str().to_owned(),
                    published_at: "2025-11-20".to_owned(),
                    ..Seed::default()
                });
            }
        }
        assert!(seeds.len() > 50, "{} seeds", seeds.len());
        Self { seeds }
    }

    /// The payload of this number.
    pub fn payload(&self, number: u64) -> Vec<u8> {
        let mut dice = Dice(number);
        let mut seed = dice.pick(&self.seeds).clone();
        for _ in 0..=dice.below(8) {
            let other = dice.pick(&self.seeds);
            let field = if dice.one_in(6) { &mut seed.title } else { &mut seed.body };
            mutate(field, &other.body, &mut dice);
        }
        if dice.one_in(8) {
            seed.language.clone_from(&dice.pick(&self.seeds).language);
        }
        if dice.one_in(8) {
            dice.word(TIMES).clone_into(&mut seed.published_at);
        }
        let mut payload = if dice.one_in(16) {
            seed.body.into_bytes()
        } else {
            seed.payload()
        };
        if dice.one_in(6) {
            for _ in 0..=dice.below(3) {
                mutate_bytes(&mut payload, &mut dice);
            }
        }
        payload
    }
}

impl Seed {
    fn payload(&self) -> Vec<u8> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let item = json!({
            "title": given(&self.title), "body": self.body, "language": given(&self.language), "published_at": given(&self.published_at),
        });
        item.to_string().into_bytes()
    }
}

fn mutate(text: &mut String, other: &str, dice: &mut Dice) {
    let range = dice.range(text);
    match dice.below(10) {
        0 => text.replace_range(range, ""),
        1 => text.truncate(range.start),
        2 => text.insert_str(
            range.start,
            &[dice.word(&["", " "]), dice.word(STUMBLES), dice.word(&["", " "])].concat(),
        ),
        3 => text.replace_range(range, dice.word(STUMBLES)),
        4 => {
            let piece = other[dice.range(other)].to_owned();
            text.insert_str(range.start, &piece);
        }
        5 => {
            let piece = text[range.clone()].repeat(1 + dice.below(12));
            text.insert_str(range.end, &piece);
        }
        6 => {
            let mut words: Vec<&str> = text[range.clone()].split(' ').collect();
            for at in (1..words.len()).rev() {
                words.swap(at, dice.below(at + 1));
            }
            let words = words.join(" ");
            text.replace_range(range, &words);
        }
        7 => {
            let piece = &text[range.clone()];
            let piece = if dice.one_in(2) {
                piece.to_uppercase()
            } else {
                piece.to_lowercase()
            };
            text.replace_range(range, &piece);
        }
        8 => {
            let piece = text[range.clone()].replace(' ', dice.word(&["", "\n", "\u{a0}", "  ", "-", ", "]));
            text.replace_range(range, &piece);
        }
        _ => {
            let scalar = char::from_u32(dice.below(0x11_0000) as u32).unwrap_or('\u{fffd}');
            text.insert(range.start, scalar);
        }
    }
    let end = floor(text, BODY_BYTES_MAX);
    text.truncate(end);
}

fn mutate_bytes(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(bytes.len().max(1));
    let end = (at + dice.below(9)).min(bytes.len());
    match dice.below(4) {
        0 => drop(bytes.drain(at.min(end)..end)),
        1 => bytes.truncate(at),
        2 => bytes.insert(at.min(bytes.len()), dice.below(256) as u8),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
    }
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// SplitMix64 (Steele, Lea and Flood 2014): any number is a good seed, also the next one.
pub struct Dice(pub u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `limit`, which is not reached.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit as u64) as usize
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn word(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    /// A range of `text` on character boundaries; short ones are likelier.
    fn range(&mut self, text: &str) -> Range<usize> {
        let start = floor(text, self.below(text.len() + 1));
        let longest = 1 << self.below(10);
        let end = floor(text, start + self.below(longest + 1));
        start..end.max(start)
    }
}
