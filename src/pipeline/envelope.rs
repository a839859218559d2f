//! CloudEvents 1.0 around each published event, in binary mode (headers) or structured mode (one JSON object); pure.
//!
//! The record's key is the `event_id`, so all mentions of one encounter lie in one partition and a compacted topic keeps the
//! last. No timestamp is set: the record's own is the time of publication, which retention and consumers expect, while the
//! value holds no clock at all. The item's time is in `ce_time`, and where it was read in the value.
//!
//! Of the headers of the raw record only the W3C trace context is carried on.

use serde::Serialize;

use super::outcome::Events;
use super::record::{Header, OutputRecord};
use crate::event::wire::{CE_TYPE, EventRecord};
use crate::settings::{CloudEvents, CloudEventsMode};

/// The version of CloudEvents that is written.
const SPEC_VERSION: &str = "1.0";
const CONTENT_TYPE: &str = "content-type";
/// Headers of W3C Trace Context, in the order they are written.
const TRACE_CONTEXT: [&str; 2] = ["traceparent", "tracestate"];

/// A CloudEvent in structured mode.
#[derive(Serialize)]
struct Structured<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    r#type: &'static str,
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    datacontenttype: &'static str,
    data: &'a EventRecord,
}

/// The records to publish for `events`, in their order, when the raw record had the headers `incoming`.
pub fn records(events: &Events, incoming: &[Header], settings: &CloudEvents) -> Vec<OutputRecord> {
    let trace = trace_context(incoming);
    let record = |event: &EventRecord| {
        let (mut headers, payload) = match settings.mode {
            CloudEventsMode::Binary => (binary_headers(event, events.time(), &settings.source), event.to_json()),
            CloudEventsMode::Structured => structured(event, events.time(), &settings.source),
        };
        headers.extend(trace.iter().cloned());
        OutputRecord {
            key: Some(event.event_id.clone().into_bytes()),
            headers,
            payload: Some(payload.into_bytes()),
        }
    };
    events.records().iter().map(record).collect()
}

fn binary_headers(event: &EventRecord, time: Option<&str>, source: &str) -> Vec<Header> {
    let mut headers = vec![
        Header::text("ce_specversion", SPEC_VERSION),
        Header::text("ce_id", &*event.mention_id),
        Header::text("ce_source", source),
        Header::text("ce_type", CE_TYPE),
        Header::text("ce_subject", &*event.event_id),
    ];
    headers.extend(time.map(|time| Header::text("ce_time", time)));
    headers.push(Header::text(CONTENT_TYPE, "application/json"));
    headers
}

fn structured(event: &EventRecord, time: Option<&str>, source: &str) -> (Vec<Header>, String) {
    let envelope = Structured {
        specversion: SPEC_VERSION,
        id: &event.mention_id,
        source,
        r#type: CE_TYPE,
        subject: &event.event_id,
        time,
        datacontenttype: "application/json",
        data: event,
    };
    let json = serde_json::to_string(&envelope).expect("an event record has text keys and finite numbers only");
    let content_type = Header::text(CONTENT_TYPE, "application/cloudevents+json; charset=UTF-8");
    (vec![content_type], json)
}

/// The trace headers of `incoming`: names are compared without regard to case, and of a repeated name the last one counts.
fn trace_context(incoming: &[Header]) -> Vec<Header> {
    let last = |name: &str| incoming.iter().rev().find(|header| header.name.eq_ignore_ascii_case(name));
    let carried = |name: &&str| {
        last(name).map(|header| Header {
            name: (*name).to_owned(),
            value: header.value.clone(),
        })
    };
    TRACE_CONTEXT.iter().filter_map(carried).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::batch::testing::events;

    const SETTINGS: CloudEvents = CloudEvents {
        mode: CloudEventsMode::Binary,
        source: String::new(),
    };

    fn settings(mode: CloudEventsMode) -> CloudEvents {
        CloudEvents {
            mode,
            source: "/demarche/test".to_owned(),
        }
    }

    fn text(header: &Header) -> (&str, &str) {
        let value = header.value.as_deref().unwrap_or_default();
        (&header.name, std::str::from_utf8(value).unwrap())
    }

    #[test]
    fn binary_mode_puts_the_attributes_in_headers() {
        let records = records(
            &events("01-e", "01-m", Some("2025-11-20T00:00:00Z")),
            &[],
            &settings(CloudEventsMode::Binary),
        );
        let headers: Vec<_> = records[0].headers.iter().map(text).collect();
        let expected = [
            ("ce_specversion", "1.0"),
            ("ce_id", "01-m"),
            ("ce_source", "/demarche/test"),
            ("ce_type", "org.demarche.event.v1"),
            ("ce_subject", "01-e"),
            ("ce_time", "2025-11-20T00:00:00Z"),
            ("content-type", "application/json"),
        ];
        assert_eq!(headers, expected);
        assert_eq!(records[0].key.as_deref(), Some(&b"01-e"[..]));
    }

    #[test]
    fn an_unknown_time_is_absent() {
        let records = records(&events("01-e", "01-m", None), &[], &SETTINGS);
        assert!(records[0].headers.iter().all(|header| header.name != "ce_time"));
    }

    #[test]
    fn structured_mode_puts_the_event_under_data() {
        let events = events("01-e", "01-m", Some("2025-11-20T00:00:00Z"));
        let records = records(&events, &[], &settings(CloudEventsMode::Structured));
        let envelope: serde_json::Value = serde_json::from_slice(records[0].payload.as_deref().unwrap()).unwrap();
        let data: EventRecord = serde_json::from_value(envelope["data"].clone()).unwrap();
        assert_eq!(data, events.records()[0]);
        assert_eq!(envelope["id"], "01-m");
        assert_eq!(envelope["time"], "2025-11-20T00:00:00Z");
        assert_eq!(
            records[0].headers.iter().map(text).collect::<Vec<_>>(),
            [("content-type", "application/cloudevents+json; charset=UTF-8")]
        );
    }

    #[test]
    fn trace_context_is_carried_on_and_nothing_else() {
        let incoming = [
            Header::text("Traceparent", "00-old"),
            Header::text("ce_id", "theirs"),
            Header::text("tracestate", "a=1"),
            Header::text("traceparent", "00-new"),
        ];
        let trace: Vec<_> = trace_context(&incoming);
        assert_eq!(
            trace.iter().map(text).collect::<Vec<_>>(),
            [("traceparent", "00-new"), ("tracestate", "a=1")]
        );
    }
}
