//! Files and stdin → payloads: an article (text or one JSON object) is one payload, NDJSON is one payload a line.
//!
//! Nothing is read further than it is asked for, and no payload is longer than the limit plus one byte, so that a file of any
//! size takes little memory and what is too long is still refused by the core.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::Misuse;
use crate::decode::{DecodeLimits, InputFormat, NativeItem, PublishedAt};

/// Payloads worked on at once, and bytes after which no more are taken: what bounds the memory.
const CHUNK_PAYLOADS_MAX: usize = 512;
const CHUNK_BYTES_MAX: usize = 16 << 20;

/// What items that do not say it themselves are given.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DefaultsArgs {
    /// Publication time of items that have none: 2025-11-20 or 2025-11-20T08:30:00+07:00
    #[arg(long, value_name = "TIME")]
    published_at: Option<String>,
    /// Language of items that declare none, as in config/lang
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
}

impl DefaultsArgs {
    /// Refuses what the decoder would refuse of every item.
    pub fn check(&self, format: InputFormat) -> anyhow::Result<()> {
        let given = self.published_at.is_some() || self.language.is_some();
        if given && format == InputFormat::Plain {
            let words =
                "--published-at and --language need decode.format = \"auto\" or \"native\": plain text has no place for them";
            return Err(Misuse(words.to_owned()).into());
        }
        if let Some(time) = self.published_at.as_deref().filter(|time| PublishedAt::parse(time).is_none()) {
            let words =
                format!("--published-at {time}: allowed is a date (2025-11-20) or a date and time (2025-11-20T08:30:00+07:00)");
            return Err(Misuse(words).into());
        }
        Ok(())
    }

    /// `payload` with what it lacks: a text becomes a native object; what cannot be read stays as it is, for the core to refuse.
    pub fn fill(&self, payload: Vec<u8>) -> Vec<u8> {
        if self.published_at.is_none() && self.language.is_none() {
            return payload;
        }
        let Ok(text) = std::str::from_utf8(&payload) else {
            return payload;
        };
        let filled = if starts_like_json(text) {
            self.fill_object(text)
        } else {
            self.wrap(text)
        };
        filled.map_or(payload, String::into_bytes)
    }

    fn wrap(&self, text: &str) -> Option<String> {
        let item = NativeItem {
            body: Some(text.to_owned()),
            language: self.language.clone(),
            published_at: self.published_at.clone(),
            ..NativeItem::default()
        };
        serde_json::to_string(&item).ok()
    }

    fn fill_object(&self, text: &str) -> Option<String> {
        let mut item: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        let fields = item.as_object_mut()?;
        let has = |fields: &serde_json::Map<String, Value>, name: &str| {
            fields
                .get(name)
                .is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
        };
        if let Some(time) = self.published_at.clone().filter(|_| !has(fields, "published_at")) {
            fields.insert("published_at".to_owned(), time.into());
        }
        if let Some(language) = self
            .language
            .clone()
            .filter(|_| !has(fields, "language") && !has(fields, "lang"))
        {
            fields.insert("language".to_owned(), language.into());
        }
        serde_json::to_string(&item).ok()
    }
}

fn starts_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '['])
}

/// Where a payload was read, for messages: `news.jsonl:17`, or the bare name of a file that is one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    name: String,
    line: Option<usize>,
}

