//! Dates: what a sentence says of days, months and years, and what that means for an item of a given publication day.
//!
//! The year of a day without one is the one that puts it nearest to publication, among those in which the stated weekday
//! fits. If none fits, the figures win over the weekday. Without a publication day the year stays open.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::classify::Reading;
use crate::event::{DateBasis, PartialDate, Status};
use crate::knowledge::pack::DateOrder;
use crate::knowledge::sense::{Concept, Sense};
use crate::text::{Sentence, Shape, Text};

/// A date as written: atoms `first..last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateMention {
    /// First atom.
    pub first: usize,
    /// One past the last atom.
    pub last: usize,
    /// What it says.
    pub says: Says,
}

/// What a date says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// A day of a month, with whatever else is given.
    Day {
        /// Year.
        year: Option<i16>,
        /// Month.
        month: i8,
        /// Day.
        day: i8,
        /// Weekday, from 1 (Monday).
        weekday: Option<i8>,
    },
    /// A month of a year.
    Month(i16, i8),
    /// A year alone.
    Year(i16),
    /// A month of which no year is given.
    MonthAlone(i8),
    /// A month, and the year reckoned from that of publication.
    MonthOf {
        /// The month.
        month: i8,
        /// Years from that of publication.
        years: i16,
    },
    /// A day and month, and the year reckoned from that of publication.
    DayOf {
        /// Years from that of publication.
        years: i16,
        /// Month.
        month: i8,
        /// Day.
        day: i8,
    },
    /// A day, and its month reckoned from that of publication; none for the nearest.
    DayOfMonth {
        /// Months from that of publication.
        months: Option<i16>,
        /// Day.
        day: i8,
    },
    /// A weekday, and whether it is said to be a last (-1) or next (1) one.
    Weekday(i8, i8),
    /// Days from publication.
    Relative(i16),
    /// Months from the one of publication.
    RelativeMonth(i16),
    /// Years from the one of publication.
    RelativeYear(i16),
    /// Days from the day named before.
    Shift(i16),
}

/// The dates of a sentence, in order.
pub fn mentions(text: &Text<'_>, sentence: &Sentence, reading: &Reading, order: DateOrder) -> Vec<DateMention> {
    let words = Words {
        text,
        sentence,
        reading,
        order,
    };
    let mut found: Vec<DateMention> = Vec::new();
    let mut at = 0;
    while at < reading.atoms.len() {
        let mention = words.date(at);
        at = mention.map_or(at + 1, |mention| mention.last);
        found.extend(mention);
    }
    found
}

/// What `says` means for an item published on `published`, in an event of `status`.
pub fn resolve(
    says: Says,
    published: Option<Date>,
    status: Status,
    named: Option<PartialDate>,
) -> Option<(PartialDate, DateBasis)> {
    match says {
        Says::Day {
            year,
            month,
            day,
            weekday,
        } => day_of(year, month, day, weekday, published).map(|date| (date, DateBasis::Stated)),
        Says::Year(year) => Some((PartialDate::Year(year), DateBasis::Stated)),
        Says::MonthAlone(month) => {
            let published = published?;
            let (later, earlier) = (month > published.month(), month < published.month());
            let ahead = matches!(status, Status::Planned | Status::Cancelled);
            let year = published.year() - i16::from(later && !ahead) + i16::from(earlier && ahead);
            Some((PartialDate::Month { year, month }, DateBasis::Relative))
        }
        Says::MonthOf { month, years } => {
            let year = published?.year().checked_add(years)?;
            Some((PartialDate::Month { year, month }, DateBasis::Relative))
        }
        Says::DayOf { years, month, day } => {
            let year = published?.year().checked_add(years)?;
            let day = Date::new(year, month, day).ok()?;
            Some((PartialDate::Day(day), DateBasis::Relative))
        }
        Says::DayOfMonth { months, day } => {
            let day = day_near(published?, months, day, status)?;
            Some((PartialDate::Day(day), DateBasis::Relative))
        }
        Says::Month(year, month) => Some((PartialDate::Month { year, month }, DateBasis::Stated)),
        // What is called off was to come, and is told of on a day that has been: a bare weekday may be either.
        Says::Weekday(_, 0) if status == Status::Cancelled => None,
        Says::Weekday(weekday, direction) => {
            let ahead = direction > 0 || direction == 0 && status == Status::Planned;
            let day = weekday_near(published?, weekday, ahead, direction != 0)?;
            Some((PartialDate::Day(day), DateBasis::Relative))
        }
        Says::Relative(days) => {
            let day = published?.checked_add(i64::from(days).days()).ok()?;
            Some((PartialDate::Day(day), DateBasis::Relative))
        }
        Says::RelativeMonth(months) => {
            let first = published?.first_of_month().checked_add(i64::from(months).months()).ok()?;
            let (year, month) = (first.year(), first.month());
            Some((PartialDate::Month { year, month }, DateBasis::Relative))
        }
        Says::RelativeYear(years) => Some((PartialDate::Year(published?.year().checked_add(years)?), DateBasis::Relative)),
        Says::Shift(0) => named.map(|date| (date, DateBasis::Relative)),
        Says::Shift(days) => match named? {
            PartialDate::Day(day) => Some((
                PartialDate::Day(day.checked_add(i64::from(days).days()).ok()?),
                DateBasis::Relative,
            )),
            PartialDate::DayOfYear { .. } | PartialDate::Month { .. } | PartialDate::Year(_) => None,
        },
    }
}

