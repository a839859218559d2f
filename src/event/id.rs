//! Stable ids: what happened ([`EventId`]), and who reported it ([`MentionId`]).
//!
//! Both are SHA-256 over named, length-free fields, cut to 128 bits and written as `01-` and 32 hexadecimal digits;
//! `01` is the version of the recipe. Rules, knowledge and time are no part of it, so a replay gives the same ids.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Event, Role};
use crate::code::PartyCode;
use crate::decode::ItemId;

const RECIPE: &str = "01";

/// A function of type, parties with the offices of their principals, and date: equal across outlets and languages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(String);

/// A function of the item's identity and the event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MentionId(String);

impl EventId {
    /// The id of what `event` says happened.
    pub fn of(event: &Event) -> Self {
        let mut recipe = format!("type={}", event.kind);
        for party in &event.parties {
            let role = principal(event, *party).map_or("-", Role::as_str);
            recipe.push_str(&format!("\nparty={party}/{role}"));
        }
        let date = event
            .date
            .as_ref()
            .map_or_else(|| "-".to_owned(), |date| date.value.to_string());
        recipe.push_str(&format!("\ndate={date}"));
        Self(digest("event", &recipe))
    }

    /// The id as published.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MentionId {
    /// The id of `event` as `item` reports it.
    pub fn of(item: &ItemId, event: &EventId) -> Self {
        Self(digest(
            "mention",
            &format!("item={}\nevent={}", item.as_str(), event.as_str()),
        ))
    }

    /// The id as published.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for MentionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The highest office that takes part for `party`.
fn principal(event: &Event, party: PartyCode) -> Option<Role> {
    event
        .participants
        .iter()
        .filter(|person| person.party == party)
        .filter_map(|person| person.role)
        .min()
}

fn digest(domain: &str, recipe: &str) -> String {
    let hash = Sha256::digest(format!("demarche/{RECIPE}/{domain}\n{recipe}").as_bytes());
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{RECIPE}-{hex}")
}
