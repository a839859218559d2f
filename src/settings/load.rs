//! File and variables → [`Settings`]: every value is checked against its key, and everything wrong is reported at once.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::keys::{self, Key, Kind, Table, VARIABLE_PREFIX};
use super::problem::{Origin, Problem};
use super::raw::{RawProperty, RawSettings};
use super::{Settings, SettingsError, check, librdkafka};

/// The variable that names the settings file.
pub const CONFIG_VARIABLE: &str = "DEMARCHE_CONFIG";

/// The environment, as it was when the program started.
pub type Variables = BTreeMap<OsString, OsString>;

/// The settings of `file` (else of the file that `DEMARCHE_CONFIG` names, else the defaults), overridden by `variables`.
///
/// # Errors
/// All problems in one [`SettingsError`].
pub fn load(file: Option<&Path>, variables: &Variables) -> Result<Settings, SettingsError> {
    let file = self::file(file, variables);
    let mut given = Given::new();
    if let Some(file) = file {
        given.read_file(file);
    }
    given.read_variables(variables);
    let Given {
        raw,
        origins,
        mut problems,
        ..
    } = given;
    let raw: RawSettings = serde_json::from_value(raw).expect("every value was checked against its key");
    let settings = check::settings(&raw, &origins, variables, &mut problems);
    match settings {
        Some(settings) if problems.is_empty() => Ok(settings),
        Some(_) | None => Err(SettingsError {
            file: file.map(Path::to_path_buf),
            problems,
        }),
    }
}

/// The settings file: the one that is named, else the one that `DEMARCHE_CONFIG` names.
pub fn file<'a>(named: Option<&'a Path>, variables: &'a Variables) -> Option<&'a Path> {
    let variable = variables.get(&OsString::from(CONFIG_VARIABLE)).map(Path::new);
    named.or(variable.filter(|path| !path.as_os_str().is_empty()))
}

/// The variables that override keys, or mean to.
pub fn overriding(variables: &Variables) -> impl Iterator<Item = &str> {
    let names = variables.keys().filter_map(|name| name.to_str());
    names.filter(|name| name.starts_with(VARIABLE_PREFIX) && *name != CONFIG_VARIABLE)
}

/// Path of a key → where it was given.
pub(super) type Origins = BTreeMap<String, Origin>;

/// What was given so far, over the defaults.
struct Given {
    tables: Vec<Table>,
    raw: Value,
    origins: Origins,
    problems: Vec<Problem>,
}

impl Given {
    fn new() -> Self {
        Self {
            tables: keys::tables(),
            raw: serde_json::to_value(RawSettings::default()).expect("the defaults have text keys only"),
            origins: Origins::new(),
            problems: Vec::new(),
        }
    }