fn day_of(year: Option<i16>, month: i8, day: i8, weekday: Option<i8>, published: Option<Date>) -> Option<PartialDate> {
    if let Some(year) = year {
        return Date::new(year, month, day).ok().map(PartialDate::Day);
    }
    // 29 February exists in a leap year only, which is as good as any to check that the day can be.
    Date::new(2024, month, day).ok()?;
    let Some(published) = published else {
        return Some(PartialDate::DayOfYear { month, day });
    };
    let candidates: Vec<Date> = (-1..=1)
        .filter_map(|offset| Date::new(published.year() + offset, month, day).ok())
        .collect();
    let fits = |date: &&Date| weekday.is_none_or(|weekday| date.weekday().to_monday_one_offset() == weekday);
    let distance = |date: &&Date| published.duration_until(**date).as_hours().abs();
    let best = candidates
        .iter()
        .filter(fits)
        .min_by_key(distance)
        .or_else(|| candidates.iter().min_by_key(distance));
    best.map(|date| PartialDate::Day(*date))
}

/// The nearest such weekday before (or on) the day of publication, or after it; `strict` leaves the day itself out.
fn weekday_near(published: Date, weekday: i8, ahead: bool, strict: bool) -> Option<Date> {
    let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
    if published.weekday() == weekday && !strict {
        return Some(published);
    }
    published.nth_weekday(if ahead { 1 } else { -1 }, weekday).ok()
}

/// The day `day` of the month that is `months` from that of publication, or else the last such day up to publication, and the
/// next one for what is to come.
fn day_near(published: Date, months: Option<i16>, day: i8, status: Status) -> Option<Date> {
    let of = |months: i16| {
        let first = published.first_of_month().checked_add(i64::from(months).months()).ok()?;
        Date::new(first.year(), first.month(), day).ok()
    };
    if let Some(months) = months {
        return of(months);
    }
    let near = [-2, -1, 0, 1, 2].into_iter().filter_map(of);
    if status == Status::Planned {
        near.filter(|day| *day >= published).min()
    } else {
        near.filter(|day| *day <= published).max()
    }
}

struct Words<'a> {
    text: &'a Text<'a>,
    sentence: &'a Sentence,
    reading: &'a Reading,
    order: DateOrder,
}

