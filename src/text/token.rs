//! Words: spans of letters or digits, single ideographs, and single punctuation marks; white space is dropped.

/// How a word looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Letters, the first one small, or of a script without capitals.
    Lower,
    /// The first letter is a capital, some other is not.
    Capital,
    /// Capitals only, two or more.
    Upper,
    /// Starts with a digit.
    Digits,
    /// One ideograph or syllable of a script that is written without blanks.
    Ideograph,
    /// One mark.
    Mark,
}

/// A word of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte in the field.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// How it looks.
    pub shape: Shape,
    /// Whether white space (or the start of the field) comes before it.
    pub spaced: bool,
}

impl Token {
    /// Whether it starts with a capital.
    pub fn is_capital(self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper)
    }
}

/// The words of `text`. An apostrophe stays inside a word unless what follows it is one of `clitics` ("China's").
pub fn tokens(text: &str, clitics: &[String]) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let bytes = text.as_bytes();
    let after = |at: usize| text.get(at..).and_then(|rest| rest.chars().next());
    let mut spaced = true;
    let mut at = 0;
    while let Some(first) = after(at) {
        let start = at;
        let mut end = start + first.len_utf8();
        if first.is_whitespace() || is_invisible(first) {
            (spaced, at) = (true, end);
            continue;
        }
        if first.is_alphanumeric() && !is_unspaced(first) {
            loop {
                // Most words are letters of ASCII to their end.
                end += bytes.iter().skip(end).take_while(|byte| byte.is_ascii_alphanumeric()).count();
                let Some(c) = after(end).filter(|c| !c.is_ascii() || is_apostrophe(*c)) else {
                    break;
                };
                let inner = c.is_alphanumeric() && !is_unspaced(c) || is_mark(c);
                if !(inner || is_apostrophe(c) && apostrophe_joins(text, end + c.len_utf8(), clitics)) {
                    break;
                }
                end += c.len_utf8();
            }
        } else if is_apostrophe(first) {
            end += clitic_length(text, end, clitics);
        }
        let word = text.get(start..end).unwrap_or("");
        tokens.push(Token {
            start: start as u32,
            end: end as u32,
            shape: shape(word, first),
            spaced,
        });
        (spaced, at) = (false, end);
    }
    tokens
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | 'ʻ')
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

/// Byte-order and direction marks, zero-width characters: they separate nothing that a reader sees.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{ad}')
}

/// Scripts written without blanks: each character is a word of its own, phrases do the rest.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

/// Whether `text` is one such character.
pub fn is_ideograph(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_unspaced) && chars.next().is_none()
}

fn apostrophe_joins(text: &str, after: usize, clitics: &[String]) -> bool {
    let rest = text.get(after..).unwrap_or("");
    rest.starts_with(char::is_alphabetic) && clitic_length(text, after, clitics) == 0
}

/// Bytes of the clitic that starts at `after` and ends with its word; 0 if there is none.
fn clitic_length(text: &str, after: usize, clitics: &[String]) -> usize {
    let rest = text.get(after..).unwrap_or("");
    let word_end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    let word = rest.get(..word_end).unwrap_or("");
    if clitics.iter().any(|clitic| clitic.eq_ignore_ascii_case(word)) {
        word_end
    } else {
        0
    }
}

fn shape(word: &str, first: char) -> Shape {
    if first.is_numeric() {
        Shape::Digits
    } else if is_unspaced(first) {
        Shape::Ideograph
    } else if !first.is_alphanumeric() {
        Shape::Mark
    } else if !first.is_uppercase() {
        Shape::Lower
    } else if word.chars().skip(1).any(char::is_alphabetic) && !word.chars().any(char::is_lowercase) {
        Shape::Upper
    } else {
        Shape::Capital
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let clitics = ["s".to_owned()];
        let words: Vec<&str> = tokens(text, &clitics)
            .iter()
            .map(|t| text.get(t.start as usize..t.end as usize).unwrap())
            .collect();
        assert_eq!(words, expected);
    }

    #[test]
    fn words_are_cut_as_a_reader_would() {
        check("Rabu (19/11).", &["Rabu", "(", "19", "/", "11", ")", "."]);
        check("China’s Wang", &["China", "’s", "Wang"]);
        check("Ma'ruf Amin's ke-9", &["Ma'ruf", "Amin", "'s", "ke", "-", "9"]);
        check("2+2", &["2", "+", "2"]);
        check("王毅 met", &["王", "毅", "met"]);
        check("e\u{301}t\u{200b}e", &["e\u{301}t", "e"]);
        check("'quoted'", &["'", "quoted", "'"]);
    }
}
