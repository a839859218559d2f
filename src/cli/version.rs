//! `demarche version`: what this binary is, what it knows and as of when, and whose data that is.

use std::io::{self, Write};

use super::start::StartArgs;

/// Attributions and licence texts, as the licences ask for them.
const NOTICE: &str = include_str!("../../NOTICE");

/// Between the sections of [`NOTICE`]; the first paragraph of each says what was taken from whom.
const RULE: &str = "\n------------------------------------------------------------------------------\n";

/// Prints version, knowledge and its date, and whose data it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  demarche version
  demarche version --notice")]
pub struct Args {
    /// The full texts of the licences too
    #[arg(long)]
    notice: bool,
    #[command(flatten)]
    start: StartArgs,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let settings = args.start.settings()?;
    let core = super::start::core(&settings)?;
    let (knowledge, gazetteer) = (&core.knowledge, core.knowledge.gazetteer());
    let languages: Vec<&str> = knowledge.packs().iter().map(|pack| pack.name()).collect();
    let as_of = gazetteer
        .holders_as_of()
        .map_or_else(|| "no date given".to_owned(), |date| date.to_string());
    let mut out = io::stdout().lock();
    writeln!(out, "demarche {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "knowledge: {}", knowledge.hash())?;
    writeln!(out, "languages: {}", languages.join(", "))?;
    writeln!(out, "office holders as of: {as_of}")?;
    writeln!(out)?;
    if args.notice {
        out.write_all(NOTICE.as_bytes())?;
        return Ok(());
    }
    for section in NOTICE.split(RULE) {
        let about = section.trim().split("\n\n").next().unwrap_or_default();
        writeln!(out, "{about}\n")?;
    }
    writeln!(out, "`demarche version --notice` prints the licences.")?;
    Ok(())
}
