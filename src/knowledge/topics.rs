//! Topics: the closed set of what parties talk about, from `topics.tsv`, and each language's words for them, from
//! `lang/<code>/topics.tsv`. How they are found in a text is for [`crate::enrich`] to decide.

use super::gazetteer::Name;
use super::table::Table;
use super::{KnowledgeError, KnowledgeFiles};

const FILE: &str = "topics.tsv";

/// In place of a code: the phrases only look as if they named a topic ("Second World War").
const NO_TOPIC: &str = "-";

/// The codes, sorted; an index into them is a topic's identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topics(Vec<String>);

impl Topics {
    /// Reads the table of codes; one that is missing is empty.
    ///
    /// # Errors
    /// A code that is given twice or is not in lower case and underscores, or a topic that does not say what it covers.
    pub fn parse(files: &KnowledgeFiles) -> Result<Self, KnowledgeError> {
        let mut codes: Vec<String> = Vec::new();
        for row in Table::new(files, FILE).rows() {
            let row = row?;
            let code = row.filled("code")?;
            row.filled("covers")?;
            if !code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                return Err(row.error(format!("`{code}` is no code of a topic (lower-case letters and `_`)")));
            }
            if codes.iter().any(|known| known == code) {
                return Err(row.error(format!("`{code}` is given twice")));
            }
            codes.push(code.to_owned());
        }
        codes.sort();
        Ok(Self(codes))
    }

    /// The code of a topic.
    pub fn code(&self, topic: usize) -> &str {
        self.0.get(topic).map_or("", String::as_str)
    }

    /// All codes, sorted.
    pub fn codes(&self) -> &[String] {
        &self.0
    }

    /// The phrases of the language in `folder`, each with its topic; none for phrases that only look like one.
    ///
    /// # Errors
    /// A topic that is not in the table of codes, or an empty phrase.
    pub fn phrases(&self, files: &KnowledgeFiles, folder: &str) -> Result<Vec<(Option<usize>, Name)>, KnowledgeError> {
        let file = format!("lang/{folder}/topics.tsv");
        let mut phrases = Vec::new();
        for row in Table::new(files, &file).rows() {
            let row = row?;
            let topic = match row.filled("topic")? {
                NO_TOPIC => None,
                code => {
                    let known = self.0.binary_search_by(|known| known.as_str().cmp(code));
                    Some(known.map_err(|_| row.error(format!("`{code}` is not in topics.tsv")))?)
                }
            };
            phrases.extend(row.forms(row.filled("phrases")?)?.into_iter().map(|name| (topic, name)));
        }
        Ok(phrases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_words_for_every_topic() {
        let files = KnowledgeFiles::embedded();
        let topics = Topics::parse(&files).unwrap();
        let folders = files
            .paths()
            .filter_map(|path| path.strip_prefix("lang/")?.strip_suffix("/topics.tsv"));
        let mut languages = 0;
        for folder in folders {
            languages += 1;
            let phrases = topics.phrases(&files, folder).unwrap();
            for topic in 0..topics.codes().len() {
                let words = phrases.iter().any(|(of, _)| *of == Some(topic));
                assert!(words, "{folder} has no words for {}", topics.code(topic));
            }
        }
        assert!(languages >= 2, "{languages}");
    }

    #[test]
    fn a_phrase_has_one_topic() {
        let files = KnowledgeFiles::embedded();
        let topics = Topics::parse(&files).unwrap();
        for folder in ["id", "en", "zh", "ru"] {
            let mut phrases: Vec<_> = topics.phrases(&files, folder).unwrap();
            phrases.sort_by(|a, b| a.1.text.cmp(&b.1.text));
            for pair in phrases.windows(2) {
                assert_ne!(pair[0].1.text, pair[1].1.text, "in {folder}");
            }
        }
    }

    #[track_caller]
    fn refused(files: &[(&str, &str)], expected: &str) {
        let files = KnowledgeFiles::new(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let error = Topics::parse(&files)
            .and_then(|topics| topics.phrases(&files, "en"))
            .unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_bad_line_is_named() {
        let table = "code\tcovers\ntrade\tgoods\n";
        let (codes, words) = (("topics.tsv", table), "lang/en/topics.tsv");
        let twice = format!("{table}trade\tservices\n");
        refused(&[("topics.tsv", &twice)], "topics.tsv:3: `trade` is given twice");
        refused(
            &[("topics.tsv", "code\tcovers\nFree Trade\tgoods\n")],
            "topics.tsv:2: `Free Trade` is no code of a topic (lower-case letters and `_`)",
        );
        refused(
            &[codes, (words, "topic\tphrases\nbarter\tbarter\n")],
            "lang/en/topics.tsv:2: `barter` is not in topics.tsv",
        );
        refused(
            &[codes, (words, "topic\tphrases\ntrade\ttrade||tariffs\n")],
            "lang/en/topics.tsv:2: an empty form in `trade||tariffs`",
        );
    }
}