impl Words<'_> {
    fn date(&self, at: usize) -> Option<DateMention> {
        let mention = |last: usize, says: Says| {
            let opened = (at..last).any(|at| self.reading.mark(at) == Some('('));
            let closed = usize::from(opened && self.reading.mark(last) == Some(')'));
            Some(DateMention {
                first: at,
                last: last + closed,
                says,
            })
        };
        if let Some(weekday) = self.sense(at, weekday) {
            let inner = (at + 1..at + 4)
                .take_while(|at| *at == self.skip(*at, at + 1) || self.is_filler(at - 1))
                .find_map(|next| self.day(next));
            return match inner {
                Some((last, Says::Day { year, month, day, .. })) => mention(
                    last,
                    Says::Day {
                        year,
                        month,
                        day,
                        weekday: Some(weekday),
                    },
                ),
                _ => mention(
                    at + 1 + usize::from(self.direction(at + 1) != 0),
                    Says::Weekday(weekday, self.direction_around(at)),
                ),
            };
        }
        if let Some((last, says)) = self.day(at).or_else(|| self.counted(at)) {
            return mention(last, says);
        }
        if let Some(month) = self.sense(at, month) {
            // "November 2023", "November of last year".
            let of = usize::from(self.reading.atoms.get(at + 1).is_some_and(|atom| atom.is(Concept::Of)));
            if let Some(year) = self.year(at + 1 + of) {
                return mention(at + 2 + of, Says::Month(year, month));
            }
            let years = |sense| {
                if let Sense::RelativeYear(years) = sense {
                    Some(years)
                } else {
                    None
                }
            };
            if let Some(years) = self.sense(at + 1 + of, years) {
                return mention(at + 2 + of, Says::MonthOf { month, years });
            }
            let next = self.direction(at + 1);
            let after_in = at
                .checked_sub(1)
                .is_some_and(|before| self.reading.atoms.get(before).is_some_and(|atom| atom.is(Concept::In)));
            if after_in || next != 0 {
                return mention(at + 1 + usize::from(next != 0), Says::MonthAlone(month));
            }
        }
        if let Some(days) = self.sense(at, relative) {
            return mention(at + 1, Says::Relative(days));
        }
        let before = at.checked_sub(1).and_then(|before| self.reading.atoms.get(before));
        if let Some(year) = self.year(at).filter(|_| before.is_some_and(|atom| atom.is(Concept::In))) {
            return mention(at + 1, Says::Year(year));
        }
        let months = |sense| {
            if let Sense::RelativeMonth(months) = sense {
                Some(months)
            } else {
                None
            }
        };
        let years = |sense| {
            if let Sense::RelativeYear(years) = sense {
                Some(years)
            } else {
                None
            }
        };
        let months = self.sense(at, months).map(Says::RelativeMonth);
        if let Some(says) = months.or_else(|| self.sense(at, years).map(Says::RelativeYear)) {
            return mention(at + 1, says);
        }
        mention(at + 1, Says::Shift(self.sense(at, shift)?))
    }

    /// Skips nothing unless the word between is a bracket, comma or part of the day.
    fn skip(&self, at: usize, start: usize) -> usize {
        if (start..at).all(|at| self.is_filler(at)) { at } else { start }
    }

    fn is_filler(&self, at: usize) -> bool {
        matches!(self.reading.mark(at), Some('(' | ','))
            || self
                .reading
                .atoms
                .get(at)
                .is_some_and(|atom| atom.is(Concept::DayPart) || atom.is(Concept::LastDay))
    }

    /// "19/11", "19/11/2025", "19 November 2025", "November 19, 2025", "1-5 Juli 2024", "2025-11-19".
    fn day(&self, at: usize) -> Option<(usize, Says)> {
        self.slashed(at)
            .or_else(|| self.day_month(at))
            .or_else(|| self.month_day(at))
            .or_else(|| self.iso(at))
    }

    fn slashed(&self, at: usize) -> Option<(usize, Says)> {
        let (a, b) = (self.number(at)?, self.number(at + 2)?);
        let mark = self.reading.mark(at + 1).filter(|mark| matches!(mark, '/' | '.' | '-'))?;
        let year = (self.reading.mark(at + 3) == Some(mark)).then(|| self.year(at + 4)).flatten();
        let bracketed = at.checked_sub(1).is_some_and(|before| self.reading.mark(before) == Some('('));
        let weekday_before = at.checked_sub(1).is_some_and(|before| self.sense(before, weekday).is_some());
        if year.is_none() && (mark != '/' || !bracketed && !weekday_before) {
            return None;
        }
        let (day, month) = if self.order == DateOrder::Mdy && a <= 12 {
            (b, a)
        } else {
            (a, b)
        };
        self.says(year, month, day)
            .map(|says| (at + if year.is_some() { 5 } else { 3 }, says))
    }

    fn day_month(&self, at: usize) -> Option<(usize, Says)> {
        let day = self.number(at)?;
        let after_range = if matches!(self.reading.mark(at + 1), Some('-' | '–')) && self.number(at + 2).is_some() {
            at + 3
        } else {
            at + 1
        };
        let month = self.sense(after_range, month)?;
        let year = self.year(after_range + 1);
        self.says(year, month, day)
            .map(|says| (after_range + 1 + usize::from(year.is_some()), says))
    }

    fn month_day(&self, at: usize) -> Option<(usize, Says)> {
        let month = self.sense(at, month)?;
        let start = at + 1 + usize::from(self.reading.mark(at + 1) == Some('.'));
        let day = self.number(start).or_else(|| {
            self.reading
                .atoms
                .get(start)?
                .ordinal()
                .and_then(|day| i8::try_from(day).ok())
        })?;
        let comma = usize::from(self.reading.mark(start + 1) == Some(','));
        let year = self.year(start + 1 + comma);
        self.says(year, month, day)
            .map(|says| (start + 1 + if year.is_some() { comma + 1 } else { 0 }, says))
    }

    fn iso(&self, at: usize) -> Option<(usize, Says)> {
        let year = self.year(at)?;
        let dashes = self.reading.mark(at + 1) == Some('-') && self.reading.mark(at + 3) == Some('-');
        let (month, day) = (self.number(at + 2)?, self.number(at + 4)?);
        self.says(Some(year), month, day)
            .filter(|_| dashes)
            .map(|says| (at + 5, says))
    }

    /// "2025年11月19日", "去年11月", "上月19日", "19日": figures with units, the largest first.
    fn counted(&self, at: usize) -> Option<(usize, Says)> {
        let year = self.sense(at, |sense| if let Sense::Year(year) = sense { Some(year) } else { None });
        let years = self.sense(at, |sense| {
            if let Sense::RelativeYear(years) = sense {
                Some(years)
            } else {
                None
            }
        });
        let at = at + usize::from(year.or(years).is_some());
        let month = self.sense(at, month);
        let months = self.sense(at, |sense| {
            if let Sense::RelativeMonth(months) = sense {
                Some(months)
            } else {
                None
            }
        });
        let next = at + usize::from(month.or(months.map(|_| 1)).is_some());
        let day = self.sense(
            next,
            |sense| if let Sense::DayOfMonth(day) = sense { Some(day) } else { None },
        );
        match (year, years, month, day) {
            (Some(_), _, Some(month), Some(day)) | (None, None, Some(month), Some(day)) => {
                self.says(year, month, day).map(|says| (next + 1, says))
            }
            (Some(year), _, Some(month), None) => Some((next, Says::Month(year, month))),
            (None, Some(years), Some(month), Some(day)) => Some((next + 1, Says::DayOf { years, month, day })),
            (None, Some(years), Some(month), None) => Some((next, Says::MonthOf { month, years })),
            (None, None, None, Some(day)) => Some((next + 1, Says::DayOfMonth { months, day })),
            (_, _, None, _) | (None, None, Some(_), None) => None,
        }
    }

    fn says(&self, year: Option<i16>, month: i8, day: i8) -> Option<Says> {
        Date::new(year.unwrap_or(2024), month, day).ok().map(|_| Says::Day {
            year,
            month,
            day,
            weekday: None,
        })
    }

    fn word(&self, at: usize) -> Option<&str> {
        let atom = self.reading.atoms.get(at).filter(|atom| atom.last == atom.first + 1)?;
        self.sentence
            .tokens
            .get(atom.first)
            .map(|token| self.text.word(self.sentence.field, *token))
    }

    /// A number of one or two figures.
    fn number(&self, at: usize) -> Option<i8> {
        let digits = self.reading.atoms.get(at).is_some_and(|atom| atom.shape == Shape::Digits);
        self.word(at)
            .filter(|word| digits && word.len() <= 2)
            .and_then(|word| word.parse().ok())
    }

    fn year(&self, at: usize) -> Option<i16> {
        self.word(at)
            .filter(|word| word.len() == 4)
            .and_then(|word| word.parse().ok())
            .filter(|year| (1900..2200).contains(year))
    }

    fn sense<T>(&self, at: usize, wanted: fn(Sense) -> Option<T>) -> Option<T> {
        self.reading.atoms.get(at)?.senses.iter().find_map(|sense| wanted(*sense))
    }

    fn direction(&self, at: usize) -> i8 {
        let is = |concept| self.reading.atoms.get(at).is_some_and(|atom| atom.is(concept));
        i8::from(is(Concept::NextDay)) - i8::from(is(Concept::LastDay))
    }

    fn direction_around(&self, at: usize) -> i8 {
        let before = at.checked_sub(1).map_or(0, |before| self.direction(before));
        if before != 0 { before } else { self.direction(at + 1) }
    }
}

