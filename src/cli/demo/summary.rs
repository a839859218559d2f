//! What the demo says at its beginning and end, counted from what was read back.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::board::Board;
use crate::event::EventType;
use crate::event::wire::EventRecord;
use crate::kafka::tail::Tailed;

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const BAD: Style = AnsiColor::Red.on_default();

/// What the topics hold.
#[derive(Debug, Default)]
pub struct Seen {
    events: BTreeMap<EventType, u64>,
    dead_letters: BTreeMap<String, u64>,
}

impl Seen {
    /// Counts an event.
    pub fn event(&mut self, event: &EventRecord) {
        *self.events.entry(event.kind).or_default() += 1;
    }

    /// Counts a dead letter and gives its reason.
    pub fn dead_letter<'a>(&mut self, record: &'a Tailed) -> &'a str {
        let reason = record.header("dlq_reason").unwrap_or("none");
        *self.dead_letters.entry(reason.to_owned()).or_default() += 1;
        reason
    }

    /// Events read back.
    pub fn events(&self) -> u64 {
        self.events.values().sum()
    }

    /// Dead letters read back.
    pub fn dead_letters(&self) -> u64 {
        self.dead_letters.values().sum()
    }
}

/// What is about to happen.
pub fn opening(out: &mut impl Write, items: u64, url: &str) -> io::Result<()> {
    writeln!(
        out,
        "{HEADING}demarche demo{HEADING:#}: {items} items through the real worker, on a broker inside this process."
    )?;
    writeln!(
        out,
        "{QUIET}That broker knows no transactions: this runs at least once, `demarche run` on Kafka is exactly once.\n\
         Metrics: {url}/metrics{QUIET:#}\n"
    )
}

/// The item that the events below come from.
pub fn item_line(out: &mut impl Write, id: &str, title: &str) -> io::Result<()> {
    writeln!(out, "{HEADING}{id}{HEADING:#}  {QUIET}{title}{QUIET:#}")
}

/// An item that could not be read.
pub fn dead_letter(out: &mut impl Write, reason: &str, detail: &str) -> io::Result<()> {
    writeln!(out, "{BAD}dead letter{BAD:#}  {reason}: {detail}\n")
}

/// What was done.
pub fn closing(out: &mut impl Write, seen: &Seen, board: &Board, took: Duration) -> io::Result<()> {
    let (items, with_events, no_event) = (board.items(), board.with_events(), board.no_event());
    let without = no_event.values().sum();
    let (seconds, dead_letters) = (took.as_secs_f64(), seen.dead_letters());
    writeln!(out, "{HEADING}Summary{HEADING:#}")?;
    let rate = items as f64 / seconds.max(0.001);
    line(out, "items", items, &format!("in {seconds:.1} s, {rate:.0} items per second"))?;
    line(out, "with events", with_events, "")?;
    line(out, "no event", without, &counted(&no_event))?;
    line(out, "dead letters", dead_letters, &counted(&seen.dead_letters))?;
    line(out, "events", seen.events(), &counted(&seen.events))?;
    writeln!(
        out,
        "  {QUIET}{items} = {with_events} + {without} + {dead_letters}: every item ended in exactly one of the three{QUIET:#}"
    )
}

fn line(out: &mut impl Write, name: &str, count: u64, of: &str) -> io::Result<()> {
    writeln!(out, "  {name:<12}{count:>8}  {QUIET}{of}{QUIET:#}")
}

fn counted<T: Display>(counts: &BTreeMap<T, u64>) -> String {
    let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    parts.join(", ")
}
