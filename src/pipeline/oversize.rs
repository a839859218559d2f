//! Records whose output Kafka refused for its size, and the smaller form they take the next time; pure.
//!
//! A refusal names suspects, not culprits: a broker refuses a whole batch of records at once. So a lone suspect is guilty;
//! several are sent again one to a batch ([`Treatment::alone`]), and then each refusal is a verdict. A guilty record steps
//! down: events → dead letter with the value → without the value → bare. The last form is a few hundred bytes, so a record
//! is refused a bounded number of times and then goes through. A record that took too long is remembered here as well.

use std::collections::BTreeMap;
use std::time::Duration;

use super::dead_letter::Form;
use super::record::{Offset, PartitionId};

/// A record that may be under suspicion.
pub type Source = (PartitionId, Offset);

/// How a record is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Treatment {
    /// Its events are not to be written; a dead letter takes their place.
    pub no_events: bool,
    /// The form of its dead letter.
    pub form: Form,
    /// Its outputs share no batch with others.
    pub alone: bool,
    /// It took longer than this, and is not to be classified again.
    pub too_slow: Option<Duration>,
}

impl Treatment {
    /// How a record is written that nobody complained of.
    pub const USUAL: Self = Self {
        no_events: false,
        form: Form::Whole,
        alone: false,
        too_slow: None,
    };

    fn smaller(self) -> Self {
        let form = match (self.no_events, self.form) {
            (false, Form::Whole | Form::WithoutValue | Form::Bare) => Form::Whole,
            (true, Form::Whole) => Form::WithoutValue,
            (true, Form::WithoutValue | Form::Bare) => Form::Bare,
        };
        Self {
            no_events: true,
            form,
            alone: true,
            ..self
        }
    }
}

/// A record whose output was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The record.
    pub source: Source,
    /// What was refused of it.
    pub refused: Refused,
    /// Whether it was sent in a batch of its own, or refused before it was put into one: then it is guilty.
    pub alone: bool,
}

/// What was refused of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// One of its events.
    Event,
    /// Its dead letter.
    DeadLetter,
}

/// The records under suspicion; at most as many as one batch holds, since each is forgotten when it is committed.
#[derive(Debug, Default)]
pub struct Oversize(BTreeMap<Source, Treatment>);

impl Oversize {
    /// How the record at `source` is to be written.
    pub fn treatment(&self, source: Source) -> Treatment {
        self.0.get(&source).copied().unwrap_or(Treatment::USUAL)
    }

    /// Remembers a record that took longer than `limit`: should its batch be read again, it costs no second thread.
    pub fn too_slow(&mut self, source: Source, limit: Duration) {
        self.0.entry(source).or_insert(Treatment::USUAL).too_slow = Some(limit);
    }

    /// Learns from the refusals of one batch.
    pub fn refused(&mut self, refusals: &[Refusal]) {
        let lone = refusals.len() == 1;
        for refusal in refusals {
            let treatment = self.0.entry(refusal.source).or_insert(Treatment::USUAL);
            *treatment = match (lone || refusal.alone, refusal.refused) {
                (false, Refused::Event | Refused::DeadLetter) => Treatment {
                    alone: true,
                    ..*treatment
                },
                (true, Refused::Event) => treatment.smaller(),
                // A dead letter was refused, so its record yields no events, whatever was thought before.
                (true, Refused::DeadLetter) => Treatment {
                    no_events: true,
                    ..*treatment
                }
                .smaller(),
            };
        }
    }

    /// Forgets the records of `partition` before `next`: they are committed.
    pub fn committed(&mut self, partition: PartitionId, next: Offset) {
        self.0.retain(|source, _| source.0 != partition || source.1 >= next);
    }

    /// Whether nobody is under suspicion.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: Source = (PartitionId(0), Offset(7));

    fn refusal(source: Source, refused: Refused, alone: bool) -> Refusal {
        Refusal { source, refused, alone }
    }

    fn seen(oversize: &Oversize) -> (bool, Form) {
        let treatment = oversize.treatment(SOURCE);
        (treatment.no_events, treatment.form)
    }

    #[test]
    fn a_lone_suspect_is_guilty_and_steps_down_to_the_bare_form() {
        let mut oversize = Oversize::default();
        oversize.refused(&[refusal(SOURCE, Refused::Event, false)]);
        assert_eq!(seen(&oversize), (true, Form::Whole));
        for form in [Form::WithoutValue, Form::Bare, Form::Bare] {
            oversize.refused(&[refusal(SOURCE, Refused::DeadLetter, false)]);
            assert_eq!(seen(&oversize), (true, form));
        }
    }

    #[test]
    fn the_dead_letter_of_a_broken_record_loses_its_value_at_once() {
        let mut oversize = Oversize::default();
        oversize.refused(&[refusal(SOURCE, Refused::DeadLetter, false)]);
        assert_eq!(seen(&oversize), (true, Form::WithoutValue));
    }

    #[test]
    fn several_suspects_are_tried_alone_before_any_is_judged() {
        let (mut oversize, other) = (Oversize::default(), (PartitionId(0), Offset(8)));
        oversize.refused(&[refusal(SOURCE, Refused::Event, false), refusal(other, Refused::Event, false)]);
        assert_eq!(
            oversize.treatment(SOURCE),
            Treatment {
                alone: true,
                ..Treatment::USUAL
            }
        );
        oversize.refused(&[refusal(other, Refused::Event, true)]);
        assert_eq!(seen(&oversize), (false, Form::Whole), "the other one was to blame");
        assert!(oversize.treatment(other).no_events);
    }

    #[test]
    fn a_committed_record_is_forgotten() {
        let mut oversize = Oversize::default();
        oversize.refused(&[refusal(SOURCE, Refused::Event, true)]);
        oversize.committed(PartitionId(1), Offset(100));
        oversize.committed(PartitionId(0), Offset(7));
        assert!(!oversize.is_empty());
        oversize.committed(PartitionId(0), Offset(8));
        assert!(oversize.is_empty());
    }
}
