//! What an event was about: topics, each with the words that name it.

use serde_json::{Value, json};

use demarche::pipeline::outcome::Outcome;
use demarche::pipeline::process;
use demarche::pipeline::record::Record;

use crate::cases::CORE;

fn events(lang: &str, body: &str) -> Vec<Value> {
    let payload = json!({ "body": body, "language": lang, "published_at": "2025-11-20" }).to_string();
    let record = Record {
        payload: Some(payload.into_bytes()),
        ..Record::default()
    };
    match CORE.with(|core| process(&record, core)) {
        Outcome::Events(events) => events
            .records()
            .iter()
            .map(|event| serde_json::to_value(event).unwrap())
            .collect(),
        Outcome::NoEvent { reason, .. } => panic!("no event ({reason}) in {body:?}"),
        Outcome::DeadLetter(rejection) => panic!("{rejection}"),
    }
}

/// `topic<words>` of each event of a text.
#[track_caller]
fn check(lang: &str, body: &str, expected: &[&[&str]]) {
    let found: Vec<Vec<String>> = events(lang, body)
        .iter()
        .map(|event| {
            let topics = event["topics"].as_array().unwrap().iter().enumerate();
            let shown = topics.map(|(index, topic)| {
                let pointer = format!("/topics/{index}");
                let mut evidence = event["evidence"].as_array().unwrap().iter();
                let span = evidence.find(|span| span["pointer"] == pointer.as_str()).unwrap();
                let (start, end) = (
                    span["start"].as_u64().unwrap() as usize,
                    span["end"].as_u64().unwrap() as usize,
                );
                assert_eq!(span["text"].as_str(), body.get(start..end));
                format!("{}<{}>", topic.as_str().unwrap(), span["text"].as_str().unwrap())
            });
            shown.collect()
        })
        .collect();
    assert_eq!(found, expected, "in {body:?}");
}

#[test]
fn topics_stand_in_the_report_and_right_after_it() {
    check(
        "en",
        "Norwegian Foreign Minister Espen Barth Eide met Kenyan Foreign Minister Musalia Mudavadi in Oslo on Wednesday to discuss \
         free trade and people-to-people ties. They also spoke about fisheries.",
        &[&[
            "fisheries<fisheries>",
            "people_to_people<people-to-people ties>",
            "trade<free trade>",
        ]],
    );
    check(
        "id",
        "Menlu RI Sugiono bertemu Menlu Singapura Vivian Balakrishnan di Singapura, Selasa (18/11). Keduanya membahas transisi \
         energi, penanggulangan terorisme dan pekerja migran.",
        &[&[
            "counter_terrorism<penanggulangan terorisme>",
            "energy<transisi energi>",
            "labour<pekerja migran>",
        ]],
    );
}

#[test]
fn titles_parties_and_wars_long_past_are_no_topics() {
    check(
        "en",
        "Norwegian Trade Minister Cecilie Myrseth met Kenyan Trade Minister Lee Kinyanjui in Oslo on Wednesday. The World \
         Health Organization and the Defence Ministry were not represented. A Second World War cemetery lies nearby.",
        &[&[]],
    );
}

#[test]
fn a_phrase_round_the_name_of_a_party_is_a_topic() {
    check(
        "en",
        "Norwegian Foreign Minister Espen Barth Eide met Kenyan Foreign Minister Musalia Mudavadi in Oslo on Wednesday. The South \
         China Sea was raised.",
        &[&["territorial_dispute<South China Sea>"]],
    );
}

#[test]
fn the_topics_of_the_next_event_are_its_own() {
    check(
        "en",
        "Norwegian Foreign Minister Espen Barth Eide met Kenyan Foreign Minister Musalia Mudavadi in Oslo on Wednesday. Trade was \
         on the table. The day before, Eide met Chilean Foreign Minister Alberto van Klaveren in Oslo. They discussed mining.",
        &[&["trade<Trade>"], &["critical_minerals<mining>"]],
    );
}