impl Origin {
    /// The same with a line: that of the payload in its file, else `within`, the line in a payload that is the whole file.
    pub fn at_line(&self, within: usize) -> Self {
        Self {
            name: self.name.clone(),
            line: self.line.or(Some(within)),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// One payload and where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Where.
    pub origin: Origin,
    /// The bytes, as they are; at most one more than the limit.
    pub bytes: Vec<u8>,
}

/// The payloads of one file or of stdin, in order.
pub struct Payloads {
    name: String,
    reader: Box<dyn BufRead>,
    limit: usize,
    shape: Option<Shape>,
    line: usize,
    read: bool,
}

#[derive(Clone, Copy)]
enum Shape {
    Whole,
    Lines,
}

impl Payloads {
    /// Opens `path`, or stdin for `-`.
    pub fn open(path: &Path, limits: &DecodeLimits) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::new("stdin", Box::new(BufReader::new(io::stdin())), limits));
        }
        let name = path.display().to_string();
        if path.is_dir() {
            let words = format!("{name} is a folder; name the files in it (for example {name}/*.json)");
            return Err(Misuse(words).into());
        }
        let file = File::open(path).with_context(|| format!("{name} cannot be opened"))?;
        Ok(Self::new(&name, Box::new(BufReader::with_capacity(1 << 16, file)), limits))
    }

    fn new(name: &str, reader: Box<dyn BufRead>, limits: &DecodeLimits) -> Self {
        Self {
            name: name.to_owned(),
            reader,
            limit: limits.payload_bytes_max,
            shape: matches!(limits.format, InputFormat::Plain).then_some(Shape::Whole),
            line: 0,
            read: false,
        }
    }

    /// The next payload, or `None` at the end.
    pub fn next(&mut self) -> anyhow::Result<Option<Payload>> {
        self.read().with_context(|| format!("{} cannot be read", self.name))
    }

    /// The next payloads, as many as are worked on at once; empty at the end.
    pub fn chunk(&mut self) -> anyhow::Result<Vec<Payload>> {
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while chunk.len() < CHUNK_PAYLOADS_MAX && bytes < CHUNK_BYTES_MAX {
            let Some(payload) = self.next()? else {
                break;
            };
            bytes += payload.bytes.len();
            chunk.push(payload);
        }
        Ok(chunk)
    }

    fn read(&mut self) -> io::Result<Option<Payload>> {
        match self.shape {
            Some(Shape::Lines) => self.read_line(),
            Some(Shape::Whole) if self.read => Ok(None),
            Some(Shape::Whole) => self.read_whole(Vec::new()).map(Some),
            None => self.read_first(),
        }
    }

    /// A first line that is a JSON object begins NDJSON, as does a broken one with another object right below it; anything else
    /// is one article, with all its bytes.
    fn read_first(&mut self) -> io::Result<Option<Payload>> {
        let mut bytes = Vec::new();
        let first = loop {
            let Some(line) = self.read_raw_line()? else {
                self.shape = Some(Shape::Whole);
                return self.read_whole(bytes).map(Some);
            };
            bytes.extend_from_slice(&line);
            if !is_blank(&line) {
                break line;
            }
        };
        let object = first.trim_ascii_start().starts_with(b"{");
        let whole_line = first.len() > self.limit || serde_json::from_slice::<IgnoredAny>(&first).is_ok();
        if object && (whole_line || self.reader.fill_buf()?.starts_with(b"{")) {
            self.shape = Some(Shape::Lines);
            return Ok(Some(self.line_payload(first)));
        }
        self.shape = Some(Shape::Whole);
        self.read_whole(bytes).map(Some)
    }

    fn read_whole(&mut self, mut bytes: Vec<u8>) -> io::Result<Payload> {
        self.read = true;
        let rest = (self.limit + 1).saturating_sub(bytes.len()) as u64;
        self.reader.by_ref().take(rest).read_to_end(&mut bytes)?;
        let origin = Origin {
            name: self.name.clone(),
            line: None,
        };
        Ok(Payload { origin, bytes })
    }

    /// The next line that is not blank.
    fn read_line(&mut self) -> io::Result<Option<Payload>> {
        while let Some(line) = self.read_raw_line()? {
            if !is_blank(&line) {
                return Ok(Some(self.line_payload(line)));
            }
        }
        Ok(None)
    }

    /// The line that was just read, without its end.
    fn line_payload(&self, mut bytes: Vec<u8>) -> Payload {
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        let origin = Origin {
            name: self.name.clone(),
            line: Some(self.line),
        };
        Payload { origin, bytes }
    }

    /// The next line with its end; of one that is too long, as much as shows that it is.
    fn read_raw_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        // One byte over the limit, and the two of a line end.
        let most = self.limit as u64 + 3;
        if self.reader.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        self.line += 1;
        if bytes.last() != Some(&b'\n') && bytes.len() > self.limit {
            self.reader.skip_until(b'\n')?;
            bytes.truncate(self.limit + 1);
        }
        Ok(Some(bytes))
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// The id that an object holds, whether it is an item or not.
pub fn written_id(payload: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct WithId {
        id: Value,
    }
    match serde_json::from_slice::<WithId>(payload).ok()?.id {
        Value::String(id) if !id.is_empty() => Some(id),
        Value::Number(id) => Some(id.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The files to read: stdin where none is named.
pub fn paths(files: &[PathBuf]) -> Vec<PathBuf> {
    if files.is_empty() {
        vec![PathBuf::from("-")]
    } else {
        files.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut payloads = Payloads::new("x", Box::new(Cursor::new(text.to_owned())), &DecodeLimits::default());
        let mut found = Vec::new();
        while let Some(payload) = payloads.next().unwrap() {
            found.push(String::from_utf8(payload.bytes).unwrap());
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn an_article_is_one_payload_with_all_its_bytes() {
        check("Paris, AFP - A.\n\nB.\n", &["Paris, AFP - A.\n\nB.\n"]);
        check("{\n  \"body\": \"A.\"\n}\n", &["{\n  \"body\": \"A.\"\n}\n"]);
        check("{\"body\":\n", &["{\"body\":\n"]);
        check("{\"body\":", &["{\"body\":"]);
        check("\n\n A.\r\nB.", &["\n\n A.\r\nB."]);
        check("\n", &["\n"]);
        check("", &[""]);
    }

    #[test]
    fn ndjson_is_one_payload_a_line_and_stays_in_step() {
        check("{\"id\":1}\n\n{\"id\":2}\r\n", &["{\"id\":1}", "{\"id\":2}"]);
        check("{\"id\":1}\n{cut\nx\n", &["{\"id\":1}", "{cut", "x"]);
        check("{\"cut\n{\"id\":2}\n", &["{\"cut", "{\"id\":2}"]);
    }

    #[test]
    fn a_line_over_the_limit_costs_that_line_alone() {
        let limits = DecodeLimits {
            payload_bytes_max: 8,
            ..DecodeLimits::default()
        };
        let text = format!("{{\"id\":1}}\n{}\n{{\"id\":2}}\n", "x".repeat(100));
        let mut payloads = Payloads::new("x", Box::new(Cursor::new(text)), &limits);
        let mut lengths = Vec::new();
        while let Some(payload) = payloads.next().unwrap() {
            lengths.push((payload.bytes.len(), payload.origin.to_string()));
        }
        assert_eq!(lengths, [(8, "x:1".to_owned()), (9, "x:2".to_owned()), (8, "x:3".to_owned())]);
    }

    #[test]
    fn defaults_fill_what_is_absent_and_nothing_else() {
        let defaults = DefaultsArgs {
            published_at: Some("2025-11-20".to_owned()),
            language: Some("xx".to_owned()),
        };
        let fill = |text: &str| String::from_utf8(defaults.fill(text.as_bytes().to_vec())).unwrap();
        assert_eq!(fill("A.\n"), r#"{"body":"A.\n","language":"xx","published_at":"2025-11-20"}"#);
        assert_eq!(
            fill(r#"{"lang":"yy","published_at":null}"#),
            r#"{"lang":"yy","published_at":"2025-11-20"}"#
        );
        assert_eq!(fill("{cut"), "{cut");
    }
}
