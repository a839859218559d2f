//! `demarche eval`: annotated items to precision, recall and F1, by the same core as `classify` and the worker.

mod pretty;

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use rayon::prelude::*;
use serde::de::DeserializeOwned;

use super::Misuse;
use super::input::{Origin, Payload, Payloads};
use super::progress::Progress;
use super::start::{self, StartArgs};
use crate::decode::{DecodeLimits, InputFormat};
use crate::eval::{FoundEvent, FoundItem, GoldItem, Report, Tally};
use crate::pipeline::outcome::{Outcome, Rejection};
use crate::pipeline::record::Record;
use crate::pipeline::{self, Core};

/// Measures precision, recall and F1 on annotated items.
///
/// A line of GOLD is an item (id, lang, title, text, published_at) with the events that it reports: type, status, countries,
/// participants (name, country, role), date, place (name, country); items that report none have "negative": true. An event is
/// found if type and parties are right. A line that cannot be used ends the command with exit code 2; an item on which the core
/// fails counts as nothing found, gives a warning, and exit code 1 at the end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche eval gold-en.jsonl gold-id.jsonl --errors 20
  demarche eval gold.jsonl --format json > figures.json
  demarche classify --format ndjson < gold.jsonl > found.jsonl && demarche eval gold.jsonl --predictions found.jsonl")]
pub struct Args {
    /// Annotated items, one JSON object a line; - is stdin
    #[arg(required = true, value_name = "GOLD.jsonl")]
    gold: Vec<PathBuf>,
    /// Scores what `classify` wrote here, by item id, instead of classifying; of two lines with one id the last counts
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// How to print; pretty on a terminal, else json
    #[arg(long)]
    format: Option<Format>,
    /// Lists the first N misses, false events and differing fields
    #[arg(long, value_name = "N", default_value_t = 0)]
    errors: usize,
    #[command(flatten)]
    start: StartArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Pretty,
    /// One JSON object
    Json,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut settings = args.start.settings()?;
    start::start_logs(&settings.log)?;
    // A line of an annotated file is a native item, whatever the raw topic holds.
    settings.decode.format = InputFormat::Native;
    let limits = &settings.decode;
    let mut scorer = Scorer {
        finder: match &args.predictions {
            Some(path) => Finder::Written(written(path, limits)?),
            None => Finder::Core(Box::new(start::core(&settings)?)),
        },
        tally: Tally::new(args.errors),
        progress: Progress::new("items scored"),
        failed: 0,
    };
    for path in &args.gold {
        let mut payloads = Payloads::open(path, limits)?;
        loop {
            let chunk = payloads.chunk()?;
            if chunk.is_empty() {
                break;
            }
            scorer.score(&chunk, limits)?;
        }
    }
    scorer.progress.finish();
    print(&scorer.tally.report(), args.format)?;
    Ok(ExitCode::from(u8::from(scorer.failed > 0)))
}

fn print(report: &Report, format: Option<Format>) -> anyhow::Result<()> {
    let terminal = if io::stdout().is_terminal() {
        Format::Pretty
    } else {
        Format::Json
    };
    match format.unwrap_or(terminal) {
        Format::Pretty => pretty::report(&mut anstream::stdout().lock(), report)?,
        Format::Json => {
            let mut out = io::stdout().lock();
            serde_json::to_writer(&mut out, report)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// Where the events of an item come from.
enum Finder {
    Core(Box<Core>),
    Written(HashMap<String, Vec<FoundEvent>>),
}

struct Scorer {
    finder: Finder,
    tally: Tally,
    progress: Progress,
    failed: usize,
}

/// What was found in one item.
enum Find {
    Events(Vec<FoundEvent>),
    /// There is no line for it.
    Nowhere,
    /// The core failed on it.
    Failed(Rejection),
}

impl Scorer {
    fn score(&mut self, chunk: &[Payload], limits: &DecodeLimits) -> anyhow::Result<()> {
        let gold: Result<Vec<GoldItem>, Misuse> = chunk.iter().map(|payload| parsed(payload, limits)).collect();
        let gold = gold?;
        let finder = &self.finder;
        let finds: Result<Vec<Find>, Misuse> = gold
            .par_iter()
            .zip(chunk)
            .map(|(item, payload)| finder.find(item, payload))
            .collect();
        for ((item, payload), find) in gold.iter().zip(chunk).zip(finds?) {
            match find {
                Find::Events(events) => self.tally.add(item, Some(&events)),
                Find::Nowhere => self.tally.add(item, None),
                Find::Failed(rejection) => {
                    self.failed += 1;
                    let reason = rejection.reason().as_str();
                    tracing::warn!(item = %payload.origin, reason, detail = %rejection, "core failed on an item");
                    self.tally.add(item, Some(&[]));
                }
            }
        }
        self.progress.add(chunk.len() as u64, String::new);
        Ok(())
    }
}

impl Finder {
    fn find(&self, item: &GoldItem, payload: &Payload) -> Result<Find, Misuse> {
        let core = match self {
            Self::Core(core) => core,
            Self::Written(events) => return Ok(events.get(&item.id).cloned().map_or(Find::Nowhere, Find::Events)),
        };
        let record = Record {
            payload: Some(payload.bytes.clone()),
            ..Record::default()
        };
        match pipeline::process(&record, core) {
            Outcome::Events(events) => Ok(Find::Events(events.records().iter().map(FoundEvent::from).collect())),
            Outcome::NoEvent { .. } => Ok(Find::Events(Vec::new())),
            Outcome::DeadLetter(Rejection::Decode(error)) => Err(Misuse(format!("{}: {error}", payload.origin.at_line(1)))),
            Outcome::DeadLetter(rejection) => Ok(Find::Failed(rejection)),
        }
    }
}

/// The lines that `classify` wrote.
fn written(path: &Path, limits: &DecodeLimits) -> anyhow::Result<HashMap<String, Vec<FoundEvent>>> {
    let mut payloads = Payloads::open(path, limits)?;
    let mut items = HashMap::new();
    while let Some(payload) = payloads.next()? {
        if payload.bytes.trim_ascii().is_empty() {
            continue;
        }
        let item: FoundItem = parsed(&payload, limits)?;
        if let Some(id) = item.id {
            items.insert(id, item.events);
        }
    }
    Ok(items)
}

/// What a line holds, or a message that says which line it is and what is wrong with it.
fn parsed<T: DeserializeOwned>(payload: &Payload, limits: &DecodeLimits) -> Result<T, Misuse> {
    let misuse = |origin: Origin, words: String| Misuse(format!("{origin}: {words}"));
    if payload.bytes.len() > limits.payload_bytes_max {
        let words = format!(
            "is longer than decode.payload_bytes_max, which is {}",
            limits.payload_bytes_max
        );
        return Err(misuse(payload.origin.at_line(1), words));
    }
    serde_json::from_slice(&payload.bytes).map_err(|error| {
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or(&words).to_owned();
        misuse(
            payload.origin.at_line(error.line()),
            format!("{words} (column {})", error.column()),
        )
    })
}
