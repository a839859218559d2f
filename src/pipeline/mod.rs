//! Record → [`Outcome`]: the whole product on one screen, pure; the async shell around it is in [`worker`].

pub mod batch;
pub mod current;
pub mod dead_letter;
pub mod envelope;
pub mod examples;
pub mod explain;
pub mod limits;
pub mod offsets;
pub mod outcome;
pub mod oversize;
pub mod pool;
pub mod record;
pub mod worker;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::classify;
use crate::decode::{self, DecodeLimits, NewsItem};
use crate::enrich;
use crate::event::wire::EventRecord;
use crate::event::{Confidence, Event};
use crate::knowledge::Knowledge;
use crate::text::Text;

use outcome::{Events, NoEventReason, Outcome, Rejection};
use record::{Position, Record};

/// All that decides what becomes of a record, fixed at start.
#[derive(Debug)]
pub struct Core {
    /// Language packs and tables.
    pub knowledge: Knowledge,
    /// What is accepted.
    pub decode: DecodeLimits,
    /// What is published.
    pub publish: PublishLimits,
}

/// What may be published of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishLimits {
    /// An item with more events than this is a dead letter.
    pub events_per_item_max: usize,
    /// Events less sure than this are dropped.
    pub confidence_min: Confidence,
}

impl Default for PublishLimits {
    /// The defaults of the settings: 64 events, any confidence.
    fn default() -> Self {
        Self {
            events_per_item_max: 64,
            confidence_min: Confidence::from_hundredths(0),
        }
    }
}

/// The one outcome of `record`; a panic of the core is caught and becomes a dead letter, so that one record costs one record.
pub fn process(record: &Record, core: &Core) -> Outcome {
    catch_unwind(AssertUnwindSafe(|| outcome(record, core))).unwrap_or_else(|panic| Outcome::DeadLetter(panicked(&*panic)))
}

fn outcome(record: &Record, core: &Core) -> Outcome {
    match decode::news_item(record.payload.as_deref(), &core.decode) {
        Ok(item) => item_outcome(&item, record.position.as_ref(), core),
        Err(error) => Outcome::DeadLetter(Rejection::Decode(error)),
    }
}

fn item_outcome(item: &NewsItem, position: Option<&Position>, core: &Core) -> Outcome {
    let knowledge = &core.knowledge;
    let Some(pack) = knowledge.packs().reading(item.main_text(), item.language.as_deref()) else {
        return Outcome::NoEvent {
            reason: NoEventReason::NoPack,
            language: None,
        };
    };
    let none = |reason| Outcome::NoEvent {
        reason,
        language: Some(pack.lang()),
    };
    let text = Text::new(item, pack);
    let mentions = match classify::mentions(&text, pack, knowledge.gazetteer()) {
        Ok(mentions) => mentions,
        Err(reason) => return none(reason),
    };
    if mentions.found.is_empty() {
        return none(mentions.reason());
    }
    let mut events = enrich::events(item, &text, mentions, pack, knowledge.gazetteer());
    events.retain(|event| event.confidence >= core.publish.confidence_min);
    if events.len() > core.publish.events_per_item_max {
        let (actual, limit) = (events.len(), core.publish.events_per_item_max);
        return Outcome::DeadLetter(Rejection::TooManyEvents { actual, limit });
    }
    let record = |event: &Event| EventRecord::new(event, item, pack.lang().as_str(), position, knowledge);
    let time = item.published_at.as_ref().map(|published_at| published_at.to_rfc3339());
    match Events::new(pack.lang(), time, events.iter().map(record).collect()) {
        Some(events) => Outcome::Events(events),
        None => none(NoEventReason::LowConfidence),
    }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Rejection {
    let words = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Rejection::Panicked {
        detail: words.unwrap_or("no words").chars().take(200).collect(),
    }
}