    fn read_file(&mut self, file: &Path) {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => return self.refuse(&file.display().to_string(), format!("cannot be read: {error}")),
        };
        match text.parse::<toml::Table>() {
            Ok(table) => self.read_tables(&table),
            Err(error) => {
                // Not the error's own display: that quotes the line, which may hold a secret.
                let start = error.span().map_or(0, |span| span.start);
                let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
                self.refuse(&format!("line {line}"), format!("is no TOML: {}", error.message()));
            }
        }
    }

    fn read_tables(&mut self, document: &toml::Table) {
        for (name, value) in document {
            let Some(table) = self.tables.iter().find(|table| table.name == *name).cloned() else {
                self.refuse_unknown(name);
                continue;
            };
            match value.as_table() {
                Some(values) => values.iter().for_each(|(key, value)| self.read_value(&table, key, value)),
                None => self.refuse(name, format!("is a table; write [{name}] and its keys below")),
            }
        }
    }

    fn read_value(&mut self, table: &Table, name: &str, value: &toml::Value) {
        let Some(key) = table.keys.iter().find(|key| key.name == name) else {
            return self.refuse_unknown(&format!("{}.{name}", table.name));
        };
        let value = serde_json::to_value(value).unwrap_or_default();
        match (&key.kind, &value) {
            (Kind::Properties, Value::Object(properties)) => {
                for (property, value) in properties {
                    self.set_property(property, value, Origin::File);
                }
            }
            (Kind::Properties, _) => self.refuse(&key.path(), format!("is a table; write [{}] and its keys below", key.path())),
            (Kind::Text | Kind::Choice(_) | Kind::Integer(..) | Kind::Number(..), _) => self.set(key, value, Origin::File),
        }
    }

    fn read_variables(&mut self, variables: &Variables) {
        let keys = keys::all();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(VARIABLE_PREFIX)) else {
                continue;
            };
            let Some(value) = value.to_str() else {
                self.refuse(name, "is not UTF-8".to_owned());
                continue;
            };
            let origin = Origin::Variable(name.to_owned());
            if name == CONFIG_VARIABLE {
                continue;
            } else if let Some(property) = librdkafka::property_of(name) {
                self.set_property(&property, &value.into(), origin);
            } else if let Some(key) = keys.iter().find(|key| key.variable() == name && key.kind != Kind::Properties) {
                self.set(key, key.parse(value), origin);
            } else {
                let names: Vec<String> = keys.iter().map(Key::variable).collect();
                self.refuse(name, unknown("variable", name, names.iter().map(String::as_str)));
            }
        }
    }

    fn set(&mut self, key: &Key, value: Value, origin: Origin) {
        if key.allows(&value) {
            self.origins.insert(key.path(), origin);
            let absent = key.optional && value.as_str() == Some("");
            self.raw[&key.table][&key.name] = if absent { Value::Null } else { value };
        } else {
            self.problems.push(Problem {
                key: key.path(),
                given: Some(shown(&value)),
                origin: Some(origin),
                words: format!("allowed is {}", key.kind),
            });
        }
    }

    fn set_property(&mut self, property: &str, value: &Value, origin: Origin) {
        let path = format!("kafka.librdkafka.\"{property}\"");
        let one_source = value.as_object().is_none_or(|source| source.len() == 1);
        let problem = if let Some(reason) = librdkafka::reserved(property) {
            Some(reason)
        } else if one_source && RawProperty::deserialisable(value) {
            None
        } else {
            let sources = "{ file = \"…\" } or { env = \"…\" }";
            Some(format!(
                "allowed is a text, a number, true, false, {sources}; a key with dots stands in quotes"
            ))
        };
        match problem {
            Some(words) => self.problems.push(Problem {
                key: path,
                given: None,
                origin: Some(origin),
                words,
            }),
            None => {
                self.raw["kafka"]["librdkafka"][property] = value.clone();
                self.origins.insert(path, origin);
            }
        }
    }

    fn refuse_unknown(&mut self, path: &str) {
        let paths: Vec<String> = keys::all().iter().map(Key::path).collect();
        let tables = self.tables.iter().map(|table| table.name.as_str());
        let in_table = paths
            .iter()
            .find(|known| known.strip_suffix(path).is_some_and(|table| table.ends_with('.')));
        let words = match in_table {
            Some(known) => format!("unknown key; did you mean {known}?"),
            None => unknown("key", path, paths.iter().map(String::as_str).chain(tables)),
        };
        self.refuse(path, words);
    }

    fn refuse(&mut self, key: &str, words: String) {
        self.problems.push(Problem {
            key: key.to_owned(),
            given: None,
            origin: None,
            words,
        });
    }
}

fn unknown<'a>(what: &str, written: &str, allowed: impl Iterator<Item = &'a str>) -> String {
    match keys::nearest(written, allowed) {
        Some(nearest) => format!("unknown {what}; did you mean {nearest}?"),
        None => format!("unknown {what}; `demarche schema settings --toml` lists them all"),
    }
}

/// A value for a message, at most 80 characters of it.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text,
    }
}
