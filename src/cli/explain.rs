//! `demarche explain`: an item's text in colour, with what was found in it, which rule decided, and what was refused and why.

use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use super::input::{self, DefaultsArgs, Payloads};
use super::pretty;
use super::start::StartArgs;
use crate::event::Field;
use crate::pipeline::explain::{Candidate, Explained, Seen, Verdict, explain};
use crate::pipeline::outcome::Outcome;
use crate::pipeline::record::Record;

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const FIGURE: Style = AnsiColor::Cyan.on_default();
const FOUND: Style = AnsiColor::Green.on_default().bold();
const REFUSED: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default();

/// Shows in the text of an item what was found, which rule decided, and what was refused and why.
///
/// Reads what classify reads. Under the text stand the words that can report an event, each with its rule or the reason why
/// it reports none (the closed set of the metric demarche_no_event_total), then the events.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche explain --published-at 2025-11-20 article.txt
  demarche explain items.jsonl | less -R")]
pub struct Args {
    /// Files; stdin if there are none, or for -
    files: Vec<PathBuf>,
    #[command(flatten)]
    defaults: DefaultsArgs,
    #[command(flatten)]
    start: StartArgs,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (_, core) = args.start.ready()?;
    args.defaults.check(core.decode.format)?;
    let mut out = anstream::stdout().lock();
    let mut unreadable = false;
    for path in input::paths(&args.files) {
        let mut payloads = Payloads::open(&path, &core.decode)?;
        while let Some(payload) = payloads.next()? {
            let record = Record {
                payload: Some(args.defaults.fill(payload.bytes)),
                ..Record::default()
            };
            match explain(&record, &core) {
                Ok(explained) => print(&mut out, &explained)?,
                Err(rejection) => {
                    unreadable = true;
                    writeln!(out, "{BAD}cannot be read ({}): {rejection}{BAD:#}\n", rejection.reason())?;
                }
            }
        }
    }
    Ok(if unreadable { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(out: &mut impl Write, explained: &Explained) -> anyhow::Result<()> {
    let language = explained
        .language
        .map_or_else(|| "no language pack reads it".to_owned(), |lang| lang.to_string());
    writeln!(
        out,
        "{HEADING}{}{HEADING:#}  {QUIET}{language}{QUIET:#}\n",
        explained.item.id.as_str()
    )?;
    for field in Field::ALL {
        let text = explained.item.field(*field);
        if !text.is_empty() {
            writeln!(out, "{}\n", painted(text, &marks(explained, *field)))?;
        }
    }
    for candidate in &explained.candidates {
        candidate_line(out, explained, candidate)?;
    }
    for figure in &explained.figures {
        figure_line(out, explained, figure)?;
    }
    writeln!(out)?;
    match &explained.outcome {
        Outcome::Events(events) => {
            for event in events.records() {
                pretty::event(out, event, Some(&explained.item))?;
            }
        }
        Outcome::NoEvent { reason, .. } => writeln!(out, "  {QUIET}no event: {reason}{QUIET:#}")?,
        Outcome::DeadLetter(rejection) => writeln!(out, "  {BAD}dead letter ({}): {rejection}{BAD:#}", rejection.reason())?,
    }
    writeln!(out)?;
    Ok(())
}

fn candidate_line(out: &mut impl Write, explained: &Explained, candidate: &Candidate) -> std::io::Result<()> {
    let words = pretty::clean(explained.item.text_at(candidate.span));
    let rule = candidate.rule.as_deref().unwrap_or("no rule");
    match &candidate.verdict {
        Verdict::Reports { kind, status, parties } => {
            let parties: Vec<&str> = parties.iter().map(|party| party.as_str()).collect();
            let parties = parties.join("-");
            writeln!(out, "  {FOUND}+{FOUND:#} {rule:<28} {kind}, {status}, {parties}: “{words}”")
        }
        Verdict::Refused(reason) => writeln!(out, "  {REFUSED}-{REFUSED:#} {rule:<28} {reason}: “{words}”"),
    }
}

fn figure_line(out: &mut impl Write, explained: &Explained, figure: &Seen) -> std::io::Result<()> {
    let words = pretty::clean(explained.item.text_at(figure.span));
    let role = figure.role.map_or("-", |role| role.as_str());
    let party = figure.party.map_or("-".to_owned(), |party| party.to_string());
    let name = figure.name.as_deref().unwrap_or("-");
    writeln!(
        out,
        "  {FIGURE}@{FIGURE:#} {QUIET}“{words}” = {name}, {role}, {party}{QUIET:#}"
    )
}

/// What is painted in a field, the strongest last.
fn marks(explained: &Explained, field: Field) -> Vec<(Range<usize>, Style)> {
    let range = |span: crate::event::Span| (span.field == field).then_some(span.start as usize..span.end as usize);
    let candidates = |found: bool| {
        let wanted = move |candidate: &&Candidate| matches!(candidate.verdict, Verdict::Reports { .. }) == found;
        explained
            .candidates
            .iter()
            .filter(wanted)
            .filter_map(|candidate| range(candidate.span))
    };
    let found = candidates(true).map(|range| (range, FOUND));
    let refused = candidates(false).map(|range| (range, REFUSED));
    let figures = explained
        .figures
        .iter()
        .filter_map(|figure| range(figure.span))
        .map(|range| (range, FIGURE));
    found.chain(refused).chain(figures).collect()
}

/// `text` with styles; where ranges overlap the later one is seen.
fn painted(text: &str, marks: &[(Range<usize>, Style)]) -> String {
    let mut edges: Vec<usize> = marks.iter().flat_map(|(range, _)| [range.start, range.end]).collect();
    edges.extend([0, text.len()]);
    edges.sort_unstable();
    edges.dedup();
    let mut painted = String::with_capacity(text.len() * 2);
    for pair in edges.windows(2) {
        let &[start, end] = pair else { continue };
        let words: String = text
            .get(start..end)
            .unwrap_or("")
            .split('\n')
            .map(pretty::clean)
            .collect::<Vec<_>>()
            .join("\n");
        let style = marks.iter().rev().find(|(range, _)| range.start <= start && end <= range.end);
        match style {
            Some((_, style)) => painted.push_str(&format!("{style}{words}{style:#}")),
            None => painted.push_str(&words),
        }
    }
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_of_two_marks_is_seen() {
        let text = "a b c";
        let painted = painted(text, &[(0..5, FOUND), (2..3, FIGURE)]);
        assert_eq!(painted, format!("{FOUND}a {FOUND:#}{FIGURE}b{FIGURE:#}{FOUND} c{FOUND:#}"));
    }
}
