//! Names that are easily taken for another party, in running text.

use demarche::pipeline::outcome::Outcome;
use demarche::pipeline::process;
use demarche::pipeline::record::Record;

use crate::cases::CORE;

/// The parties of the one event of a text.
#[track_caller]
fn check(lang: &str, body: &str, expected: &str) {
    let payload = serde_json::json!({ "body": body, "language": lang, "published_at": "2025-11-20" }).to_string();
    let record = Record {
        payload: Some(payload.into_bytes()),
        ..Record::default()
    };
    let found: Vec<String> = match CORE.with(|core| process(&record, core)) {
        Outcome::Events(events) => events
            .records()
            .iter()
            .map(|event| {
                event
                    .parties
                    .iter()
                    .map(|party| party.code.as_str())
                    .collect::<Vec<_>>()
                    .join("-")
            })
            .collect(),
        Outcome::NoEvent { .. } => Vec::new(),
        Outcome::DeadLetter(rejection) => panic!("{rejection}"),
    };
    let expected: Vec<&str> = if expected.is_empty() { Vec::new() } else { vec![expected] };
    assert_eq!(found, expected, "in {body:?}");
}

/// The foreign ministers of two parties meet.
#[track_caller]
fn english(first: &str, second: &str, expected: &str) {
    let body = format!("The foreign minister of {first} met the foreign minister of {second} on Wednesday.");
    check("en", &body, expected);
}

#[track_caller]
fn indonesian(first: &str, second: &str, expected: &str) {
    let body = format!("Menteri Luar Negeri {first} bertemu Menteri Luar Negeri {second}, Rabu (19/11).");
    check("id", &body, expected);
}

#[test]
fn names_inside_names() {
    english("Guinea", "Japan", "GIN-JPN");
    english("Equatorial Guinea", "Japan", "GNQ-JPN");
    english("Guinea-Bissau", "Japan", "GNB-JPN");
    english("Papua New Guinea", "Japan", "JPN-PNG");
    english("Niger", "Japan", "JPN-NER");
    english("Nigeria", "Niger", "NER-NGA");
    english("Sudan", "South Sudan", "SDN-SSD");
    english("Dominica", "Japan", "DMA-JPN");
    english("the Dominican Republic", "Dominica", "DMA-DOM");
    english("North Macedonia", "Greece", "GRC-MKD");
    indonesian("Guinea Khatulistiwa", "Guinea", "GIN-GNQ");
    indonesian("Papua Nugini", "Jepang", "JPN-PNG");
    indonesian("Nigeria", "Niger", "NER-NGA");
    indonesian("Sudan Selatan", "Sudan", "SDN-SSD");
    indonesian("Republik Dominika", "Dominika", "DMA-DOM");
}

#[test]
fn two_congos_and_two_koreas() {
    english("the Democratic Republic of the Congo", "the Republic of the Congo", "COD-COG");
    english("DR Congo", "Rwanda", "COD-RWA");
    english("Congo-Brazzaville", "Japan", "COG-JPN");
    english("North Korea", "South Korea", "KOR-PRK");
    english("the Republic of Korea", "Japan", "JPN-KOR");
    indonesian("Republik Demokratik Kongo", "Rwanda", "COD-RWA");
    indonesian("Korea Utara", "Korea Selatan", "KOR-PRK");
    indonesian("Korut", "Korsel", "KOR-PRK");
}

#[test]
fn words_that_are_countries_only_with_their_capital() {
    english("Georgia", "Jordan", "GEO-JOR");
    english("Turkey", "Chad", "TCD-TUR");
    english("Türkiye", "Oman", "OMN-TUR");
    indonesian("Chad", "Turki", "TCD-TUR");
    indonesian("AS", "RI", "IDN-USA");
    indonesian("Timor Leste", "Yordania", "JOR-TLS");
}

#[test]
fn a_first_name_is_no_country() {
    check(
        "en",
        "Indian Foreign Minister S. Jaishankar met Republican leader Jordan Bardella in Paris on Wednesday.",
        "",
    );
}
