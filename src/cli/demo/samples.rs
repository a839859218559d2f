//! The sample articles of the folder `demo/`, in the binary: `*.jsonl` holds one item a line, any other file is one record as
//! it is, broken ones among them.

use std::collections::BTreeMap;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use serde_json::Value;

use crate::decode::{self, DecodeLimits, NewsItem};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/demo");

/// What separates a sample's id from the number of its repetition.
const ROUND: char = '#';

/// The samples, files in turn, so that languages mix.
#[derive(Clone, Debug)]
pub struct Samples {
    records: Arc<[Vec<u8>]>,
    items: Arc<BTreeMap<String, NewsItem>>,
}

impl Samples {
    /// Those in the binary.
    pub fn embedded(limits: &DecodeLimits) -> Self {
        let mut files: Vec<_> = FILES.files().collect();
        files.sort_by_key(|file| file.path());
        let files = files.into_iter().map(|file| match file.path().extension() {
            Some(extension) if extension == "jsonl" => lines(file.contents()),
            Some(_) | None => vec![file.contents().to_vec()],
        });
        let records = in_turn(files.collect());
        let decoded = records
            .iter()
            .filter_map(|record| decode::news_item(Some(record), limits).ok());
        let items = decoded.map(|item| (item.id.to_string(), item)).collect();
        Self {
            records: records.into(),
            items: Arc::new(items),
        }
    }

    /// How many there are; at least one.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// How many of them cannot be read.
    pub fn unreadable(&self) -> usize {
        self.len() - self.items.len()
    }

    /// Key and payload of item `number`, from 0; each round after the first has ids of its own.
    pub fn record(&self, number: u64) -> (Option<String>, Vec<u8>) {
        let count = self.len() as u64;
        let (round, index) = (number / count, number % count);
        let index = usize::try_from(index).unwrap_or(0);
        let payload = self.records.get(index).cloned().unwrap_or_default();
        let Ok(Value::Object(mut item)) = serde_json::from_slice(&payload) else {
            return (None, payload);
        };
        let Some(id) = item.get("id").and_then(Value::as_str).map(str::to_owned) else {
            return (None, payload);
        };
        if round == 0 {
            return (Some(id), payload);
        }
        let id = format!("{id}{ROUND}{}", round + 1);
        item.insert("id".to_owned(), id.as_str().into());
        (Some(id), Value::Object(item).to_string().into_bytes())
    }

    /// Whether this is the id of a sample that is not repeated.
    pub fn is_first_round(&self, id: &str) -> bool {
        !id.contains(ROUND)
    }

    /// The item of this id, whatever its round.
    pub fn item(&self, id: &str) -> Option<&NewsItem> {
        self.items.get(id.split(ROUND).next().unwrap_or(id))
    }
}

fn lines(content: &[u8]) -> Vec<Vec<u8>> {
    let lines = content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(<[u8]>::to_vec).collect()
}

/// The first of each file, then the second of each, and so on.
fn in_turn(files: Vec<Vec<Vec<u8>>>) -> Vec<Vec<u8>> {
    let longest = files.iter().map(Vec::len).max().unwrap_or(0);
    let row = |index| files.iter().filter_map(move |file| file.get(index).cloned());
    (0..longest).flat_map(row).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_round_has_ids_of_its_own() {
        let samples = Samples::embedded(&DecodeLimits::default());
        let count = samples.len() as u64;
        let keys: Vec<_> = (0..3 * count).filter_map(|number| samples.record(number).0).collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
        assert!(keys.iter().all(|key| samples.item(key).is_some()));
    }

    #[test]
    fn some_samples_cannot_be_read() {
        let samples = Samples::embedded(&DecodeLimits::default());
        assert_eq!(samples.unreadable(), 2);
    }
}
