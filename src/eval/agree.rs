//! When two spellings of a name or a place are taken for the same.

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

use super::found::{FoundPerson, FoundPlace};
use super::gold::GoldPerson;

/// `text` without case, diacritics and blanks at its ends, apostrophes straight.
///
/// Unlike [`crate::text::fold`], which serves look-ups in word lists of the press, this is plain Unicode: full case folding, and
/// marks are what has a combining class, so that vowel signs of Thai or Hindi stay.
pub fn fold(text: &str) -> String {
    let letters = text.nfkd().default_case_fold();
    let bare = letters.filter(|letter| canonical_combining_class(*letter) == 0);
    let straight: String = bare.map(|letter| if letter == '’' { '\'' } else { letter }).collect();
    straight.trim().to_owned()
}

/// Whether two names are of one person: the last word of one is in the other, or their first words are equal, or they differ
/// only in blanks. Which word is the family name depends on the language, and papers shorten names as they please.
pub fn names(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    let one: Vec<&str> = one.split_whitespace().collect();
    let other: Vec<&str> = other.split_whitespace().collect();
    let (Some(one_last), Some(other_last)) = (one.last(), other.last()) else {
        return false;
    };
    other.contains(one_last) || one.contains(other_last) || one.first() == other.first() || one.concat() == other.concat()
}

/// Whether the annotated place is the one that was found, by its English name or as written; one may be part of the other
/// ("Bogor", "Istana Bogor").
pub fn places(gold: &str, found: &FoundPlace) -> bool {
    let gold = fold(gold);
    let spellings = [&found.name, &found.surface].into_iter().flatten();
    let mut spellings = spellings
        .filter(|spelling| !spelling.is_empty())
        .map(|spelling| fold(spelling));
    !gold.is_empty() && spellings.any(|spelling| gold.contains(&spelling) || spelling.contains(&gold))
}

/// Pairs of positions, one to one: each annotated person takes the first found one not taken yet whose name agrees and whose
/// party is not another.
pub fn people(gold: &[GoldPerson], found: &[FoundPerson]) -> Vec<(usize, usize)> {
    let mut taken = vec![false; found.len()];
    let mut pairs = Vec::new();
    for (at, person) in gold.iter().enumerate() {
        let free = |(to, other): &(usize, &FoundPerson)| taken.get(*to) == Some(&false) && is_same_person(person, other);
        let Some((to, _)) = found.iter().enumerate().find(free) else {
            continue;
        };
        if let Some(taken) = taken.get_mut(to) {
            *taken = true;
        }
        pairs.push((at, to));
    }
    pairs
}

fn is_same_person(gold: &GoldPerson, found: &FoundPerson) -> bool {
    let annotated = [&gold.name, &gold.name_en].into_iter().flatten();
    let mut spellings = annotated.flat_map(|name| {
        [&found.name, &found.surface]
            .into_iter()
            .flatten()
            .map(move |other| (name, other))
    });
    let other_party = match (given(gold.country.as_ref()), given(found.party.as_ref())) {
        (Some(gold), Some(found)) => gold != found,
        (Some(_) | None, None) | (None, Some(_)) => false,
    };
    !other_party && spellings.any(|(one, other)| names(one, other))
}

