//! `eval`: figures on a small collection, by `classify` and by itself alike, and what it refuses.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{run, stderr, stdout};

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval").join(name);
    path.to_str().unwrap().to_owned()
}

/// Compares with the kept text, or rewrites that.
#[track_caller]
fn check_kept(name: &str, found: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(file(name), found).unwrap();
    }
    assert_eq!(
        found,
        fs::read_to_string(file(name)).unwrap_or_default(),
        "UPDATE_GOLDEN=1 rewrites {name}"
    );
}

#[test]
fn figures_are_as_reckoned_by_hand() {
    let (gold, found) = (file("gold.jsonl"), file("found.jsonl"));
    let args = |format| ["eval", &gold, "--predictions", &found, "--errors", "9", "--format", format].map(str::to_owned);
    for (format, kept) in [("json", "report.json"), ("pretty", "report.txt")] {
        let args = args(format);
        let output = run(&args.each_ref().map(String::as_str), b"");
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        let text = match format {
            "json" => serde_json::to_string_pretty(&serde_json::from_str::<Value>(text).unwrap()).unwrap() + "\n",
            _ => text.to_owned(),
        };
        check_kept(kept, &text);
    }
}

#[test]
fn classify_and_eval_find_the_same() {
    let gold = file("gold.jsonl");
    let classified = run(&["classify", "--format", "ndjson", &gold], b"");
    let args = ["eval", &gold, "--format", "json", "--errors", "99"];
    let direct = run(&args, b"");
    let read_back = run(&[&args[..], &["--predictions", "-"]].concat(), &classified.stdout);
    assert_eq!(direct.status.code(), Some(0), "{}", stderr(&direct));
    assert_eq!(stdout(&direct), stdout(&read_back));
    let report: Value = serde_json::from_str(stdout(&direct)).unwrap();
    assert_ne!(report["core"]["tp"], 0, "something is found: {report}");
}

#[test]
fn files_are_added_up() {
    let gold = file("gold.jsonl");
    let input = fs::read(&gold).unwrap();
    let once: Value = serde_json::from_str(stdout(&run(&["eval", &gold], b""))).unwrap();
    let twice: Value = serde_json::from_str(stdout(&run(&["eval", &gold, "-"], &input))).unwrap();
    for pointer in ["/items", "/core/tp", "/core/fn", "/negatives", "/by_lang/en/fn"] {
        let number = |report: &Value| report.pointer(pointer).and_then(Value::as_u64).unwrap();
        assert_eq!(number(&twice), 2 * number(&once), "{pointer}");
    }
}

/// `bad` as the second line of a file.
#[track_caller]
fn check_refused(bad: &str, expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("gold.jsonl");
    let good = r#"{"id":"a","lang":"en","text":"A.","events":[]}"#;
    fs::write(&path, format!("{good}\n{bad}\n{good}\n")).unwrap();
    let output = run(&["eval", path.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    assert_eq!(stderr(&output).lines().count(), 1, "one error: {}", stderr(&output));
    assert!(
        stderr(&output).contains(&format!("gold.jsonl:2: {expected}")),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_line_that_cannot_be_used_is_named() {
    check_refused("{cut", "key must be a string (column 2)");
    check_refused(r#"{"lang":"en","text":"A."}"#, "missing field `id`");
    let event = |event: &str| format!(r#"{{"id":"b","lang":"en","text":"A.","events":[{event}]}}"#);
    check_refused(
        &event(r#"{"type":"meeting","status":"held","countries":["IDN","JPN"]}"#),
        "unknown variant `meeting`, expected one of `bilateral_meeting`",
    );
    check_refused(
        &event(r#"{"type":"visit","countries":["IDN","JPN"]}"#),
        "missing field `status`",
    );
    check_refused(
        &event(r#"{"type":"visit","status":"held","countries":[],"participants":[{"role":"king"}]}"#),
        "unknown variant `king`",
    );
    check_refused(r#"{"id":"b","lang":"en"}"#, "neither title nor body has text");
    check_refused(
        r#"{"id":"b","lang":"en","text":"A.","published_at":"soon"}"#,
        "field published_at",
    );
}

#[test]
fn a_file_without_items_is_refused() {
    let output = run(&["eval", "-"], b"");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("stdin:1: "), "{}", stderr(&output));
    let output = run(&["eval"], b"");
    assert_eq!(output.status.code(), Some(2), "a file has to be named");
}

/// The least F1 of type and parties, in hundredths, and the most articles without an event that may raise a false alarm.
///
/// One event more or less moves a file's F1 by about one hundredth. Raise a floor when an improvement lands.
const ARTICLES: &[(&str, u64, u64)] = &[
    ("id-plain", 90, 0),
    ("en-plain", 90, 0),
    ("id-open", 75, 1),
    ("en-open", 70, 2),
    ("id-held", 69, 2),
    ("en-held", 53, 2),
    ("id-fresh", 83, 0),
    ("en-fresh", 70, 1),
    ("ru-own", 92, 0),
    ("zh-own", 92, 0),
];

#[test]
fn articles_are_read_no_worse_than_before() {
    for &(name, floor, alarms) in ARTICLES {
        let output = run(&["eval", "--format", "json", &file(&format!("articles/{name}.jsonl"))], b"");
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
        let report: Value = serde_json::from_str(stdout(&output)).unwrap();
        let f1 = report["core"]["f1"].as_f64().unwrap();
        assert!(f1 * 100.0 >= floor as f64, "{name}: core F1 {f1} is below {floor} %");
        let found = report["false_alarm_items"].as_u64().unwrap();
        assert!(found <= alarms, "{name}: {found} false alarms");
    }
}

#[test]
fn every_file_of_articles_has_a_floor() {
    let mut names: Vec<String> = fs::read_dir(file("articles"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    let mut floors: Vec<&str> = ARTICLES.iter().map(|(name, ..)| *name).collect();
    floors.sort_unstable();
    assert_eq!(names, floors);
}
