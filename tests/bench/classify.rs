//! Items a second and bytes a second on one core, from bytes to outcome: `cargo bench --bench classify`.
//!
//! `DEMARCHE_BENCH_ITEMS` names files of NDJSON, separated as in `PATH`, to be read as well.

#![allow(clippy::unwrap_used, reason = "a bench ends where it goes wrong")]

mod feed;

use std::path::PathBuf;
use std::sync::LazyLock;

use demarche::decode::DecodeLimits;
use demarche::knowledge::{Knowledge, KnowledgeFiles};
use demarche::pipeline::outcome::Outcome;
use demarche::pipeline::record::Record;
use demarche::pipeline::{Core, PublishLimits, process};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

static CORE: LazyLock<Core> = LazyLock::new(|| Core {
    knowledge: Knowledge::compile(&KnowledgeFiles::embedded()).unwrap(),
    decode: DecodeLimits::default(),
    publish: PublishLimits::default(),
});

fn main() {
    // Compiled before the first bench, so that none of them pays for it.
    LazyLock::force(&CORE);
    divan::main();
}

/// Items of 4 KB, one in ten of which reports an event; by how many in a hundred of the others hold words that could have
/// reported one ("bertemu", "talks"), which are read to the end before they are refused.
#[divan::bench(args = [0, 33, 100])]
fn feed_of_4_kb_items(bencher: Bencher, near_in_hundred: usize) {
    measure(bencher, &feed::feed(&CORE, near_in_hundred));
}

/// The project's articles as they are, most of which report an event.
#[divan::bench(args = feed::languages())]
fn articles_alone(bencher: Bencher, language: &str) {
    measure(bencher, &feed::articles(language));
}

/// One article of so many bytes; equal bytes a second mean time linear in length.
#[divan::bench(args = [500_000, 1_000_000])]
fn one_article_of_bytes(bencher: Bencher, bytes: usize) {
    measure(bencher, &[feed::long_text(bytes)]);
}

/// One article that is a list of so many names of parties, without a full stop.
#[divan::bench(args = [5_000, 10_000])]
fn one_list_of_parties(bencher: Bencher, count: usize) {
    measure(bencher, &[feed::party_names(&CORE, count, &[", ", " and "])]);
}

/// One article in which as many parties meet as have names in it.
#[divan::bench(args = [5_000, 10_000])]
fn one_article_of_meetings(bencher: Bencher, count: usize) {
    measure(
        bencher,
        &[feed::party_names(
            &CORE,
            count,
            &["'s president met the foreign minister of ", " in Geneva. "],
        )],
    );
}

/// The lines of files of the caller's.
#[divan::bench(args = given())]
fn given_items(bencher: Bencher, file: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    let payloads: Vec<Vec<u8>> = text.lines().map(|line| line.as_bytes().to_vec()).collect();
    measure(bencher, &payloads);
}

fn given() -> Vec<String> {
    let paths = std::env::var_os("DEMARCHE_BENCH_ITEMS").unwrap_or_default();
    let paths = std::env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty());
    paths.map(|path: PathBuf| path.display().to_string()).collect()
}

fn measure(bencher: Bencher, payloads: &[Vec<u8>]) {
    let record = |payload: &Vec<u8>| Record {
        payload: Some(payload.clone()),
        ..Record::default()
    };
    let records: Vec<Record> = payloads.iter().map(record).collect();
    let bytes: usize = payloads.iter().map(Vec::len).sum();
    bencher
        .counter(ItemsCount::new(records.len()))
        .counter(BytesCount::new(bytes))
        .bench_local(|| -> Vec<Outcome> { records.iter().map(|record| process(record, &CORE)).collect() });
}
