//! Bounds of columns as text and as engine values. They prune; they never answer a question.
//!
//! Text keeps a manifest readable and stable over engine versions. A bound that cannot be written exactly is left out:
//! an absent bound prunes nothing and is always right.

use arrow::{
    array::{Array as _, ArrayRef},
    datatypes::{DataType, TimeUnit},
};
use datafusion::common::ScalarValue;
use model::{column::ColumnType, manifest::ColumnStatistics, time::Timestamp};
use parquet::{arrow::arrow_reader::statistics::StatisticsConverter, file::metadata::ParquetMetaData};

use crate::arrow_types::storage_type;

/// Longest text kept as a bound.
const LONGEST: usize = 256;

/// Whether bounds of this type are kept.
fn has_bounds(kind: &ColumnType) -> bool {
    !matches!(kind, ColumnType::Binary | ColumnType::Struct(_) | ColumnType::List(_) | ColumnType::Map(_))
}

/// A value as text in the form of its type, if it has an exact one.
pub(crate) fn to_text(value: &ScalarValue) -> Option<String> {
    match value {
        ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) | ScalarValue::LargeUtf8(Some(text)) => {
            (text.len() <= LONGEST).then(|| text.clone())
        }
        ScalarValue::Int64(Some(number)) => Some(number.to_string()),
        // NaN and signed zero compare differently in different engines.
        ScalarValue::Float64(Some(number)) => (number.is_finite() && *number != 0.0).then(|| number.to_string()),
        ScalarValue::Boolean(Some(truth)) => Some(truth.to_string()),
        ScalarValue::Decimal128(Some(_), _, _) | ScalarValue::Date32(Some(_)) => {
            match value.cast_to(&DataType::Utf8).ok()? {
                ScalarValue::Utf8(text) => text,
                _ => None,
            }
        }
        ScalarValue::TimestampMicrosecond(Some(micros), _) => {
            let instant = Timestamp::from_micros(*micros);
            // Outside the calendar there is no text that comes back.
            let text = instant.to_string();
            (text.parse::<Timestamp>().ok()? == instant).then_some(text)
        }
        _ => None,
    }
}

/// The value that a text of [`to_text`] or a Delta partition value means, in the storage type of its column.
pub(crate) fn from_text(text: &str, kind: &ColumnType) -> Option<ScalarValue> {
    match kind {
        ColumnType::String => Some(ScalarValue::Utf8(Some(text.to_owned()))),
        ColumnType::Integer => text.parse().ok().map(|number| ScalarValue::Int64(Some(number))),
        ColumnType::Number => text.parse().ok().map(|number| ScalarValue::Float64(Some(number))),
        ColumnType::Boolean => text.to_ascii_lowercase().parse().ok().map(|truth| ScalarValue::Boolean(Some(truth))),
        ColumnType::Timestamp => text
            .parse::<Timestamp>()
            .ok()
            .map(|instant| ScalarValue::TimestampMicrosecond(Some(instant.micros()), Some("UTC".into())))
            .or_else(|| cast_text(text, kind)),
        ColumnType::Decimal { .. } | ColumnType::Date => cast_text(text, kind),
        ColumnType::Binary | ColumnType::Struct(_) | ColumnType::List(_) | ColumnType::Map(_) => None,
    }
}

fn cast_text(text: &str, kind: &ColumnType) -> Option<ScalarValue> {
    let value = ScalarValue::Utf8(Some(text.to_owned())).cast_to(&storage_type(kind)).ok()?;
    (!value.is_null()).then_some(value)
}

/// The NULL of a column's storage type.
pub(crate) fn null_of(data_type: &DataType) -> ScalarValue {
    ScalarValue::try_from(data_type).unwrap_or(ScalarValue::Null)
}

/// The bounds and NULLs of one top-level column over all row groups of a file.
pub(crate) fn of_column(metadata: &ParquetMetaData, column: &str, kind: &ColumnType) -> ColumnStatistics {
    let mut found = ColumnStatistics::default();
    if !has_bounds(kind) || metadata.num_row_groups() == 0 {
        return found;
    }
    let schema = metadata.file_metadata().schema_descr();
    let Ok(file_schema) = parquet::arrow::parquet_to_arrow_schema(schema, None) else { return found };
    let Ok(converter) = StatisticsConverter::try_new(column, &file_schema, schema) else { return found };
    let converter = converter.with_missing_null_counts_as_zero(false);
    let groups = || metadata.row_groups().iter();
    if let Ok(nulls) = converter.row_group_null_counts(groups())
        && nulls.null_count() == 0
    {
        found.nulls = Some(nulls.values().iter().fold(0u64, |sum, count| sum.saturating_add(*count)));
    }
    // A row group without rows, or with nothing but NULLs, has no bounds and needs none.
    let holds_no_value = |index: usize| {
        metadata
            .row_groups()
            .get(index)
            .is_some_and(|group| group.num_rows() == 0 || group_is_all_null(&converter, group))
    };
    found.min = converter
        .row_group_mins(groups())
        .ok()
        .and_then(|bounds| extreme(&bounds, kind, std::cmp::Ordering::Less, &holds_no_value))
        .and_then(|value| to_text(&value));
    found.max = converter
        .row_group_maxes(groups())
        .ok()
        .and_then(|bounds| extreme(&bounds, kind, std::cmp::Ordering::Greater, &holds_no_value))
        .and_then(|value| to_text(&value));
    found
}

