//! The native shape: one JSON object with `id`, `title`, `body`, `language`, `published_at`, `url`, `source`.
//!
//! All fields are optional but one of `title` and `body`. `text` is read for `body` and `lang` for `language` where those are
//! absent, as in annotated collections. Unknown fields are ignored; a field of the wrong type is an error, since a text taken
//! for absent would be lost without a trace.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{DecodeError, DecodeLimits, ItemId, NewsItem, PublishedAt};

/// A raw news item in the native shape. At least one of `title` and `body` has text; an empty text counts as absent, and
/// unknown fields are ignored.
///
/// This is the shape as others write it: for the published schema, and to wrap a bare article that needs more than its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename = "NewsItem")]
pub struct NativeItem {
    /// The item's identity: a text, or a number, which is taken as it is written. Without it the URL, else a hash of title and body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<NativeId>,
    /// Headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Text. The field `text` is read in its place where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// BCP 47 tag. The field `lang` is read in its place where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// A date, or a date and time: `2025-11-20`, `2025-11-20T08:30:00+07:00`; UTC where no zone is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Outlet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// An id as it may be written.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum NativeId {
    /// A text.
    Text(String),
    /// A number.
    Number(serde_json::Number),
}

/// The item of a native object.
pub fn news_item(text: &str, limits: &DecodeLimits) -> Result<NewsItem, DecodeError> {
    check_depth(text, limits.json_depth_max)?;
    let value = serde_json::from_str(text).map_err(|error| DecodeError::BadJson {
        line: error.line(),
        column: error.column(),
    })?;
    let fields = match value {
        Value::Object(fields) => fields,
        Value::Array(items) => return Err(DecodeError::ManyItems { items: items.len() }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return Err(DecodeError::NotAnObject),
    };
    let title = text_field(&fields, "title")?;
    let body = first_text(&fields, ["body", "text"])?.unwrap_or_default();
    let url = text_field(&fields, "url")?;
    let id = id_field(&fields)?;
    Ok(NewsItem {
        id: ItemId::new(id.as_deref(), url.as_deref(), title.as_deref(), &body),
        title,
        body,
        language: first_text(&fields, ["language", "lang"])?.map(|tag| primary_tag(&tag)),
        published_at: published_at(&fields)?,
        url,
        source: text_field(&fields, "source")?,
    })
}

/// The first of `names` that has text.
fn first_text(fields: &Map<String, Value>, names: [&'static str; 2]) -> Result<Option<String>, DecodeError> {
    for name in names {
        if let Some(text) = text_field(fields, name)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// A text, or absent: missing, null and empty are one.
fn text_field(fields: &Map<String, Value>, field: &'static str) -> Result<Option<String>, DecodeError> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Err(DecodeError::BadField { field, wanted: "a text" })
        }
    }
}

/// Databases number their items: a number is taken as it is written.
fn id_field(fields: &Map<String, Value>) -> Result<Option<String>, DecodeError> {
    match fields.get("id") {
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        None | Some(Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => {
            text_field(fields, "id")
        }
    }
}

fn published_at(fields: &Map<String, Value>) -> Result<Option<PublishedAt>, DecodeError> {
    let Some(text) = text_field(fields, "published_at")? else {
        return Ok(None);
    };
    let wanted = "a date or a date and time (2025-11-20, 2025-11-20T08:30:00+07:00)";
    PublishedAt::parse(&text).map(Some).ok_or(DecodeError::BadField {
        field: "published_at",
        wanted,
    })
}

/// `id-ID` and `id_ID` are `id`.
fn primary_tag(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase()
}

/// Brackets outside strings, counted before anything is allocated: a hostile depth costs one pass.
fn check_depth(text: &str, limit: usize) -> Result<(), DecodeError> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return Err(DecodeError::TooDeep { limit_levels: limit });
        }
    }
    Ok(())
}
