//! The demo, as a stranger sees it.

use crate::program::{run, stderr, stdout};

/// The number in the summary's line of this name.
#[track_caller]
fn count(summary: &str, name: &str) -> u64 {
    let line = summary.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
    line.trim_start()[name.len()..]
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn the_demo_ends_by_itself_and_its_summary_balances() {
    let output = run(&["demo", "--items", "200"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let summary = &text[text.find("Summary").unwrap()..];
    assert_eq!(count(summary, "items"), 200);
    let ends = ["with events", "no event", "dead letters"].map(|name| count(summary, name));
    assert_eq!(ends.iter().sum::<u64>(), 200, "{summary}");
    assert!(ends[2] > 0, "the broken samples are dead letters: {summary}");
    assert!(summary.contains("http://127.0.0.1:"), "{summary}");
}

#[test]
fn there_is_no_colour_in_a_pipe() {
    let output = run(&["demo"], b"");
    assert!(!stdout(&output).contains('\u{1b}'));
}
