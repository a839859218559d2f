//! Rules: how the words of a sentence report an event. A rule is a pattern over actors and concepts, with its own examples.
//!
//! ```toml
//! [[rule]]
//! id = "meet.active"                    # published as evidence, with the language before it
//! type = "bilateral_meeting"
//! when = "ACTOR *meet with? ACTOR"      # concepts of lexicon.tsv; the words live there
//! yes = ["Norway's foreign minister met her Kenyan counterpart in Oslo."]
//! no = ["Norway met Kenya in the final."]
//! ```
//!
//! * `ACTOR` is a person or body, or several joined by commas and "and"; `ACTORS` are at least two parties; `DIPLOMAT` is an
//!   ambassador, named or not;
//! * `DEST` is a city or country that one goes to; `SIDES` are the two parties that the text is about, and `TOPIC` is the
//!   person it is about, where the sentence itself names none ("his meeting with …"); `PARTNER` is the last one named of
//!   another party ("Sunak called off the meeting");
//! * `*` marks the concept that the match starts from; `?` an element that may be missing; `a|b` either of two concepts;
//! * the elements before the anchor are looked for from it to the left, those after it to the right; an actor with a
//!   preposition before it in the pattern is the one whom that preposition brings in (`ACTOR with ACTOR hold *meeting`).

use serde::Deserialize;

use super::sense::{Concept, Sense};
use crate::event::EventType;

/// A rule as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRule {
    /// Stable id.
    pub id: String,
    /// Type of the event.
    #[serde(rename = "type")]
    pub kind: String,
    /// The pattern.
    pub when: String,
    /// Sentences that it must find.
    pub yes: Vec<String>,
    /// Sentences in which nothing must be found.
    pub no: Vec<String>,
}

/// A rule, compiled.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Language and id (`en.meet.active`).
    pub id: String,
    /// Type of the event.
    pub kind: EventType,
    /// Elements before the anchor, nearest first.
    pub before: Vec<Element>,
    /// The anchor.
    pub anchor: Vec<Anchor>,
    /// Elements after the anchor.
    pub after: Vec<Element>,
    /// Sentences that it must find.
    pub yes: Vec<String>,
    /// Sentences in which nothing must be found.
    pub no: Vec<String>,
}

/// One element of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// What it matches.
    pub what: What,
    /// Whether it may be missing.
    pub optional: bool,
}

impl Element {
    /// The words that bring in the actor after them, if it is such words that the element matches.
    pub fn preposition(&self) -> Option<&[Concept]> {
        const PREPOSITIONS: &[Concept] = &[
            Concept::With,
            Concept::By,
            Concept::Of,
            Concept::Between,
            Concept::To,
            Concept::Against,
        ];
        match &self.what {
            What::Concepts(concepts) if concepts.iter().all(|concept| PREPOSITIONS.contains(concept)) => Some(concepts),
            What::Concepts(_)
            | What::Actor
            | What::Actors
            | What::Diplomat
            | What::Destination
            | What::Sides
            | What::Topic
            | What::Partner => None,
        }
    }
}

/// What an element matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A person or body, or several.
    Actor,
    /// At least two parties.
    Actors,
    /// An ambassador.
    Diplomat,
    /// A city or country that one goes to.
    Destination,
    /// The two parties just spoken of.
    Sides,
    /// The person just spoken of.
    Topic,
    /// The last person of the other side.
    Partner,
    /// A word with one of these concepts.
    Concepts(Vec<Concept>),
}

/// What a match starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// A concept.
    Concept(Concept),
    /// Any dialogue mechanism.
    Mechanism,
}

impl Anchor {
    /// Whether a word with this sense is the anchor.
    pub fn fits(self, sense: Sense) -> bool {
        match (self, sense) {
            (Self::Concept(wanted), Sense::Concept(concept)) => wanted == concept,
            (Self::Mechanism, sense) => matches!(sense, Sense::Mechanism(_)),
            (Self::Concept(_), _) => false,
        }
    }
}

