//! Which published event stands for which annotated one: one to one, best agreement first.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::agree;
use super::found::FoundEvent;
use super::gold::GoldEvent;

/// Partners by position; `None` where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// For each annotated event the published one.
    pub of_gold: Vec<Option<usize>>,
    /// For each published event the annotated one.
    pub of_found: Vec<Option<usize>>,
}

/// What a pair can be scored on, once its type and parties are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The status is right.
    pub status: bool,
    /// The date is right, or rightly absent.
    pub date: bool,
    /// A place is annotated and found.
    pub place: bool,
    /// The country of the place is right, or rightly absent.
    pub place_country: bool,
    /// People that agree, by position among those annotated and those found.
    pub people: Vec<(usize, usize)>,
    /// How many of them have the right role.
    pub roles: usize,
}

impl Comparison {
    /// Compares one annotated with one published event.
    pub fn new(gold: &GoldEvent, found: &FoundEvent) -> Self {
        let people = agree::people(&gold.participants, &found.participants);
        let same_role = |(at, to): &&(usize, usize)| {
            let role = gold
                .participants
                .get(*at)
                .and_then(|person| person.role)
                .map(|role| role.as_str());
            role == found.participants.get(*to).and_then(|person| person.role.as_deref())
        };
        let roles = people.iter().filter(same_role).count();
        let place = gold.place_name().zip(found.place.as_ref());
        Self {
            status: gold.status.as_str() == found.status,
            date: gold.date.as_deref() == found.date_value(),
            place: place.is_some_and(|(name, place)| agree::places(name, place)),
            place_country: gold.place_country() == found.place_country(),
            people,
            roles,
        }
    }

    /// Whether the pair counts in full.
    pub fn is_full(&self) -> bool {
        self.status && self.date
    }

    /// How much agrees; status and date weigh as two people.
    fn weight(&self) -> usize {
        2 * usize::from(self.status) + 2 * usize::from(self.date) + usize::from(self.place) + self.people.len()
    }
}

/// Pairs events of equal type and parties. The pair that agrees most is made first; among equals one that is no background, then
/// the one that comes first.
pub fn pair(gold: &[GoldEvent], found: &[FoundEvent]) -> Pairing {
    let mut candidates = Vec::new();
    for (at, event) in gold.iter().enumerate() {
        for (to, other) in found.iter().enumerate().filter(|(_, other)| is_candidate(event, other)) {
            let weight = Comparison::new(event, other).weight();
            candidates.push((Reverse(weight), event.is_background(), at, to));
        }
    }
    candidates.sort_unstable();
    let mut pairing = Pairing {
        of_gold: vec![None; gold.len()],
        of_found: vec![None; found.len()],
    };
    for (_, _, at, to) in candidates {
        if let (Some(partner @ None), Some(other @ None)) = (pairing.of_gold.get_mut(at), pairing.of_found.get_mut(to)) {
            (*partner, *other) = (Some(to), Some(at));
        }
    }
    pairing
}

