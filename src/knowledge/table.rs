//! A tab-separated table as rows of named cells: `#` comments, then one header line, no quoting.

use jiff::civil::Date;

use super::gazetteer::{Case, Name, Names};
use super::{KnowledgeError, KnowledgeFiles};
use crate::code::{Lang, PartyCode};

/// A table of one file.
pub(super) struct Table<'a> {
    file: &'a str,
    header: Vec<&'a str>,
    lines: Vec<(usize, &'a str)>,
}

/// One line of a table.
pub(super) struct Row<'a> {
    table: &'a Table<'a>,
    number: usize,
    cells: Vec<&'a str>,
}

impl<'a> Table<'a> {
    /// The table in `file`; an absent file is a table without rows.
    pub(super) fn new(files: &'a KnowledgeFiles, file: &'a str) -> Self {
        let text = files.get(file).unwrap_or_default();
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
    pub(super) fn rows(&'a self) -> impl Iterator<Item = Result<Row<'a>, KnowledgeError>> {
        self.lines.iter().map(|(number, line)| {
            let cells: Vec<&str> = line.split('\t').collect();
            let row = Row {
                table: self,
                number: *number,
                cells,
            };
            let (found, wanted) = (row.cells.len(), self.header.len());
            match found == wanted {
                true => Ok(row),
                false => Err(row.error(format!("{found} cells, the header has {wanted}"))),
            }
        })
    }
}

impl<'a> Row<'a> {
    /// An error in this line.
    pub(super) fn error(&self, problem: impl Into<String>) -> KnowledgeError {
        KnowledgeError::new(self.table.file, Some(self.number), problem)
    }

    /// The cell of a column.
    pub(super) fn cell(&self, column: &str) -> Result<&'a str, KnowledgeError> {
        let index = self.table.header.iter().position(|name| *name == column);
        let cell = index.and_then(|index| self.cells.get(index));
        cell.copied()
            .ok_or_else(|| KnowledgeError::new(self.table.file, None, format!("no column `{column}`")))
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
        let mut names = Names::new();
        for (column, cell) in self.table.header.iter().zip(&self.cells) {
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
