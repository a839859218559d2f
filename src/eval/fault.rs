//! What went wrong, event by event, for those who look for its cause.

use serde::Serialize;

use super::found::FoundEvent;
use super::gold::{GoldEvent, GoldItem};
use super::pairing::Comparison;
use crate::event::vocabulary;

vocabulary! {
    /// How an event went wrong.
    FaultKind {
        /// Annotated, and not found.
        Missed = "missed",
        /// Found, and not annotated.
        False = "false",
        /// Found, with a field that is not as annotated.
        Differs = "differs",
    }
}

/// One event that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The item.
    pub id: String,
    /// How.
    pub fault: FaultKind,
    /// Type of the event.
    #[serde(rename = "type")]
    pub kind: String,
    /// Codes of its parties, sorted.
    pub parties: Vec<String>,
    /// Its status: the annotated one, unless the event is a false one.
    pub status: String,
    /// Its date, likewise.
    pub date: Option<String>,
    /// The fields that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
}

/// A field that is not as annotated; `null` where one side has nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `status`, `date`, `place`, `place country`, `participant` or `role of …`.
    pub field: String,
    /// As annotated.
    pub gold: Option<String>,
    /// As found.
    pub found: Option<String>,
}

impl Fault {
    /// An annotated event that was not found.
    pub fn missed(item: &GoldItem, event: &GoldEvent) -> Self {
        Self {
            id: item.id.clone(),
            fault: FaultKind::Missed,
            kind: event.kind.as_str().to_owned(),
            parties: event.parties.iter().cloned().collect(),
            status: event.status.as_str().to_owned(),
            date: event.date.clone(),
            differences: Vec::new(),
        }
    }

    /// A published event that is not annotated.
    pub fn false_event(item: &GoldItem, event: &FoundEvent) -> Self {
        let mut parties: Vec<String> = event.parties.iter().map(|party| party.code.clone()).collect();
        parties.sort_unstable();
        parties.dedup();
        Self {
            id: item.id.clone(),
            fault: FaultKind::False,
            kind: event.kind.clone(),
            parties,
            status: event.status.clone(),
            date: event.date_value().map(str::to_owned),
            differences: Vec::new(),
        }
    }

    /// A found event with what is not as annotated; none if all is.
    pub fn differs(item: &GoldItem, gold: &GoldEvent, found: &FoundEvent, comparison: &Comparison) -> Option<Self> {
        let differences = differences(gold, found, comparison);
        (!differences.is_empty()).then(|| Self {
            fault: FaultKind::Differs,
            differences,
            ..Self::missed(item, gold)
        })
    }
}

fn differences(gold: &GoldEvent, found: &FoundEvent, comparison: &Comparison) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut differ = |field: &str, gold: Option<&str>, found: Option<&str>| {
        differences.push(Difference {
            field: field.to_owned(),
            gold: gold.map(str::to_owned),
            found: found.map(str::to_owned),
        });
    };
    if !comparison.status {
        differ("status", Some(gold.status.as_str()), Some(&found.status));
    }
    if !comparison.date {
        differ("date", gold.date.as_deref(), found.date_value());
    }
    if gold.place_name().is_some() {
        if !comparison.place {
            let place = found.place.as_ref();
            let name = place.and_then(|place| place.name.as_deref().or(place.surface.as_deref()));
            differ("place", gold.place_name(), name);
        }
        if !comparison.place_country {
            differ("place country", gold.place_country(), found.place_country());
        }
    }
    for (at, person) in gold.participants.iter().enumerate() {
        match comparison.people.iter().find(|(gold, _)| *gold == at) {
            None => differ("participant", person.name.as_deref(), None),
            Some((_, to)) => {
                let role = person.role.map(|role| role.as_str());
                let other = found.participants.get(*to).and_then(|person| person.role.as_deref());
                if role != other {
                    differ(&format!("role of {}", person.name.as_deref().unwrap_or("?")), role, other);
                }
            }
        }
    }
    for (to, person) in found.participants.iter().enumerate() {
        if !comparison.people.iter().any(|(_, found)| *found == to) {
            differ("participant", None, person.name.as_deref().or(person.surface.as_deref()));
        }
    }
    differences
}
