//! What a language joins to the front of its words without a blank ("والصين", and China).
//!
//! Tried only where no phrase begins with the word as it stands, since names begin with the same letters ("ليبيا").

use crate::text::fold::fold;

/// The prefixes of one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefixes {
    /// Folded, shortest first: what is joined, and what stands there when the word stands alone ("لل" is "ل" and "ال").
    prefixes: Vec<(String, String)>,
}

impl Prefixes {
    /// From the list of a pack, as the press writes them.
    pub fn new(prefixes: &[(String, String)]) -> Self {
        let folded = |(joined, alone): &(String, String)| (fold(joined).into_owned(), fold(alone).into_owned());
        let mut prefixes: Vec<(String, String)> = prefixes.iter().map(folded).collect();
        prefixes.sort_by_key(|(joined, _)| joined.chars().count());
        Self { prefixes }
    }

    /// What a folded word may be with something joined before it, the shortest prefix first.
    pub fn bare<'a>(&'a self, word: &'a str) -> impl Iterator<Item = String> + 'a {
        self.prefixes.iter().filter_map(move |(joined, alone)| {
            let rest = word.strip_prefix(joined.as_str()).filter(|rest| !rest.is_empty())?;
            Some(format!("{alone}{rest}"))
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.prefixes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joined_article_comes_back() {
        let pair = |joined: &str, alone: &str| (joined.to_owned(), alone.to_owned());
        let prefixes = Prefixes::new(&[pair("و", ""), pair("لل", "ال"), pair("ل", "")]);
        let bare: Vec<String> = prefixes.bare("للصين").collect();
        assert_eq!(bare, ["لصين", "الصين"]);
        assert_eq!(prefixes.bare("و").count(), 0, "nothing is left");
    }
}