fn is_candidate(gold: &GoldEvent, found: &FoundEvent) -> bool {
    let parties = |found: &FoundEvent| found.parties.iter().map(|party| party.code.clone()).collect::<BTreeSet<_>>();
    gold.kind.as_str() == found.kind && gold.parties == parties(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Status;

    /// `visit held IDN-JPN 2025-11-19 Tokyo`; `-` for what is absent.
    fn words(event: &str) -> [&str; 5] {
        let words: Vec<&str> = event.split(' ').collect();
        words.try_into().unwrap()
    }

    fn gold(event: &str) -> GoldEvent {
        let [kind, status, parties, date, place] = words(event);
        let given = |word: &str| (word != "-").then(|| word.to_owned());
        let json = serde_json::json!({
            "type": kind, "status": status, "countries": parties.split('-').collect::<Vec<_>>(),
            "date": given(date), "place": given(place).map(|name| serde_json::json!({ "name": name })),
        });
        serde_json::from_value(json).unwrap()
    }

    fn found(event: &str) -> FoundEvent {
        let [kind, status, parties, date, place] = words(event);
        let given = |word: &str| (word != "-").then(|| word.to_owned());
        let json = serde_json::json!({
            "type": kind, "status": status,
            "parties": parties.split('-').map(|code| serde_json::json!({ "code": code })).collect::<Vec<_>>(),
            "date": given(date), "place": given(place).map(|name| serde_json::json!({ "name": name })),
        });
        serde_json::from_value(json).unwrap()
    }

    #[track_caller]
    fn check(annotated: &[&str], published: &[&str], of_gold: &[Option<usize>]) {
        let gold: Vec<GoldEvent> = annotated.iter().map(|event| gold(event)).collect();
        let found: Vec<FoundEvent> = published.iter().map(|event| found(event)).collect();
        let pairing = pair(&gold, &found);
        assert_eq!(pairing.of_gold, of_gold);
        for (at, to) in pairing.of_gold.iter().enumerate() {
            if let Some(to) = to {
                assert_eq!(pairing.of_found.get(*to), Some(&Some(at)), "both sides say the same");
            }
        }
        assert_eq!(
            pairing.of_found.iter().flatten().count(),
            pairing.of_gold.iter().flatten().count()
        );
    }

    #[test]
    fn type_and_parties_decide_and_nothing_else() {
        check(
            &["visit held IDN-JPN 2025-11-19 Tokyo"],
            &["visit cancelled JPN-IDN - -"],
            &[Some(0)],
        );
        check(&["visit held IDN-JPN - -"], &["phone_call held IDN-JPN - -"], &[None]);
        check(&["visit held IDN-JPN - -"], &["visit held IDN-KOR - -"], &[None]);
        check(&["visit held IDN-JPN - -"], &["visit held IDN-JPN-KOR - -"], &[None]);
        check(&["visit held IDN-JPN - -"], &["visit held IDN-JPN-IDN - -"], &[Some(0)]);
        check(&[], &["visit held IDN-JPN - -"], &[]);
    }

    #[test]
    fn one_published_event_stands_for_one_annotated_event() {
        let meeting = "bilateral_meeting held IDN-JPN 2025-11-19 -";
        check(&[meeting, meeting], &[meeting], &[Some(0), None]);
        check(&[meeting], &[meeting, meeting], &[Some(0)]);
        check(&[meeting, meeting], &[meeting, meeting], &[Some(0), Some(1)]);
    }

    #[test]
    fn best_agreement_goes_first() {
        let (monday, friday) = ("visit held IDN-JPN 2025-11-17 -", "visit planned IDN-JPN 2025-11-21 -");
        check(&[monday, friday], &[friday, monday], &[Some(1), Some(0)]);
        // The first annotated event would take the only published one, were it not for the second, which agrees better.
        check(&[monday, friday], &[friday], &[None, Some(0)]);
        let (tokyo, osaka) = ("visit held IDN-JPN - Tokyo", "visit held IDN-JPN - Osaka");
        check(&[osaka, tokyo], &[tokyo, osaka], &[Some(1), Some(0)]);
    }

    #[test]
    fn background_yields_to_news_where_both_agree_alike() {
        let past = "visit past IDN-JPN 2025-11-17 -";
        check(
            &[past, "visit held IDN-JPN 2025-11-17 -"],
            &["visit planned IDN-JPN 2025-11-17 -"],
            &[None, Some(0)],
        );
        check(&[past, "visit held IDN-JPN 2025-11-17 -"], &[past], &[Some(0), None]);
    }

    #[test]
    fn what_is_absent_on_both_sides_agrees_but_a_place() {
        let comparison = Comparison::new(&gold("visit held IDN-JPN - -"), &found("visit held IDN-JPN - -"));
        assert!(comparison.date && comparison.place_country && comparison.is_full());
        assert!(!comparison.place);
        assert_eq!(comparison.weight(), 4);
        assert_eq!(gold("visit past IDN-JPN - -").status, Status::Past);
    }

    #[test]
    fn people_and_their_roles_are_compared() {
        let mut event = gold("visit held CHN-KGZ - -");
        event.participants = serde_json::from_str(
            r#"[{"name":"Wang Yi","country":"CHN","role":"foreign_minister"},{"name":"Li Qiang","country":"CHN"},{"name":"Sadyr Japarov"}]"#,
        )
        .unwrap();
        let mut other = found("visit held CHN-KGZ - -");
        other.participants = serde_json::from_str(
            r#"[{"surface":"Presiden Japarov","party":"KGZ","role":"head_of_state"},{"name":"Wang Yi","party":"CHN","role":"foreign_minister"},{"name":"Li Qiang","party":"CHN"}]"#,
        )
        .unwrap();
        let comparison = Comparison::new(&event, &other);
        assert_eq!(comparison.people, [(0, 1), (1, 2), (2, 0)]);
        assert_eq!(comparison.roles, 2, "an absent role is right where none is annotated");
        assert_eq!(comparison.weight(), 7);
    }
}
