//! The rules' own examples, run through the whole core: each rule finds all of its `yes` and nothing in any of its `no`.

use std::fmt;

use super::outcome::Outcome;
use super::record::Record;
use super::{Core, process};
use crate::event::Part;
use crate::knowledge::Pack;

/// An example that came out wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// The sentence.
    pub example: String,
    /// What was wanted and what came.
    pub problem: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} in {:?}", self.rule, self.problem, self.example)
    }
}

/// How many examples there are, and those that came out wrong.
pub fn check(core: &Core) -> (usize, Vec<Failure>) {
    let mut failures = Vec::new();
    let mut examples = 0;
    for pack in core.knowledge.packs().iter() {
        for rule in pack.rules() {
            examples += rule.yes.len() + rule.no.len();
            let failure = |example: &String, problem| Failure {
                rule: rule.id.clone(),
                example: example.clone(),
                problem,
            };
            failures.extend(
                rule.yes
                    .iter()
                    .filter_map(|example| missed(core, pack, &rule.id, example).map(|problem| failure(example, problem))),
            );
            failures.extend(
                rule.no
                    .iter()
                    .filter_map(|example| false_alarm(core, pack, example).map(|problem| failure(example, problem))),
            );
        }
    }
    (examples, failures)
}

fn missed(core: &Core, pack: &Pack, rule: &str, example: &str) -> Option<String> {
    match outcome(core, pack, example) {
        Outcome::Events(events) => {
            let evidence = events.records().iter().flat_map(|event| &event.evidence);
            let rules: Vec<&str> = evidence
                .filter(|evidence| evidence.part == Part::Trigger)
                .map(|evidence| evidence.rule.as_str())
                .collect();
            (!rules.contains(&rule)).then(|| format!("found by {} and not by this rule", rules.join(", ")))
        }
        Outcome::NoEvent { reason, .. } => Some(format!("found nothing ({reason})")),
        Outcome::DeadLetter(rejection) => Some(format!("could not be read ({rejection})")),
    }
}

fn false_alarm(core: &Core, pack: &Pack, example: &str) -> Option<String> {
    match outcome(core, pack, example) {
        Outcome::Events(events) => Some(format!("found {} event(s), wanted none", events.records().len())),
        Outcome::NoEvent { .. } | Outcome::DeadLetter(_) => None,
    }
}

fn outcome(core: &Core, pack: &Pack, example: &str) -> Outcome {
    let payload = serde_json::json!({ "body": example, "language": pack.lang().as_str() }).to_string();
    process(
        &Record {
            payload: Some(payload.into_bytes()),
            ..Record::default()
        },
        core,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::DecodeLimits;
    use crate::knowledge::{Knowledge, KnowledgeFiles};
    use crate::pipeline::PublishLimits;

    #[test]
    fn every_rule_finds_its_examples() {
        let knowledge = Knowledge::compile(&KnowledgeFiles::embedded()).unwrap();
        let core = Core {
            knowledge,
            decode: DecodeLimits::default(),
            publish: PublishLimits::default(),
        };
        let (examples, failures) = check(&core);
        assert!(examples > 0);
        let failures: Vec<String> = failures.iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}
