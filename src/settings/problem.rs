//! What is wrong with the settings: every problem at once, each with its key, what was given and what is allowed.

use std::fmt;
use std::path::PathBuf;

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the settings file.
    File,
    /// In this environment variable.
    Variable(String),
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key (`kafka.brokers`) or the variable, as it was written.
    pub key: String,
    /// What was given, as it can be shown: never the value of a librdkafka key.
    pub given: Option<String>,
    /// Where it was given; none for a default that does not fit what was given elsewhere.
    pub origin: Option<Origin>,
    /// What is wrong, and what is allowed.
    pub words: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(given) = &self.given {
            write!(f, " = {given}")?;
        }
        match &self.origin {
            Some(Origin::Variable(name)) if *name != self.key => write!(f, " ({name})")?,
            Some(Origin::Variable(_) | Origin::File) | None => {}
        }
        write!(f, ": {}", self.words)
    }
}

/// Settings that cannot be used: all problems, in the order in which they were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
    /// At least one.
    pub problems: Vec<Problem>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(f, "settings have {count} problem{}", if count == 1 { "" } else { "s" })?;
        if let Some(file) = &self.file {
            write!(f, " ({})", file.display())?;
        }
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}
