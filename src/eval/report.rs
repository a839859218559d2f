//! The figures of a [`Tally`](super::Tally), rounded to four digits.

use std::collections::BTreeMap;

use serde::Serialize;

use super::fault::Fault;
use super::tally::Counts;

/// Precision, recall and their harmonic mean, from 0 to 1, and the counts behind them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rates {
    /// Precision: right out of all found; 0 where nothing was found.
    pub p: f64,
    /// Recall: right out of all annotated; 0 where nothing is annotated.
    pub r: f64,
    /// Their harmonic mean; 0 where both are.
    pub f1: f64,
    /// Found and annotated.
    pub tp: usize,
    /// Found only.
    pub fp: usize,
    /// Annotated only.
    #[serde(rename = "fn")]
    pub missed: usize,
}

impl Rates {
    /// The rates of `counts`.
    pub fn of(counts: Counts) -> Self {
        let (p, r) = (
            ratio(counts.right, counts.right + counts.wrong),
            ratio(counts.right, counts.right + counts.missed),
        );
        let (p, r) = (p.unwrap_or(0.0), r.unwrap_or(0.0));
        let f1 = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        Self {
            p: rounded(p),
            r: rounded(r),
            f1: rounded(f1),
            tp: counts.right,
            fp: counts.wrong,
            missed: counts.missed,
        }
    }
}

/// The figures, in the order in which they are written. A share is null where there is nothing to share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Annotated items.
    pub items: usize,
    /// Events by type and parties.
    pub core: Rates,
    /// Events by type, parties, status and date.
    pub full: Rates,
    /// Share of found events whose status is right.
    pub status_acc: Option<f64>,
    /// Share of found events whose date is right, or rightly absent.
    pub date_acc: Option<f64>,
    /// Share right of found events for which a place is annotated.
    pub place_acc: Option<f64>,
    /// Share of the same whose country of the place is right.
    pub place_country_acc: Option<f64>,
    /// Participants of found events.
    pub participants: Rates,
    /// Share of found participants whose role is right.
    pub role_acc: Option<f64>,
    /// Items annotated as reporting no event.
    pub negatives: usize,
    /// Those of them in which an event was found.
    pub false_alarm_items: usize,
    /// Items for which no line of predictions was given.
    pub items_without_prediction: usize,
    /// Core rates by type of event.
    pub by_type: BTreeMap<String, Rates>,
    /// Core rates by language of the item.
    pub by_lang: BTreeMap<String, Rates>,
    /// The first faults, as many as were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

/// `part` out of `whole`, rounded; none out of nothing.
pub fn share(part: usize, whole: usize) -> Option<f64> {
    ratio(part, whole).map(rounded)
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// To four digits, by the exact value of the double, and to the even digit where that is a tie: what a decimal print gives.
fn rounded(value: f64) -> f64 {
    format!("{value:.4}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(right: usize, wrong: usize, missed: usize, expected: [f64; 3]) {
        let rates = Rates::of(Counts { right, wrong, missed });
        assert_eq!([rates.p, rates.r, rates.f1], expected);
    }

    #[test]
    fn rates_are_rounded_once_at_the_end() {
        check(2, 1, 1, [0.6667, 0.6667, 0.6667]);
        check(1, 0, 2, [1.0, 0.3333, 0.5]);
        check(0, 3, 0, [0.0, 0.0, 0.0]);
        check(0, 0, 0, [0.0, 0.0, 0.0]);
    }

    #[test]
    fn ties_go_to_the_even_digit() {
        assert_eq!(share(1, 32), Some(0.0312));
        assert_eq!(share(3, 32), Some(0.0938));
        assert_eq!(share(0, 0), None);
    }
}
