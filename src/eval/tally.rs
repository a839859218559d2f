//! Items added up, one after the other.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::found::FoundEvent;
use super::gold::{GoldEvent, GoldItem};
use super::pairing::{Comparison, pair};
use super::report::{Rates, Report, share};

/// What was found, what was false, what was missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Found and annotated.
    pub right: usize,
    /// Found only.
    pub wrong: usize,
    /// Annotated only.
    pub missed: usize,
}

/// How many of the found events have a field right.
#[derive(Clone, Copy, Debug, Default)]
struct Fields {
    events: usize,
    status: usize,
    date: usize,
    /// Found events for which a place is annotated; the two below are out of these.
    with_place: usize,
    place: usize,
    place_country: usize,
    /// Out of the participants found.
    role: usize,
}

/// The figures of the items added so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    items: usize,
    negatives: usize,
    false_alarms: usize,
    without_prediction: usize,
    core: Counts,
    full: Counts,
    people: Counts,
    fields: Fields,
    by_type: BTreeMap<String, Counts>,
    by_lang: BTreeMap<String, Counts>,
    faults: Vec<Fault>,
    faults_max: usize,
}

impl Tally {
    /// Nothing added yet; the first `faults_max` faults will be kept.
    pub fn new(faults_max: usize) -> Self {
        Self {
            faults_max,
            ..Self::default()
        }
    }

    /// Adds what was found in `item`; `None` where nobody looked, which is counted, and scored as nothing found.
    pub fn add(&mut self, item: &GoldItem, found: Option<&[FoundEvent]>) {
        self.items += 1;
        self.without_prediction += usize::from(found.is_none());
        let found = found.unwrap_or(&[]);
        if item.negative {
            self.negatives += 1;
            self.false_alarms += usize::from(found.iter().any(|event| !event.is_background()));
        }
        let pairing = pair(&item.events, found);
        for (gold, partner) in item.events.iter().zip(&pairing.of_gold) {
            if gold.is_background() {
                continue;
            }
            match partner.and_then(|at| found.get(at)) {
                Some(found) => self.found(item, gold, found),
                None => self.missed(item, gold),
            }
        }
        for (event, partner) in found.iter().zip(&pairing.of_found) {
            if partner.is_none() && !event.is_background() {
                self.wrong(item, event);
            }
        }
    }

    /// The figures, rounded.
    pub fn report(&self) -> Report {
        let rates = |by: &BTreeMap<String, Counts>| by.iter().map(|(name, counts)| (name.clone(), Rates::of(*counts))).collect();
        let fields = &self.fields;
        Report {
            items: self.items,
            core: Rates::of(self.core),
            full: Rates::of(self.full),
            status_acc: share(fields.status, fields.events),
            date_acc: share(fields.date, fields.events),
            place_acc: share(fields.place, fields.with_place),
            place_country_acc: share(fields.place_country, fields.with_place),
            participants: Rates::of(self.people),
            role_acc: share(fields.role, self.people.right),
            negatives: self.negatives,
            false_alarm_items: self.false_alarms,
            items_without_prediction: self.without_prediction,
            by_type: rates(&self.by_type),
            by_lang: rates(&self.by_lang),
            errors: self.faults.clone(),
        }
    }

    fn found(&mut self, item: &GoldItem, gold: &GoldEvent, found: &FoundEvent) {
        self.count(item, gold.kind.as_str(), |counts| counts.right += 1);
        let comparison = Comparison::new(gold, found);
        if comparison.is_full() {
            self.full.right += 1;
        } else {
            // One event with a wrong date is a false one, and the right one is missed.
            self.full.missed += 1;
            self.full.wrong += 1;
        }
        let fields = &mut self.fields;
        fields.events += 1;
        fields.status += usize::from(comparison.status);
        fields.date += usize::from(comparison.date);
        if gold.place_name().is_some() {
            fields.with_place += 1;
            fields.place += usize::from(comparison.place);
            fields.place_country += usize::from(comparison.place_country);
        }
        fields.role += comparison.roles;
        let people = comparison.people.len();
        self.people.right += people;
        self.people.missed += gold.participants.len() - people;
        self.people.wrong += found.participants.len() - people;
        self.fault(|| Fault::differs(item, gold, found, &comparison));
    }

    fn missed(&mut self, item: &GoldItem, gold: &GoldEvent) {
        self.count(item, gold.kind.as_str(), |counts| counts.missed += 1);
        self.full.missed += 1;
        self.fault(|| Some(Fault::missed(item, gold)));
    }

