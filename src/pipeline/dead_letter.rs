//! A dead letter: the original key, bytes and headers untouched, plus headers that say where it was read and why it failed.
//!
//! The `dlq_…` headers are one block at the end that begins with `dlq_reason`. A record that already carries such headers
//! (it was a dead letter before and came back) keeps them: of a repeated name the last one counts, and what was added last is
//! all that follows the last `dlq_reason`, so taking it off again gives the record as it was read.
//!
//! No timestamp is set: the record's own is the time it was written; `dlq_timestamp` has the original one.

use sha2::{Digest, Sha256};

use super::outcome::Rejection;
use super::record::{Header, OutputRecord, Record};

/// The first of the headers that are added.
pub const FIRST_HEADER: &str = "dlq_reason";

/// How much of the record a dead letter holds; a smaller form is written only when Kafka refused a larger one for its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// All of it.
    Whole,
    /// All but the value, of which size and hash are given.
    WithoutValue,
    /// Nothing but where it was read and why it failed.
    Bare,
}

/// The dead letter of `record`.
pub fn record(record: &Record, rejection: &Rejection, form: Form) -> OutputRecord {
    let (mut headers, key) = match form {
        Form::Whole | Form::WithoutValue => (record.headers.clone(), record.key.clone()),
        Form::Bare => (Vec::new(), None),
    };
    headers.extend(provenance(record, rejection));
    let payload = match form {
        Form::Whole => record.payload.clone(),
        Form::WithoutValue | Form::Bare => {
            headers.extend(omission(record.payload.as_deref().unwrap_or_default(), form));
            None
        }
    };
    OutputRecord { key, headers, payload }
}

fn provenance(record: &Record, rejection: &Rejection) -> Vec<Header> {
    let mut headers = vec![
        Header::text(FIRST_HEADER, rejection.reason().as_str()),
        Header::text("dlq_detail", rejection.to_string()),
    ];
    if let Some(position) = &record.position {
        headers.push(Header::text("dlq_topic", &*position.topic));
        headers.push(Header::text("dlq_partition", position.partition.to_string()));
        headers.push(Header::text("dlq_offset", position.offset.to_string()));
    }
    if let Some(timestamp_ms) = record.timestamp_ms {
        headers.push(Header::text("dlq_timestamp", timestamp_ms.to_string()));
    }
    headers.push(Header::text("dlq_version", env!("CARGO_PKG_VERSION")));
    headers
}

fn omission(payload: &[u8], form: Form) -> Vec<Header> {
    let sha256: String = Sha256::digest(payload).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut headers = vec![
        Header::text("dlq_payload_omitted", "true"),
        Header::text("dlq_payload_bytes", payload.len().to_string()),
        Header::text("dlq_payload_sha256", sha256),
    ];
    if form == Form::Bare {
        headers.push(Header::text("dlq_headers_omitted", "true"));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::record::{Offset, PartitionId, Position};

    fn broken() -> Record {
        Record {
            position: Some(Position {
                topic: "news.raw".into(),
                partition: PartitionId(3),
                offset: Offset(41),
            }),
            timestamp_ms: Some(1_763_596_800_000),
            key: Some(b"k".to_vec()),
            headers: vec![
                Header::text("dlq_reason", "from before"),
                Header {
                    name: "h".into(),
                    value: None,
                },
            ],
            payload: Some(b"abc".to_vec()),
        }
    }

    fn rejection() -> Rejection {
        Rejection::TooManyEvents { actual: 65, limit: 64 }
    }

    fn value<'a>(record: &'a OutputRecord, name: &str) -> Option<&'a str> {
        let header = record.headers.iter().rev().find(|header| header.name == name)?;
        std::str::from_utf8(header.value.as_deref()?).ok()
    }

    #[test]
    fn the_original_is_untouched_and_its_provenance_follows() {
        let letter = record(&broken(), &rejection(), Form::Whole);
        assert_eq!(letter.payload, broken().payload);
        assert_eq!(letter.key, broken().key);
        assert_eq!(letter.headers[..2], broken().headers);
        assert_eq!(letter.headers[2], Header::text(FIRST_HEADER, "too_many_events"));
        assert_eq!(value(&letter, "dlq_detail"), Some("item yields 65 events, limit is 64"));
        assert_eq!(value(&letter, "dlq_topic"), Some("news.raw"));
        assert_eq!(value(&letter, "dlq_partition"), Some("3"));
        assert_eq!(value(&letter, "dlq_offset"), Some("41"));
        assert_eq!(value(&letter, "dlq_timestamp"), Some("1763596800000"));
    }

    #[test]
    fn an_omitted_value_leaves_its_size_and_hash() {
        let letter = record(&broken(), &rejection(), Form::WithoutValue);
        assert_eq!(letter.payload, None);
        assert_eq!(letter.key, broken().key);
        assert_eq!(value(&letter, "dlq_payload_omitted"), Some("true"));
        assert_eq!(value(&letter, "dlq_payload_bytes"), Some("3"));
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(value(&letter, "dlq_payload_sha256"), Some(sha256));
    }

    #[test]
    fn the_bare_form_is_small_whatever_the_record_was() {
        let letter = record(&broken(), &rejection(), Form::Bare);
        assert_eq!((letter.key.as_ref(), letter.payload.as_ref()), (None, None));
        assert_eq!(letter.headers[0].name, FIRST_HEADER);
        assert_eq!(value(&letter, "dlq_offset"), Some("41"));
    }
}
