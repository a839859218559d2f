//! Commands: what goes to stdout, and what they exit with.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{command, run, stderr, stdout};

const NDJSON: &[&str] = &["classify", "--format", "ndjson"];

#[test]
fn ndjson_stays_in_step_with_its_input() {
    let input = b"{\"id\":\"a\",\"body\":\"A.\"}\n{\"id\":7,\"body\":7}\n{cut\n\n{\"text\":\"B.\",\"lang\":\"xx\"}\n";
    let output = run(NDJSON, input);
    assert_eq!(
        output.status.code(),
        Some(1),
        "an item could not be read: {}",
        stderr(&output)
    );
    let lines: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["id"], "a");
    assert_eq!(
        (&lines[1]["id"], &lines[1]["error"]["reason"]),
        (&"7".into(), &"bad_field".into())
    );
    assert_eq!(
        (&lines[2]["id"], &lines[2]["error"]["reason"]),
        (&Value::Null, &"bad_json".into())
    );
    assert!(lines[3]["id"].as_str().unwrap().starts_with("sha256:"));
    assert!(lines.iter().all(|line| line["events"].is_array()));
}

#[test]
fn order_is_kept_over_many_items() {
    let input: String = (0..5_000)
        .map(|number| format!("{{\"id\":{number},\"body\":\"A.\"}}\n"))
        .collect();
    let output = run(NDJSON, input.as_bytes());
    let ids: Vec<String> = stdout(&output)
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(ids, (0..5_000).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn a_json_object_over_several_lines_is_one_item() {
    let output = run(NDJSON, b"{\n  \"id\": \"a\",\n  \"body\": \"A.\"\n}\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output).lines().count(), 1);
}

#[test]
fn a_publication_time_reaches_a_bare_article() {
    let given = run(&["classify", "--format", "ndjson", "--published-at", "2025-11-20"], b"A.\n");
    assert_eq!(given.status.code(), Some(0), "{}", stderr(&given));
    let refused = run(&["classify", "--published-at", "soon"], b"A.\n");
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("2025-11-20T08:30:00+07:00"), "says what is allowed");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = command(NDJSON).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all("{\"id\":1,\"body\":\"A.\"}\n".repeat(2_000).as_bytes()).ok();
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn misuse_and_bad_settings_exit_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    for args in [
        &["classify", folder][..],
        &["send", folder],
        &["check", "--config", "/nonexistent/worker.toml"],
        &["check", "--knowledge", folder],
        &["no-such-command"],
        &[],
    ] {
        let output = run(args, b"");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert_ne!(stderr(&output), "", "{args:?}");
    }
}

#[test]
fn a_file_that_is_not_there_exits_with_1() {
    let output = run(&["classify", "/nonexistent/article.txt"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("/nonexistent/article.txt"));
}

#[test]
fn check_says_what_it_checked() {
    let output = run(&["check"], b"");
    assert_eq!(stderr(&output), "");
    assert!(stdout(&output).contains("settings: defaults"));
    assert!(stdout(&output).contains("rule"), "the rules' own examples are run");
    assert!(stdout(&output).contains("sha256:"));
}

#[test]
fn check_warns_of_old_office_holders_and_goes_on() {
    let at_most = |days: &str| {
        let mut command = command(&["check"]);
        let output = command.env("DEMARCHE_KNOWLEDGE_HOLDERS_AGE_MAX_DAYS", days).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).to_owned()
    };
    // The tables are older than a day for as long as they are made by people.
    assert!(at_most("1").contains("warn  office holders: as of 20"), "{}", at_most("1"));
    assert!(at_most("36500").contains("ok    office holders: as of 20"));
}

#[test]
fn version_says_what_is_known_as_of_when_and_by_whom() {
    let short = run(&["version"], b"");
    let short = stdout(&short);
    for word in [
        env!("CARGO_PKG_VERSION"),
        "sha256:",
        "as of: 20",
        "GeoNames",
        "Attribution 4.0",
        "CLDR",
        "rigour",
    ] {
        assert!(short.contains(word), "{word} is not in\n{short}");
    }
    assert!(!short.contains("PERMISSION NOTICE"), "the licences come with --notice");
    let notice = include_str!("../../NOTICE");
    assert!(stdout(&run(&["version", "--notice"], b"")).ends_with(notice));
}

#[test]
fn schemas_name_the_fields_that_are_written_and_read() {
    for (of, field) in [("event", "mention_id"), ("item", "published_at"), ("settings", "delivery")] {
        let output = run(&["schema", of], b"");
        let schema: Value = serde_json::from_str(stdout(&output)).unwrap();
        assert!(schema["properties"][field].is_object(), "{of}: {schema}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}

#[test]
fn every_command_has_help_with_examples() {
    for name in ["demo", "run", "classify", "send", "check", "schema", "version"] {
        let output = run(&[name, "--help"], b"");
        assert!(stdout(&output).contains("Examples:"), "{name}");
    }
    assert!(stdout(&run(&["--version"], b"")).starts_with("demarche "));
}

#[test]
fn a_log_that_nobody_reads_any_more_does_no_harm() {
    let mut child = command(NDJSON)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    child.stdin.take().unwrap().write_all(b"{cut\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "an item could not be read");
    assert!(stdout(&output).contains("bad_json"));
}
