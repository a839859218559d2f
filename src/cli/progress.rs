//! How far a long command is, on stderr: a line that moves on a terminal, a line now and then elsewhere.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Where there is no terminal: how often a line tells how far it is.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

/// The progress of one command.
pub struct Progress {
    what: &'static str,
    bar: Option<ProgressBar>,
    begun: Instant,
    told: Instant,
    count: u64,
}

impl Progress {
    /// Begins now; `what` is counted ("records sent").
    pub fn new(what: &'static str) -> Self {
        let style = ProgressStyle::with_template("{spinner} {human_pos} {prefix}, {per_sec}{msg}");
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner().with_prefix(what);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        let begun = Instant::now();
        Self {
            what,
            bar,
            begun,
            told: begun,
            count: 0,
        }
    }

    /// `count` more are done; `beside` is said with it where it is told.
    pub fn add(&mut self, count: u64, beside: impl FnOnce() -> String) {
        self.count += count;
        match &self.bar {
            Some(bar) => {
                bar.set_position(self.count);
                bar.set_message(beside());
            }
            None if self.told.elapsed() >= LINE_INTERVAL => {
                self.told = Instant::now();
                eprintln!("{} {}{}", self.count, self.what, beside());
            }
            None => {}
        }
    }

    /// How many are done.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Takes the moving line away; the time since the beginning.
    pub fn finish(self) -> Duration {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        self.begun.elapsed()
    }
}
