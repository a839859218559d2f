//! All languages, and which of them a text is written in.

use super::pack::Pack;
use super::{Gazetteer, KnowledgeError, KnowledgeFiles, Topics};

/// All languages.
#[derive(Debug)]
pub struct Packs(Vec<Pack>);

impl Packs {
    /// Compiles every folder under `lang/`; one that has words for topics only still waits for its pack.
    ///
    /// # Errors
    /// The first thing that is wrong, with file and line.
    pub fn compile(files: &KnowledgeFiles, gazetteer: &Gazetteer, topics: &Topics) -> Result<Self, KnowledgeError> {
        let mut folders: Vec<&str> = files
            .paths()
            .filter_map(|path| path.strip_prefix("lang/")?.split_once('/'))
            .filter(|(_, file)| *file != "topics.tsv")
            .map(|(folder, _)| folder)
            .collect();
        folders.dedup();
        if folders.is_empty() {
            return Err(KnowledgeError::new("lang", None, "has no language folder"));
        }
        folders
            .into_iter()
            .map(|folder| Pack::compile(folder, files, gazetteer, topics))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The pack that reads `text`, declared to be in `language`: that of the declared language unless the text is plainly in
    /// another, else the one whose function words are most frequent; none if no pack's are.
    pub fn reading(&self, text: &str, language: Option<&str>) -> Option<&Pack> {
        const ENOUGH: usize = 8;
        let declared = language.map(|language| self.0.iter().find(|pack| pack.lang().as_str() == language));
        match declared {
            Some(None) => return None,
            Some(Some(pack)) if pack.function_word_share(text) > 0 => return Some(pack),
            Some(Some(_)) | None => {}
        }
        let shares = self.0.iter().map(|pack| (pack.function_word_share(text), pack));
        let best = shares.rev().max_by_key(|(share, _)| *share);
        let enough = if declared.is_some() { 2 * ENOUGH } else { ENOUGH };
        best.filter(|(share, _)| *share >= enough)
            .map(|(_, pack)| pack)
            .or_else(|| declared.flatten())
    }

    /// All packs, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.0.iter()
    }
}
