//! Text → mentions.

use crate::knowledge::{Gazetteer, Pack};
use crate::pipeline::outcome::NoEventReason;
use crate::text::Text;

/// What one sentence says of one event.
#[derive(Debug)]
pub struct Mention;

/// The mentions.
///
/// # Errors
/// Why there are none.
pub fn mentions(_text: &Text, _pack: &Pack, _gazetteer: &Gazetteer) -> Result<Vec<Mention>, NoEventReason> {
    Err(NoEventReason::NoTrigger)
}
