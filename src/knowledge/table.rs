//! A tab-separated table as rows of named cells: `#` comments, then one header line, no quoting.
//!
//! An operator's overlay may hold a table of the same name, with any of its columns: its rows are added, and a row with the
//! key of one that is there already replaces the cells that it fills.

use std::collections::HashMap;

use jiff::civil::Date;

use super::gazetteer::{Case, Name, Names};
use super::{KnowledgeError, KnowledgeFiles};
use crate::code::{Lang, PartyCode};

/// The tables that an overlay may add to, and the columns that tell one row from another; none where rows are only added.
const KEYS: &[(&str, &[&str])] = &[
    ("gazetteer/parties.tsv", &["code"]),
    ("gazetteer/adjectives.tsv", &["code"]),
    ("gazetteer/demonyms.tsv", &["code"]),
    ("gazetteer/metonyms.tsv", &["code"]),
    ("gazetteer/places.tsv", &["name", "country"]),
    ("gazetteer/holders.tsv", &["name", "party", "role", "from"]),
    ("gazetteer/ambiguous.tsv", &["lang", "form"]),
    ("gazetteer/dates.tsv", &["table"]),
];

/// Whether an overlay may hold this file.
pub(super) fn may_be_overlaid(file: &str) -> bool {
    let words = file.strip_prefix("lang/").and_then(|path| path.split_once('/'));
    KEYS.iter().any(|(name, _)| *name == file) || words.is_some_and(|(_, name)| name == "topics.tsv")
}

/// A table of one file, with what the overlay adds to it.
pub(super) struct Table<'a> {
    base: Sheet<'a>,
    overlay: Option<Sheet<'a>>,
    key: &'static [&'static str],
}

/// The lines of one file.
struct Sheet<'a> {
    file: String,
    header: Vec<&'a str>,
    lines: Vec<(usize, &'a str)>,
}

/// One line of a table.
pub(super) struct Row<'a> {
    sheet: &'a Sheet<'a>,
    number: usize,
    cells: Vec<&'a str>,
    /// The row of the table that this one of the overlay changes.
    under: Option<Box<Row<'a>>>,
}

impl<'a> Sheet<'a> {
    fn new(file: String, text: &'a str) -> Self {
        let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line));
        let mut lines = numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let header = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
        Self {
            file,
            header,
            lines: lines.collect(),
        }
    }

    /// All rows, each with as many cells as the header.
    fn rows(&'a self) -> impl Iterator<Item = Result<Row<'a>, KnowledgeError>> {
        self.lines.iter().map(|(number, line)| {
            let row = Row {
                sheet: self,
                number: *number,
                cells: line.split('\t').collect(),
                under: None,
            };
            let (found, wanted) = (row.cells.len(), self.header.len());
            match found == wanted {
                true => Ok(row),
                false => Err(row.error(format!("{found} cells, the header has {wanted}"))),
            }
        })
    }
}

impl<'a> Table<'a> {
    /// The table in `file`; an absent file is a table without rows.
    pub(super) fn new(files: &'a KnowledgeFiles, file: &str) -> Self {
        let overlay = files.overlay(file).map(|text| Sheet::new(format!("overlay/{file}"), text));
        let key = KEYS.iter().find(|(name, _)| *name == file);
        Self {
            base: Sheet::new(file.to_owned(), files.get(file).unwrap_or_default()),
            overlay,
            key: key.map_or(&[], |(_, key)| key),
        }
    }

    /// All rows: those of the file, changed by the overlay where it has the same key, then what the overlay adds.
    pub(super) fn rows(&'a self) -> impl Iterator<Item = Result<Row<'a>, KnowledgeError>> {
        let (mut changes, added, mut wrong) = (HashMap::new(), Vec::new(), None);
        let mut added: Vec<Row<'a>> = added;
        if let Some(overlay) = &self.overlay {
            let unknown = overlay.header.iter().find(|name| !self.base.header.contains(name));
            wrong =
                unknown.map(|name| KnowledgeError::new(&overlay.file, None, format!("no column `{name}` in {}", self.base.file)));
            let base: std::collections::HashSet<Vec<&str>> = self.base.rows().flatten().map(|row| row.key(self.key)).collect();
            for row in overlay.rows() {
                match row {
                    Ok(row) if !self.key.is_empty() && base.contains(&row.key(self.key)) => {
                        changes.insert(row.key(self.key), row);
                    }
                    Ok(row) => added.push(row),
                    Err(error) => wrong = wrong.or(Some(error)),
                }
            }
        }
        let base = self.base.rows().map(move |row| {
            let row = row?;
            Ok(match changes.remove(&row.key(self.key)) {
                Some(change) => Row {
                    under: Some(Box::new(row)),
                    ..change
                },
                None => row,
            })
        });
        wrong.map(Err).into_iter().chain(base).chain(added.into_iter().map(Ok))
    }
}

impl<'a> Row<'a> {
    /// An error in this line.
    pub(super) fn error(&self, problem: impl Into<String>) -> KnowledgeError {
        KnowledgeError::new(&self.sheet.file, Some(self.number), problem)
    }

