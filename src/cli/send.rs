//! `demarche send`: files into the raw topic, acknowledged.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;

use super::input::{self, DefaultsArgs, Payloads, written_id};
use super::progress::Progress;
use super::start::{self, StartArgs};
use crate::kafka::sender::Sender;

/// How long the last records may take to be acknowledged.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(60);

/// Loads files into the raw topic: a text or a JSON object is one record, NDJSON is one record a line.
///
/// The bytes are sent as they are, unless --published-at or --language adds what an item lacks. The key is the item's id, if it
/// has one. What cannot be read is sent too: the worker dead-letters it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche send items.jsonl
  demarche send --brokers kafka-1:9092 --topic news.raw --published-at 2025-11-20 article.txt")]
pub struct Args {
    /// Files; stdin if there are none, or for -
    files: Vec<PathBuf>,
    /// Topic; overrides topics.raw
    #[arg(long)]
    topic: Option<String>,
    /// host:port, several separated by commas; overrides kafka.brokers
    #[arg(long, value_name = "LIST")]
    brokers: Option<String>,
    #[command(flatten)]
    defaults: DefaultsArgs,
    #[command(flatten)]
    start: StartArgs,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut settings = args.start.settings()?;
    start::start_logs(&settings.log)?;
    args.defaults.check(settings.decode.format)?;
    if let Some(brokers) = &args.brokers {
        settings.kafka.brokers.clone_from(brokers);
    }
    let topic = args.topic.as_deref().unwrap_or(&settings.topics.raw);
    let inputs: anyhow::Result<Vec<Payloads>> = input::paths(&args.files)
        .iter()
        .map(|path| Payloads::open(path, &settings.decode))
        .collect();
    let inputs = inputs?;
    let sender = Sender::start(&settings.kafka, topic).with_context(|| {
        format!(
            "cannot send to {topic} at {}; `demarche check --connect` tells more",
            settings.kafka.brokers
        )
    })?;
    let mut progress = Progress::new("records sent");
    let mut sent_bytes = 0;
    for mut payloads in inputs {
        while let Some(payload) = payloads.next()? {
            let bytes = args.defaults.fill(payload.bytes);
            let key = written_id(&bytes);
            let sent = sender.send(key.as_deref().map(str::as_bytes), &bytes);
            sent.with_context(|| format!("{} could not be sent", payload.origin))?;
            sent_bytes += bytes.len() as u64;
            progress.add(1, || format!(", {} acknowledged", sender.acked()));
        }
    }
    sender.flush(FLUSH_TIMEOUT)?;
    Ok(summary(progress, sent_bytes, &sender, topic))
}

/// What was sent and what became of it, for people; the exit code says the same.
fn summary(progress: Progress, bytes: u64, sender: &Sender, topic: &str) -> ExitCode {
    let records = progress.count();
    let seconds = progress.finish().as_secs_f64();
    let (acked, megabytes) = (sender.acked(), bytes as f64 / 1e6);
    eprintln!("{acked} of {records} records acknowledged in {topic} ({megabytes:.1} MB, {seconds:.1} s)");
    match sender.first_failure() {
        None => ExitCode::SUCCESS,
        Some(failure) => {
            eprintln!("{} failed; the first one: {failure}", sender.failed());
            ExitCode::FAILURE
        }
    }
}
