//! `demarche schema`: the JSON Schemas, made from the types that read and write.

use std::io::{self, Write};

use clap::Subcommand;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::decode::NativeItem;
use crate::event::wire::EventRecord;
use crate::settings::{document, keys};

/// Prints the JSON Schema (draft 2020-12) of what is published, read, or set.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche schema event > event.schema.json
  demarche schema settings --toml > worker.toml")]
pub struct Args {
    #[command(subcommand)]
    of: Of,
}

#[derive(Debug, Subcommand)]
enum Of {
    /// An event as published
    Event,
    /// A raw item in the native format
    Item,
    /// The settings file
    Settings {
        /// The settings file itself instead: every key with its default, unit and bounds
        #[arg(long)]
        toml: bool,
    },
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let text = match args.of {
        Of::Event => json(&schema::<EventRecord>())?,
        Of::Item => json(&schema::<NativeItem>())?,
        Of::Settings { toml: false } => json(&keys::schema())?,
        Of::Settings { toml: true } => document::toml(),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12();
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

fn json(schema: &Value) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(schema)? + "\n")
}