    fn key(&self, columns: &[&str]) -> Vec<&'a str> {
        columns.iter().map(|column| self.own(column).unwrap_or_default()).collect()
    }

    fn own(&self, column: &str) -> Option<&'a str> {
        let index = self.sheet.header.iter().position(|name| *name == column);
        index.and_then(|index| self.cells.get(index)).copied()
    }

    /// The cell of a column; a column that an overlay leaves out is empty there.
    pub(super) fn cell(&self, column: &str) -> Result<&'a str, KnowledgeError> {
        let filled = self.own(column).filter(|cell| !cell.is_empty());
        match (filled, &self.under) {
            (Some(cell), _) => Ok(cell),
            (None, Some(under)) => under.cell(column),
            (None, None) if self.sheet.file.starts_with("overlay/") => Ok(""),
            (None, None) => self
                .own(column)
                .ok_or_else(|| KnowledgeError::new(&self.sheet.file, None, format!("no column `{column}`"))),
        }
    }

    /// The cell of a column that must not be empty.
    pub(super) fn filled(&self, column: &str) -> Result<&'a str, KnowledgeError> {
        match self.cell(column)? {
            "" => Err(self.error(format!("`{column}` is empty"))),
            text => Ok(text),
        }
    }

    /// The cell of a column, or `None` if it is empty.
    pub(super) fn optional(&self, column: &str) -> Result<Option<&'a str>, KnowledgeError> {
        Ok(Some(self.cell(column)?).filter(|text| !text.is_empty()))
    }

    /// The cell as a party code.
    pub(super) fn code(&self, column: &str) -> Result<PartyCode, KnowledgeError> {
        self.party_code(self.filled(column)?)
    }

    /// `text` as a party code.
    pub(super) fn party_code(&self, text: &str) -> Result<PartyCode, KnowledgeError> {
        PartyCode::new(text).ok_or_else(|| self.error(format!("`{text}` is no party code (1 to 12 letters, digits or `-`)")))
    }

    /// The cell as a Wikidata id.
    pub(super) fn wikidata(&self) -> Result<Option<String>, KnowledgeError> {
        let Some(text) = self.optional("wikidata")? else {
            return Ok(None);
        };
        let digits = text.strip_prefix('Q').unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.error(format!("`{text}` is no Wikidata id (`Q` and digits)")));
        }
        Ok(Some(text.to_owned()))
    }

    /// The cell as a number.
    pub(super) fn number<T: std::str::FromStr>(&self, column: &str) -> Result<T, KnowledgeError> {
        let text = self.filled(column)?;
        text.parse()
            .map_err(|_| self.error(format!("`{column}` is no number in range: `{text}`")))
    }

    /// Names in every column that is headed by a language.
    pub(super) fn names(&self) -> Result<Names, KnowledgeError> {
        let mut names = match &self.under {
            Some(under) => under.names()?,
            None => Names::new(),
        };
        for (column, cell) in self.sheet.header.iter().zip(&self.cells) {
            let lang = Lang::new(column).filter(|_| column.len() == 2);
            if let Some(lang) = lang.filter(|_| !cell.is_empty()) {
                names.insert(lang, self.forms(cell)?);
            }
        }
        Ok(names)
    }

    /// The written forms in a cell, `|` between them.
    pub(super) fn forms(&self, cell: &str) -> Result<Vec<Name>, KnowledgeError> {
        let forms = cell.split('|').filter(|_| !cell.is_empty());
        forms
            .map(|form| name(form).ok_or_else(|| self.error(format!("an empty form in `{cell}`"))))
            .collect()
    }
}

/// A written form, `!` at its end read as [`Case::Exact`].
pub(super) fn name(form: &str) -> Option<Name> {
    let exact = form.strip_suffix('!');
    let text = exact.unwrap_or(form);
    let case = if exact.is_some() { Case::Exact } else { Case::Folded };
    (!text.trim().is_empty()).then(|| Name {
        text: text.to_owned(),
        case,
    })
}

/// The first and the last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(super) fn days(text: &str) -> Option<(Date, Date)> {
    let mut parts = text.split('-').map(|part| part.parse::<i16>().ok());
    let year = parts.next()??;
    let month = parts.next().map_or(Some(None), |month| month.map(Some))?;
    let day = parts.next().map_or(Some(None), |day| day.map(Some))?;
    if parts.next().is_some() {
        return None;
    }
    let first = |month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    match (month, day) {
        (None, _) => Some((first(1, 1)?, first(12, 31)?)),
        (Some(month), None) => first(month, 1).map(|date| (date, date.last_of_month())),
        (Some(month), Some(day)) => first(month, day).map(|date| (date, date)),
    }
}
