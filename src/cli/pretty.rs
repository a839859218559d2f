//! Events as a person likes to read them: who met whom, where, when, in what office, and the sentence that says so.
//!
//! Writes styles as ANSI sequences; the caller's stream takes them out where they do not belong (a pipe, `NO_COLOR`).

use std::fmt::Display;
use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Style};

use crate::decode::NewsItem;
use crate::event::wire::{DateRecord, EventRecord, EvidenceRecord, ParticipantRecord};
use crate::event::{DateBasis, Part, Status};
use crate::pipeline::outcome::Outcome;

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const TRIGGER: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default();

/// Bytes of the quoted sentence on each side of the trigger, where the sentence is longer.
const QUOTE_BYTES_MAX: usize = 240;

/// What became of one item.
pub fn item(out: &mut impl Write, name: &dyn Display, item: Option<&NewsItem>, outcome: &Outcome) -> io::Result<()> {
    let title = item.map(headline).unwrap_or_default();
    writeln!(out, "{HEADING}{name}{HEADING:#}  {QUIET}{title}{QUIET:#}")?;
    match outcome {
        Outcome::Events(events) => events.records().iter().try_for_each(|record| event(out, record, item))?,
        Outcome::NoEvent { reason, .. } => writeln!(out, "  {QUIET}no event: {}{QUIET:#}", reason.as_str().replace('_', " "))?,
        Outcome::DeadLetter(rejection) => writeln!(out, "  {BAD}cannot be read ({}): {rejection}{BAD:#}", rejection.reason())?,
    }
    writeln!(out)
}

/// The headline, else the first words.
fn headline(item: &NewsItem) -> String {
    let text = item.title.as_deref().unwrap_or(&item.body);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let mut words: String = line.chars().take(90).map(visible).collect();
    if words.len() < line.len() {
        words.push('…');
    }
    words
}

/// One event; `item` gives the sentence around the trigger.
pub fn event(out: &mut impl Write, event: &EventRecord, item: Option<&NewsItem>) -> io::Result<()> {
    let colour = status_style(event.status);
    let parties: Vec<&str> = event.parties.iter().map(|party| party.name.as_str()).collect();
    let kind = event.kind.as_str().replace('_', " ");
    let percent = event.confidence * 100.0;
    writeln!(
        out,
        "  {colour}● {kind}, {}{colour:#}  {HEADING}{}{HEADING:#}  {QUIET}{percent:.0} %{QUIET:#}",
        event.status,
        parties.join(" – ")
    )?;
    for person in &event.participants {
        fact(out, "who", &participant(person))?;
    }
    if let Some(mechanism) = &event.mechanism {
        let ordinal = mechanism
            .ordinal
            .map(|number| format!(", number {number}"))
            .unwrap_or_default();
        fact(out, "what", &format!("{}{ordinal}", mechanism.name))?;
    }
    if let Some(place) = &event.place {
        let country = place.country.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        fact(out, "where", &format!("{}{country}", place.name))?;
    }
    if let Some(date) = &event.date {
        fact(out, "when", &when(date))?;
    }
    if let Some(trigger) = event.evidence.iter().find(|evidence| evidence.part == Part::Trigger) {
        says(out, trigger, item)?;
    }
    writeln!(out, "      {QUIET}{:<6}{}{QUIET:#}", "id", event.event_id)
}

fn status_style(status: Status) -> Style {
    let colour = match status {
        Status::Held => AnsiColor::Green,
        Status::Planned => AnsiColor::Cyan,
        Status::Cancelled => AnsiColor::Red,
        Status::Past => AnsiColor::White,
    };
    colour.on_default().bold()
}

fn fact(out: &mut impl Write, name: &str, value: &str) -> io::Result<()> {
    let value: String = value.chars().map(visible).collect();
    writeln!(out, "      {QUIET}{name:<6}{QUIET:#}{value}")
}

