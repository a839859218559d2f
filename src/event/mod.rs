//! What the worker publishes, as types: an event, its closed vocabularies and the evidence for each of its fields.
//!
//! Nothing in here knows how an event is found ([`crate::classify`]), or how it is written ([`wire`]).

pub mod codes;
pub mod id;
pub mod wire;

use std::fmt;

use jiff::civil::Date;

use crate::code::PartyCode;

pub use id::{EventId, MentionId};

/// Declares a closed vocabulary: an enum, its codes (never renamed, they are published) and the list of all values.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The published code.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The value with this code.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// What kind of diplomatic event it is.
    EventType {
        /// Officials of exactly two parties meet in person to talk.
        BilateralMeeting = "bilateral_meeting",
        /// A session of a named dialogue mechanism of two parties.
        StrategicDialogue = "strategic_dialogue",
        /// Officials of three or more parties meet.
        MultilateralMeeting = "multilateral_meeting",
        /// Officials of two parties talk by telephone or video.
        PhoneCall = "phone_call",
        /// An official travels to another country.
        Visit = "visit",
        /// Talks over a dispute, a ceasefire or a treaty text.
        Negotiation = "negotiation",
        /// A document signed or issued by two or more parties.
        Agreement = "agreement",
        /// A congratulation, condolence or greeting sent to a foreign counterpart.
        Message = "message",
        /// An ambassador appointed, received, recalled, expelled or summoned.
        Envoy = "envoy",
        /// Relations established, restored, upgraded, downgraded or cut.
        Relations = "relations",
        /// Sanctions imposed, extended or lifted.
        Sanction = "sanction",
    }
}

vocabulary! {
    /// Whether it happened.
    Status {
        /// It took place, or is under way.
        Held = "held",
        /// It was announced and is still to come.
        Planned = "planned",
        /// It was called off, postponed or denied.
        Cancelled = "cancelled",
        /// An older event, mentioned as background.
        Past = "past",
    }
}

vocabulary! {
    /// In what office a person takes part, highest rank first: the first participant role of a party is its principal's.
    Role {
        /// President, monarch.
        HeadOfState = "head_of_state",
        /// Prime minister, chancellor, premier.
        HeadOfGovernment = "head_of_government",
        /// Secretary-general, commission president, high representative.
        IgoHead = "igo_head",
        /// Vice president, deputy prime minister without a ministry.
        DeputyHead = "deputy_head",
        /// Foreign minister, secretary of state.
        ForeignMinister = "foreign_minister",
        /// Defence minister, secretary of defence.
        DefenceMinister = "defence_minister",
        /// Any other minister.
        OtherMinister = "other_minister",
        /// National security adviser, secretary of a security council.
        SecurityAdviser = "security_adviser",
        /// Prince, princess, sultan without the headship of a state.
        Royal = "royal",
        /// Speaker or member of a parliament.
        Legislator = "legislator",
        /// Vice minister, state secretary.
        DeputyMinister = "deputy_minister",
        /// Special envoy or representative.
        SpecialEnvoy = "special_envoy",
        /// Ambassador, consul, permanent representative.
        Ambassador = "ambassador",
        /// Chief of staff, commander.
        Military = "military",
        /// An office of a ruling or other party.
        PartyOfficial = "party_official",
        /// Any other official.
        Official = "official",
    }
}

vocabulary! {
    /// What sort of body a party is.
    PartyKind {
        /// A member or observer state of the United Nations.
        State = "state",
        /// A territory that acts in its own name.
        Territory = "territory",
        /// An intergovernmental body.
        Organisation = "organisation",
    }
}

vocabulary! {
    /// On whose ground a participant stands.
    Side {
        /// The place lies in the participant's own country.
        Host = "host",
        /// The place lies in the other party's country.
        Guest = "guest",
    }
}

vocabulary! {
    /// How much of a date is known.
    Precision {
        /// Day and month, with the year unless the text and the item leave it open.
        Day = "day",
        /// Month and year.
        Month = "month",
        /// Year only.
        Year = "year",
    }
}

vocabulary! {
    /// What a date rests on.
    DateBasis {
        /// Written in the text in absolute form.
        Stated = "stated",
        /// Reckoned from the publication time or the dateline ("yesterday", "on Tuesday").
        Relative = "relative",
        /// The publication date, assumed.
        Published = "published",
    }
}

vocabulary! {
    /// Which part of an event a span of text supports.
    Part {
        /// The words that report the event.
        Trigger = "trigger",
        /// A party.
        Party = "party",
        /// A person, with office and party.
        Participant = "participant",
        /// The date.
        Date = "date",
        /// The place.
        Place = "place",
        /// The words that make it planned, cancelled or past.
        Status = "status",
        /// The dialogue mechanism, its level or its number.
        Mechanism = "mechanism",
        /// A topic.
        Topic = "topic",
    }
}

vocabulary! {
    /// The field of the item that a span points into.
    Field {
        /// The headline.
        Title = "title",
        /// The text.
        Body = "body",
    }
}

