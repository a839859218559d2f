//! A language pack: the lexicon, rules and settings of one folder under `config/lang`, compiled.

use super::{Gazetteer, KnowledgeError, KnowledgeFiles};
use crate::code::Lang;
use crate::decode::NewsItem;

/// One language.
#[derive(Debug)]
pub struct Pack {
    lang: Lang,
}

impl Pack {
    /// Its code.
    pub fn lang(&self) -> Lang {
        self.lang
    }
}

/// All languages.
#[derive(Debug)]
pub struct Packs(Vec<Pack>);

impl Packs {
    /// Compiles every folder under `lang/`.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn compile(_files: &KnowledgeFiles, _gazetteer: &Gazetteer) -> Result<Self, KnowledgeError> {
        Ok(Self(Vec::new()))
    }

    /// The pack that reads `item`.
    pub fn for_item(&self, _item: &NewsItem) -> Option<&Pack> {
        self.0.first()
    }

    /// All packs, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.0.iter()
    }
}
