//! Publication times: a date without a time stays a date, a time zone is kept, nothing is read from a clock.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

/// When an item was published, as exactly as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedAt {
    date: Date,
    instant: Option<Timestamp>,
}

impl PublishedAt {
    /// Reads `2025-11-20`, RFC 3339 (`2025-11-20T08:30:00+07:00`), and the same with a blank for the `T` or without a
    /// zone, which is then taken as UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let pieces = Pieces::parse(text.trim()).ok()?;
        let date = pieces.date();
        let Some(time) = pieces.time() else {
            return Some(Self { date, instant: None });
        };
        let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
        let instant = offset.to_timestamp(date.to_datetime(time)).ok()?;
        Some(Self {
            date,
            instant: Some(instant),
        })
    }

    /// The calendar day where the item was published: that of its own time zone.
    pub fn date(&self) -> Date {
        self.date
    }

    /// RFC 3339 in UTC, midnight where only a date is known: for CloudEvents' `time`, which wants an instant.
    pub fn to_rfc3339(&self) -> String {
        match self.instant {
            Some(instant) => instant.to_string(),
            None => format!("{}T00:00:00Z", self.date),
        }
    }
}

/// RFC 3339 in UTC, or the bare date.
impl fmt::Display for PublishedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.instant {
            Some(instant) => write!(f, "{instant}"),
            None => write!(f, "{}", self.date),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, date: &str, written: &str) {
        let published_at = PublishedAt::parse(text).unwrap();
        assert_eq!(
            (published_at.date().to_string().as_str(), published_at.to_string().as_str()),
            (date, written)
        );
    }

    #[test]
    fn dates_and_times_are_kept_apart() {
        check("2025-11-20", "2025-11-20", "2025-11-20");
        check("2025-11-20T00:00:00Z", "2025-11-20", "2025-11-20T00:00:00Z");
        check("2025-11-20T01:30:00+07:00", "2025-11-20", "2025-11-19T18:30:00Z");
        check("2025-11-20 08:30:00", "2025-11-20", "2025-11-20T08:30:00Z");
        check("2025-11-20 01:30:00+07:00", "2025-11-20", "2025-11-19T18:30:00Z");
        assert_eq!(PublishedAt::parse("20 November 2025"), None);
        assert_eq!(PublishedAt::parse("None"), None);
        assert_eq!(PublishedAt::parse(""), None);
        assert_eq!(PublishedAt::parse("2025-02-30"), None);
    }
}
