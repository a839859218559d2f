//! Every key with its type, bounds and default, read from the JSON Schema of [`RawSettings`].

use std::fmt;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::raw::RawSettings;

/// Prefix of the variables that override keys.
pub const VARIABLE_PREFIX: &str = "DEMARCHE_";

/// The JSON Schema of the settings file, with definitions in place.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<RawSettings>().to_value()
}

/// One table of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its keys, in order.
    pub keys: Vec<Key>,
}

/// One key.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Table it stands in.
    pub table: String,
    /// Name in the table.
    pub name: String,
    /// What it is for, with unit.
    pub description: String,
    /// What is allowed.
    pub kind: Kind,
    /// Whether it may be absent, with no value by default.
    pub optional: bool,
    /// Value where none is given; null for an optional key.
    pub default: Value,
    /// A value to show where there is no default.
    pub example: Value,
}

/// What a key allows.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Any text; more is checked later.
    Text,
    /// One of these words.
    Choice(Vec<String>),
    /// A whole number, from and to.
    Integer(u64, u64),
    /// A number, from and to.
    Number(f64, f64),
    /// A table of librdkafka properties.
    Properties,
}

impl Key {
    /// `table.name`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    /// `DEMARCHE_TABLE_NAME`.
    pub fn variable(&self) -> String {
        format!("{VARIABLE_PREFIX}{}_{}", self.table, self.name).to_uppercase()
    }

    /// Whether `value` is of the kind of this key; an optional text may be empty, which is absent.
    pub fn allows(&self, value: &Value) -> bool {
        match &self.kind {
            Kind::Text => value.is_string(),
            Kind::Choice(words) => value.as_str().is_some_and(|text| words.iter().any(|word| word == text)),
            Kind::Integer(min, max) => value.as_u64().is_some_and(|number| (*min..=*max).contains(&number)),
            Kind::Number(min, max) => value.as_f64().is_some_and(|number| (*min..=*max).contains(&number)),
            Kind::Properties => false,
        }
    }

    /// The value that `text` is for this key: a number where one is wanted, else the text.
    pub fn parse(&self, text: &str) -> Value {
        let number = || serde_json::from_str(text).ok().filter(Value::is_number);
        match self.kind {
            Kind::Integer(..) | Kind::Number(..) => number().unwrap_or_else(|| text.into()),
            Kind::Text | Kind::Choice(_) | Kind::Properties => text.into(),
        }
    }
}

/// What is allowed, in words.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("a text"),
            Self::Choice(words) => f.write_str(&words.join(", ")),
            Self::Integer(min, max) => write!(f, "{min} to {max}"),
            Self::Number(min, max) => write!(f, "{min:?} to {max:?}"),
            Self::Properties => f.write_str("a table of librdkafka keys"),
        }
    }
}

/// All tables, in the order of the file.
pub fn tables() -> Vec<Table> {
    let schema = schema();
    let table = |(name, schema): (&String, &Value)| Table {
        name: name.clone(),
        description: text(schema, "description"),
        keys: properties(schema).map(|(key, schema)| self::key(name, key, schema)).collect(),
    };
    properties(&schema).map(table).collect()
}

/// All keys, in the order of the file.
pub fn all() -> Vec<Key> {
    tables().into_iter().flat_map(|table| table.keys).collect()
}

/// The candidate that is closest to `written`, if one is close.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(written, candidate), candidate));
    scored
        .filter(|(score, _)| *score > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn key(table: &str, name: &str, schema: &Value) -> Key {
    let optional = schema.get("type").is_some_and(Value::is_array);
    let example = schema.pointer("/examples/0").cloned().unwrap_or_default();
    Key {
        table: table.to_owned(),
        name: name.to_owned(),
        description: text(schema, "description"),
        kind: kind(schema),
        optional,
        default: schema.get("default").cloned().unwrap_or_default(),
        example,
    }
}

fn kind(schema: &Value) -> Kind {
    let choices = choices(schema);
    if !choices.is_empty() {
        return Kind::Choice(choices);
    }
    let number = |bound| schema.get(bound).and_then(Value::as_f64);
    let integer = |bound| schema.get(bound).and_then(Value::as_u64);
    match type_name(schema) {
        "integer" => Kind::Integer(integer("minimum").unwrap_or(0), integer("maximum").unwrap_or(u64::MAX)),
        "number" => Kind::Number(
            number("minimum").unwrap_or(f64::NEG_INFINITY),
            number("maximum").unwrap_or(f64::INFINITY),
        ),
        "object" => Kind::Properties,
        _ => Kind::Text,
    }
}

/// The first type that is not null.
fn type_name(schema: &Value) -> &str {
    let name = match schema.get("type") {
        Some(Value::Array(names)) => names.first().and_then(Value::as_str),
        Some(Value::String(name)) => Some(name.as_str()),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => None,
    };
    name.unwrap_or("")
}

/// The words of a closed vocabulary: with their own descriptions (`oneOf`), or bare (`enum`).
fn choices(schema: &Value) -> Vec<String> {
    let list = |name| schema.get(name).and_then(Value::as_array).into_iter().flatten();
    let described = list("oneOf").filter_map(|choice| choice.get("const"));
    let words = described.chain(list("enum")).filter_map(Value::as_str);
    words.map(str::to_owned).collect()
}

fn text(schema: &Value, field: &str) -> String {
    schema.get(field).and_then(Value::as_str).unwrap_or("").to_owned()
}
