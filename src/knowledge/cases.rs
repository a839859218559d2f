//! Names out of the oblique cases: "Хаканом Фиданом" is published as "Хакан Фидан".
//!
//! Only endings that leave no doubt are undone: those that no name has in the nominative, and, after a title that is in an
//! oblique case itself, those of the genitive.

use serde::Deserialize;

/// Letters that stay before an ending.
const SHORTEST_STEM: usize = 4;

/// Endings and what stands for them in the nominative.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// Wherever a name has them.
    always: Vec<(String, String)>,
    /// Only after a title that is inflected.
    after_inflected_title: Vec<(String, String)>,
}

impl Cases {
    /// The nominative of `name`, as far as it can be told.
    pub fn nominative(&self, name: &str, inflected_title: bool) -> String {
        let words = name.split_inclusive([' ', '-']);
        words
            .map(|word| {
                let mark = word.chars().next_back().filter(|c| !c.is_alphabetic());
                let bare = word.trim_end_matches([' ', '-']);
                let ending = self.undo(bare, inflected_title);
                ending.unwrap_or_else(|| bare.to_owned()) + mark.map_or("", |mark| if mark == '-' { "-" } else { " " })
            })
            .collect()
    }

    fn undo(&self, word: &str, inflected_title: bool) -> Option<String> {
        let after = self.after_inflected_title.iter().filter(|_| inflected_title);
        self.always.iter().chain(after).find_map(|(ending, nominative)| {
            let stem = word.strip_suffix(ending.as_str())?;
            (stem.chars().count() + nominative.chars().count() >= SHORTEST_STEM).then(|| format!("{stem}{nominative}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oblique_names_lose_their_case() {
        let pair = |(ending, nominative): (&str, &str)| (ending.to_owned(), nominative.to_owned());
        let cases = Cases {
            always: [("ским", "ский"), ("ом", "")].map(pair).to_vec(),
            after_inflected_title: [("ея", "ей"), ("а", "")].map(pair).to_vec(),
        };
        for (name, inflected_title, expected) in [
            ("Хаканом Фиданом", false, "Хакан Фидан"),
            ("Владимиром Зеленским", false, "Владимир Зеленский"),
            ("Жан-Ноэлем Барро", false, "Жан-Ноэлем Барро"),
            ("Сергея Лаврова", true, "Сергей Лавров"),
            ("Джулия Бишоп", true, "Джулия Бишоп"),
            ("Акира Муто", false, "Акира Муто"),
            ("Том Холл", true, "Том Холл"),
        ] {
            assert_eq!(cases.nominative(name, inflected_title), expected);
        }
    }
}
