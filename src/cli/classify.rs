//! `demarche classify`: files or stdin to events on stdout, by the same core as the worker.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use rayon::prelude::*;
use serde::Serialize;

use super::input::{self, DefaultsArgs, Payload, Payloads, written_id};
use super::pretty;
use super::start::StartArgs;
use crate::decode::{self, NewsItem};
use crate::event::wire::EventRecord;
use crate::pipeline::outcome::{DeadLetterReason, NoEventReason, Outcome};
use crate::pipeline::record::Record;
use crate::pipeline::{self, Core};

/// Classifies files or stdin, without Kafka.
///
/// A text or a JSON object is one item; NDJSON is one item a line, and gives one line each, in the same order:
/// {"id": …, "events": […]}. An item that cannot be read gives a line with "error", a warning, and exit code 1 at the end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche classify --published-at 2025-11-20 article.txt
  demarche classify --format ndjson < items.jsonl > events.jsonl")]
pub struct Args {
    /// Files; stdin if there are none, or for -
    files: Vec<PathBuf>,
    /// How to print; pretty on a terminal, else ndjson
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    defaults: DefaultsArgs,
    #[command(flatten)]
    start: StartArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Pretty,
    /// One JSON object an item
    Ndjson,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (_, core) = args.start.ready()?;
    args.defaults.check(core.decode.format)?;
    let terminal = if io::stdout().is_terminal() {
        Format::Pretty
    } else {
        Format::Ndjson
    };
    let format = args.format.unwrap_or(terminal);
    let out: Box<dyn Write> = match format {
        Format::Pretty => Box::new(anstream::stdout().lock()),
        Format::Ndjson => Box::new(BufWriter::new(io::stdout().lock())),
    };
    let mut printer = Printer {
        core: &core,
        format,
        out,
        items: 0,
        unreadable: 0,
    };
    for path in input::paths(&args.files) {
        let mut payloads = Payloads::open(&path, &core.decode)?;
        loop {
            let mut chunk = payloads.chunk()?;
            if chunk.is_empty() {
                break;
            }
            for payload in &mut chunk {
                payload.bytes = args.defaults.fill(std::mem::take(&mut payload.bytes));
            }
            printer.print(&chunk)?;
        }
    }
    Ok(printer.exit())
}

/// One payload, classified.
struct Classified {
    item: Option<NewsItem>,
    outcome: Outcome,
}

fn classified(payload: &Payload, core: &Core) -> Classified {
    let record = Record {
        payload: Some(payload.bytes.clone()),
        ..Record::default()
    };
    Classified {
        item: decode::news_item(Some(&payload.bytes), &core.decode).ok(),
        outcome: pipeline::process(&record, core),
    }
}

/// A line of output: one item.
#[derive(Serialize)]
struct Line<'a> {
    id: Option<String>,
    events: &'a [EventRecord],
    #[serde(skip_serializing_if = "Option::is_none")]
    no_event: Option<NoEventReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<LineError>,
}

/// Why an item could not be read: what would be in the headers of its dead letter.
#[derive(Serialize)]
struct LineError {
    reason: DeadLetterReason,
    detail: String,
}

impl<'a> Line<'a> {
    fn new(payload: &Payload, classified: &'a Classified) -> Self {
        let id = classified.item.as_ref().map(|item| item.id.to_string());
        let mut line = Line {
            id: id.or_else(|| written_id(&payload.bytes)),
            events: &[],
            no_event: None,
            error: None,
        };
        match &classified.outcome {
            Outcome::Events(events) => line.events = events.records(),
            Outcome::NoEvent { reason, .. } => line.no_event = Some(*reason),
            Outcome::DeadLetter(rejection) => {
                line.error = Some(LineError {
                    reason: rejection.reason(),
                    detail: rejection.to_string(),
                });
            }
        }
        line
    }
}

struct Printer<'a, W> {
    core: &'a Core,
    format: Format,
    out: W,
    items: usize,
    unreadable: usize,
}

impl<W: Write> Printer<'_, W> {
    fn print(&mut self, chunk: &[Payload]) -> anyhow::Result<()> {
        let core = self.core;
        let classified: Vec<Classified> = chunk.par_iter().map(|payload| classified(payload, core)).collect();
        for (payload, classified) in chunk.iter().zip(&classified) {
            self.items += 1;
            if let Outcome::DeadLetter(rejection) = &classified.outcome {
                self.unreadable += 1;
                let reason = rejection.reason().as_str();
                tracing::warn!(item = %payload.origin, reason, detail = %rejection, "item could not be read");
            }
            match self.format {
                Format::Ndjson => {
                    serde_json::to_writer(&mut self.out, &Line::new(payload, classified))?;
                    self.out.write_all(b"\n")?;
                }
                Format::Pretty => pretty::item(&mut self.out, &payload.origin, classified.item.as_ref(), &classified.outcome)?,
            }
        }
        self.out.flush()?;
        Ok(())
    }

    fn exit(self) -> ExitCode {
        if self.unreadable == 0 {
            return ExitCode::SUCCESS;
        }
        tracing::warn!(
            items = self.items,
            unreadable = self.unreadable,
            "not all items could be read"
        );
        ExitCode::FAILURE
    }
}
