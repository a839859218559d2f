//! `demarche check`: settings and knowledge, and with `--connect` what the brokers say to them.

use std::io::{self, Write};
use std::process::ExitCode;

use super::start::{self, StartArgs};
use crate::kafka::inspect::{self, Finding, State};
use crate::metrics::knowledge::age_days;
use crate::pipeline::{Core, examples};
use crate::settings::{self, Settings};

/// Checks settings and knowledge, and with --connect brokers, topics and permissions.
///
/// Prints a line for each thing that was looked at. Exit code 0 if all is well, 1 if a rule's example or the brokers say
/// otherwise, 2 if settings or knowledge cannot be used.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche check --config worker.toml
  demarche check --config worker.toml --connect")]
pub struct Args {
    #[command(flatten)]
    start: StartArgs,
    /// Ask the brokers too; nothing is changed there
    #[arg(long)]
    connect: bool,
}

pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = args.start.settings()?;
    let mut out = io::stdout().lock();
    writeln!(out, "ok    settings: {}", sources(args))?;
    let core = start::core(&settings)?;
    writeln!(out, "ok    knowledge: {}", knowledge(&settings, &core))?;
    writeln!(out, "{}", holders(&settings, &core))?;
    let mut well = examples(&mut out, &core)?;
    if !args.connect {
        return Ok(exit(well));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let findings = runtime.block_on(inspect::findings(&settings.kafka, &settings.topics))?;
    for Finding { about, state } in &findings {
        match state {
            State::Good(words) => writeln!(out, "ok    {about}: {words}")?,
            State::Better(words) => writeln!(out, "warn  {about}: {words}")?,
            State::Bad(words) => {
                well = false;
                writeln!(out, "FAIL  {about}: {words}")?;
            }
        }
    }
    Ok(exit(well))
}

fn exit(well: bool) -> ExitCode {
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs every rule's own examples; whether all came out right.
fn examples(out: &mut impl Write, core: &Core) -> io::Result<bool> {
    let (count, failures) = examples::check(core);
    for failure in &failures {
        writeln!(
            out,
            "FAIL  rule {}: {} in {:?}",
            failure.rule, failure.problem, failure.example
        )?;
    }
    if failures.is_empty() {
        writeln!(out, "ok    rules: {count} examples come out as they should")?;
    }
    Ok(failures.is_empty())
}

/// Where the settings come from.
fn sources(args: &Args) -> String {
    let variables = start::variables();
    let file = settings::file(args.start.config.as_deref(), &variables);
    let file = file.map_or_else(|| "defaults".to_owned(), |file| file.display().to_string());
    match settings::overriding(&variables).count() {
        0 => file,
        1 => format!("{file}, and 1 variable"),
        count => format!("{file}, and {count} variables"),
    }
}

/// How old the table of office holders is, and what to do about it when it is too old.
fn holders(settings: &Settings, core: &Core) -> String {
    let Some(date) = core.knowledge.gazetteer().holders_as_of() else {
        return "warn  office holders: the tables do not say which day they describe (gazetteer/dates.tsv)".to_owned();
    };
    let (age, most) = (age_days(date), i64::from(settings.knowledge.holders_age_max_days));
    let told = format!("office holders: as of {date}, {age} days ago");
    if age <= most {
        format!("ok    {told}")
    } else {
        format!("warn  {told}; knowledge.holders_age_max_days is {most}: newer people may be missing")
    }
}

fn knowledge(settings: &Settings, core: &Core) -> String {
    let from = match &settings.knowledge.dir {
        Some(dir) => dir.display().to_string(),
        None => "in the binary".to_owned(),
    };
    let from = match &settings.knowledge.overlay_dir {
        Some(dir) => format!("{from}, with {}", dir.display()),
        None => from,
    };
    let languages: Vec<String> = core.knowledge.packs().iter().map(|pack| pack.lang().to_string()).collect();
    let gazetteer = core.knowledge.gazetteer();
    format!(
        "{from}; {} languages ({}), {} parties, {} places, {} office holders; {}",
        languages.len(),
        languages.join(" "),
        gazetteer.parties().count(),
        gazetteer.places().len(),
        gazetteer.holders().len(),
        core.knowledge.hash(),
    )
}
