//! What the benches read, made of the project's own articles and filler; the same on every run.

use std::fs;
use std::path::{Path, PathBuf};

use demarche::pipeline::outcome::Outcome;
use demarche::pipeline::record::Record;
use demarche::pipeline::{Core, process};
use serde_json::{Value, json};

/// Bytes of an item of the feed, about as long as agency news are.
const ITEM_BYTES: usize = 4 << 10;
/// One item of the feed in so many reports an event.
const DIPLOMATIC_ONE_IN: usize = 10;
const ITEMS: usize = 500;

/// The sample articles and the golden articles of one language, as they are.
pub fn articles(language: &str) -> Vec<Vec<u8>> {
    let mut articles = Vec::new();
    for file in files("demo") {
        for line in fs::read_to_string(file).unwrap_or_default().lines() {
            let item: Value = serde_json::from_str(line).unwrap_or_default();
            if item["language"] == language {
                articles.push(line.as_bytes().to_vec());
            }
        }
    }
    for file in files(&format!("tests/golden/{language}")) {
        if file.to_string_lossy().ends_with(".in.json") {
            articles.push(fs::read(file).unwrap());
        }
    }
    articles
}

/// Languages that have golden articles and filler.
pub fn languages() -> Vec<String> {
    let stems = files("tests/bench/filler")
        .into_iter()
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()));
    stems.collect()
}

/// Items of 4 KB in all languages, one in ten with an article that reports an event, then filler up to its length. Of the
/// others, `near_in_hundred` of a hundred hold words of meetings, offices and countries that come to no event.
pub fn feed(core: &Core, near_in_hundred: usize) -> Vec<Vec<u8>> {
    let languages = languages();
    let diplomatic: Vec<Vec<Value>> = languages.iter().map(|language| reporting(core, language)).collect();
    let fillers: Vec<Vec<String>> = languages.iter().map(|language| filler("filler", language)).collect();
    let near: Vec<Vec<String>> = languages.iter().map(|language| filler("near", language)).collect();
    let item = |number: usize| {
        let at = number % languages.len();
        let mut item = if number % DIPLOMATIC_ONE_IN == 0 {
            let articles = &diplomatic[at];
            articles[number / DIPLOMATIC_ONE_IN % articles.len()].clone()
        } else {
            // 37 is prime to 100: the near ones are spread evenly.
            let is_near = number * 37 % 100 < near_in_hundred;
            let sentences = if is_near { near[at].join(" ") } else { String::new() };
            json!({ "title": fillers[at][number % fillers[at].len()], "body": sentences })
        };
        let body = item["body"].as_str().unwrap_or_default().to_owned();
        item["body"] = padded(body, &fillers[at], number).into();
        item["id"] = number.into();
        item["language"] = languages[at].clone().into();
        item["published_at"] = item.get("published_at").cloned().unwrap_or_else(|| "2025-03-13".into());
        item.to_string().into_bytes()
    };
    (0..ITEMS).map(item).collect()
}

/// One item with `bytes` of filler.
pub fn long_text(bytes: usize) -> Vec<u8> {
    let mut body = String::with_capacity(bytes + 200);
    let filler = filler("filler", "en");
    for at in 0.. {
        if body.len() >= bytes {
            break;
        }
        body.push_str(&filler[at % filler.len()]);
        body.push(if at % 4 == 3 { '\n' } else { ' ' });
    }
    let end = (0..=bytes).rev().find(|end| body.is_char_boundary(*end)).unwrap_or(0);
    body.truncate(end);
    json!({ "body": body, "language": "en", "published_at": "2025-03-13" })
        .to_string()
        .into_bytes()
}

/// One item that names `count` parties, with `between` after each: a list without an end, or sentences.
pub fn party_names(core: &Core, count: usize, between: &[&str]) -> Vec<u8> {
    let names: Vec<&str> = core
        .knowledge
        .gazetteer()
        .parties()
        .map(|party| party.name.as_str())
        .collect();
    let word = |at: usize| [names[at % names.len()], between[at % between.len()]].concat();
    let body: String = (0..count).map(word).collect();
    json!({ "body": body, "language": "en", "published_at": "2025-03-13" })
        .to_string()
        .into_bytes()
}

/// Articles that yield an event today.
fn reporting(core: &Core, language: &str) -> Vec<Value> {
    let reports = |payload: &Vec<u8>| {
        let record = Record {
            payload: Some(payload.clone()),
            ..Record::default()
        };
        matches!(process(&record, core), Outcome::Events(_))
    };
    let articles = articles(language).into_iter().filter(reports);
    let articles: Vec<Value> = articles.filter_map(|article| serde_json::from_slice(&article).ok()).collect();
    assert!(!articles.is_empty(), "no article in {language} reports an event");
    articles
}

/// `body`, then filler until the item has its length.
fn padded(mut body: String, filler: &[String], number: usize) -> String {
    for at in 0.. {
        if body.len() >= ITEM_BYTES {
            break;
        }
        let sentence = &filler[(number * 5 + at) % filler.len()];
        body.push_str(if at % 4 == 0 { "\n\n" } else { " " });
        body.push_str(sentence);
    }
    body
}

fn filler(folder: &str, language: &str) -> Vec<String> {
    let file = root().join("tests/bench").join(folder).join(format!("{language}.txt"));
    fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
