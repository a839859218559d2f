//! What the words of a text must look like to be a phrase: its capitals, and its letters where a language inflects.

use super::lexicon::Word;
use crate::text::Shape;
use crate::text::fold::fold;

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
    /// Each word begins with these letters, or with their capitals: [`Capitals::Exact`] in a language with endings.
    Stems(Box<[Box<str>]>),
    /// These letters in any capitals and no others: a form that no ending is cut from.
    Whole(Box<str>),
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

    pub(super) fn fit(&self, words: &[Word<'_>]) -> bool {
        match self {
            Self::Any => true,
            Self::Initial => words
                .first()
                .is_some_and(|word| word.shape != Shape::Lower || !has_case(word.text)),
            Self::Somewhere => words.iter().any(|word| word.text.chars().any(char::is_uppercase)),
            Self::Exact(form) => same_letters(form, words),
            Self::Stems(stems) => {
                let begins = |(word, stem): (&Word<'_>, &Box<str>)| {
                    word.text.starts_with(&**stem) || word.text.starts_with(&stem.to_uppercase())
                };
                words.iter().zip(stems).all(begins)
            }
            Self::Whole(form) => written(words) == **form,
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

/// Letters without the blanks between them.
pub(super) fn letters(text: &str) -> Box<str> {
    text.split_whitespace().collect::<String>().into_boxed_str()
}

/// The folded letters of words.
pub(super) fn written(words: &[Word<'_>]) -> String {
    words.iter().map(|word| fold(word.text)).collect()
}
