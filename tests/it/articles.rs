//! The project's own articles: samples of the demo, inputs of the golden tests, and seeds of the fuzzer.

use std::fs;
use std::path::{Path, PathBuf};

/// Their payloads, in the order of their files.
pub fn payloads() -> Vec<Vec<u8>> {
    let mut payloads = Vec::new();
    for file in files("demo") {
        let content = fs::read(&file).unwrap();
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            payloads.extend(
                content
                    .split(|byte| *byte == b'\n')
                    .filter(|line| !line.is_empty())
                    .map(<[u8]>::to_vec),
            );
        } else {
            payloads.push(content);
        }
    }
    let whole = golden_inputs().into_iter().chain(files("fuzz/seeds"));
    payloads.extend(whole.map(|file| fs::read(file).unwrap()));
    payloads
}

/// The files `tests/golden/<language>/*.in.*`.
pub fn golden_inputs() -> Vec<PathBuf> {
    let mut inputs = files("tests/golden");
    inputs.retain(|file| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".in.json") || name.ends_with(".in.txt")
    });
    inputs
}

/// All files under `folder`, sorted.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let into = if path.is_dir() { &mut folders } else { &mut found };
            into.push(path);
        }
    }
    found.sort();
    found
}
