//! Any bytes into the core: no panic, every span on character boundaries, the same bytes twice give the same outcome.

use proptest::prelude::*;

use demarche::pipeline::outcome::Outcome;
use demarche::pipeline::record::Record;
use demarche::pipeline::{Core, process};

use crate::{core, sound};

thread_local! {
    static CORE: Core = core();
}

/// The outcome, which is sound and the same a second time.
#[track_caller]
fn check(payload: &[u8]) {
    let record = Record {
        payload: Some(payload.to_vec()),
        ..Record::default()
    };
    let run = || -> Outcome { CORE.with(|core| process(&record, core)) };
    let outcome = run();
    let fault = CORE.with(|core| sound::fault(payload, &outcome, core));
    assert_eq!(fault, None, "{}", payload.escape_ascii());
    assert_eq!(outcome, run());
}

#[test]
fn every_article_and_seed_has_a_sound_outcome() {
    for payload in crate::articles::payloads() {
        check(&payload);
    }
}

const WORDS: &[&str] = &[
    "Presiden",
    "Kirgistan",
    "Sadyr Japarov",
    ",",
    "bertemu",
    "dengan",
    "Menteri Luar Negeri",
    "Tiongkok",
    "Wang Yi",
    "di",
    "Bishkek",
    "Rabu",
    "(",
    "19/11",
    ")",
    "dan",
    "mitranya",
    "keduanya",
    "dari",
    "dialog strategis",
    "pertama",
    "antara",
    "-",
    "–",
    ".",
    "\n",
    "“",
    "”",
    "ke-9",
    "2+2",
    "akan",
    "ditunda",
    "tidak",
    "王毅",
    "İ",
    "e\u{301}",
    "\u{202e}",
    "'s",
    "kedua negara",
    "ia",
    "Jenewa",
    "31/2",
    "?",
];

proptest! {
    #[test]
    fn any_bytes_have_an_outcome(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes);
    }

    #[test]
    fn words_in_any_order_have_sound_spans(picks in proptest::collection::vec((0..WORDS.len(), any::<bool>()), 0..60), title in 0..20_usize) {
        let words: Vec<String> = picks.iter().filter_map(|(at, spaced)| {
            WORDS.get(*at).map(|word| if *spaced { format!("{word} ") } else { (*word).to_owned() })
        }).collect();
        let head = words.iter().take(title).cloned().collect::<String>();
        let item = serde_json::json!({ "title": head, "body": words.concat(), "language": "id", "published_at": "2025-11-20" });
        check(item.to_string().as_bytes());
    }
}
