//! `demarche check`: settings and knowledge, and with `--connect` what Kafka says to them.

use std::io::{self, Write};
use std::process::ExitCode;

use super::start::{self, StartArgs};
use crate::pipeline::Core;
use crate::settings::Settings;

/// Checks settings and knowledge, and with --connect the brokers, topics and permissions.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche check --config worker.toml
  demarche check --config worker.toml --connect")]
pub struct Args {
    #[command(flatten)]
    start: StartArgs,
    /// Ask the brokers too
    #[arg(long)]
    connect: bool,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = args.start.settings()?;
    let mut out = io::stdout().lock();
    writeln!(out, "ok    settings   {}", described(args))?;
    let core = start::core(&settings)?;
    writeln!(out, "ok    knowledge  {}", knowledge(&settings, &core))?;
    Ok(ExitCode::SUCCESS)
}

fn described(args: &Args) -> String {
    let named = start::variables()
        .get(std::ffi::OsStr::new(crate::settings::CONFIG_VARIABLE))
        .cloned();
    let file = args.start.config.clone().or(named.map(Into::into));
    let variables = start::variables();
    let given = variables
        .keys()
        .filter(|name| name.to_string_lossy().starts_with("DEMARCHE_"))
        .count();
    let file = file.map_or_else(|| "defaults".to_owned(), |file| file.display().to_string());
    format!("{file}, {given} variables")
}

fn knowledge(settings: &Settings, core: &Core) -> String {
    let from = match &settings.knowledge_dir {
        Some(dir) => dir.display().to_string(),
        None => "in the binary".to_owned(),
    };
    let languages: Vec<String> = core.knowledge.packs().iter().map(|pack| pack.lang().to_string()).collect();
    let gazetteer = core.knowledge.gazetteer();
    format!(
        "{from}: languages {}; {} parties, {} places, {} office holders; {}",
        if languages.is_empty() {
            "none".to_owned()
        } else {
            languages.join(" ")
        },
        gazetteer.parties().count(),
        gazetteer.places().len(),
        gazetteer.holders().len(),
        core.knowledge.hash(),
    )
}
