//! Published events, as far as they are compared: from [`EventRecord`]s, or from a line that `classify` wrote. Vocabularies are
//! left open here, so that lines of another version, or of another program, can be scored too.

use serde::Deserialize;

use crate::event::wire::EventRecord;

/// The events of one item, as `classify` writes them; fields that are not compared are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FoundItem {
    /// The item's identity; none for a line that could not be read.
    #[serde(default)]
    pub id: Option<String>,
    /// Its events.
    #[serde(default)]
    pub events: Vec<FoundEvent>,
}

/// One published event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FoundEvent {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it happened.
    pub status: String,
    /// The parties.
    #[serde(default)]
    pub parties: Vec<FoundParty>,
    /// Who takes part.
    #[serde(default)]
    pub participants: Vec<FoundPerson>,
    /// When.
    #[serde(default)]
    pub date: Option<FoundDate>,
    /// Where.
    #[serde(default)]
    pub place: Option<FoundPlace>,
}

/// A party.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FoundParty {
    /// Its code.
    pub code: String,
}

/// A participant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct FoundPerson {
    /// Name.
    #[serde(default)]
    pub name: Option<String>,
    /// As written, with title and party.
    #[serde(default)]
    pub surface: Option<String>,
    /// Office.
    #[serde(default)]
    pub role: Option<String>,
    /// Code of the party.
    #[serde(default)]
    pub party: Option<String>,
}

/// A date: published as an object, elsewhere often the bare text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum FoundDate {
    /// `{"value": "2025-11-19"}`.
    Published {
        /// ISO 8601.
        #[serde(default)]
        value: Option<String>,
    },
    /// `"2025-11-19"`.
    Bare(String),
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct FoundPlace {
    /// English name.
    #[serde(default)]
    pub name: Option<String>,
    /// As written.
    #[serde(default)]
    pub surface: Option<String>,
    /// Code of the country it lies in.
    #[serde(default)]
    pub country: Option<String>,
}

impl FoundEvent {
    /// Whether it is background.
    pub fn is_background(&self) -> bool {
        self.status == crate::event::Status::Past.as_str()
    }

    /// The date, ISO 8601.
    pub fn date_value(&self) -> Option<&str> {
        match self.date.as_ref()? {
            FoundDate::Published { value } => value.as_deref(),
            FoundDate::Bare(value) => Some(value),
        }
    }

    /// The country of the place.
    pub fn place_country(&self) -> Option<&str> {
        self.place.as_ref().and_then(|place| place.country.as_deref())
    }
}

impl From<&EventRecord> for FoundEvent {
    fn from(event: &EventRecord) -> Self {
        let party = |code: &String| FoundParty { code: code.clone() };
        let participants = event.participants.iter().map(|person| FoundPerson {
            name: Some(person.name.clone()),
            surface: Some(person.surface.clone()),
            role: person.role.map(|role| role.as_str().to_owned()),
            party: Some(person.party.clone()),
        });
        Self {
            kind: event.kind.as_str().to_owned(),
            status: event.status.as_str().to_owned(),
            parties: event.parties.iter().map(|record| party(&record.code)).collect(),
            participants: participants.collect(),
            date: event.date.as_ref().map(|date| FoundDate::Bare(date.value.clone())),
            place: event.place.as_ref().map(|place| FoundPlace {
                name: Some(place.name.clone()),
                surface: Some(place.surface.clone()),
                country: place.country.clone(),
            }),
        }
    }
}