    fn wrong(&mut self, item: &GoldItem, event: &FoundEvent) {
        self.count(item, &event.kind, |counts| counts.wrong += 1);
        self.full.wrong += 1;
        self.fault(|| Some(Fault::false_event(item, event)));
    }

    fn count(&mut self, item: &GoldItem, kind: &str, add: impl Fn(&mut Counts)) {
        add(&mut self.core);
        add(self.by_type.entry(kind.to_owned()).or_default());
        add(self.by_lang.entry(item.lang.clone()).or_default());
    }

    fn fault(&mut self, fault: impl FnOnce() -> Option<Fault>) {
        if self.faults.len() < self.faults_max {
            self.faults.extend(fault());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::FaultKind;
    use super::*;

    fn gold(json: &str) -> GoldItem {
        serde_json::from_str(json).unwrap()
    }

    fn found(json: &str) -> Vec<FoundEvent> {
        serde_json::from_str(json).unwrap()
    }

    #[track_caller]
    fn check(counts: Counts, right: usize, wrong: usize, missed: usize) {
        assert_eq!(counts, Counts { right, wrong, missed });
    }

    const VISIT: &str =
        r#"{"id":"a","lang":"xx","events":[{"type":"visit","status":"held","countries":["IDN","JPN"],"date":"2025-11-19"}]}"#;

    #[test]
    fn a_wrong_date_is_found_in_core_and_both_false_and_missed_in_full() {
        let mut tally = Tally::new(9);
        let event =
            r#"[{"type":"visit","status":"held","parties":[{"code":"IDN"},{"code":"JPN"}],"date":{"value":"2025-11-18"}}]"#;
        tally.add(&gold(VISIT), Some(&found(event)));
        check(tally.core, 1, 0, 0);
        check(tally.full, 0, 1, 1);
        let report = tally.report();
        assert_eq!(
            (report.status_acc, report.date_acc, report.place_acc),
            (Some(1.0), Some(0.0), None)
        );
        assert_eq!(report.errors.len(), 1);
        assert_eq!(report.errors[0].fault, FaultKind::Differs);
        assert_eq!(report.errors[0].differences[0].found.as_deref(), Some("2025-11-18"));
    }

    #[test]
    fn background_neither_helps_nor_hurts() {
        let mut tally = Tally::new(9);
        let past = VISIT.replace("held", "past");
        let event = r#"[{"type":"visit","status":"held","parties":[{"code":"IDN"},{"code":"JPN"}]}]"#;
        tally.add(&gold(&past), Some(&[]));
        tally.add(&gold(&past), Some(&found(event)));
        tally.add(
            &gold(r#"{"id":"b","lang":"xx"}"#),
            Some(&found(&event.replace("held", "past"))),
        );
        check(tally.core, 0, 0, 0);
        check(tally.full, 0, 0, 0);
        assert_eq!(tally.report().errors, []);
        assert_eq!(tally.report().by_type.len(), 0);
    }

    #[test]
    fn a_negative_item_raises_one_alarm_however_many_events() {
        let mut tally = Tally::new(1);
        let negative = gold(r#"{"id":"a","lang":"xx","negative":true,"events":[]}"#);
        let events = r#"[{"type":"visit","status":"held"},{"type":"visit","status":"planned"},{"type":"other","status":"past"}]"#;
        tally.add(&negative, Some(&found(events)));
        tally.add(&negative, Some(&found(r#"[{"type":"visit","status":"past"}]"#)));
        tally.add(&negative, None);
        let report = tally.report();
        assert_eq!(
            (report.negatives, report.false_alarm_items, report.items_without_prediction),
            (3, 1, 1)
        );
        check(tally.core, 0, 2, 0);
        assert_eq!(report.errors.len(), 1, "no more are kept than were asked for");
        assert_eq!(report.errors[0].fault, FaultKind::False);
    }

    #[test]
    fn people_are_counted_over_found_events_only() {
        let mut tally = Tally::new(0);
        let people = r#","participants":[{"name":"Wang Yi","country":"CHN","role":"foreign_minister"},{"name":"Sugiono","country":"IDN"}]}]}"#;
        let item = gold(&VISIT.replace("}]}", people));
        let event = r#"[{"type":"visit","status":"held","parties":[{"code":"IDN"},{"code":"JPN"}],
            "participants":[{"name":"Wang Yi","party":"CHN","role":"head_of_state"},{"name":"Li Qiang","party":"CHN"}]}]"#;
        tally.add(&item, Some(&found(event)));
        tally.add(&item, Some(&[]));
        check(tally.people, 1, 1, 1);
        check(tally.core, 1, 0, 1);
        assert_eq!(tally.report().role_acc, Some(0.0));
    }
}
