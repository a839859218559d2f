//! The published form of an event, version 1: JSON, and CloudEvents 1.0 headers or envelope around it.
//!
//! The only place where an event is serialised. Fields are written in the order of the structs, so equal events are
//! equal bytes. A change of shape raises [`SCHEMA_VERSION`] and adds a line here:
//!
//! * `1`: first version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::codes::Codes;
use super::{DateBasis, Event, EventId, EventType, Field, MentionId, Part, PartyKind, Precision, Role, Side, Status};
use crate::decode::NewsItem;
use crate::knowledge::Knowledge;
use crate::pipeline::record::Position;

/// The version that is written.
pub const SCHEMA_VERSION: &str = "1";

/// CloudEvents type of a published event.
pub const CE_TYPE: &str = "org.demarche.event.v1";

/// One event as published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventRecord {
    /// Version of this shape: `1`.
    pub schema_version: String,
    /// Equal for one encounter, whoever reports it: `01-` and 32 hexadecimal digits. The record's key.
    pub event_id: String,
    /// Equal for one encounter in one item: `01-` and 32 hexadecimal digits.
    pub mention_id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// Whether it happened.
    pub status: Status,
    /// The parties, sorted by code.
    pub parties: Vec<PartyRecord>,
    /// Who takes part, by party, then by rank.
    pub participants: Vec<ParticipantRecord>,
    /// When; null where nothing supports a date.
    pub date: Option<DateRecord>,
    /// Where; null where nothing supports a place.
    pub place: Option<PlaceRecord>,
    /// The dialogue mechanism, for `strategic_dialogue`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mechanism: Option<MechanismRecord>,
    /// Topic codes, sorted.
    pub topics: Vec<String>,
    /// Codes of other ontologies (docs/codes.md); absent where none fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<CodesRecord>,
    /// From 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
    /// The spans that support each field.
    pub evidence: Vec<EvidenceRecord>,
    /// The item that reports it, and where it was read.
    pub item: ItemRecord,
    /// What decided.
    pub classifier: ClassifierRecord,
}

/// A party.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartyRecord {
    /// ISO 3166-1 alpha-3, or the code of an organisation or territory.
    pub code: String,
    /// What sort of body.
    pub kind: PartyKind,
    /// English name.
    pub name: String,
    /// Wikidata id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wikidata: Option<String>,
}

/// A person who takes part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantRecord {
    /// Name.
    pub name: String,
    /// As written, with title and party.
    pub surface: String,
    /// Title as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Code of the party.
    pub party: String,
    /// Host or guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Wikidata id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wikidata: Option<String>,
}

/// A date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DateRecord {
    /// ISO 8601: `2025-11-19`, `2025-11`, `2025`; `--11-19` where no year is known.
    pub value: String,
    /// Its grain.
    pub precision: Precision,
    /// As written; absent when assumed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub surface: String,
    /// What it rests on.
    pub basis: DateBasis,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceRecord {
    /// English name of the city; for a venue that of its city.
    pub name: String,
    /// As written.
    pub surface: String,
    /// Code of the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Degrees north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// GeoNames id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geonames: Option<u32>,
}

/// A dialogue mechanism.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MechanismRecord {
    /// English name in lower case.
    pub name: String,
    /// Office of those who lead it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Role>,
    /// Its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordinal: Option<u16>,
}

/// The event in other ontologies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodesRecord {
    /// CAMEO base code; its first two digits are the root code.
    pub cameo: String,
    /// PLOVER event type.
    pub plover: String,
    /// PLOVER mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plover_mode: Option<String>,
    /// Goldstein scale, -10 to 10; absent where the code stands for acts of opposite sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goldstein: Option<f64>,
}

/// A span that supports a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceRecord {
    /// The field of the item.
    pub field: Field,
    /// First byte (UTF-8) in that field.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The bytes `start..end`.
    pub text: String,
    /// The rule that says so.
    pub rule: String,
    /// What it supports.
    pub part: Part,
    /// JSON pointer into this event.
    pub pointer: String,
}

/// The item, and where it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ItemRecord {
    /// The item's own id, else its URL, else a hash of its text.
    pub id: String,
    /// Headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// BCP 47 primary tag.
    pub language: String,
    /// RFC 3339, or a bare date where no time was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<String>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Outlet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Topic it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Partition it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<i32>,
    /// Offset it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// What decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClassifierRecord {
    /// Version of the program.
    pub version: String,
    /// `sha256:` and the hash of all language packs and tables.
    pub knowledge: String,
}

