//! Generalised values: coarser, of the same type, total over every input.

use model::class::Step;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// A date, as days since 1970-01-01, moved back to the start of its year, month or decade (proleptic Gregorian). A step
/// that is not of the calendar gives 1970-01-01.
pub fn date(days: i32, to: Step) -> i32 {
    let (year, month) = civil(i64::from(days));
    let start = match to {
        Step::Year => first_of(year, 1),
        Step::Month => first_of(year, month),
        Step::Decade => first_of(year.div_euclid(10) * 10, 1),
        Step::Multiple(_) | Step::Prefix(_) => 0,
    };
    // The first decade of the range starts before it.
    i32::try_from(start).unwrap_or(i32::MIN)
}

/// An instant, as microseconds since the epoch, moved back to the start of its year, month or decade in UTC.
pub fn timestamp(micros: i64, to: Step) -> i64 {
    // Microseconds in an i64 span less than 300,000 years, so the days fit.
    let day = i32::try_from(micros.div_euclid(MICROS_PER_DAY)).unwrap_or_default();
    i64::from(date(day, to)).saturating_mul(MICROS_PER_DAY)
}

/// An integer moved down to a multiple of the step; the lowest values move to the lowest integer.
pub fn integer(value: i64, step: u64) -> i64 {
    let step = i128::from(step.max(1));
    let floor = i128::from(value).div_euclid(step) * step;
    i64::try_from(floor).unwrap_or(i64::MIN)
}

/// A float moved down to a multiple of the step. Infinite values and NaN become NaN: they have no multiple below them.
pub fn number(value: f64, step: u64) -> f64 {
    if !value.is_finite() {
        return f64::NAN;
    }
    // A step beyond 2^53 is rounded, as every float of that size is.
    let step = step.max(1) as f64;
    let floor = (value / step).floor() * step;
    if floor.is_finite() { floor + 0.0 } else { f64::MIN }
}

/// A decimal, unscaled, moved down to a multiple of the step. What would need more digits than the column has becomes
/// the lowest value of the column.
pub fn decimal(unscaled: i128, precision: u8, scale: u8, step: u64) -> i128 {
    let lowest = 10_i128.checked_pow(u32::from(precision)).map_or(i128::MIN + 1, |limit| 1 - limit);
    let wide = 10_i128.checked_pow(u32::from(scale)).and_then(|unit| unit.checked_mul(i128::from(step.max(1))));
    let floor = match wide {
        Some(step) => unscaled.div_euclid(step).checked_mul(step).unwrap_or(lowest),
        None if unscaled < 0 => lowest,
        None => 0,
    };
    floor.max(lowest)
}

/// The first characters of a text.
pub fn prefix(text: &str, count: u16) -> &str {
    let end = text.char_indices().nth(usize::from(count)).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or_default()
}

/// Year and month of a day, after Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month)
}

