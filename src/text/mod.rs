//! NewsItem → [`Text`].

use crate::decode::NewsItem;
use crate::knowledge::Pack;

/// An item cut into sentences and words.
#[derive(Debug)]
pub struct Text;

impl Text {
    /// Cuts.
    pub fn new(_item: &NewsItem, _pack: &Pack) -> Self {
        Self
    }
}
