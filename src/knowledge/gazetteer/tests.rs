//! What the tables must hold, and what is refused.

use jiff::civil::Date;

use super::*;

fn gazetteer() -> Gazetteer {
    Gazetteer::parse(&KnowledgeFiles::embedded()).unwrap()
}

fn code(text: &str) -> PartyCode {
    PartyCode::new(text).unwrap()
}

#[track_caller]
fn holds(party: &str, role: Role, date: Date, names: &[&str]) {
    let gazetteer = gazetteer();
    let found: Vec<&str> = gazetteer
        .holders_on(code(party), role, date)
        .map(|holder| holder.name.as_str())
        .collect();
    assert_eq!(found, names, "{party} {role} on {date}");
}

#[test]
fn offices_are_held_on_a_date() {
    let date = Date::constant(2025, 11, 19);
    holds("CHN", Role::ForeignMinister, date, &["Wang Yi"]);
    holds("CHN", Role::ForeignMinister, Date::constant(2023, 5, 1), &["Qin Gang"]);
    holds("KGZ", Role::ForeignMinister, date, &["Jeenbek Kulubaev"]);
    holds("KGZ", Role::HeadOfState, date, &["Sadyr Japarov"]);
    holds("IDN", Role::ForeignMinister, date, &["Sugiono"]);
    holds("IDN", Role::ForeignMinister, Date::constant(2024, 10, 1), &["Retno Marsudi"]);
    holds("EU", Role::IgoHead, date, &["Kaja Kallas"]);
}

/// Each language's forms of a kind of name, without regard to case, and the parties that have them.
fn owners(names: fn(&Party) -> &Names) -> BTreeMap<(Lang, String), Vec<PartyCode>> {
    let gazetteer = gazetteer();
    let mut owners: BTreeMap<(Lang, String), Vec<PartyCode>> = BTreeMap::new();
    for party in gazetteer.parties() {
        for (lang, forms) in names(party) {
            for form in forms {
                owners.entry((*lang, form.text.to_lowercase())).or_default().push(party.code);
            }
        }
    }
    owners
}

#[track_caller]
fn every_form_leads_to_its_party(names: fn(&Party) -> &Names) {
    let gazetteer = gazetteer();
    for ((lang, form), mut parties) in owners(names) {
        parties.dedup();
        let declared = gazetteer
            .ambiguities(lang)
            .iter()
            .find(|ambiguity| ambiguity.text.to_lowercase() == form);
        match declared {
            Some(ambiguity) => assert_eq!(parties, ambiguity.parties, "{lang} `{form}`"),
            None => assert_eq!(
                parties.len(),
                1,
                "{lang} `{form}` names {parties:?}, which ambiguous.tsv does not say"
            ),
        }
    }
}

#[test]
fn a_name_has_one_party_unless_declared() {
    every_form_leads_to_its_party(|party| &party.names);
}

#[test]
fn an_adjective_has_one_party_unless_declared() {
    every_form_leads_to_its_party(|party| &party.adjectives);
}

#[test]
fn a_demonym_has_one_party_unless_declared() {
    every_form_leads_to_its_party(|party| &party.demonyms);
}

#[test]
fn a_metonym_has_one_party_unless_declared() {
    every_form_leads_to_its_party(|party| &party.metonyms);
}

#[track_caller]
fn form(lang: &str, text: &str, party: &str, case: Case) {
    let gazetteer = gazetteer();
    let names = &gazetteer.party(code(party)).unwrap().names;
    let found = names[&Lang::new(lang).unwrap()].iter().find(|name| name.text == text);
    assert_eq!(found.map(|name| name.case), Some(case), "{lang} `{text}` of {party}");
}

#[test]
fn traps_of_the_sources_are_closed() {
    form("id", "AS", "USA", Case::Exact);
    form("es", "RU", "GBR", Case::Exact);
    form("tr", "BK", "GBR", Case::Exact);
    form("en", "US", "USA", Case::Exact);
    form("en", "Georgia", "GEO", Case::Exact);
    form("en", "Jordan", "JOR", Case::Exact);
    form("en", "Burma", "MMR", Case::Folded);
    form("id", "Hong Kong", "HKG", Case::Folded);
    for lang in ["id", "ms"].map(|lang| Lang::new(lang).unwrap()) {
        let owners = owners(|party| &party.names);
        assert!(
            !owners.contains_key(&(lang, "timor timur".to_owned())),
            "the province of 1976-1999, not the state"
        );
    }
}

#[test]
fn every_state_has_a_capital_and_a_name_in_every_language() {
    let gazetteer = gazetteer();
    for party in gazetteer.parties().filter(|party| party.kind == PartyKind::State) {
        let capital = |place: &&Place| place.country == party.code && place.capital;
        assert!(
            gazetteer.places().iter().any(|place| capital(&place)),
            "{} has no capital",
            party.code
        );
        assert!(party.names.len() == 14, "{} lacks a language", party.code);
    }
}

#[test]
fn a_bad_line_is_named() {
    let header = "code\tkind\tname\twikidata\tpart_of\tmembers\tid\n";
    let error = |file: &str, text: &str| {
        let parties = format!("{header}KGZ\tstate\tKyrgyzstan\t\t\t\tKirgistan\n");
        let files = [
            ("gazetteer/parties.tsv".to_owned(), parties),
            (format!("gazetteer/{file}"), text.to_owned()),
        ];
        Gazetteer::parse(&KnowledgeFiles::new(files)).unwrap_err().to_string()
    };
    let twice = format!("{header}KGZ\tstate\tK\t\t\t\t\nKGZ\tstate\tK\t\t\t\t\n");
    assert_eq!(error("parties.tsv", &twice), "gazetteer/parties.tsv:3: `KGZ` is given twice");
    let whole = error("parties.tsv", &format!("{header}KGZ\tstate\tK\t\tXXX\t\t\n"));
    assert_eq!(whole, "gazetteer/parties.tsv:2: `XXX` is not in parties.tsv");
    let short = error("adjectives.tsv", "# note\ncode\ten\nKGZ\n");
    assert_eq!(short, "gazetteer/adjectives.tsv:3: 1 cells, the header has 2");
    let unknown = error("demonyms.tsv", "code\ten\nXXX\tX\n");
    assert_eq!(unknown, "gazetteer/demonyms.tsv:2: `XXX` is not in parties.tsv");
    let holders = "name\tfamily\tparty\trole\tfrom\tto\twikidata\tvariants\tnames\tchecked\n";
    let late = error(
        "holders.tsv",
        &format!("{holders}A\tA\tKGZ\thead_of_state\t2020-02\t2020-01\t\t\t\t\n"),
    );
    assert_eq!(late, "gazetteer/holders.tsv:2: ends on 2020-01 before it starts");
    let date = error(
        "holders.tsv",
        &format!("{holders}A\tA\tKGZ\thead_of_state\t2020-13\t\t\t\t\t\n"),
    );
    assert_eq!(
        date,
        "gazetteer/holders.tsv:2: `2020-13` is no date (YYYY, YYYY-MM or YYYY-MM-DD)"
    );
}
