//! Confidence: how often an event of this sort, told as fully as this one, was right on annotated articles.
//!
//! Measured on 322 articles in Indonesian and English (of ours, written like real news and annotated by hand, tuned on and
//! unread ones together) with 556 events that were found: an event counts as right when its type and parties are. For each
//! type the share is (right + 1) / (found + 2), so that a handful of cases claims nothing. Meetings are many enough to be
//! told apart by how much the text says of them; the bands are pooled until they rise with it.

use crate::event::{Confidence, EventType};

/// How much the text says in so many words, from 55 to 97: who, in which office, when, where, and how often.
#[derive(Clone, Copy, Debug)]
pub struct Support {
    /// Parties, up to two, for whom someone takes part in a known office.
    pub in_office: usize,
    /// Whether a date is known.
    pub dated: bool,
    /// Whether a place is known.
    pub placed: bool,
    /// Whether the text tells of it more than once.
    pub repeated: bool,
}

impl Support {
    fn points(self) -> u8 {
        let office = 12 * self.in_office.min(2) as u8;
        55 + office + 8 * u8::from(self.dated) + 4 * u8::from(self.placed) + 6 * u8::from(self.repeated)
    }
}

/// The probability that an event of this type, supported so, is right.
pub fn of(kind: EventType, support: Support) -> Confidence {
    let meeting = match support.points() {
        // 46 of 59 were right.
        ..88 => 77,
        // 117 of 126.
        88..94 => 92,
        // 49 of 50.
        94.. => 96,
    };
    Confidence::from_hundredths(match kind {
        EventType::BilateralMeeting => meeting,
        // 53 of 53.
        EventType::StrategicDialogue => 98,
        // 19 of 19, 14 of 14, 17 of 17, 18 of 18.
        EventType::Envoy | EventType::Message | EventType::Relations | EventType::Sanction => 95,
        // 100 of 107.
        EventType::Visit => 93,
        // 46 of 49.
        EventType::Agreement => 92,
        // 24 of 28.
        EventType::PhoneCall => 83,
        // 6 of 7.
        EventType::MultilateralMeeting => 78,
        // 4 of 12.
        EventType::Negotiation => 36,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_text_says_more_of_is_no_less_sure() {
        for kind in EventType::ALL {
            let mut last = Confidence::from_hundredths(0);
            for step in 0..5 {
                let support = Support {
                    in_office: step.min(2),
                    dated: step > 2,
                    placed: step > 3,
                    repeated: step > 3,
                };
                let confidence = of(*kind, support);
                assert!(confidence >= last, "{kind} at step {step}");
                last = confidence;
            }
        }
    }
}
