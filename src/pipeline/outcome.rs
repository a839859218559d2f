//! What a record ends as: exactly one [`Outcome`], and the closed sets of reasons that metrics and headers use.

use std::time::Duration;

use thiserror::Error;

use crate::code::Lang;
use crate::decode::DecodeError;
use crate::event::vocabulary;
use crate::event::wire::EventRecord;

/// The end of one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The item reports events.
    Events(Events),
    /// The item was read and reports none.
    NoEvent {
        /// Why not.
        reason: NoEventReason,
        /// The language it was read in, if a pack was found.
        language: Option<Lang>,
    },
    /// The record could not be read.
    DeadLetter(Rejection),
}

/// At least one event of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    language: Lang,
    time: Option<String>,
    records: Vec<EventRecord>,
}

vocabulary! {
    /// The three ends of a record: the label `outcome` of the metrics.
    OutcomeKind {
        /// It reports events.
        Events = "events",
        /// It reports none.
        NoEvent = "no_event",
        /// It could not be read.
        DeadLetter = "dead_letter",
    }
}

impl Outcome {
    /// Which of the three ends it is.
    pub fn kind(&self) -> OutcomeKind {
        match self {
            Self::Events(_) => OutcomeKind::Events,
            Self::NoEvent { .. } => OutcomeKind::NoEvent,
            Self::DeadLetter(_) => OutcomeKind::DeadLetter,
        }
    }

    /// Why it goes to the dead letters, if it does.
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::DeadLetter(rejection) => Some(rejection),
            Self::Events(_) | Self::NoEvent { .. } => None,
        }
    }
}

impl Events {
    /// The events of an item written in `language` and published at `time` (RFC 3339); none if there are none.
    pub fn new(language: Lang, time: Option<String>, records: Vec<EventRecord>) -> Option<Self> {
        (!records.is_empty()).then_some(Self { language, time, records })
    }

    /// The language of the item.
    pub fn language(&self) -> Lang {
        self.language
    }

    /// The item's publication time in RFC 3339.
    pub fn time(&self) -> Option<&str> {
        self.time.as_deref()
    }

    /// The events, in the order of the text.
    pub fn records(&self) -> &[EventRecord] {
        &self.records
    }
}

vocabulary! {
    /// Why an item yields no event: the reason of the candidate that came furthest.
    NoEventReason {
        /// No language pack reads it.
        NoPack = "no_pack",
        /// No words that report an event.
        NoTrigger = "no_trigger",
        /// Only said by someone who is quoted.
        Quoted = "quoted",
        /// An event is reported, and no party takes part.
        NoParty = "no_party",
        /// All who take part are of one party: domestic politics.
        SingleParty = "single_party",
        /// More than two parties, of a type that has two.
        ManyParties = "many_parties",
        /// Only a welcome or a farewell.
        Ceremony = "ceremony",
        /// Called for, offered, denied, or only imagined.
        Hypothetical = "hypothetical",
        /// Sport.
        Sport = "sport",
        /// Companies.
        Business = "business",
        /// Politics inside one country.
        Domestic = "domestic",
        /// Culture.
        Culture = "culture",
        /// An opinion.
        Opinion = "opinion",
        /// Less sure than the setting asks for.
        LowConfidence = "low_confidence",
    }
}

vocabulary! {
    /// Why a record is a dead letter: the value of the header `dlq_reason`.
    DeadLetterReason {
        /// No value.
        NullValue = "null_value",
        /// Payload over the limit.
        TooLarge = "too_large",
        /// Not UTF-8.
        NotUtf8 = "not_utf8",
        /// Not JSON though it starts so.
        BadJson = "bad_json",
        /// JSON nested too deeply.
        TooDeep = "too_deep",
        /// Several items in one record.
        ManyItems = "many_items",
        /// A field of the wrong type.
        BadField = "bad_field",
        /// No text.
        NoText = "no_text",
        /// Title or body over the limit.
        TextTooLong = "text_too_long",
        /// More events than the limit.
        TooManyEvents = "too_many_events",
        /// A bug in the core.
        Panicked = "panicked",
        /// Kafka refused an event of it for its size.
        OutputTooLarge = "output_too_large",
        /// Not classified within its time.
        TooSlow = "too_slow",
    }
}

