//! Mentions → events.

use crate::classify::Mention;
use crate::decode::NewsItem;
use crate::event::Event;
use crate::knowledge::{Gazetteer, Pack};
use crate::text::Text;

/// The events.
pub fn events(_item: &NewsItem, _text: &Text, _mentions: Vec<Mention>, _pack: &Pack, _gazetteer: &Gazetteer) -> Vec<Event> {
    Vec::new()
}
