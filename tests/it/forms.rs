//! The forms in which a text has the names of states: cases and adjectives in Russian, joined words in Arabic.
//!
//! The Russian forms here are made by rule. `scripts/gazetteer/check_russian.py --forms FILE` makes them with pymorphy3; with
//! `DEMARCHE_RUSSIAN_FORMS=FILE` they are looked up too.

use demarche::code::{Lang, PartyCode};
use demarche::event::PartyKind;
use demarche::knowledge::Pack;
use demarche::knowledge::gazetteer::Party;
use demarche::knowledge::sense::Sense;

use crate::knowledge::{forms, senses, with_knowledge};

/// Runs a check on every state with the pack of a language.
fn with_states(lang: &str, mut check: impl FnMut(&Pack, &Party)) {
    with_knowledge(|knowledge| {
        let pack = knowledge.packs().iter().find(|pack| pack.lang().as_str() == lang).unwrap();
        let states: Vec<&Party> = knowledge
            .gazetteer()
            .parties()
            .filter(|party| party.kind == PartyKind::State)
            .collect();
        assert_eq!(states.len(), 195);
        states.into_iter().for_each(|state| check(pack, state));
    });
}

fn leads(pack: &Pack, form: &str, code: PartyCode) -> bool {
    senses(pack, form)
        .iter()
        .any(|sense| matches!(sense, Sense::Party(found, _) if *found == code))
}

fn is_word(name: &str) -> bool {
    name.chars().all(char::is_alphabetic) && !name.chars().skip(1).any(char::is_uppercase)
}

/// The cases of a one-word name, by its ending; names that are not declined give themselves.
fn cases(name: &str) -> Vec<String> {
    let tables: &[(&str, &[&str])] = &[
        ("ия", &["ия", "ии", "ию", "ией"]),
        ("ея", &["ея", "еи", "ее", "ею", "еей"]),
        ("а", &["а", "ы", "е", "у", "ой"]),
        ("ы", &["ы", "ам", "ами", "ах"]),
        ("й", &["й", "я", "ю", "ем", "е"]),
        ("ь", &["ь", "я", "ю", "ем", "е"]),
    ];
    // Two names change inside (Египет, Египта), which a rule would get wrong, and some soft or foreign ones have endings of their own.
    let other = [
        "Египет",
        "Ямайка",
        "Коста-Рика",
        "Доминика",
        "Мексика",
        "Америка",
        "Микронезия",
        "Беларусь",
    ];
    let declined = |stem: &str, endings: &[&str]| endings.iter().map(|ending| format!("{stem}{ending}")).collect();
    if other.contains(&name) {
        return vec![name.to_owned()];
    }
    for (ending, endings) in tables {
        if let Some(stem) = name.strip_suffix(ending) {
            return declined(stem, endings);
        }
    }
    match name.chars().last() {
        Some('и' | 'о' | 'у' | 'е' | 'э' | 'я') | None => vec![name.to_owned()],
        Some(_) => declined(name, &["", "а", "у", "ом", "е"]),
    }
}

#[test]
fn russian_cases_of_all_states() {
    let mut checked = 0;
    with_states("ru", |pack, state| {
        for name in forms(&state.names, Lang::new("ru").unwrap()).filter(|name| is_word(&name.text)) {
            // The cases of a short name are listed after it: they are not declined once more.
            let shared = |other: &str| other.chars().zip(name.text.chars()).take_while(|(a, b)| a == b).count();
            let first = forms(&state.names, pack.lang())
                .find(|other| shared(&other.text) >= 3)
                .unwrap();
            if name.text.chars().count() < 8 && first != name {
                continue;
            }
            for form in cases(&name.text) {
                assert!(leads(pack, &form, state.code), "{form} of {}", state.name);
                checked += 1;
            }
        }
    });
    assert!(checked > 600, "{checked}");
}

#[test]
fn russian_adjectives_of_all_states() {
    let endings = ["ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими"];
    with_states("ru", |pack, state| {
        let adjectives: Vec<_> = forms(&state.adjectives, pack.lang()).collect();
        assert!(!adjectives.is_empty(), "{} has no adjective", state.name);
        for stem in adjectives.iter().filter_map(|name| name.text.strip_suffix("ий")) {
            for ending in endings {
                let form = format!("{stem}{ending}");
                assert!(leads(pack, &form, state.code), "{form} of {}", state.name);
            }
        }
    });
}

#[test]
fn russian_forms_of_a_dictionary() {
    let Some(file) = std::env::var_os("DEMARCHE_RUSSIAN_FORMS") else {
        return;
    };
    let table = std::fs::read_to_string(file).unwrap();
    with_knowledge(|knowledge| {
        let pack = knowledge.packs().iter().find(|pack| pack.lang().as_str() == "ru").unwrap();
        let mut lost = Vec::new();
        for (form, code) in table.lines().filter_map(|line| line.split_once('\t')) {
            if !leads(pack, form, PartyCode::new(code).unwrap()) {
                lost.push(format!("{form} of {code}"));
            }
        }
        assert!(
            lost.is_empty(),
            "{} of {}:\n{}",
            lost.len(),
            table.lines().count(),
            lost.join("\n")
        );
    });
}

/// What is written when `prefix` is joined to `form`: after ل the article loses its alif.
fn joined(prefix: &str, form: &str) -> String {
    match form.strip_prefix("ال").filter(|_| prefix.ends_with('ل')) {
        Some(rest) => format!("{prefix}ل{rest}"),
        None => format!("{prefix}{form}"),
    }
}

#[test]
fn arabic_prefixes_before_all_states() {
    let mut lost = Vec::new();
    let mut checked = 0;
    with_states("ar", |pack, state| {
        for name in forms(&state.names, pack.lang()).chain(forms(&state.adjectives, pack.lang())) {
            for prefix in ["", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"] {
                let form = joined(prefix, &name.text);
                if !leads(pack, &form, state.code) {
                    lost.push(format!("{form} of {}", state.name));
                }
                checked += 1;
            }
        }
    });
    assert!(lost.is_empty(), "{} of {checked}:\n{}", lost.len(), lost.join("\n"));
    assert!(checked > 20_000, "{checked}");
}

/// States whose Arabic adjective is a circumlocution ("from Papua New Guinea") have none; all others have it in all forms.
#[test]
fn arabic_adjectives_of_all_states() {
    let none = ["CAF", "GNB", "KNA", "LCA", "PNG", "SMR", "VCT", "COM", "CPV", "MLI", "SLB"];
    with_states("ar", |pack, state| {
        let count = forms(&state.adjectives, pack.lang()).count();
        let known = none.contains(&state.code.as_str());
        assert_eq!(count >= 16, !known, "{} has {count} forms", state.name);
    });
}