/// Why a record goes to the dead letters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// It could not be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It yields more events than an item may.
    #[error("item yields {actual} events, limit is {limit}")]
    TooManyEvents {
        /// Events found.
        actual: usize,
        /// The limit.
        limit: usize,
    },
    /// The core panicked on it.
    #[error("the core panicked: {detail}")]
    Panicked {
        /// The panic's own words, cut to 200 characters.
        detail: String,
    },
    /// Kafka refused an event of it for its size.
    #[error("an event of {bytes} bytes is larger than the topic or the broker allows")]
    OutputTooLarge {
        /// Bytes of the largest event: key, value and headers.
        bytes: usize,
    },
    /// It was not classified within its time.
    #[error("not classified within {} ms, which is the limit", limit.as_millis())]
    TooSlow {
        /// The limit.
        limit: Duration,
    },
}

impl Rejection {
    /// The published code.
    pub fn reason(&self) -> DeadLetterReason {
        match self {
            Self::Decode(error) => decode_reason(error),
            Self::TooManyEvents { .. } => DeadLetterReason::TooManyEvents,
            Self::Panicked { .. } => DeadLetterReason::Panicked,
            Self::OutputTooLarge { .. } => DeadLetterReason::OutputTooLarge,
            Self::TooSlow { .. } => DeadLetterReason::TooSlow,
        }
    }
}

/// The published code of what could not be decoded.
fn decode_reason(error: &DecodeError) -> DeadLetterReason {
    match error {
        DecodeError::NullValue => DeadLetterReason::NullValue,
        DecodeError::TooLarge { .. } => DeadLetterReason::TooLarge,
        DecodeError::NotUtf8 { .. } => DeadLetterReason::NotUtf8,
        DecodeError::BadJson { .. } | DecodeError::NotAnObject => DeadLetterReason::BadJson,
        DecodeError::TooDeep { .. } => DeadLetterReason::TooDeep,
        DecodeError::ManyItems { .. } => DeadLetterReason::ManyItems,
        DecodeError::BadField { .. } => DeadLetterReason::BadField,
        DecodeError::NoText => DeadLetterReason::NoText,
        DecodeError::TextTooLong { .. } => DeadLetterReason::TextTooLong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{DecodeLimits, news_item};

    #[track_caller]
    fn reason(payload: &[u8]) -> &'static str {
        match news_item(Some(payload), &DecodeLimits::default()) {
            Ok(item) => panic!("decoded: {item:?}"),
            Err(error) => Rejection::Decode(error).reason().as_str(),
        }
    }

    #[test]
    fn broken_payloads_have_a_reason() {
        let null = news_item(None, &DecodeLimits::default()).unwrap_err();
        assert_eq!(Rejection::Decode(null).reason().as_str(), "null_value");
        assert_eq!(reason(b""), "no_text");
        assert_eq!(reason(b" \n\t "), "no_text");
        assert_eq!(reason(b"\xff\xfe caf\xe9"), "not_utf8");
        assert_eq!(reason(br#"{"title":"a","body":"#), "bad_json");
        assert_eq!(reason(br#"{"title":"a"} {"title":"b"}"#), "bad_json");
        assert_eq!(reason(br#"{"title":null,"body":null}"#), "no_text");
        assert_eq!(reason(br#"{"body":7}"#), "bad_field");
        assert_eq!(reason(br#"{"body":"x","published_at":"next week"}"#), "bad_field");
        assert_eq!(reason(br#"[{"body":"a"},{"body":"b"}]"#), "many_items");
        assert_eq!(
            reason(format!("{{\"body\":{}1{}}}", "[".repeat(200), "]".repeat(200)).as_bytes()),
            "too_deep"
        );
        assert_eq!(reason(&vec![b'a'; 9 << 20]), "too_large");
        assert_eq!(reason(&vec![b'a'; (1 << 20) + 1]), "text_too_long");
    }
}
