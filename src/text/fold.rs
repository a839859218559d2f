//! One key for all spellings of a word: lower case, without diacritics, straight apostrophes.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The key of `word`.
pub fn fold(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(word);
    }
    if word.is_ascii() {
        return Cow::Owned(word.to_ascii_lowercase());
    }
    let letters = word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    Cow::Owned(letters.map(straight).collect())
}

/// Letters that have no decomposition, and apostrophes, in the form that the press writes when it cannot type them.
fn straight(c: char) -> char {
    match c {
        '’' | '‘' | 'ʼ' | 'ʻ' | '`' => '\'',
        'ø' => 'o',
        'ı' => 'i',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_share_a_key() {
        for (a, b) in [
            ("Erdoğan", "Erdogan"),
            ("Støre", "store"),
            ("KYIV", "kyiv"),
            ("Ma’ruf", "ma'ruf"),
            ("Ёлка", "елка"),
        ] {
            assert_eq!(fold(a), fold(b));
        }
    }
}
