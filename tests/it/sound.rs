//! What holds of the outcome of any bytes. Shared with the fuzz target, which includes this file.

use demarche::decode;
use demarche::event::wire::EventRecord;
use demarche::pipeline::Core;
use demarche::pipeline::outcome::{Outcome, Rejection};

/// What is wrong with the outcome of `payload`, if anything is.
pub fn fault(payload: &[u8], outcome: &Outcome, core: &Core) -> Option<String> {
    match outcome {
        Outcome::NoEvent { .. } => None,
        Outcome::DeadLetter(Rejection::Panicked { detail }) => Some(format!("the core panicked: {detail}")),
        Outcome::DeadLetter(Rejection::Decode(_) | Rejection::TooManyEvents { .. }) => None,
        Outcome::DeadLetter(Rejection::OutputTooLarge { .. } | Rejection::TooSlow { .. }) => {
            Some("the core knows neither output nor clock".to_owned())
        }
        Outcome::Events(events) if events.records().len() > core.publish.events_per_item_max => {
            Some(format!("{} events are over the limit", events.records().len()))
        }
        Outcome::Events(events) => events.records().iter().find_map(|event| event_fault(payload, event, core)),
    }
}

/// Spans lie on character boundaries of the field as it came, their text is what stands there, and they support a field that is.
fn event_fault(payload: &[u8], event: &EventRecord, core: &Core) -> Option<String> {
    let Ok(item) = decode::news_item(Some(payload), &core.decode) else {
        return Some("an item that cannot be read has events".to_owned());
    };
    let json = serde_json::to_value(event).ok()?;
    for evidence in &event.evidence {
        let range = evidence.start as usize..evidence.end as usize;
        if range.is_empty() || item.field(evidence.field).get(range) != Some(evidence.text.as_str()) {
            return Some(format!("span is not its text: {evidence:?}"));
        }
        if json.pointer(&evidence.pointer).is_none_or(serde_json::Value::is_null) {
            return Some(format!("pointer leads nowhere: {evidence:?}"));
        }
    }
    let sorted = event.parties.windows(2).all(|pair| matches!(pair, [a, b] if a.code < b.code));
    (!sorted || event.evidence.is_empty()).then(|| format!("parties {:?}, {} spans", event.parties, event.evidence.len()))
}
