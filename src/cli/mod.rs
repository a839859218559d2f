//! The command line: one file a subcommand. Results go to stdout, the rest to stderr; exit codes are 0 done, 1 failed,
//! 2 misused or misconfigured.

mod check;
mod classify;
mod demo;
mod eval;
mod explain;
mod input;
mod pretty;
mod progress;
mod run;
mod schema;
mod send;
mod start;
mod version;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::knowledge::KnowledgeError;
use crate::settings::SettingsError;

/// Finds diplomatic events in a stream of raw news and publishes them, exactly once.
#[derive(Debug, Parser)]
#[command(name = "demarche", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Settings come from a TOML file (--config FILE, or DEMARCHE_CONFIG) and from variables DEMARCHE_<TABLE>_<KEY>;
`demarche schema settings --toml` prints them all. Exit codes: 0 done, 1 failed, 2 misused or misconfigured.";

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    Run(run::Args),
    Classify(classify::Args),
    Explain(explain::Args),
    Send(send::Args),
    Eval(eval::Args),
    Check(check::Args),
    Schema(schema::Args),
    Version(version::Args),
}

/// Runs the command that was asked for.
///
/// # Errors
/// What made it fail; [`exit_code`] tells what to exit with.
pub fn execute(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Run(args) => args
            .start
            .ready()
            .and_then(|(settings, core)| run::run(settings, core))
            .map(|()| ExitCode::SUCCESS),
        Command::Classify(args) => classify::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Demo(args) => demo::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Send(args) => send::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Schema(args) => schema::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Version(args) => version::run(&args).map(|()| ExitCode::SUCCESS),
    }
}

/// A command that cannot be carried out as it was given.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Misuse(String);

/// 2 if the caller has to change arguments, settings or knowledge; 1 for anything else.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    let callers = error
        .chain()
        .any(|cause| cause.is::<Misuse>() || cause.is::<SettingsError>() || cause.is::<KnowledgeError>());
    ExitCode::from(if callers { 2 } else { 1 })
}

/// Whether the reader of stdout has gone (`demarche … | head`), which is no failure.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    };
    error.chain().any(broken)
}