/// The day of the first of a month, after `days_from_civil`.
fn first_of(year: i64, month: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> i32 {
        super::super::constant::days(text).unwrap()
    }

    #[test]
    fn dates_move_to_the_start_of_their_period() {
        for (from, to, expected) in [
            ("1990-06-15", Step::Year, "1990-01-01"),
            ("1990-06-15", Step::Month, "1990-06-01"),
            ("1990-06-15", Step::Decade, "1990-01-01"),
            ("1999-12-31", Step::Decade, "1990-01-01"),
            ("2000-02-29", Step::Month, "2000-02-01"),
            ("2000-02-29", Step::Year, "2000-01-01"),
            ("2024-03-01", Step::Month, "2024-03-01"),
            ("1970-01-01", Step::Year, "1970-01-01"),
            ("1969-12-31", Step::Decade, "1960-01-01"),
            ("1913-03-13", Step::Year, "1913-01-01"),
            ("0001-01-01", Step::Year, "0001-01-01"),
            ("9999-12-31", Step::Decade, "9990-01-01"),
        ] {
            assert_eq!(date(day(from), to), day(expected), "{from} to {to}");
        }
        assert_eq!(date(i32::MIN, Step::Year), i32::MIN);
        assert!(date(i32::MAX, Step::Decade) < i32::MAX);
    }

    #[test]
    fn numbers_move_down_to_a_multiple() {
        for (value, step, expected) in
            [(1234, 1000, 1000), (-1, 1000, -1000), (0, 7, 0), (i64::MIN, 1000, i64::MIN), (5, u64::MAX, 0), (9, 0, 9)]
        {
            assert_eq!(integer(value, step), expected, "{value} by {step}");
        }
        assert_eq!(integer(-5, u64::MAX), i64::MIN);
        for (value, step, expected) in [(1234.5, 1000, 1000.0), (-0.5, 10, -10.0), (-0.0, 10, 0.0)] {
            assert_eq!(number(value, step).to_bits(), f64::to_bits(expected), "{value} by {step}");
        }
        assert!(number(f64::NAN, 10).is_nan() && number(f64::INFINITY, 10).is_nan());
        assert!(number(f64::MIN, u64::MAX).is_finite());
        // 51515.15 by 1000; -99.99 in decimal(4,2) has no room for -1000.00.
        assert_eq!(decimal(5_151_515, 12, 2, 1000), 5_100_000);
        assert_eq!(decimal(-9_999, 4, 2, 1000), -9_999);
        assert_eq!(decimal(-1, 4, 2, 1000), -9_999);
        assert_eq!(decimal(1, 38, 38, u64::MAX), 0);
        assert_eq!(decimal(-1, 38, 38, u64::MAX), 1 - 10_i128.pow(38));
    }

    #[test]
    fn prefixes_count_characters() {
        for (text, count, expected) in
            [("abcdef", 3, "abc"), ("äöü", 2, "äö"), ("a", 3, "a"), ("", 3, ""), ("abc", 0, "")]
        {
            assert_eq!(prefix(text, count), expected);
        }
    }

    proptest! {
        #[test]
        fn dates_agree_with_the_calendar(days in -700_000_i32..2_900_000) {
            let epoch = jiff::civil::date(1970, 1, 1);
            let real = epoch.checked_add(jiff::Span::new().days(days)).unwrap();
            let back = |date: jiff::civil::Date| epoch.until(date).unwrap().get_days();
            prop_assert_eq!(date(days, Step::Month), back(real.first_of_month()));
            prop_assert_eq!(date(days, Step::Year), back(real.first_of_year()));
        }

        #[test]
        fn dates_never_move_later_and_settle_at_once(days: i32, micros: i64) {
            for to in [Step::Year, Step::Month, Step::Decade] {
                let start = date(days, to);
                prop_assert!(start <= days);
                prop_assert!(date(start, to) <= start);
                let start = timestamp(micros, to);
                prop_assert!(start <= micros && timestamp(start, to) == start || start == i64::MIN);
            }
        }

        #[test]
        fn integers_show_their_multiple_only(value: i64, step in 1..=u64::MAX, offset: u64) {
            let floor = integer(value, step);
            prop_assert!(floor <= value);
            if floor > i64::MIN {
                let neighbour = i128::from(floor) + i128::from(offset % step);
                if let Ok(neighbour) = i64::try_from(neighbour) {
                    prop_assert_eq!(integer(neighbour, step), floor);
                }
            }
        }

        #[test]
        fn decimals_stay_within_their_precision(value: i128, precision in 1_u8..=38, scale in 0_u8..=38, step: u64) {
            let limit = 10_i128.pow(u32::from(precision));
            let value = value % limit;
            let floor = decimal(value, precision, scale.min(precision), step);
            prop_assert!(floor <= value.max(0) && floor > -limit);
        }

        #[test]
        fn floats_are_total(value: f64, step: u64) {
            let floor = number(value, step);
            prop_assert!(floor.is_nan() || floor.is_finite());
        }

        #[test]
        fn a_prefix_is_a_prefix(text in "\\PC{0,40}", count in 0_u16..50) {
            let shown = prefix(&text, count);
            prop_assert!(text.starts_with(shown));
            prop_assert!(shown.chars().count() <= usize::from(count));
        }
    }
}
