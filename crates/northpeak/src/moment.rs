//! Days and moments as the exports write them.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan as _};

/// A day some days after another.
pub(crate) fn day_after(day: Date, days: u64) -> Date {
    day.saturating_add(i64::try_from(days).unwrap_or_default().days())
}

/// A day some days before another.
pub(crate) fn day_before(day: Date, days: u64) -> Date {
    day.saturating_sub(i64::try_from(days).unwrap_or_default().days())
}

/// A moment some seconds after midnight of a day, UTC.
pub(crate) fn at(day: Date, seconds: u64) -> DateTime {
    later(day.at(0, 0, 0, 0), seconds)
}

/// A moment some seconds after another.
pub(crate) fn later(moment: DateTime, seconds: u64) -> DateTime {
    moment.saturating_add(SignedDuration::from_secs(i64::try_from(seconds).unwrap_or_default()))
}

/// `04.07.1982`
pub(crate) struct Dotted(pub(crate) Date);
/// `07/04/1982`: month, day, year.
pub(crate) struct American(pub(crate) Date);
/// `04/07/1982`: day, month, year.
pub(crate) struct Slashed(pub(crate) Date);
/// `2026-06-28 14:05:11`
pub(crate) struct Spaced(pub(crate) DateTime);

impl fmt::Display for Dotted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}.{:02}.{:04}", self.0.day(), self.0.month(), self.0.year())
    }
}

impl fmt::Display for American {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}/{:02}/{:04}", self.0.month(), self.0.day(), self.0.year())
    }
}

impl fmt::Display for Slashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}/{:02}/{:04}", self.0.day(), self.0.month(), self.0.year())
    }
}

impl fmt::Display for Spaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_moment(f, self.0, ' ', "")
    }
}

/// Day and time with something between them, and something behind.
fn write_moment(f: &mut fmt::Formatter<'_>, moment: DateTime, between: char, suffix: &str) -> fmt::Result {
    let (day, time) = (moment.date(), moment.time());
    write!(f, "{:04}-{:02}-{:02}{between}", day.year(), day.month(), day.day())?;
    write!(f, "{:02}:{:02}:{:02}{suffix}", time.hour(), time.minute(), time.second())
}

/// How a system writes a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// `Z`
    Utc,
    /// The office's time with its offset.
    Offset(Office),
    /// The office's time, and nothing says so.
    Naive(Office),
}

/// Where a system stands; none of them knows summer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Office {
    /// `+01:00`
    Berlin,
    /// `+05:30`
    Pune,
}

impl Office {
    fn seconds(self) -> u64 {
        match self {
            Self::Berlin => 3_600,
            Self::Pune => 19_800,
        }
    }
}

/// A moment of UTC as a system writes it.
pub(crate) struct Written(pub(crate) DateTime, pub(crate) Clock);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, suffix) = match self.1 {
            Clock::Utc => (self.0, "Z"),
            Clock::Offset(office @ Office::Berlin) => (later(self.0, office.seconds()), "+01:00"),
            Clock::Offset(office @ Office::Pune) => (later(self.0, office.seconds()), "+05:30"),
            Clock::Naive(office) => (later(self.0, office.seconds()), ""),
        };
        write_moment(f, shown, 'T', suffix)
    }
}
