//! Bytes → [`NewsItem`]: one raw record of any accepted format becomes one item, or a typed reason why not.
//!
//! Takes the payload and the record's headers; knows nothing of Kafka, of languages or of events.

mod detect;
mod error;
mod native;
mod plain;
mod published_at;

use std::fmt;

use sha2::{Digest, Sha256};

use crate::event::vocabulary;
use crate::event::{Field, Span};

pub use error::DecodeError;
pub use native::{NativeId, NativeItem};
pub use published_at::PublishedAt;

vocabulary! {
    /// How raw records are written.
    InputFormat {
        /// Told apart by the first byte: a JSON object is `native`, anything else is `plain`.
        Auto = "auto",
        /// `{"id","title","body","language","published_at","url","source"}`.
        Native = "native",
        /// UTF-8 text, the whole of it the body.
        Plain = "plain",
    }
}

/// The identity of an item: its own id, else its URL, else a hash of its title and body.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ItemId(String);

impl ItemId {
    /// The identity from what the item says of itself; empty texts count as absent.
    pub fn new(id: Option<&str>, url: Option<&str>, title: Option<&str>, body: &str) -> Self {
        let own = [id, url].into_iter().flatten().find(|text| !text.is_empty());
        Self(own.map_or_else(|| content_id(title.unwrap_or(""), body), str::to_owned))
    }

    /// The id as published.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `sha256:` and 32 hexadecimal digits over title and body, with a separator that neither can hold.
fn content_id(title: &str, body: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(title.as_bytes());
    hash.update([0xff]);
    hash.update(body.as_bytes());
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// One news item, decoded: spans of everything found later point into `title` and `body` as they are here.
#[derive(Clone, Debug, PartialEq)]
pub struct NewsItem {
    /// Who it is.
    pub id: ItemId,
    /// Headline.
    pub title: Option<String>,
    /// Text; may be empty when there is a title.
    pub body: String,
    /// Language as declared by the item, a lower-case primary tag; not checked yet.
    pub language: Option<String>,
    /// Publication time.
    pub published_at: Option<PublishedAt>,
    /// Address.
    pub url: Option<String>,
    /// Outlet.
    pub source: Option<String>,
}

impl NewsItem {
    /// One field of the item.
    pub fn field(&self, field: Field) -> &str {
        match field {
            Field::Title => self.title.as_deref().unwrap_or(""),
            Field::Body => &self.body,
        }
    }

    /// The day of publication, which "yesterday" is reckoned from.
    pub fn published_on(&self) -> Option<jiff::civil::Date> {
        self.published_at.as_ref().map(PublishedAt::date)
    }

    /// The body, or the title of an item that has nothing else.
    pub fn main_text(&self) -> &str {
        if self.body.trim().is_empty() {
            self.field(Field::Title)
        } else {
            &self.body
        }
    }

    /// The text of a span; empty if the span does not lie on character boundaries inside the field.
    pub fn text_at(&self, span: Span) -> &str {
        self.field(span.field)
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }
}

/// What `decode` accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeLimits {
    /// The format, or detection.
    pub format: InputFormat,
    /// Largest payload in bytes.
    pub payload_bytes_max: usize,
    /// Longest title or body in bytes.
    pub body_bytes_max: usize,
    /// Deepest JSON nesting, in levels.
    pub json_depth_max: usize,
}

impl Default for DecodeLimits {
    /// The defaults of the settings: detection, 8 MiB, 1 MiB, 32 levels.
    fn default() -> Self {
        Self {
            format: InputFormat::Auto,
            payload_bytes_max: 8 << 20,
            body_bytes_max: 1 << 20,
            json_depth_max: 32,
        }
    }
}

/// The item that `payload` holds.
///
/// # Errors
/// A [`DecodeError`]; the payload then belongs to the dead letters.
pub fn news_item(payload: Option<&[u8]>, limits: &DecodeLimits) -> Result<NewsItem, DecodeError> {
    let payload = payload.ok_or(DecodeError::NullValue)?;
    if payload.len() > limits.payload_bytes_max {
        return Err(DecodeError::TooLarge {
            actual_bytes: payload.len(),
            limit_bytes: limits.payload_bytes_max,
        });
    }
    let text = std::str::from_utf8(payload).map_err(|error| DecodeError::NotUtf8 {
        at_byte: error.valid_up_to(),
    })?;
    let without_mark = text.strip_prefix('\u{feff}').unwrap_or(text);
    let item = match detect::format(without_mark, limits.format) {
        detect::Format::Native => native::news_item(without_mark, limits)?,
        detect::Format::Plain => plain::news_item(text),
    };
    check_text(item, limits)
}

fn check_text(item: NewsItem, limits: &DecodeLimits) -> Result<NewsItem, DecodeError> {
    for field in Field::ALL {
        let actual_bytes = item.field(*field).len();
        if actual_bytes > limits.body_bytes_max {
            return Err(DecodeError::TextTooLong {
                field: *field,
                actual_bytes,
                limit_bytes: limits.body_bytes_max,
            });
        }
    }
    if Field::ALL.iter().all(|field| item.field(*field).trim().is_empty()) {
        return Err(DecodeError::NoText);
    }
    Ok(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn native_and_plain_forms_of_one_article_are_one_item() {
        let limits = DecodeLimits::default();
        let plain = news_item(Some("Paris, AFP - A.".as_bytes()), &limits).unwrap();
        let native = news_item(Some(r#"{"body":"Paris, AFP - A."}"#.as_bytes()), &limits).unwrap();
        assert_eq!(plain, native);
        assert!(plain.id.as_str().starts_with("sha256:"));
    }

    #[test]
    fn fields_of_annotated_collections_are_read() {
        let item = |text: &str| news_item(Some(text.as_bytes()), &DecodeLimits::default()).unwrap();
        let annotated = item(r#"{"text":"A.","lang":"en"}"#);
        assert_eq!(annotated, item(r#"{"body":"A.","language":"en"}"#));
        assert_eq!(item(r#"{"body":"A.","text":"B.","language":"","lang":"en"}"#), annotated);
    }

    #[test]
    fn identity_prefers_the_items_own_id() {
        let id = |text: &str| news_item(Some(text.as_bytes()), &DecodeLimits::default()).unwrap().id;
        assert_eq!(id(r#"{"id":"a","url":"u","body":"x"}"#).as_str(), "a");
        assert_eq!(id(r#"{"id":"","url":"u","body":"x"}"#).as_str(), "u");
        assert_eq!(id(r#"{"id":17,"body":"x"}"#).as_str(), "17");
        assert_ne!(id(r#"{"title":"x","body":"y"}"#), id(r#"{"title":"","body":"xy"}"#));
    }
}