fn group_is_all_null(converter: &StatisticsConverter<'_>, group: &parquet::file::metadata::RowGroupMetaData) -> bool {
    converter.row_group_null_counts(std::iter::once(group)).is_ok_and(|counts| {
        counts.len() == 1
            && counts.is_valid(0)
            && counts.values().first().is_some_and(|nulls| i64::try_from(*nulls) == Ok(group.num_rows()))
    })
}

/// The smallest or largest of the bounds of all row groups; `None` as soon as a group that holds values has no bound.
fn extreme(
    bounds: &ArrayRef,
    kind: &ColumnType,
    wanted: std::cmp::Ordering,
    holds_no_value: &dyn Fn(usize) -> bool,
) -> Option<ScalarValue> {
    // A column stored in a narrower or foreign type bounds the same values after the cast that the scan applies,
    // because every cast between numbers, dates and instants here keeps their order.
    if !keeps_order(bounds.data_type(), kind) {
        return None;
    }
    let bounds = arrow::compute::cast(bounds, &storage_type(kind)).ok()?;
    let mut best: Option<ScalarValue> = None;
    for index in 0..bounds.len() {
        if bounds.is_null(index) {
            if holds_no_value(index) {
                continue;
            }
            return None;
        }
        let value = ScalarValue::try_from_array(&bounds, index).ok()?;
        best = match best {
            Some(best) if best.partial_cmp(&value)? != wanted.reverse() => Some(best),
            _ => Some(value),
        };
    }
    best
}

fn keeps_order(stored: &DataType, kind: &ColumnType) -> bool {
    use DataType as T;
    match kind {
        ColumnType::String => matches!(stored, T::Utf8 | T::LargeUtf8 | T::Utf8View),
        ColumnType::Integer => stored.is_integer() && !matches!(stored, T::UInt64),
        ColumnType::Number => stored.is_floating() || stored.is_signed_integer(),
        ColumnType::Decimal { scale, .. } => match stored {
            T::Decimal32(_, s) | T::Decimal64(_, s) | T::Decimal128(_, s) => i16::from(*s) <= i16::from(*scale),
            other => other.is_integer(),
        },
        ColumnType::Boolean => matches!(stored, T::Boolean),
        ColumnType::Date => matches!(stored, T::Date32),
        // Nanoseconds would be cut: a lower bound stays one, an upper bound might not.
        ColumnType::Timestamp => {
            matches!(stored, T::Timestamp(TimeUnit::Microsecond | TimeUnit::Millisecond | TimeUnit::Second, _))
        }
        _ => false,
    }
}

/// Bounds as an array of one column over many files, NULL where a file has none.
pub(crate) fn column_of(bounds: &[Option<ScalarValue>], data_type: &DataType) -> Option<ArrayRef> {
    let null = null_of(data_type);
    let values: Vec<ScalarValue> = bounds
        .iter()
        .map(|bound| bound.as_ref().and_then(|value| value.cast_to(data_type).ok()).unwrap_or_else(|| null.clone()))
        .collect();
    ScalarValue::iter_to_array(values).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_come_back_from_their_text() {
        let decimal = ColumnType::Decimal { precision: 12, scale: 2 };
        for (kind, value) in [
            (ColumnType::String, ScalarValue::Utf8(Some("Größe".into()))),
            (ColumnType::Integer, ScalarValue::Int64(Some(i64::MIN))),
            (ColumnType::Number, ScalarValue::Float64(Some(-0.1))),
            (decimal.clone(), ScalarValue::Decimal128(Some(-5), 12, 2)),
            (decimal, ScalarValue::Decimal128(Some(123_456_789_012), 12, 2)),
            (ColumnType::Boolean, ScalarValue::Boolean(Some(false))),
            (ColumnType::Date, ScalarValue::Date32(Some(-20_743))),
            (ColumnType::Timestamp, ScalarValue::TimestampMicrosecond(Some(1_763_800_000_000_001), Some("UTC".into()))),
        ] {
            let text = to_text(&value).unwrap();
            assert_eq!(from_text(&text, &kind), Some(value), "{text}");
        }
    }

    #[test]
    fn what_has_no_exact_text_is_no_bound() {
        for value in [
            ScalarValue::Float64(Some(f64::NAN)),
            ScalarValue::Float64(Some(0.0)),
            ScalarValue::Utf8(Some("x".repeat(LONGEST + 1))),
            ScalarValue::TimestampMicrosecond(Some(i64::MAX), Some("UTC".into())),
            ScalarValue::Int64(None),
        ] {
            assert_eq!(to_text(&value), None, "{value:?}");
        }
    }

    #[test]
    fn delta_partition_values_parse_in_every_written_form() {
        let midnight = ScalarValue::TimestampMicrosecond(Some(1_767_225_600_000_000), Some("UTC".into()));
        for text in ["2026-01-01 00:00:00", "2026-01-01T00:00:00Z", "2026-01-01 00:00:00.000000"] {
            assert_eq!(from_text(text, &ColumnType::Timestamp), Some(midnight.clone()), "{text}");
        }
        assert_eq!(from_text("2026-01-01", &ColumnType::Date), Some(ScalarValue::Date32(Some(20_454))));
        assert_eq!(from_text("yesterday", &ColumnType::Date), None);
        assert_eq!(from_text("1.5", &ColumnType::Integer), None);
    }
}