fn given(code: Option<&String>) -> Option<&str> {
    code.map(String::as_str).filter(|code| !code.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_that_of_unicode() {
        for (text, folded) in [
            (" Recep Tayyip ERDOĞAN ", "recep tayyip erdogan"),
            ("Ma’ruf", "ma'ruf"),
            ("Weißrußland", "weissrussland"),
            ("Κώστας", "κωστασ"),
            ("Kılıç", "kılıc"),
            ("Ёлка", "елка"),
            ("ﬁ Ⅳ", "fi iv"),
            ("กิน", "กิน"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn names_agree_by_family_name_in_either_place() {
        for (one, other) in [
            ("Wang Yi", "王毅 Wang"),
            ("Sadyr Japarov", "Presiden Kirgistan, Sadyr JAPAROV"),
            ("Phạm Minh Chính", "Chinh"),
            ("Xi Jinping", "Xi"),
            ("Tô Lâm", "To Lam"),
            ("Lee Jae-myung", "Lee Jae Myung"),
            ("Kim Jong Un", "Kim Jongun"),
        ] {
            assert!(names(one, other), "{one:?} {other:?}");
            assert!(names(other, one), "{other:?} {one:?}");
        }
    }

    #[test]
    fn names_of_others_do_not_agree() {
        for (one, other) in [
            ("Wang Yi", "Li Qiang"),
            ("Marco Rubio", "Rubiales Marcos"),
            ("", ""),
            (" ", "Wang Yi"),
            ("\u{301}", "Wang Yi"),
        ] {
            assert!(!names(one, other), "{one:?} {other:?}");
            assert!(!names(other, one), "{other:?} {one:?}");
        }
    }

    #[track_caller]
    fn check_place(gold: &str, name: &str, surface: &str, expected: bool) {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let place = FoundPlace {
            name: text(name),
            surface: text(surface),
            country: None,
        };
        assert_eq!(places(gold, &place), expected, "{gold:?} {place:?}");
    }

    #[test]
    fn a_place_agrees_by_name_or_as_written() {
        check_place("Bogor", "Bogor", "Istana Bogor", true);
        check_place("Istana Bogor", "Bogor", "", true);
        check_place("Moskwa", "Moscow", "moskwa", true);
        check_place("Brasília", "Brasilia", "", true);
        check_place("Moskwa", "Moscow", "Kremlin", false);
        check_place("", "Moscow", "Moscow", false);
        check_place("Moscow", "", "", false);
    }

    #[track_caller]
    fn check_people(gold: &[(&str, &str)], found: &[(&str, &str)], expected: &[(usize, usize)]) {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let gold: Vec<GoldPerson> = gold
            .iter()
            .map(|(name, country)| GoldPerson {
                name: text(name),
                country: text(country),
                ..GoldPerson::default()
            })
            .collect();
        let found: Vec<FoundPerson> = found
            .iter()
            .map(|(name, party)| FoundPerson {
                name: text(name),
                party: text(party),
                ..FoundPerson::default()
            })
            .collect();
        assert_eq!(people(&gold, &found), expected);
    }

    #[test]
    fn people_pair_one_to_one_and_within_their_party() {
        check_people(&[("Wang Yi", "CHN")], &[("Wang Yi", "CHN"), ("Wang Yi", "CHN")], &[(0, 0)]);
        check_people(
            &[("Ali", "IRN"), ("Ali", "OMN")],
            &[("Ali", "OMN"), ("Ali", "IRN")],
            &[(0, 1), (1, 0)],
        );
        check_people(&[("Ali", "IRN")], &[("Ali", "OMN")], &[]);
        check_people(&[("Ali", "")], &[("Ali", "OMN")], &[(0, 0)]);
        check_people(&[("Ali", "IRN")], &[("Ali", "")], &[(0, 0)]);
        check_people(
            &[("Wang Yi", "CHN"), ("Wang Wentao", "CHN")],
            &[("Wang Wentao", "CHN"), ("Wang Yi", "CHN")],
            &[(0, 0), (1, 1)],
        );
    }

    #[test]
    fn a_person_agrees_by_either_annotated_and_either_found_name() {
        let gold = GoldPerson {
            name: Some("王毅".to_owned()),
            name_en: Some("Wang Yi".to_owned()),
            ..GoldPerson::default()
        };
        let by = |name: &str, surface: &str| FoundPerson {
            name: Some(name.to_owned()),
            surface: Some(surface.to_owned()),
            ..FoundPerson::default()
        };
        assert_eq!(people(std::slice::from_ref(&gold), &[by("Wang Yi", "外长王毅")]), [(0, 0)]);
        assert_eq!(people(std::slice::from_ref(&gold), &[by("外长", "王毅")]), [(0, 0)]);
        assert_eq!(people(&[gold], &[by("外长", "外长王毅")]), []);
    }
}
