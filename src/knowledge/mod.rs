//! What the worker knows: language packs and the gazetteer, read from text files, compiled once and hashed as a whole.
//!
//! Takes the files' names and contents ([`KnowledgeFiles`]); where they come from (the binary, a folder) is the caller's
//! affair. Anything wrong is a [`KnowledgeError`] that names file and line, and nothing is consumed with it.

mod cases;
mod endings;
pub mod gazetteer;
pub mod lexicon;
pub mod pack;
mod packs;
mod prefixes;
pub mod rule;
pub mod sense;
mod table;
pub mod topics;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use thiserror::Error;

pub use gazetteer::Gazetteer;
pub use pack::Pack;
pub use packs::Packs;
pub use topics::Topics;

static EMBEDDED: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/config");

/// Relative path (`lang/id/pack.toml`) → content, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnowledgeFiles {
    files: BTreeMap<String, String>,
    /// What an operator adds to them.
    overlay: BTreeMap<String, String>,
}

impl KnowledgeFiles {
    /// The folders that hold knowledge.
    pub const FOLDERS: &[&str] = &["lang", "gazetteer"];
    /// The files beside them.
    pub const FILES: &[&str] = &["topics.tsv"];

    /// The files `lang/**`, `gazetteer/**` and `topics.tsv` among `files`; others are left out.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let wanted = |path: &str| {
            let folder = path.split_once('/').map(|(folder, _)| folder);
            folder.map_or(Self::FILES.contains(&path), |folder| Self::FOLDERS.contains(&folder))
        };
        Self {
            files: files.into_iter().filter(|(path, _)| wanted(path)).collect(),
            overlay: BTreeMap::new(),
        }
    }

    /// The files in the binary.
    pub fn embedded() -> Self {
        let mut files = Vec::new();
        collect(&EMBEDDED, &mut files);
        Self::new(files)
    }

    /// A file's content.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The same with what an operator adds: tables of the same names, with any of their columns. Rows are added; one with the
    /// key of a row that is there replaces the cells that it fills.
    ///
    /// # Errors
    /// A table that cannot be added to. What is wrong inside one comes out when the knowledge is compiled.
    pub fn with_overlay(self, overlay: impl IntoIterator<Item = (String, String)>) -> Result<Self, KnowledgeError> {
        let tables = overlay.into_iter().filter(|(path, _)| path.ends_with(".tsv"));
        let overlay: BTreeMap<String, String> = tables.collect();
        let unknown = overlay
            .keys()
            .find(|path| !table::may_be_overlaid(path) || !self.files.contains_key(*path));
        match unknown {
            Some(path) => Err(KnowledgeError::new(
                &format!("overlay/{path}"),
                None,
                "is no table that an overlay can add to; it may hold those of gazetteer/, and lang/<code>/topics.tsv",
            )),
            None => Ok(Self { overlay, ..self }),
        }
    }

    /// What an overlay adds to a file.
    fn overlay(&self, path: &str) -> Option<&str> {
        self.overlay.get(path).map(String::as_str)
    }

    /// `sha256:` and 64 hexadecimal digits over all paths and contents.
    fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for (path, content) in self.files.iter().chain(&self.overlay) {
            for part in [path, content] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    }
}

fn collect(folder: &include_dir::Dir<'_>, files: &mut Vec<(String, String)>) {
    for file in folder.files() {
        if let Some(content) = file.contents_utf8() {
            files.push((file.path().to_string_lossy().into_owned(), content.to_owned()));
        }
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}

/// What is wrong with a knowledge file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}{}: {problem}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct KnowledgeError {
    /// Path relative to the knowledge folder.
    pub file: String,
    /// Line, from 1, where one can be named.
    pub line: Option<usize>,
    /// What is wrong, and what is allowed.
    pub problem: String,
}

impl KnowledgeError {
    pub(crate) fn new(file: &str, line: Option<usize>, problem: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            problem: problem.into(),
        }
    }
}

/// Compiled knowledge.
#[derive(Debug)]
pub struct Knowledge {
    packs: Packs,
    gazetteer: Gazetteer,
    topics: Topics,
    hash: String,
}

impl Knowledge {
    /// Compiles `files`.
    ///
    /// # Errors
    /// The first thing that is wrong, with file and line.
    pub fn compile(files: &KnowledgeFiles) -> Result<Self, KnowledgeError> {
        let gazetteer = Gazetteer::parse(files)?;
        let topics = Topics::parse(files)?;
        let packs = Packs::compile(files, &gazetteer, &topics)?;
        Ok(Self {
            packs,
            gazetteer,
            topics,
            hash: files.hash(),
        })
    }

    /// The language packs.
    pub fn packs(&self) -> &Packs {
        &self.packs
    }

    /// Parties, people and places.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// What is talked about.
    pub fn topics(&self) -> &Topics {
        &self.topics
    }

    /// `sha256:` and 64 hexadecimal digits: equal knowledge, equal hash.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}
