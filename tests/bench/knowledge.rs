//! What knowledge costs: time to compile it, and memory that it holds, as shipped and with a pack for every language of the
//! tables. `cargo bench --bench knowledge`; the limits are those that the project sets itself for what is shipped.

use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use demarche::knowledge::{Knowledge, KnowledgeFiles};

#[path = "../it/languages.rs"]
#[allow(clippy::unwrap_used, reason = "shared with the tests")]
mod languages;

const RUNS: usize = 15;
const LOAD_MAX: Duration = Duration::from_millis(300);
const RESIDENT_MAX_MB: f64 = 60.0;

/// Asks this program for the second figure: memory that one set of knowledge has freed would serve the next.
const ALL_LANGUAGES: &str = "all-languages";

fn main() {
    if std::env::args().any(|argument| argument == ALL_LANGUAGES) {
        cost("with all languages", &languages::files());
        return;
    }
    let (load, resident_mb) = cost("as shipped", &KnowledgeFiles::embedded());
    let program = std::env::current_exe().expect("this program runs");
    let ended = Command::new(program)
        .arg(ALL_LANGUAGES)
        .status()
        .expect("it can be run again");
    assert!(ended.success());
    assert!(load < LOAD_MAX, "loads in {load:?}, limit is {LOAD_MAX:?}");
    assert!(
        resident_mb < RESIDENT_MAX_MB,
        "holds {resident_mb:.1} MB, limit is {RESIDENT_MAX_MB} MB"
    );
}

/// Median time to compile `files`, and resident memory that one compiled knowledge adds, in MB.
fn cost(name: &str, files: &KnowledgeFiles) -> (Duration, f64) {
    let before = resident_mb();
    let started = Instant::now();
    let kept = Knowledge::compile(files).expect("the knowledge in the binary compiles");
    let first = started.elapsed();
    let added = resident_mb() - before;
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            black_box(Knowledge::compile(files).expect("it compiled before"));
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times.get(RUNS / 2).copied().unwrap_or(first);
    let packs = kept.packs().iter().count();
    println!("{name}: {packs} packs; compiled in {median:.1?} (first {first:.1?}); {added:.1} MB resident");
    (median, added)
}

/// Resident memory of this process; 0 where /proc does not say.
fn resident_mb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
