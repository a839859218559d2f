//! The `demarche` program: arguments in, exit code out.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use demarche::cli::{self, Cli};

fn main() -> ExitCode {
    match cli::execute(Cli::parse()) {
        Ok(exit) => exit,
        Err(error) if cli::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where stderr is gone too, the exit code is all that is left to say.
            writeln!(anstream::stderr(), "error: {error:#}").ok();
            cli::exit_code(&error)
        }
    }
}
