//! Whole items and what becomes of them: `tests/golden/<language>/003-counterpart.in.json` (or `.in.txt`) beside
//! `003-counterpart.out.json`. `UPDATE_GOLDEN=1 cargo test` rewrites the second; its diff is reviewed like code.

use std::fs;
use std::path::{Path, PathBuf};

use demarche::pipeline::outcome::Outcome;
use demarche::pipeline::record::Record;
use demarche::pipeline::{Core, process};
use serde_json::{Value, json};

use crate::{articles, core};

#[test]
fn articles_become_what_they_became() {
    let core = core();
    let update = std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1");
    let mut differing = Vec::new();
    for input in articles::golden_inputs() {
        let found = outcome(&fs::read(&input).unwrap(), &core);
        let output = output_of(&input);
        let expected = fs::read_to_string(&output).unwrap_or_default();
        if found == expected {
            continue;
        }
        if update {
            fs::write(&output, &found).unwrap();
        } else {
            differing.push(format!("{}\n{}", output.display(), difference(&expected, &found)));
        }
    }
    assert!(
        differing.is_empty(),
        "{} differ (UPDATE_GOLDEN=1 rewrites them):\n{}",
        differing.len(),
        differing.join("\n")
    );
}

/// One encounter, told in two languages by two papers on two days, is one event, mentioned twice.
#[test]
fn the_same_encounter_has_one_event_id_in_both_languages() {
    let core = core();
    let only_event = |path: &str| -> Value {
        let input = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(path);
        let found: Value = serde_json::from_str(&outcome(&fs::read(input).unwrap(), &core)).unwrap();
        let events = found["events"].as_array().unwrap();
        assert_eq!(events.len(), 1, "{path}: {found}");
        events[0].clone()
    };
    let indonesian = only_event("id/009-same-encounter.in.json");
    let english = only_event("en/007-same-encounter.in.json");
    assert_eq!(indonesian["event_id"], english["event_id"]);
    assert_ne!(indonesian["mention_id"], english["mention_id"]);
}

/// The outcome as it is kept: without version and hash of the classifier, which change without any event changing.
fn outcome(payload: &[u8], core: &Core) -> String {
    let record = Record {
        payload: Some(payload.to_vec()),
        ..Record::default()
    };
    let kept = match process(&record, core) {
        Outcome::Events(events) => {
            let mut events = serde_json::to_value(events.records()).unwrap();
            for event in events.as_array_mut().unwrap() {
                event.as_object_mut().unwrap().remove("classifier");
            }
            json!({ "events": events })
        }
        Outcome::NoEvent { reason, .. } => json!({ "no_event": reason }),
        Outcome::DeadLetter(rejection) => json!({ "dead_letter": rejection.reason(), "detail": rejection.to_string() }),
    };
    pretty(&kept)
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

fn output_of(input: &Path) -> PathBuf {
    let name = input.file_name().unwrap().to_string_lossy();
    let case = name.trim_end_matches(".in.json").trim_end_matches(".in.txt");
    input.with_file_name(format!("{case}.out.json"))
}

/// The first lines that differ.
fn difference(expected: &str, found: &str) -> String {
    let pairs = expected.lines().zip(found.lines());
    let same = pairs.take_while(|(expected, found)| expected == found).count();
    let lines = |text: &str, sign: &str| -> String {
        let rest = text.lines().skip(same).take(6);
        rest.map(|line| format!("  {sign} {line}\n")).collect()
    };
    format!("  line {}\n{}{}", same + 1, lines(expected, "-"), lines(found, "+"))
}
