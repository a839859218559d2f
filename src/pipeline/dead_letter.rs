//! A dead letter: the original key, bytes and headers untouched, plus headers that say where it was read and why it failed.

use super::outcome::Rejection;
use super::record::{Header, OutputRecord, Record};

/// The dead letter of `record`.
pub fn record(record: &Record, rejection: &Rejection) -> OutputRecord {
    let mut headers = record.headers.clone();
    headers.push(Header::text("dlq_reason", rejection.reason().as_str()));
    headers.push(Header::text("dlq_detail", rejection.to_string()));
    if let Some(position) = &record.position {
        headers.push(Header::text("dlq_topic", &*position.topic));
        headers.push(Header::text("dlq_partition", position.partition.to_string()));
        headers.push(Header::text("dlq_offset", position.offset.to_string()));
    }
    if let Some(timestamp_ms) = record.timestamp_ms {
        headers.push(Header::text("dlq_timestamp", timestamp_ms.to_string()));
    }
    headers.push(Header::text("dlq_version", env!("CARGO_PKG_VERSION")));
    OutputRecord {
        key: record.key.clone(),
        headers,
        payload: record.payload.clone(),
    }
}
