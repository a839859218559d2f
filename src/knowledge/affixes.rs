//! Affixes: what a language joins to its words, so that one form in the tables stands for many in a text.
//!
//! Two kinds, both listed by the pack. *Endings* ("министром") are cut from words of text and tables alike, so that all cases
//! of a word are one stem. *Prefixes* ("والصين", and China) are tried only where a word of the text is not known as it stands,
//! since names begin with the same letters ("ليبيا").

use crate::text::fold::fold;

/// Letters that an ending must leave: fewer would make different words equal.
const STEM_LETTERS_MIN: usize = 4;

/// The affixes of one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affixes {
    /// Folded, longest first.
    endings: Vec<String>,
    /// Folded, longest first: what is joined, and what stands there when the word stands alone ("لل" is "ل" and "ال").
    prefixes: Vec<(String, String)>,
}

impl Affixes {
    /// From the lists of a pack, as the press writes them.
    pub fn new(endings: &[String], prefixes: &[(String, String)]) -> Self {
        let mut endings: Vec<String> = endings.iter().map(|ending| fold(ending).into_owned()).collect();
        endings.sort_by_key(|ending| std::cmp::Reverse(ending.chars().count()));
        let folded = |(joined, alone): &(String, String)| (fold(joined).into_owned(), fold(alone).into_owned());
        let mut prefixes: Vec<(String, String)> = prefixes.iter().map(folded).collect();
        prefixes.sort_by_key(|(joined, _)| std::cmp::Reverse(joined.chars().count()));
        Self { endings, prefixes }
    }

    /// Whether the language has any.
    pub fn is_empty(&self) -> bool {
        self.endings.is_empty() && self.prefixes.is_empty()
    }

    /// What is left of a folded word without the longest ending that leaves enough of it.
    pub fn stem<'a>(&self, key: &'a str) -> &'a str {
        let mut stems = self.endings.iter().filter_map(|ending| key.strip_suffix(ending.as_str()));
        stems.find(|stem| stem.chars().count() >= STEM_LETTERS_MIN).unwrap_or(key)
    }

    /// What a folded word may be with something joined before it, the shortest prefix first.
    pub fn bare<'a>(&'a self, key: &'a str) -> impl Iterator<Item = String> + 'a {
        let prefixes = self.prefixes.iter().rev();
        prefixes.filter_map(move |(joined, alone)| {
            let rest = key.strip_prefix(joined.as_str()).filter(|rest| !rest.is_empty())?;
            Some(format!("{alone}{rest}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_leave_four_letters() {
        let affixes = Affixes::new(&["а".to_owned(), "ой".to_owned(), "ского".to_owned()], &[]);
        for (word, stem) in [
            ("ирана", "иран"),
            ("чада", "чада"),
            ("китаиского", "китаи"),
            ("новои", "новои"),
        ] {
            assert_eq!(affixes.stem(word), stem);
        }
    }

    #[test]
    fn a_joined_article_comes_back() {
        let pair = |joined: &str, alone: &str| (joined.to_owned(), alone.to_owned());
        let affixes = Affixes::new(&[], &[pair("و", ""), pair("لل", "ال"), pair("ل", "")]);
        let bare: Vec<String> = affixes.bare("للصين").collect();
        assert_eq!(bare, ["لصين", "الصين"]);
        assert_eq!(affixes.bare("و").count(), 0, "nothing is left");
    }
}
