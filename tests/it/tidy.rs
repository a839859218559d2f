//! What the architecture promises, read from the source: who may name what, and how long a file may be.

use std::fs;
use std::path::{Path, PathBuf};

/// The pure core.
const CORE: &[&str] = &[
    "decode",
    "text",
    "classify",
    "enrich",
    "event",
    "knowledge",
    "eval",
    "code.rs",
];
/// What the core must not name: async, Kafka, files, environment, clocks, logs.
const IMPURE: &[&str] = &[
    "tokio",
    "rdkafka",
    "std::fs",
    "std::env",
    "SystemTime",
    "Instant",
    "tracing",
    "println!",
    "crate::kafka",
    "crate::cli",
    "crate::metrics",
    "crate::settings",
];
const LINES_MAX: usize = 600;

struct Source {
    /// Relative to `src`.
    path: PathBuf,
    /// Without comments and without the tests at its end.
    code: String,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let source = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        let before_tests = text.split("#[cfg(test)]").next().unwrap_or("");
        let code = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
        Source {
            path: file.strip_prefix(&root).unwrap().to_path_buf(),
            code: code.collect::<Vec<_>>().join("\n"),
            lines: text.lines().count(),
        }
    };
    files.iter().map(source).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}

#[test]
fn only_kafka_names_rdkafka() {
    for source in sources().iter().filter(|source| !source.path.starts_with("kafka")) {
        let code = source.code.replace("librdkafka", "");
        assert!(!code.contains("rdkafka::"), "{}", source.path.display());
    }
}

#[test]
fn the_core_is_pure() {
    let in_core = |source: &&Source| CORE.iter().any(|folder| source.path.starts_with(folder));
    for source in sources().iter().filter(in_core) {
        for name in IMPURE {
            assert!(!source.code.contains(name), "{} names {name}", source.path.display());
        }
    }
}

#[test]
fn no_language_is_named_in_code() {
    // The text "id" is the name of a field in many places.
    let languages: Vec<String> = folders("config/lang")
        .into_iter()
        .filter(|language| language != "id")
        .collect();
    for source in sources() {
        for language in &languages {
            let named = source.code.contains(&format!("\"{language}\""));
            assert!(!named, "{} names the language {language}", source.path.display());
        }
    }
}

fn folders(path: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let entries = fs::read_dir(root).into_iter().flatten();
    let folders = entries.map(|entry| entry.unwrap()).filter(|entry| entry.path().is_dir());
    folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn files_stay_readable() {
    for source in sources() {
        assert!(
            source.lines <= LINES_MAX,
            "{} has {} lines",
            source.path.display(),
            source.lines
        );
    }
}

#[test]
fn every_module_says_what_it_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for source in sources() {
        let text = fs::read_to_string(root.join(&source.path)).unwrap();
        assert!(text.starts_with("//!"), "{}", source.path.display());
    }
}
