//! A light stemmer: the endings that a pack lists are cut off words of text and lexicon alike, so that the cases and genders of
//! one word share a key.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use crate::text::fold::fold;

/// Letters that a word keeps: shorter words have no ending to lose.
const SHORTEST_STEM: usize = 4;

/// The endings of one language; none where words are not inflected, or all their forms are listed.
#[derive(Debug, Default)]
pub struct Endings {
    endings: FxHashSet<Box<str>>,
    /// Letters of the longest.
    longest: usize,
}

impl Endings {
    /// Endings as written; they are folded as words are.
    pub fn new(endings: &[String]) -> Self {
        let endings: FxHashSet<Box<str>> = endings.iter().map(|ending| fold(ending).into()).collect();
        let longest = endings.iter().map(|ending| ending.chars().count()).max().unwrap_or(0);
        Self { endings, longest }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.endings.is_empty()
    }

    /// The key of `word`: folded, and without the longest ending that leaves a stem.
    pub fn key<'w>(&self, word: &'w str) -> Cow<'w, str> {
        let folded = fold(word);
        match self.cut(&folded) {
            Some(at) => match folded {
                Cow::Borrowed(word) => Cow::Borrowed(word.get(..at).unwrap_or(word)),
                Cow::Owned(mut word) => {
                    word.truncate(at);
                    Cow::Owned(word)
                }
            },
            None => folded,
        }
    }

    /// Where the ending of a folded word begins.
    fn cut(&self, word: &str) -> Option<usize> {
        if self.is_empty() {
            return None;
        }
        let letters = word.chars().count();
        let longest = self.longest.min(letters.saturating_sub(SHORTEST_STEM));
        let start = |ending: usize| word.char_indices().nth(letters - ending).map(|(at, _)| at);
        (1..=longest)
            .rev()
            .filter_map(start)
            .find(|at| word.get(*at..).is_some_and(|ending| self.endings.contains(ending)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_share_a_key() {
        let endings: Vec<String> = ["ого", "ом", "ым", "а", "у", "й"].map(str::to_owned).to_vec();
        let endings = Endings::new(&endings);
        for (word, key) in [
            ("министром", "министр"),
            ("Министра", "министр"),
            ("Лаврову", "лавров"),
            ("Лавровым", "лавров"),
            // "Йордана" keeps what a fold makes of й, and й as an ending is folded too.
            ("Николай", "никола"),
            // Three letters would be left.
            ("дома", "дома"),
            ("США", "сша"),
        ] {
            assert_eq!(endings.key(word), key);
        }
        assert_eq!(Endings::default().key("министром"), "министром");
    }
}
