//! A bare article: the whole payload is the body, so that spans are offsets into the file as it is.

use super::{ItemId, NewsItem};

/// The item of a text without any envelope.
pub fn news_item(text: &str) -> NewsItem {
    NewsItem {
        id: ItemId::new(None, None, None, text),
        title: None,
        body: text.to_owned(),
        language: None,
        published_at: None,
        url: None,
        source: None,
    }
}
