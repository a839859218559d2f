//! Every name in every table leads back to what it names, looked up as the packs look names up, in all languages.

use std::cell::OnceCell;

use demarche::code::{Lang, PartyCode};
use demarche::knowledge::gazetteer::{Name, Names, Party};
use demarche::knowledge::lexicon::Word;
use demarche::knowledge::sense::{PartyForm, Sense};
use demarche::knowledge::{Knowledge, Pack};
use demarche::text::{fold::fold, token};

use crate::languages;

thread_local! {
    static KNOWLEDGE: OnceCell<Knowledge> = const { OnceCell::new() };
}

/// Runs a check on the knowledge with all languages, compiled once a thread.
pub fn with_knowledge(check: impl FnOnce(&Knowledge)) {
    KNOWLEDGE.with(|knowledge| check(knowledge.get_or_init(|| Knowledge::compile(&languages::files()).unwrap())));
}

/// What the whole of `form` means in a text of the pack's language; nothing if a part of it is a phrase of its own.
pub fn senses(pack: &Pack, form: &str) -> Vec<Sense> {
    let tokens = token::tokens(form, pack.clitics());
    let words: Vec<Word<'_>> = tokens
        .iter()
        .map(|token| {
            let text = form.get(token.start as usize..token.end as usize).unwrap();
            Word {
                text,
                shape: token.shape,
                symbol: pack.lexicon().symbol(text),
            }
        })
        .collect();
    let (length, senses) = pack.lexicon().longest(&words);
    if length == words.len() { senses.to_vec() } else { Vec::new() }
}

pub fn forms(names: &Names, lang: Lang) -> impl Iterator<Item = &Name> {
    names.get(&lang).into_iter().flatten()
}

fn party_names(party: &Party) -> [&Names; 4] {
    [&party.names, &party.adjectives, &party.demonyms, &party.metonyms]
}

#[test]
fn every_language_is_looked_up() {
    with_knowledge(|knowledge| {
        let found: Vec<String> = knowledge.packs().iter().map(|pack| pack.lang().to_string()).collect();
        assert_eq!(found, languages::ALL);
    });
}

#[test]
fn every_name_of_a_party_leads_to_it() {
    with_knowledge(|knowledge| {
        let (gazetteer, mut lost, mut checked) = (knowledge.gazetteer(), Vec::new(), 0);
        for pack in knowledge.packs().iter() {
            for party in gazetteer.parties() {
                let wanted = gazetteer.acting(party.code);
                for name in party_names(party).into_iter().flat_map(|names| forms(names, pack.lang())) {
                    let found = senses(pack, &name.text);
                    let leads = |sense: &Sense| matches!(sense, Sense::Party(code, _) if *code == wanted);
                    if !found.iter().any(leads) {
                        lost.push(format!("{} {} of {} gives {found:?}", pack.lang(), name.text, party.code));
                    }
                    checked += 1;
                }
            }
        }
        assert!(lost.is_empty(), "{} of {checked}:\n{}", lost.len(), lost.join("\n"));
        assert!(checked > 7_500, "{checked}");
    });
}

#[test]
fn no_two_parties_share_a_name_unless_declared_with_its_rule() {
    with_knowledge(|knowledge| {
        let gazetteer = knowledge.gazetteer();
        for pack in knowledge.packs().iter() {
            for party in gazetteer.parties() {
                for name in party_names(party).into_iter().flat_map(|names| forms(names, pack.lang())) {
                    let mut named: Vec<PartyCode> = senses(pack, &name.text)
                        .iter()
                        .filter_map(|sense| {
                            if let Sense::Party(code, PartyForm::Name | PartyForm::Adjective | PartyForm::Metonym) = sense {
                                Some(*code)
                            } else {
                                None
                            }
                        })
                        .collect();
                    named.sort_unstable();
                    named.dedup();
                    if named.len() < 2 {
                        continue;
                    }
                    let same = |text: &str| fold(text) == fold(&name.text);
                    let declared = gazetteer
                        .ambiguities(pack.lang())
                        .iter()
                        .find(|ambiguity| same(&ambiguity.text));
                    let declared =
                        declared.map(|ambiguity| ambiguity.parties.iter().map(|code| gazetteer.acting(*code)).collect());
                    assert_eq!(declared.as_ref(), Some(&named), "{} `{}`", pack.lang(), name.text);
                }
            }
        }
    });
}

#[test]
fn every_name_of_a_place_leads_to_it() {
    with_knowledge(|knowledge| {
        let (places, mut lost) = (knowledge.gazetteer().places(), Vec::new());
        for pack in knowledge.packs().iter() {
            for (index, place) in places.iter().enumerate() {
                for name in forms(&place.names, pack.lang()) {
                    let found = senses(pack, &name.text);
                    if !found.contains(&Sense::Place(index)) {
                        lost.push(format!("{} {} of {} gives {found:?}", pack.lang(), name.text, place.name));
                    }
                }
            }
        }
        assert!(lost.is_empty(), "{}:\n{}", lost.len(), lost.join("\n"));
    });
}

#[test]
fn every_name_of_an_office_holder_leads_to_them() {
    with_knowledge(|knowledge| {
        let (gazetteer, mut lost) = (knowledge.gazetteer(), Vec::new());
        for pack in knowledge.packs().iter() {
            let is = |person: usize, name: &str, party: PartyCode| {
                let known = pack.person(person).unwrap();
                let first = known
                    .holders
                    .first()
                    .and_then(|index| gazetteer.holders().get(*index))
                    .unwrap();
                known.name == name && first.party == party
            };
            for holder in gazetteer.holders() {
                let spellings = holder.variants.iter().chain(forms(&holder.names, pack.lang()));
                let spellings = spellings.map(|name| name.text.as_str()).chain([holder.name.as_str()]);
                for spelling in spellings {
                    let found = senses(pack, spelling);
                    let mut people = found
                        .iter()
                        .filter_map(|sense| if let Sense::Person(at) = sense { Some(*at) } else { None });
                    let alone = pack.people_called(spelling);
                    let leads = people.any(|at| is(at, &holder.name, holder.party))
                        || alone.iter().any(|at| is(*at, &holder.name, holder.party));
                    if !leads {
                        lost.push(format!("{} {spelling} of {} ({})", pack.lang(), holder.name, holder.party));
                    }
                }
                let alone = pack.people_called(&holder.family);
                if !alone.iter().any(|at| is(*at, &holder.name, holder.party)) {
                    lost.push(format!("{} {} of {}", pack.lang(), holder.family, holder.name));
                }
            }
        }
        assert!(lost.is_empty(), "{}:\n{}", lost.len(), lost.join("\n"));
    });
}

/// No one holds one office for one party twice at a time under two spellings, and a Wikidata id is of one person only.
#[test]
fn a_wikidata_id_is_of_one_person() {
    with_knowledge(|knowledge| {
        let mut owners = std::collections::BTreeMap::new();
        for holder in knowledge.gazetteer().holders() {
            if let Some(id) = &holder.wikidata {
                let owner = owners.entry(id).or_insert(&holder.name);
                assert_eq!(*owner, &holder.name, "{id}");
            }
        }
        assert!(owners.len() > 500, "{}", owners.len());
    });
}
