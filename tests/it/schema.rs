//! The published schema of an event, held against events by a validator that this project did not write.

use demarche::pipeline::outcome::Outcome;
use demarche::pipeline::process;
use demarche::pipeline::record::{Offset, PartitionId, Position, Record};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::program::{run, stdout};
use crate::{articles, core};

/// The validator of `demarche schema event`, as a consumer has it.
fn validator() -> Validator {
    let output = run(&["schema", "event"], b"");
    let schema: Value = serde_json::from_str(stdout(&output)).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// All events of the golden articles, as published: with the classifier, and with where the item was read.
fn events() -> Vec<Value> {
    let core = core();
    let mut events = Vec::new();
    for input in articles::golden_inputs() {
        let record = Record {
            position: Some(Position {
                topic: "news.raw".into(),
                partition: PartitionId(3),
                offset: Offset(41),
            }),
            payload: Some(std::fs::read(&input).unwrap()),
            ..Record::default()
        };
        if let Outcome::Events(found) = process(&record, &core) {
            events.extend(found.records().iter().map(|event| serde_json::to_value(event).unwrap()));
        }
    }
    events
}

#[test]
fn golden_events_are_valid_by_the_published_schema() {
    let validator = validator();
    let events = events();
    assert!(events.len() >= 40, "only {} events were found to look at", events.len());
    for event in events {
        let faults: Vec<String> = validator
            .iter_errors(&event)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{}\n{event:#}", faults.join("\n"));
    }
}

/// A schema that takes anything would pass the test above.
#[test]
fn an_event_spoilt_in_one_place_is_invalid() {
    let validator = validator();
    let event = events().remove(0);
    assert!(validator.is_valid(&event));
    let spoilt = [
        ("/type", json!("tea_party")),
        ("/status", json!("rumoured")),
        ("/confidence", json!(1.5)),
        ("/event_id", json!(7)),
        ("/parties", json!("IDN")),
        ("/parties/0/kind", json!("planet")),
        ("/evidence/0/start", json!(-1)),
        ("/item", Value::Null),
        ("/classifier/version", Value::Null),
    ];
    for (pointer, value) in spoilt {
        let mut other = event.clone();
        *other.pointer_mut(pointer).unwrap() = value.clone();
        assert!(!validator.is_valid(&other), "{pointer} may be {value}");
    }
    for field in [
        "schema_version",
        "event_id",
        "mention_id",
        "type",
        "status",
        "parties",
        "item",
    ] {
        let mut other = event.clone();
        other.as_object_mut().unwrap().remove(field);
        assert!(!validator.is_valid(&other), "{field} may be missing");
    }
}