/// Bytes `start..end` of one field of the item as it came, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The field.
    pub field: Field,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A span that supports one part of an event, and the rule that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where.
    pub span: Span,
    /// The stable id of the rule, prefixed by its language (`id.meet.active`).
    pub rule: String,
    /// What it supports.
    pub part: Part,
    /// JSON pointer to the field of the published event that it supports (`/participants/0`).
    pub pointer: String,
}

/// A calendar date with its grain: a day may lack its year when neither text nor item gives one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartialDate {
    /// A full date.
    Day(Date),
    /// Month (1–12) and day (1–31), year not known.
    DayOfYear {
        /// 1–12.
        month: i8,
        /// 1–31.
        day: i8,
    },
    /// A month of a year.
    Month {
        /// The year.
        year: i16,
        /// 1–12.
        month: i8,
    },
    /// A year.
    Year(i16),
}

impl PartialDate {
    /// Its first and its last day; none while the year is open.
    pub fn days(self) -> Option<(Date, Date)> {
        match self {
            Self::Day(day) => Some((day, day)),
            Self::Month { year, month } => {
                let first = Date::new(year, month, 1).ok()?;
                Some((first, first.last_of_month()))
            }
            Self::Year(year) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
            Self::DayOfYear { .. } => None,
        }
    }

    /// How much is known.
    pub fn precision(self) -> Precision {
        match self {
            Self::Day(_) | Self::DayOfYear { .. } => Precision::Day,
            Self::Month { .. } => Precision::Month,
            Self::Year(_) => Precision::Year,
        }
    }
}

/// ISO 8601 (`2025-11-19`, `2025-11`, `2025`); a day without its year as in XML Schema and RFC 6350 (`--11-19`).
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
            Self::DayOfYear { month, day } => write!(f, "--{month:02}-{day:02}"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

/// When the event is, and why we think so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventDate {
    /// The date.
    pub value: PartialDate,
    /// The words it comes from; empty when it is assumed from the publication time.
    pub surface: String,
    /// What it rests on.
    pub basis: DateBasis,
}

/// Where the event is.
#[derive(Clone, Debug, PartialEq)]
pub struct EventPlace {
    /// The usual English name of the city, that of a venue's city for a venue.
    pub name: String,
    /// As written.
    pub surface: String,
    /// The country it lies in.
    pub country: Option<PartyCode>,
    /// Degrees north and east (WGS 84).
    pub coordinates: Option<(f64, f64)>,
    /// GeoNames id.
    pub geonames: Option<u32>,
}

/// A person who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The fullest name that the text (or the table of office holders) gives.
    pub name: String,
    /// As written where the event is reported, with title and party.
    pub surface: String,
    /// The title as written.
    pub title: Option<String>,
    /// The office.
    pub role: Option<Role>,
    /// For whom.
    pub party: PartyCode,
    /// On whose ground.
    pub side: Option<Side>,
    /// Wikidata id, only from a trusted table.
    pub wikidata: Option<String>,
}

/// The named mechanism of a strategic dialogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mechanism {
    /// Its English name in lower case (`strategic dialogue`, `2+2 ministerial`).
    pub name: String,
    /// The office of those who lead it.
    pub level: Option<Role>,
    /// Its number ("first", "ke-9", "ninth round").
    pub ordinal: Option<u16>,
}

/// A probability from 0 to 1, in hundredths so that it is written the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(u8);

impl Confidence {
    /// From hundredths; more than 100 is 100.
    pub const fn from_hundredths(hundredths: u8) -> Self {
        Self(if hundredths > 100 { 100 } else { hundredths })
    }

    /// From 0 to 1.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// One diplomatic event that one item reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What it is.
    pub kind: EventType,
    /// Whether it happened.
    pub status: Status,
    /// The parties, sorted by code, each once.
    pub parties: Vec<PartyCode>,
    /// The people who take part, by party, then by rank, then by first mention.
    pub participants: Vec<Participant>,
    /// When, if the item supports a date.
    pub date: Option<EventDate>,
    /// Where, if the item supports a place.
    pub place: Option<EventPlace>,
    /// The dialogue mechanism, for `strategic_dialogue`.
    pub mechanism: Option<Mechanism>,
    /// What was talked about: codes of the topic table, sorted.
    pub topics: Vec<String>,
    /// How sure we are that this event is reported.
    pub confidence: Confidence,
    /// What each field rests on, by position in the item.
    pub evidence: Vec<Evidence>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip() {
        for kind in EventType::ALL {
            assert_eq!(EventType::parse(kind.as_str()), Some(*kind));
        }
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(*role));
        }
    }

    #[test]
    fn dates_keep_their_grain() {
        let day = PartialDate::Day(Date::constant(2025, 11, 9));
        assert_eq!(day.to_string(), "2025-11-09");
        assert_eq!(PartialDate::DayOfYear { month: 11, day: 19 }.to_string(), "--11-19");
        assert_eq!(PartialDate::Month { year: 2025, month: 3 }.to_string(), "2025-03");
        assert_eq!(PartialDate::Year(2025).precision(), Precision::Year);
    }
}
