//! Any bytes into the core: no panic, every span on character boundaries, the same bytes twice give the same outcome.

use proptest::prelude::*;

use demarche::decode::DecodeLimits;
use demarche::event::Field;
use demarche::knowledge::{Knowledge, KnowledgeFiles};
use demarche::pipeline::outcome::{Outcome, Rejection};
use demarche::pipeline::record::Record;
use demarche::pipeline::{Core, PublishLimits, process};

thread_local! {
    static CORE: Core = Core {
        knowledge: Knowledge::compile(&KnowledgeFiles::embedded()).unwrap(),
        decode: DecodeLimits::default(),
        publish: PublishLimits::default(),
    };
}

fn run(payload: &[u8]) -> Outcome {
    let record = Record {
        payload: Some(payload.to_vec()),
        ..Record::default()
    };
    CORE.with(|core| process(&record, core))
}

#[track_caller]
fn check(title: &str, body: &str) {
    let payload = serde_json::json!({ "title": title, "body": body, "language": "id", "published_at": "2025-11-20" }).to_string();
    let outcome = run(payload.as_bytes());
    if let Outcome::Events(events) = &outcome {
        for evidence in events.records().iter().flat_map(|event| &event.evidence) {
            let field = if evidence.field == Field::Title { title } else { body };
            let slice = field.get(evidence.start as usize..evidence.end as usize);
            assert_eq!(slice, Some(evidence.text.as_str()), "{evidence:?}");
        }
    }
    assert!(
        !matches!(&outcome, Outcome::DeadLetter(Rejection::Panicked { .. })),
        "{outcome:?} on {body:?}"
    );
    assert_eq!(outcome, run(payload.as_bytes()));
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
        let outcome = run(&bytes);
        let panicked = matches!(outcome, Outcome::DeadLetter(Rejection::Panicked { .. }));
        prop_assert!(!panicked, "{:?}", outcome);
    }

    #[test]
    fn words_in_any_order_have_sound_spans(picks in proptest::collection::vec((0..WORDS.len(), any::<bool>()), 0..60), title in 0..20_usize) {
        let words: Vec<String> = picks.iter().filter_map(|(at, spaced)| {
            WORDS.get(*at).map(|word| if *spaced { format!("{word} ") } else { (*word).to_owned() })
        }).collect();
        let head = words.iter().take(title).cloned().collect::<String>();
        check(&head, &words.concat());
    }
}
