//! Time: UTC instants in microseconds and the durations people write (`15m`, `1h`, `90d`).
//!
//! Nothing here reads a clock: instants come in as parameters.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::error::{Code, Problem};

/// An instant: microseconds since 1970-01-01T00:00:00Z; written RFC 3339 with `Z`, stored as `i64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A length of time in whole seconds, written `90s`, `15m`, `1h`, `24h`, `90d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(u64);

/// A source of the present; tests hand in their own.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

impl Timestamp {
    /// From microseconds since the epoch.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// This instant moved later.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.0).unwrap_or(i64::MAX).saturating_mul(1_000_000)))
    }

    /// This instant moved earlier.
    #[must_use]
    pub fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.0).unwrap_or(i64::MAX).saturating_mul(1_000_000)))
    }

    /// The last instant of the second this one lies in.
    #[must_use]
    pub fn end_of_second(self) -> Self {
        Self(self.0.div_euclid(1_000_000).saturating_add(1).saturating_mul(1_000_000).saturating_sub(1))
    }

    /// Whole seconds from `earlier` to this instant, zero if it lies after.
    pub fn seconds_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0) / 1_000_000).unwrap_or(0)
    }

    /// Parses a limit: an RFC 3339 instant, or a date, which means the end of that UTC day.
    ///
    /// # Errors
    /// `invalid-value` when it is neither.
    pub fn parse_limit(text: &str) -> Result<Self, Problem> {
        if let Ok(date) = text.parse::<jiff::civil::Date>()
            && text.len() == 10
        {
            let end = date
                .tomorrow()
                .and_then(|next| next.to_zoned(jiff::tz::TimeZone::UTC))
                .map_err(|_| Problem::new(Code::InvalidValue, format!("`{text}` is beyond the calendar")))?;
            return Ok(Self(end.timestamp().as_microsecond() - 1));
        }
        text.parse()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => instant.fmt(f),
            Err(_) => write!(f, "@{}us", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        text.parse::<jiff::Timestamp>().map(|instant| Self(instant.as_microsecond())).map_err(|_| {
            Problem::new(Code::InvalidValue, format!("`{}` is not a time", text.escape_debug()))
                .with_hint("write a date (2026-11-22) or RFC 3339 with an offset (2026-11-22T10:00:00Z)")
        })
    }
}

impl Span {
    /// From whole seconds.
    pub fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// From whole days.
    pub fn from_days(days: u32) -> Self {
        Self(u64::from(days) * 86_400)
    }

    /// Whole seconds.
    pub fn seconds(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            s if s > 0 && s.is_multiple_of(86_400) => write!(f, "{}d", s / 86_400),
            s if s > 0 && s.is_multiple_of(3_600) => write!(f, "{}h", s / 3_600),
            s if s > 0 && s.is_multiple_of(60) => write!(f, "{}m", s / 60),
            s => write!(f, "{s}s"),
        }
    }
}

impl FromStr for Span {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let wrong = || {
            Problem::new(Code::InvalidValue, format!("`{}` is not a duration", text.escape_debug()))
                .with_hint("write a number and a unit: 90s, 15m, 1h, 24h, 90d")
        };
        let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = text.split_at(split);
        let factor = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(wrong()),
        };
        number
            .parse::<u64>()
            .ok()
            .and_then(|n| n.checked_mul(factor))
            .filter(|n| *n <= 100 * 366 * 86_400)
            .map(Self)
            .ok_or_else(wrong)
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_as_limit_is_the_end_of_that_utc_day() {
        assert_eq!(Timestamp::parse_limit("2026-11-22").unwrap().to_string(), "2026-11-22T23:59:59.999999Z");
        assert_eq!(Timestamp::parse_limit("2026-11-22T01:00:00+01:00").unwrap().to_string(), "2026-11-22T00:00:00Z");
        assert!(Timestamp::parse_limit("22.11.2026").is_err());
    }

    #[test]
    fn a_second_ends_before_the_next_begins() {
        let end = |text: &str| text.parse::<Timestamp>().unwrap().end_of_second().to_string();
        assert_eq!(end("2026-11-22T10:00:00Z"), "2026-11-22T10:00:00.999999Z");
        assert_eq!(end("2026-11-22T10:00:00.25Z"), "2026-11-22T10:00:00.999999Z");
        assert_eq!(end("1969-12-31T23:59:59.5Z"), "1969-12-31T23:59:59.999999Z");
    }

    #[test]
    fn spans_round_trip_in_their_largest_unit() {
        for text in ["90s", "15m", "1h", "25h", "90d", "0s"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!("24h".parse::<Span>().unwrap().to_string(), "1d");
        for text in ["", "h", "1", "1w", "-1h", "999999999999d"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