impl Rule {
    /// Compiles `raw` for the language `lang`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn compile(raw: RawRule, lang: &str) -> Result<Self, String> {
        let problem = |what: String| format!("rule {}: {what}", raw.id);
        let kind = EventType::parse(&raw.kind).ok_or_else(|| problem(format!("unknown type {:?}", raw.kind)))?;
        if raw.yes.is_empty() || raw.no.is_empty() {
            return Err(problem("needs at least one example under yes and one under no".to_owned()));
        }
        let words: Vec<&str> = raw.when.split_whitespace().collect();
        let stars: Vec<usize> = (0..words.len())
            .filter(|at| words.get(*at).is_some_and(|word| word.starts_with('*')))
            .collect();
        let &[star] = stars.as_slice() else {
            return Err(problem(format!("{:?} needs exactly one element marked with *", raw.when)));
        };
        let (before, rest) = words.split_at(star);
        let anchor = rest.first().map_or("", |word| word.trim_start_matches('*'));
        let element = |word: &&str| element(word).map_err(&problem);
        Ok(Self {
            id: format!("{lang}.{}", raw.id),
            kind,
            before: before.iter().rev().map(element).collect::<Result<_, _>>()?,
            anchor: anchor.split('|').map(anchor_of).collect::<Result<_, _>>().map_err(&problem)?,
            after: rest.iter().skip(1).map(element).collect::<Result<_, _>>()?,
            yes: raw.yes.clone(),
            no: raw.no.clone(),
        })
    }
}

fn element(word: &str) -> Result<Element, String> {
    let (word, optional) = word.strip_suffix('?').map_or((word, false), |word| (word, true));
    let what = match word {
        "ACTOR" => What::Actor,
        "ACTORS" => What::Actors,
        "DIPLOMAT" => What::Diplomat,
        "DEST" => What::Destination,
        "SIDES" => What::Sides,
        "TOPIC" => What::Topic,
        "PARTNER" => What::Partner,
        concepts => What::Concepts(concepts.split('|').map(concept).collect::<Result<_, _>>()?),
    };
    Ok(Element { what, optional })
}

fn anchor_of(word: &str) -> Result<Anchor, String> {
    if word == "mechanism" {
        Ok(Anchor::Mechanism)
    } else {
        concept(word).map(Anchor::Concept)
    }
}

fn concept(word: &str) -> Result<Concept, String> {
    Concept::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Concept::ALL.iter().map(|concept| concept.as_str()).collect();
        format!(
            "unknown concept {word:?}; known are ACTOR, ACTORS, DIPLOMAT, DEST, SIDES, TOPIC, PARTNER, mechanism, {}",
            known.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(when: &str) -> Result<Rule, String> {
        let example = || vec!["x".to_owned()];
        let raw = RawRule {
            id: "a".into(),
            kind: "bilateral_meeting".into(),
            when: when.into(),
            yes: example(),
            no: example(),
        };
        Rule::compile(raw, "en")
    }

    #[test]
    fn patterns_are_read_from_the_anchor_outwards() {
        let rule = rule("ACTOR hold? *meeting with|between ACTOR").unwrap();
        assert_eq!(rule.id, "en.a");
        assert_eq!(
            rule.before[0],
            Element {
                what: What::Concepts(vec![Concept::Hold]),
                optional: true
            }
        );
        assert_eq!(
            rule.before[1],
            Element {
                what: What::Actor,
                optional: false
            }
        );
        assert_eq!(rule.after[0].what, What::Concepts(vec![Concept::With, Concept::Between]));
    }

    #[test]
    fn bad_patterns_say_what_is_wrong() {
        assert!(rule("ACTOR meet ACTOR").unwrap_err().contains("exactly one element"));
        assert!(rule("ACTOR *greet ACTOR").unwrap_err().contains("unknown concept \"greet\""));
    }
}
