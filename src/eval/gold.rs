//! Annotated items: a native item (`id`, `lang`, `title`, `text`, `published_at`) that also says which events it reports.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::event::{EventType, Role, Status};

/// What is annotated of one item. Its text is read by [`crate::decode`] from the same bytes; fields that neither knows, such as
/// notes, are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GoldItem {
    /// The item's identity, by which a published line is told to be of it.
    pub id: String,
    /// The language under which it is reported; the item's own, as a rule.
    pub lang: String,
    /// Whether it was chosen because it reports no event: any event found in it, background apart, is a false alarm.
    #[serde(default)]
    pub negative: bool,
    /// The events that it reports.
    #[serde(default)]
    pub events: Vec<GoldEvent>,
}

/// One annotated event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GoldEvent {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Whether it happened; `past` is background, which need not be found.
    pub status: Status,
    /// Codes of the parties.
    #[serde(rename = "countries")]
    pub parties: BTreeSet<String>,
    /// Who takes part.
    #[serde(default)]
    pub participants: Vec<GoldPerson>,
    /// ISO 8601, as exact as the text supports: `2025-11-19`, `2025-11`.
    #[serde(default)]
    pub date: Option<String>,
    /// City, or a venue's city.
    #[serde(default)]
    pub place: Option<GoldPlace>,
}

/// One annotated participant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct GoldPerson {
    /// As the item writes it.
    #[serde(default)]
    pub name: Option<String>,
    /// In Latin letters, where the item writes others.
    #[serde(default)]
    pub name_en: Option<String>,
    /// Code of the party.
    #[serde(default)]
    pub country: Option<String>,
    /// Office.
    #[serde(default)]
    pub role: Option<Role>,
}

/// An annotated place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GoldPlace {
    /// As the item writes it.
    #[serde(default)]
    pub name: Option<String>,
    /// Code of the country it lies in.
    #[serde(default)]
    pub country: Option<String>,
}

impl GoldEvent {
    /// Whether it is background.
    pub fn is_background(&self) -> bool {
        self.status == Status::Past
    }

    /// The place's name, if one is annotated.
    pub fn place_name(&self) -> Option<&str> {
        let name = self.place.as_ref().and_then(|place| place.name.as_deref());
        name.filter(|name| !name.is_empty())
    }

    /// The country of the place.
    pub fn place_country(&self) -> Option<&str> {
        self.place.as_ref().and_then(|place| place.country.as_deref())
    }
}
