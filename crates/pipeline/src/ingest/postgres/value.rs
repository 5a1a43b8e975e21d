//! One value of a row: from the database's binary form into what bronze holds, or why nothing holds it.

use std::{borrow::Cow, error::Error};

use model::Timestamp;
use tokio_postgres::types::{FromSql, Type};

use super::question::Kind;

/// Microseconds from 1970 to 2000, where the database's times begin.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
/// Days from 1970 to 2000.
const EPOCH_DAYS: i32 = 10_957;
/// The first day of the year 1 and the last of the year 9999, in days since 1970.
const DAYS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;
/// The same in microseconds.
const MICROS: std::ops::Range<i64> = -719_162 * 86_400_000_000..2_932_897 * 86_400_000_000;

/// The bytes of a value as they came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw<'a>(pub(super) &'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(bytes))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A value as bronze holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Decimal(i128),
    Text(&'a str),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970.
    Timestamp(i64),
    Binary(&'a [u8]),
}

/// Why a value is not held, as the end of a sentence that begins with its column.
pub(super) type Unfit = &'static str;

impl<'a> Raw<'a> {
    /// The value, if bronze holds it.
    pub(super) fn value(self, kind: Kind) -> Result<Value<'a>, Unfit> {
        const DAMAGED: Unfit = "came in another form than its type has";
        const FAR: Unfit = "lies before the year 1 or after the year 9999";
        const INFINITE: Unfit = "is infinite, which no date and no time of ours is";
        Ok(match kind {
            Kind::Boolean => match self.0 {
                [byte] => Value::Boolean(*byte != 0),
                _ => return Err(DAMAGED),
            },
            Kind::Integer => Value::Integer(self.long().ok_or(DAMAGED)?),
            Kind::Number => Value::Number(f64::from_bits(self.long().ok_or(DAMAGED)?.cast_unsigned())),
            Kind::Decimal { precision, scale } => Value::Decimal(decimal(self.text()?, precision, scale)?),
            Kind::Text => Value::Text(self.text()?),
            Kind::Date => match self.0.try_into().map(i32::from_be_bytes).map_err(|_| DAMAGED)? {
                i32::MIN | i32::MAX => return Err(INFINITE),
                days => Value::Date(days.checked_add(EPOCH_DAYS).filter(|days| DAYS.contains(days)).ok_or(FAR)?),
            },
            Kind::Timestamp { .. } => match self.long().ok_or(DAMAGED)? {
                i64::MIN | i64::MAX => return Err(INFINITE),
                micros => Value::Timestamp(
                    micros.checked_add(EPOCH_MICROS).filter(|micros| MICROS.contains(micros)).ok_or(FAR)?,
                ),
            },
            Kind::Binary => Value::Binary(self.0),
        })
    }

    fn long(self) -> Option<i64> {
        self.0.try_into().map(i64::from_be_bytes).ok()
    }

    fn text(self) -> Result<&'a str, Unfit> {
        std::str::from_utf8(self.0).map_err(|_| "is not UTF-8 text")
    }

    /// The value as text, also one that bronze does not hold: what a row that is set aside shows, and what its digest is
    /// made of. A column that becomes a wider whole number, or text, keeps its texts.
    pub(super) fn shown(self, kind: Kind) -> Cow<'a, str> {
        let micros = |micros: i64| match micros {
            i64::MAX => "infinity".to_owned(),
            i64::MIN => "-infinity".to_owned(),
            micros => match micros.checked_add(EPOCH_MICROS).filter(|micros| MICROS.contains(micros)) {
                Some(micros) => Timestamp::from_micros(micros).to_string(),
                None => format!("{micros} microseconds after 2000"),
            },
        };
        match (kind, self.long()) {
            (Kind::Decimal { .. } | Kind::Text, _) => String::from_utf8_lossy(self.0),
            (Kind::Boolean, _) => Cow::Borrowed(if self.0 == [0] { "false" } else { "true" }),
            (Kind::Integer, Some(number)) => number.to_string().into(),
            (Kind::Number, Some(bits)) => f64::from_bits(bits.cast_unsigned()).to_string().into(),
            (Kind::Timestamp { .. }, Some(since)) => micros(since).into(),
            (Kind::Date, _) => match self.0.try_into().map(i32::from_be_bytes) {
                Ok(i32::MAX) => "infinity".into(),
                Ok(i32::MIN) => "-infinity".into(),
                Ok(days) => format!("{days} days after 2000").into(),
                Err(_) => hex(self.0).into(),
            },
            _ => hex(self.0).into(),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("\\x"), |text, byte| format!("{text}{byte:02x}"))
}

