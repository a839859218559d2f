//! What the trie promises.

use super::*;
use crate::code::PartyCode;
use crate::event::Role;
use crate::knowledge::sense::{Concept, PartyForm};

fn senses(lexicon: &Lexicon, text: &str) -> (usize, Vec<Sense>) {
    let words: Vec<Word<'_>> = token::tokens(text, &[])
        .iter()
        .map(|token| {
            let text = text.get(token.start as usize..token.end as usize).unwrap();
            Word {
                text,
                shape: token.shape,
                symbol: lexicon.symbol(text),
            }
        })
        .collect();
    let (length, senses) = lexicon.longest(&words);
    (length, senses.to_vec())
}

#[test]
fn longest_phrase_with_the_right_capitals_wins() {
    let mut lexicon = Lexicon::default();
    let meet = Sense::Concept(Concept::Meet);
    let usa = Sense::Party(PartyCode::new("USA").unwrap(), PartyForm::Name);
    lexicon.add("menteri", Sense::Role(Role::OtherMinister), Capitals::Any, &[]);
    lexicon.add("menteri luar negeri", Sense::Role(Role::ForeignMinister), Capitals::Any, &[]);
    lexicon.add("bertemu", meet, Capitals::Any, &[]);
    lexicon.add("AS", usa, Capitals::Exact("AS".into()), &[]);
    assert_eq!(
        senses(&lexicon, "Menteri Luar Negeri AS"),
        (3, vec![Sense::Role(Role::ForeignMinister)])
    );
    assert_eq!(
        senses(&lexicon, "menteri luar biasa"),
        (1, vec![Sense::Role(Role::OtherMinister)])
    );
    assert_eq!(senses(&lexicon, "BERTEMU"), (1, vec![meet]));
    assert_eq!(senses(&lexicon, "AS"), (1, vec![usa]));
    assert_eq!(senses(&lexicon, "as"), (0, vec![]));
    assert_eq!(senses(&lexicon, "x"), (0, vec![]));
}

#[test]
fn the_form_as_listed_goes_before_those_of_its_stem() {
    let endings: Vec<String> = ["ы", "а", "и", "у", "ов"].map(str::to_owned).to_vec();
    let mut lexicon = Lexicon::new(Endings::new(&endings), Prefixes::default());
    let (one, many) = (Sense::Role(Role::OtherMinister), Sense::RolePlural(Role::OtherMinister));
    lexicon.add("министр", one, Capitals::Any, &[]);
    lexicon.add("министры", many, Capitals::Any, &[]);
    lexicon.add("среда", Sense::Weekday(3), Capitals::Uninflected, &[]);
    assert_eq!(senses(&lexicon, "Министр"), (1, vec![one]));
    assert_eq!(senses(&lexicon, "министры"), (1, vec![many]));
    assert_eq!(senses(&lexicon, "министру"), (1, vec![one, many]));
    assert_eq!(senses(&lexicon, "среда"), (1, vec![Sense::Weekday(3)]));
    assert_eq!(senses(&lexicon, "среди"), (0, vec![]));
}
