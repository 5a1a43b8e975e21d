//! Dates and times as digits: the proleptic Gregorian calendar by arithmetic, for every value an `i64` can hold.

use arrow::datatypes::TimeUnit;

const MICROS_OF_DAY: i64 = 86_400_000_000;

/// Year, month and day of a count of days since 1970-01-01.
pub fn civil(days: i64) -> (i64, u32, u32) {
    // The era arithmetic of Howard Hinnant's `civil_from_days`: years begin in March, eras have 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

/// Appends `2026-11-22`; years outside 0 to 9999 carry a sign.
pub fn push_date(days: i64, out: &mut String) {
    let (year, month, day) = civil(days);
    let text = if (0..=9999).contains(&year) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:+}-{month:02}-{day:02}")
    };
    out.push_str(&text);
}

/// Appends `10:00:00` with as many digits of the second as are needed.
pub fn push_time(micros_of_day: i64, out: &mut String) {
    let seconds = micros_of_day / 1_000_000;
    let fraction = micros_of_day % 1_000_000;
    out.push_str(&format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60));
    if fraction != 0 {
        let digits = format!("{fraction:06}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}

/// Days since the epoch and microseconds of that day.
pub fn split(micros: i64) -> (i64, i64) {
    (micros.div_euclid(MICROS_OF_DAY), micros.rem_euclid(MICROS_OF_DAY))
}

/// A count of `unit` as microseconds; nanoseconds round down.
pub fn micros(value: i64, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => value.saturating_mul(1_000_000),
        TimeUnit::Millisecond => value.saturating_mul(1_000),
        TimeUnit::Microsecond => value,
        TimeUnit::Nanosecond => value.div_euclid(1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_the_calendar() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_779, "2026-11-22"),
            (-25_567, "1900-01-01"),
            (-719_468, "0000-03-01"),
            (2_932_897, "+10000-01-01"),
        ] {
            let mut out = String::new();
            push_date(days, &mut out);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn times_keep_only_the_digits_they_have() {
        let text = |micros: i64| {
            let (days, rest) = split(micros);
            let mut out = String::new();
            push_date(days, &mut out);
            out.push(' ');
            push_time(rest, &mut out);
            out
        };
        assert_eq!(text(0), "1970-01-01 00:00:00");
        assert_eq!(text(-1), "1969-12-31 23:59:59.999999");
        assert_eq!(text(1_500_000), "1970-01-01 00:00:01.5");
        assert_eq!(micros(-1, TimeUnit::Nanosecond), -1);
    }
}