fn weekday(sense: Sense) -> Option<i8> {
    if let Sense::Weekday(number) = sense {
        Some(number)
    } else {
        None
    }
}

fn month(sense: Sense) -> Option<i8> {
    if let Sense::Month(number) = sense {
        Some(number)
    } else {
        None
    }
}

fn shift(sense: Sense) -> Option<i16> {
    if let Sense::DayShift(days) = sense { Some(days) } else { None }
}

fn relative(sense: Sense) -> Option<i16> {
    if let Sense::RelativeDay(days) = sense {
        Some(days)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(says: Says, published: Option<&str>, status: Status, expected: &str) {
        let resolved = resolve(says, published.map(date), status, None).map(|(date, _)| date.to_string());
        assert_eq!(resolved.as_deref().unwrap_or("none"), expected);
    }

    #[test]
    fn the_year_is_the_nearest_in_which_the_weekday_fits() {
        let day = |month, day, weekday| Says::Day {
            year: None,
            month,
            day,
            weekday,
        };
        check(day(11, 19, Some(3)), Some("2025-11-20"), Status::Held, "2025-11-19");
        check(day(12, 30, None), Some("2026-01-02"), Status::Held, "2025-12-30");
        check(day(1, 3, None), Some("2025-12-30"), Status::Planned, "2026-01-03");
        check(day(11, 19, Some(3)), None, Status::Held, "--11-19");
        check(day(11, 19, Some(1)), Some("2025-11-20"), Status::Held, "2025-11-19");
        check(day(2, 29, None), Some("2025-03-01"), Status::Held, "2024-02-29");
        check(
            Says::Day {
                year: Some(2025),
                month: 2,
                day: 30,
                weekday: None,
            },
            None,
            Status::Held,
            "none",
        );
    }

    #[test]
    fn weekdays_look_back_unless_planned() {
        check(Says::Weekday(3, 0), Some("2025-11-20"), Status::Held, "2025-11-19");
        check(Says::Weekday(4, 0), Some("2025-11-20"), Status::Held, "2025-11-20");
        check(Says::Weekday(3, 0), Some("2025-11-20"), Status::Planned, "2025-11-26");
        check(Says::Weekday(4, -1), Some("2025-11-20"), Status::Held, "2025-11-13");
        check(Says::Weekday(3, 0), None, Status::Held, "none");
        check(Says::Weekday(3, 0), Some("2025-11-20"), Status::Cancelled, "none");
        check(Says::Relative(-1), Some("2025-03-01"), Status::Held, "2025-02-28");
    }

    #[test]
    fn a_day_alone_is_of_the_nearest_month() {
        let day = |months, day| Says::DayOfMonth { months, day };
        check(day(None, 19), Some("2025-11-20"), Status::Held, "2025-11-19");
        check(day(None, 25), Some("2025-11-20"), Status::Held, "2025-10-25");
        check(day(None, 25), Some("2025-11-20"), Status::Planned, "2025-11-25");
        check(day(None, 3), Some("2025-12-30"), Status::Planned, "2026-01-03");
        check(day(None, 31), Some("2025-12-01"), Status::Held, "2025-10-31");
        check(day(Some(-1), 25), Some("2025-01-20"), Status::Held, "2024-12-25");
        check(day(None, 19), None, Status::Held, "none");
        let of = Says::DayOf {
            years: -1,
            month: 11,
            day: 19,
        };
        check(of, Some("2025-01-20"), Status::Past, "2024-11-19");
    }
}
