//! An operator's overlay: people, parties and places of one's own, and corrections, without a copy of the tables.

use std::fs;

use demarche::knowledge::{Knowledge, KnowledgeFiles};
use jiff::civil::Date;

use demarche::code::PartyCode;
use demarche::event::Role;

use crate::program::{run, stderr, stdout};

fn knowledge(overlay: &[(&str, &str)]) -> Result<Knowledge, String> {
    let overlay = overlay.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let files = KnowledgeFiles::embedded()
        .with_overlay(overlay)
        .map_err(|error| error.to_string())?;
    Knowledge::compile(&files).map_err(|error| error.to_string())
}

/// Who holds an office for a party on a day, by the tables and the overlay.
fn holders(knowledge: &Knowledge, party: &str, role: Role, date: Date) -> Vec<String> {
    let found = knowledge.gazetteer().holders_on(PartyCode::new(party).unwrap(), role, date);
    found.map(|holder| holder.name.clone()).collect()
}

const COLUMNS: &str = "name\tfamily\tparty\trole\tfrom\tto\n";

#[test]
fn a_person_is_one_line() {
    let line = format!("{COLUMNS}Ada Tester\tTester\tKGZ\tforeign_minister\t2040-01-01\t\n");
    let knowledge = knowledge(&[("gazetteer/holders.tsv", &line)]).unwrap();
    let found = holders(&knowledge, "KGZ", Role::ForeignMinister, Date::constant(2040, 6, 1));
    assert!(found.contains(&"Ada Tester".to_owned()), "{found:?}");
    let embedded = Knowledge::compile(&KnowledgeFiles::embedded()).unwrap();
    assert_ne!(knowledge.hash(), embedded.hash(), "the hash tells which knowledge decided");
}

#[test]
fn a_row_with_the_key_of_another_corrects_it() {
    let line = format!("{COLUMNS}Jeenbek Kulubaev\t\tKGZ\tforeign_minister\t2022-04-22\t2039-12-31\n");
    let knowledge = knowledge(&[("gazetteer/holders.tsv", &line)]).unwrap();
    let on = |year| holders(&knowledge, "KGZ", Role::ForeignMinister, Date::constant(year, 1, 15));
    assert_eq!(
        on(2039),
        ["Jeenbek Kulubaev"],
        "what the overlay leaves empty stays: the family name"
    );
    assert!(on(2040).is_empty());
}

#[test]
fn a_party_and_a_place_can_be_added() {
    let parties = "code\tkind\tname\ten\nTESTLAND\tterritory\tTestland\tTestland\n";
    let places = "name\tcountry\tlat\tlon\nTestville\tTESTLAND\t1.5\t-2.5\n";
    let knowledge = knowledge(&[("gazetteer/parties.tsv", parties), ("gazetteer/places.tsv", places)]).unwrap();
    let code = PartyCode::new("TESTLAND").unwrap();
    assert_eq!(knowledge.gazetteer().party(code).unwrap().name, "Testland");
    let place = knowledge
        .gazetteer()
        .places()
        .iter()
        .find(|place| place.country == code)
        .unwrap();
    assert_eq!((place.name.as_str(), place.coordinates), ("Testville", (1.5, -2.5)));
}

#[track_caller]
fn refused(path: &str, text: &str, expected: &str) {
    assert_eq!(knowledge(&[(path, text)]).unwrap_err(), expected);
}

#[test]
fn a_broken_overlay_is_refused_with_file_and_line() {
    refused(
        "gazetteer/holders.tsv",
        &format!("{COLUMNS}A B\tB\tXXX\tforeign_minister\t2040\t\n"),
        "overlay/gazetteer/holders.tsv:2: `XXX` is not in parties.tsv",
    );
    refused(
        "gazetteer/holders.tsv",
        "name\tfamilly\nA\tB\n",
        "overlay/gazetteer/holders.tsv: no column `familly` in gazetteer/holders.tsv",
    );
    refused(
        "gazetteer/holders.tsv",
        &format!("{COLUMNS}A B\tB\tKGZ\n"),
        "overlay/gazetteer/holders.tsv:2: 3 cells, the header has 6",
    );
    refused(
        "gazetteer/holders.tsv",
        &format!("{COLUMNS}\tB\tKGZ\tforeign_minister\t2040\t\n"),
        "overlay/gazetteer/holders.tsv:2: `name` is empty",
    );
    refused(
        "gazetteer/people.tsv",
        "name\n",
        "overlay/gazetteer/people.tsv: is no table that an overlay can add to; it may hold those of gazetteer/, and lang/<code>/topics.tsv",
    );
}

#[test]
fn the_program_takes_an_overlay_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("gazetteer")).unwrap();
    let table = folder.path().join("gazetteer/holders.tsv");
    fs::write(
        &table,
        format!("{COLUMNS}Ada Tester\tTester\tKEN\tforeign_minister\t2040-01-01\t\n"),
    )
    .unwrap();
    let overlay = folder.path().to_str().unwrap();
    let arguments = [
        "classify",
        "--format",
        "ndjson",
        "--published-at",
        "2040-06-01",
        "--overlay",
        overlay,
    ];
    let article = b"NAIROBI - Norwegian Foreign Minister Espen Barth Eide met Tester in Nairobi on Thursday.\n";
    let output = run(&arguments, article);
    assert!(
        stdout(&output).contains("\"Ada Tester\""),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    fs::write(&table, "name\n").unwrap();
    assert_eq!(
        run(&["check", "--overlay", overlay], b"").status.code(),
        Some(0),
        "an empty table adds nothing"
    );
    fs::write(&table, "name\nX\n").unwrap();
    let output = run(&["check", "--overlay", overlay], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("overlay/gazetteer/holders.tsv:2"),
        "{}",
        stderr(&output)
    );
}