impl EventRecord {
    /// The published form of `event` as `item`, written in `language`, reports it.
    pub fn new(event: &Event, item: &NewsItem, language: &str, position: Option<&Position>, knowledge: &Knowledge) -> Self {
        let event_id = EventId::of(event);
        let mention_id = MentionId::of(&item.id, &event_id);
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            event_id: event_id.as_str().to_owned(),
            mention_id: mention_id.as_str().to_owned(),
            kind: event.kind,
            status: event.status,
            parties: parties(event, knowledge),
            participants: event.participants.iter().map(participant).collect(),
            date: event.date.as_ref().map(|date| DateRecord {
                value: date.value.to_string(),
                precision: date.value.precision(),
                surface: date.surface.clone(),
                basis: date.basis,
            }),
            place: event.place.as_ref().map(place),
            mechanism: event.mechanism.as_ref().map(|mechanism| MechanismRecord {
                name: mechanism.name.clone(),
                level: mechanism.level,
                ordinal: mechanism.ordinal,
            }),
            topics: event.topics.clone(),
            codes: super::codes::of(event.kind, event.status).map(codes),
            confidence: event.confidence.as_f64(),
            evidence: evidence(event, item),
            item: item_record(item, language, position),
            classifier: ClassifierRecord {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                knowledge: knowledge.hash().to_owned(),
            },
        }
    }

    /// The JSON value, without a line end.
    ///
    /// # Panics
    /// Never: every field serialises.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an event record has text keys and finite numbers only")
    }
}

fn parties(event: &Event, knowledge: &Knowledge) -> Vec<PartyRecord> {
    let party = |code| {
        let known = knowledge.gazetteer().party(code);
        PartyRecord {
            code: code.as_str().to_owned(),
            kind: known.map_or(PartyKind::State, |party| party.kind),
            name: known.map_or_else(|| code.as_str().to_owned(), |party| party.name.clone()),
            wikidata: known.and_then(|party| party.wikidata.clone()),
        }
    };
    event.parties.iter().map(|code| party(*code)).collect()
}

fn participant(person: &super::Participant) -> ParticipantRecord {
    ParticipantRecord {
        name: person.name.clone(),
        surface: person.surface.clone(),
        title: person.title.clone(),
        role: person.role,
        party: person.party.as_str().to_owned(),
        side: person.side,
        wikidata: person.wikidata.clone(),
    }
}

fn place(place: &super::EventPlace) -> PlaceRecord {
    PlaceRecord {
        name: place.name.clone(),
        surface: place.surface.clone(),
        country: place.country.map(|code| code.as_str().to_owned()),
        latitude: place.coordinates.map(|(latitude, _)| latitude),
        longitude: place.coordinates.map(|(_, longitude)| longitude),
        geonames: place.geonames,
    }
}

fn codes(codes: Codes) -> CodesRecord {
    CodesRecord {
        cameo: codes.cameo.to_owned(),
        plover: codes.plover.to_owned(),
        plover_mode: codes.mode.map(str::to_owned),
        goldstein: codes.goldstein,
    }
}

fn evidence(event: &Event, item: &NewsItem) -> Vec<EvidenceRecord> {
    let record = |evidence: &super::Evidence| EvidenceRecord {
        field: evidence.span.field,
        start: evidence.span.start,
        end: evidence.span.end,
        text: item.text_at(evidence.span).to_owned(),
        rule: evidence.rule.clone(),
        part: evidence.part,
        pointer: evidence.pointer.clone(),
    };
    event.evidence.iter().map(record).collect()
}

fn item_record(item: &NewsItem, language: &str, position: Option<&Position>) -> ItemRecord {
    ItemRecord {
        id: item.id.as_str().to_owned(),
        title: item.title.clone(),
        language: language.to_owned(),
        published_at: item.published_at.as_ref().map(ToString::to_string),
        url: item.url.clone(),
        source: item.source.clone(),
        topic: position.map(|position| position.topic.to_string()),
        partition: position.map(|position| position.partition.0),
        offset: position.map(|position| position.offset.0),
    }
}