fn participant(person: &ParticipantRecord) -> String {
    let role = person.role.map(|role| format!(", {}", role.as_str().replace('_', " ")));
    let side = person.side.map(|side| format!(" ({side})"));
    format!(
        "{}{}, {}{}",
        person.name,
        role.unwrap_or_default(),
        person.party,
        side.unwrap_or_default()
    )
}

fn when(date: &DateRecord) -> String {
    match date.basis {
        DateBasis::Stated | DateBasis::Relative => format!("{} (“{}”)", date.value, date.surface),
        DateBasis::Published => format!("{} (day of publication)", date.value),
    }
}

/// The sentence around the trigger, the trigger highlighted; the trigger alone where the item is not at hand.
fn says(out: &mut impl Write, trigger: &EvidenceRecord, item: Option<&NewsItem>) -> io::Result<()> {
    let field = item.map_or("", |item| item.field(trigger.field));
    let (start, end) = (trigger.start as usize, trigger.end as usize);
    let around = sentence(field, start..end);
    let clean = |range: Range<usize>| -> String { field.get(range).unwrap_or("").chars().map(visible).collect() };
    let words: String = trigger.text.chars().map(visible).collect();
    writeln!(
        out,
        "      {QUIET}{:<6}{QUIET:#}“{}{TRIGGER}{words}{TRIGGER:#}{}”",
        "says",
        clean(around.start..start),
        clean(end..around.end)
    )
}

/// The bytes of the sentence around `inner`: up to a line end, or to a full stop before a blank and a capital. For display only;
/// a range outside `text` stays as it is.
fn sentence(text: &str, inner: Range<usize>) -> Range<usize> {
    let (Some(before), Some(after)) = (text.get(..inner.start), text.get(inner.end..)) else {
        return inner;
    };
    let stops = |text: &str, at: usize| -> bool {
        let rest = text.get(at + 1..).unwrap_or("");
        let next = rest.trim_start().chars().next();
        rest.starts_with(' ') && next.is_none_or(|next| next.is_uppercase() || !next.is_alphanumeric())
    };
    let long_word = |text: &str, at: usize| {
        let word = text.get(..at).and_then(|head| head.split_whitespace().next_back());
        word.is_some_and(|word| word.chars().count() > 3)
    };
    let full_stop = |text: &str, at: usize| stops(text, at) && long_word(text, at);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let stop = before
        .rmatch_indices(". ")
        .find(|(at, _)| full_stop(text, *at))
        .map_or(0, |(at, _)| at + 2);
    let start = line_start
        .max(stop)
        .max(boundary_from(text, inner.start.saturating_sub(QUOTE_BYTES_MAX)));
    let line_end = after.find('\n').map_or(text.len(), |at| inner.end + at);
    let stops_at = after.match_indices(". ").map(|(at, _)| inner.end + at);
    let stop = stops_at
        .into_iter()
        .find(|at| full_stop(text, *at))
        .map_or(text.len(), |at| at + 1);
    let end = line_end.min(stop).min(boundary_from(text, inner.end + QUOTE_BYTES_MAX));
    start.min(inner.start)..end.max(inner.end)
}

/// The first character boundary from `at` on.
fn boundary_from(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// `text` without what must not reach a terminal.
pub fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// News is not to be trusted: a control character in it must not reach the terminal.
pub fn visible(character: char) -> char {
    let hidden = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if character.is_control() || hidden { ' ' } else { character }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, inner: &str, expected: &str) {
        let start = text.find(inner).unwrap();
        let range = sentence(text, start..start + inner.len());
        assert_eq!(text.get(range), Some(expected));
    }

    #[test]
    fn a_sentence_ends_at_a_line_end_or_a_full_stop() {
        check("They left early. He met her in Oslo. They ate.", "met", "He met her in Oslo.");
        check("Dateline\nHe met Dr. Smith.\nMore", "met", "He met Dr. Smith.");
        check("He met her", "met", "He met her");
    }

    #[test]
    fn a_span_outside_the_text_is_left_alone() {
        assert_eq!(sentence("", 7..9), 7..9);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!("a\u{1b}[31m\u{202e}b".chars().map(visible).collect::<String>(), "a [31m b");
    }
}