/// The digits of a number as the database writes it, with `scale` of them after the point.
fn decimal(text: &str, precision: u8, scale: u8) -> Result<i128, Unfit> {
    const UNFIT: Unfit = "is no number of its own size";
    if !text.ends_with(|c: char| c.is_ascii_digit()) {
        return Err("is not a number (NaN) or infinite, which no decimal is");
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let scale = usize::from(scale);
    if fraction.len() > scale {
        return Err(UNFIT);
    }
    let digits: i128 = format!("{whole}{fraction:0<scale$}").parse().map_err(|_| UNFIT)?;
    let limit = 10_i128.checked_pow(u32::from(precision)).ok_or(UNFIT)?;
    if digits.abs() < limit { Ok(digits) } else { Err(UNFIT) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Kind = Kind::Timestamp { has_zone: true };

    #[test]
    fn times_that_nobody_holds_are_told_apart() {
        let time = |micros: i64| Raw(&micros.to_be_bytes()).value(TIME).map(|value| format!("{value:?}"));
        assert_eq!(time(0).unwrap(), "Timestamp(946684800000000)");
        assert!(time(i64::MAX).unwrap_err().contains("infinite"));
        assert!(time(i64::MIN).unwrap_err().contains("infinite"));
        // 294276-12-31 23:59:59.999999, the last time there is.
        assert!(time(9_223_371_331_199_999_999).unwrap_err().contains("9999"));
        let last = 253_402_300_799_999_999 - EPOCH_MICROS;
        assert!(time(last).is_ok() && time(last + 1).is_err());
        let first = -62_135_596_800_000_000 - EPOCH_MICROS;
        assert!(time(first).is_ok() && time(first - 1).is_err());
        let date = |days: i32| Raw(&days.to_be_bytes()).value(Kind::Date).is_ok();
        assert!(date(0) && !date(i32::MAX) && !date(i32::MIN) && !date(i32::MAX - 1));
    }

    #[test]
    fn decimals_keep_every_digit() {
        assert_eq!(decimal("12.30", 12, 2), Ok(1230));
        assert_eq!(decimal("-0.05", 12, 2), Ok(-5));
        assert_eq!(decimal("7", 12, 2), Ok(700));
        let most = "9".repeat(38);
        assert_eq!(decimal(&most, 38, 0), Ok(10_i128.pow(38) - 1));
        for text in ["NaN", "Infinity", "-Infinity", "", "1.234", "12345678901"] {
            assert!(decimal(text, 12, 2).is_err(), "{text}");
        }
    }

    #[test]
    fn what_came_in_another_form_is_no_value() {
        for kind in [Kind::Boolean, Kind::Integer, Kind::Number, Kind::Date, TIME] {
            assert!(Raw(b"abc").value(kind).is_err(), "{kind:?}");
            let _ = Raw(b"abc").shown(kind);
        }
        assert!(Raw(b"\xff").value(Kind::Text).is_err());
        assert_eq!(Raw(b"\x00\xff").shown(Kind::Binary), "\\x00ff");
        assert_eq!(Raw(&i64::MAX.to_be_bytes()).shown(TIME), "infinity");
    }
}
