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
