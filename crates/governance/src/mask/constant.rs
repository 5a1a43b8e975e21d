//! The constant mask: one value of the column's type.

use model::column::ColumnType;

/// A constant in the form of its type.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstantValue {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A float.
    Number(f64),
    /// A decimal, unscaled, in the column's scale.
    Decimal(i128),
    /// A truth value.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Timestamp(i64),
    /// Bytes.
    Binary(Vec<u8>),
}

/// The value a constant mask shows in a column of a type: the declared text read as the type, or `REDACTED`, zero,
/// false, 1970-01-01. `None` if the declared text is no value of the type, and for containers.
pub fn constant(value: Option<&str>, kind: &ColumnType) -> Option<ConstantValue> {
    Some(match kind {
        ColumnType::String => ConstantValue::Text(value.unwrap_or("REDACTED").to_owned()),
        ColumnType::Binary => ConstantValue::Binary(value.unwrap_or("REDACTED").as_bytes().to_vec()),
        ColumnType::Integer => ConstantValue::Integer(value.map_or(Some(0), |text| text.parse().ok())?),
        ColumnType::Number => ConstantValue::Number(
            value.map_or(Some(0.0), |text| text.parse().ok().filter(|number: &f64| number.is_finite()))?,
        ),
        ColumnType::Decimal { precision, scale } => {
            ConstantValue::Decimal(value.map_or(Some(0), |text| unscaled(text, *precision, *scale))?)
        }
        ColumnType::Boolean => ConstantValue::Boolean(value.map_or(Some(false), |text| text.parse().ok())?),
        ColumnType::Date => ConstantValue::Date(value.map_or(Some(0), days)?),
        ColumnType::Timestamp => ConstantValue::Timestamp(value.map_or(Some(0), micros)?),
        ColumnType::Struct(_) | ColumnType::List(_) | ColumnType::Map(_) => return None,
    })
}

/// Days since the epoch of a date as text.
pub(crate) fn days(text: &str) -> Option<i32> {
    let date: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == 10)?;
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.until(date).ok().map(|span| span.get_days())
}

/// Microseconds since the epoch of an RFC 3339 instant, or of the start of a date.
pub(crate) fn micros(text: &str) -> Option<i64> {
    match days(text) {
        Some(days) => i64::from(days).checked_mul(86_400_000_000),
        None => text.parse::<jiff::Timestamp>().ok().map(|instant| instant.as_microsecond()),
    }
}

/// The unscaled value of a decimal as text, if it can be held exactly.
pub(crate) fn unscaled(text: &str, precision: u8, scale: u8) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty()
        || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
        || fraction.len() > usize::from(scale)
    {
        return None;
    }
    let padded = format!("{whole}{fraction:0<width$}", width = usize::from(scale));
    let significant = padded.trim_start_matches('0');
    if significant.len() > usize::from(precision) {
        return None;
    }
    let value: i128 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_read_as_their_type_or_not_at_all() {
        let decimal = ColumnType::Decimal { precision: 5, scale: 2 };
        for (value, kind, expected) in [
            (None, ColumnType::String, Some(ConstantValue::Text("REDACTED".into()))),
            (Some(""), ColumnType::String, Some(ConstantValue::Text(String::new()))),
            (None, ColumnType::Integer, Some(ConstantValue::Integer(0))),
            (Some("-5"), ColumnType::Integer, Some(ConstantValue::Integer(-5))),
            (Some("99999999999999999999"), ColumnType::Integer, None),
            (Some("1.5"), ColumnType::Number, Some(ConstantValue::Number(1.5))),
            (Some("NaN"), ColumnType::Number, None),
            (None, decimal.clone(), Some(ConstantValue::Decimal(0))),
            (Some("12.5"), decimal.clone(), Some(ConstantValue::Decimal(1250))),
            (Some("-12.500"), decimal.clone(), Some(ConstantValue::Decimal(-1250))),
            (Some("12.505"), decimal.clone(), None),
            (Some("1234.5"), decimal.clone(), None),
            (Some("000001"), decimal.clone(), Some(ConstantValue::Decimal(100))),
            (Some("--1"), decimal.clone(), None),
            (Some("."), decimal, None),
            (Some("true"), ColumnType::Boolean, Some(ConstantValue::Boolean(true))),
            (Some("yes"), ColumnType::Boolean, None),
            (None, ColumnType::Date, Some(ConstantValue::Date(0))),
            (Some("1970-01-02"), ColumnType::Date, Some(ConstantValue::Date(1))),
            (Some("1969-12-31"), ColumnType::Date, Some(ConstantValue::Date(-1))),
            (Some("1900-01-01"), ColumnType::Date, Some(ConstantValue::Date(-25567))),
            (Some("soon"), ColumnType::Date, None),
            (Some("1970-01-01T00:00:01Z"), ColumnType::Timestamp, Some(ConstantValue::Timestamp(1_000_000))),
            (Some("1970-01-02"), ColumnType::Timestamp, Some(ConstantValue::Timestamp(86_400_000_000))),
            (None, ColumnType::Binary, Some(ConstantValue::Binary(b"REDACTED".to_vec()))),
            (None, ColumnType::List(Box::new(ColumnType::String)), None),
        ] {
            assert_eq!(constant(value, &kind), expected, "{value:?} as {kind}");
        }
    }
}
