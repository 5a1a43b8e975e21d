//! Values as Postgres sends them, text and binary, straight from Arrow into the connection's buffer.
//!
//! Written here rather than taken from `arrow-pg`, because decimals of more than 28 digits, NULL intervals and maps must
//! come out right, and because nothing here may panic on a value.

use arrow::{
    array::{Array, AsArray},
    datatypes::{
        DataType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, DurationMicrosecondType,
        DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float16Type, Float32Type, Float64Type,
        Int8Type, Int16Type, Int32Type, Int64Type, IntervalDayTimeType, IntervalMonthDayNanoType, IntervalUnit,
        IntervalYearMonthType, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
        TimeUnit, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
    record_batch::RecordBatch,
};
use bytes::{BufMut, BytesMut};
use model::{Problem, error::Code};
use pgwire::api::Type;

use super::{
    array, numeric,
    types::{Format, WireColumn},
};
use crate::format::{calendar, json};

/// Microseconds and days between 1970-01-01 and Postgres' epoch, 2000-01-01.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const EPOCH_DAYS: i64 = 10_957;

/// Appends one `DataRow` message.
///
/// # Errors
/// `too-large` for a row of more than 1 GiB, `internal` for a type no statement of ours yields.
pub fn write_row(batch: &RecordBatch, row: usize, columns: &[WireColumn], out: &mut BytesMut) -> Result<(), Problem> {
    let start = out.len();
    out.put_u8(b'D');
    out.put_i32(0);
    out.put_i16(i16::try_from(columns.len()).map_err(|_| too_wide())?);
    for (array, column) in batch.columns().iter().zip(columns) {
        write_field(array.as_ref(), row, &column.kind, column.format, out)?;
    }
    close_length(start + 1, out)
}

fn too_wide() -> Problem {
    Problem::new(Code::TooLarge, "a row has more than 32767 columns")
}

/// Appends a value with its length before it; NULL is -1.
pub(super) fn write_field(
    array: &dyn Array,
    row: usize,
    kind: &Type,
    format: Format,
    out: &mut BytesMut,
) -> Result<(), Problem> {
    if array.is_null(row) || *array.data_type() == DataType::Null {
        out.put_i32(-1);
        return Ok(());
    }
    let start = out.len();
    out.put_i32(0);
    write_value(array, row, kind, format, out)?;
    let length = i32::try_from(out.len() - start - 4).map_err(|_| too_large())?;
    put_at(start, length, out);
    Ok(())
}

/// Fills in the length of a message that began at `start`; the length counts itself.
fn close_length(start: usize, out: &mut BytesMut) -> Result<(), Problem> {
    let length = i32::try_from(out.len() - start).ok().filter(|length| *length < 1 << 30).ok_or_else(too_large)?;
    put_at(start, length, out);
    Ok(())
}

fn too_large() -> Problem {
    Problem::new(Code::TooLarge, "a row of the result has more than 1 GiB")
}

fn put_at(start: usize, length: i32, out: &mut BytesMut) {
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length.to_be_bytes());
    }
}

fn write_value(array: &dyn Array, row: usize, kind: &Type, format: Format, out: &mut BytesMut) -> Result<(), Problem> {
    let binary = format == Format::Binary;
    match array.data_type() {
        DataType::Boolean => {
            let value = array.as_boolean().value(row);
            out.put_u8(match (binary, value) {
                (true, value) => u8::from(value),
                (false, true) => b't',
                (false, false) => b'f',
            });
        }
        DataType::Int8 => integer(i64::from(array.as_primitive::<Int8Type>().value(row)), 2, binary, out),
        DataType::Int16 => integer(i64::from(array.as_primitive::<Int16Type>().value(row)), 2, binary, out),
        DataType::Int32 => integer(i64::from(array.as_primitive::<Int32Type>().value(row)), 4, binary, out),
        DataType::Int64 => integer(array.as_primitive::<Int64Type>().value(row), 8, binary, out),
        DataType::UInt8 => integer(i64::from(array.as_primitive::<UInt8Type>().value(row)), 2, binary, out),
        DataType::UInt16 => integer(i64::from(array.as_primitive::<UInt16Type>().value(row)), 4, binary, out),
        DataType::UInt32 => integer(i64::from(array.as_primitive::<UInt32Type>().value(row)), 8, binary, out),
        DataType::UInt64 => numeric(&array.as_primitive::<UInt64Type>().value(row).to_string(), binary, out)?,
        DataType::Decimal128(..) => numeric(&array.as_primitive::<Decimal128Type>().value_as_string(row), binary, out)?,
        DataType::Decimal256(..) => numeric(&array.as_primitive::<Decimal256Type>().value_as_string(row), binary, out)?,
        DataType::Float16 => float4(array.as_primitive::<Float16Type>().value(row).to_f32(), binary, out),
        DataType::Float32 => float4(array.as_primitive::<Float32Type>().value(row), binary, out),
        DataType::Float64 => float8(array.as_primitive::<Float64Type>().value(row), binary, out),
        DataType::Utf8 => text(array.as_string::<i32>().value(row), kind, out),
        DataType::LargeUtf8 => text(array.as_string::<i64>().value(row), kind, out),
        DataType::Utf8View => text(array.as_string_view().value(row), kind, out),
        DataType::Binary => bytes(array.as_binary::<i32>().value(row), binary, out),
        DataType::LargeBinary => bytes(array.as_binary::<i64>().value(row), binary, out),
        DataType::BinaryView => bytes(array.as_binary_view().value(row), binary, out),
        DataType::FixedSizeBinary(_) => bytes(array.as_fixed_size_binary().value(row), binary, out),
        DataType::Date32 => date(i64::from(array.as_primitive::<Date32Type>().value(row)), binary, out)?,
        DataType::Date64 => {
            date(array.as_primitive::<Date64Type>().value(row).div_euclid(86_400_000), binary, out)?;
        }
        DataType::Timestamp(unit, zone) => {
            let micros = calendar::micros(json::raw_instant(array, row, *unit)?, *unit);
            instant(micros, zone.is_some(), binary, out);
        }
        DataType::Time32(_) | DataType::Time64(_) => time(time_micros(array, row)?, binary, out),
        DataType::Interval(_) | DataType::Duration(_) => interval(parts(array, row)?, binary, out),
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) if *kind != Type::JSON => {
            array::write(array, row, format, out)?;
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let key = dictionary.normalized_keys().get(row).copied().unwrap_or_default();
            write_value(dictionary.values().as_ref(), key, kind, format, out)?;
        }
        _ => {
            let mut document = Vec::new();
            json::write_value(array, row, &mut document)?;
            out.put_slice(&document);
        }
    }
    Ok(())
}

fn integer(value: i64, width: usize, binary: bool, out: &mut BytesMut) {
    if binary {
        // The type's width always fits: it was chosen for the Arrow type that the value comes from.
        out.put_int(value, width);
    } else {
        out.put_slice(value.to_string().as_bytes());
    }
}

fn numeric(value: &str, binary: bool, out: &mut BytesMut) -> Result<(), Problem> {
    if binary {
        return numeric::write(value, out);
    }
    out.put_slice(value.as_bytes());
    Ok(())
}

fn float4(value: f32, binary: bool, out: &mut BytesMut) {
    if binary { out.put_f32(value) } else { float_text(&value.to_string(), f64::from(value), out) }
}

fn float8(value: f64, binary: bool, out: &mut BytesMut) {
    if binary { out.put_f64(value) } else { float_text(&value.to_string(), value, out) }
}

/// The shortest digits that read back as the same value, as Postgres has printed floats since version 12.
fn float_text(shortest: &str, value: f64, out: &mut BytesMut) {
    let magnitude = value.abs();
    if value.is_nan() {
        out.put_slice(b"NaN");
    } else if value.is_infinite() {
        out.put_slice(if value > 0.0 { b"Infinity".as_slice() } else { b"-Infinity" });
    } else if magnitude != 0.0 && !(1e-4..1e15).contains(&magnitude) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(rest) => ('-', rest),
            None => ('+', exponent),
        };
        out.put_slice(format!("{digits}e{sign}{exponent:0>2}").as_bytes());
    } else {
        out.put_slice(shortest.as_bytes());
    }
}

/// Text is the same in both formats; a catalog's `"char"` is its first byte.
fn text(value: &str, kind: &Type, out: &mut BytesMut) {
    if *kind == Type::CHAR {
        out.put_slice(value.as_bytes().get(..1).unwrap_or_default());
    } else {
        out.put_slice(value.as_bytes());
    }
}

fn bytes(value: &[u8], binary: bool, out: &mut BytesMut) {
    if binary {
        out.put_slice(value);
        return;
    }
    out.put_slice(b"\\x");
    for byte in value {
        out.put_slice(format!("{byte:02x}").as_bytes());
    }
}

fn date(days: i64, binary: bool, out: &mut BytesMut) -> Result<(), Problem> {
    if binary {
        let days = i32::try_from(days - EPOCH_DAYS)
            .map_err(|_| Problem::new(Code::ExpressionFailed, "a date is out of range").with_sqlstate("22008"))?;
        out.put_i32(days);
    } else {
        let (year, _, _) = calendar::civil(days);
        out.put_slice(date_text(days).as_bytes());
        if year <= 0 {
            out.put_slice(b" BC");
        }
    }
    Ok(())
}

/// Postgres has no year zero: 1 BC is our year 0.
fn date_text(days: i64) -> String {
    let (year, month, day) = calendar::civil(days);
    let year = if year <= 0 { 1 - year } else { year };
    format!("{year:04}-{month:02}-{day:02}")
}

fn instant(micros: i64, zoned: bool, binary: bool, out: &mut BytesMut) {
    if binary {
        out.put_i64(micros.saturating_sub(EPOCH_MICROS));
        return;
    }
    let (days, rest) = calendar::split(micros);
    let mut text = date_text(days);
    text.push(' ');
    calendar::push_time(rest, &mut text);
    if zoned {
        text.push_str("+00");
    }
    if calendar::civil(days).0 <= 0 {
        text.push_str(" BC");
    }
    out.put_slice(text.as_bytes());
}

fn time(micros: i64, binary: bool, out: &mut BytesMut) {
    if binary {
        out.put_i64(micros);
    } else {
        let mut text = String::with_capacity(15);
        calendar::push_time(micros, &mut text);
        out.put_slice(text.as_bytes());
    }
}

fn time_micros(array: &dyn Array, row: usize) -> Result<i64, Problem> {
    Ok(match array.data_type() {
        DataType::Time32(TimeUnit::Second) => {
            i64::from(array.as_primitive::<Time32SecondType>().value(row)) * 1_000_000
        }
        DataType::Time32(TimeUnit::Millisecond) => {
            i64::from(array.as_primitive::<Time32MillisecondType>().value(row)) * 1_000
        }
        DataType::Time64(TimeUnit::Microsecond) => array.as_primitive::<Time64MicrosecondType>().value(row),
        DataType::Time64(TimeUnit::Nanosecond) => array.as_primitive::<Time64NanosecondType>().value(row) / 1_000,
        other => return Err(Problem::internal(format!("no time of day in {other}"))),
    })
}

/// Months, days and microseconds.
fn parts(array: &dyn Array, row: usize) -> Result<(i32, i32, i64), Problem> {
    Ok(match array.data_type() {
        DataType::Interval(IntervalUnit::YearMonth) => (array.as_primitive::<IntervalYearMonthType>().value(row), 0, 0),
        DataType::Interval(IntervalUnit::DayTime) => {
            let value = array.as_primitive::<IntervalDayTimeType>().value(row);
            (0, value.days, i64::from(value.milliseconds) * 1_000)
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let value = array.as_primitive::<IntervalMonthDayNanoType>().value(row);
            (value.months, value.days, value.nanoseconds / 1_000)
        }
        DataType::Duration(unit) => {
            let value = match unit {
                TimeUnit::Second => array.as_primitive::<DurationSecondType>().value(row),
                TimeUnit::Millisecond => array.as_primitive::<DurationMillisecondType>().value(row),
                TimeUnit::Microsecond => array.as_primitive::<DurationMicrosecondType>().value(row),
                TimeUnit::Nanosecond => array.as_primitive::<DurationNanosecondType>().value(row),
            };
            (0, 0, calendar::micros(value, *unit))
        }
        other => return Err(Problem::internal(format!("no interval in {other}"))),
    })
}

fn interval((months, days, micros): (i32, i32, i64), binary: bool, out: &mut BytesMut) {
    if binary {
        out.put_i64(micros);
        out.put_i32(days);
        out.put_i32(months);
        return;
    }
    let mut words = Vec::new();
    let plural = |count: i32, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    if months / 12 != 0 {
        words.push(plural(months / 12, "year"));
    }
    if months % 12 != 0 {
        words.push(plural(months % 12, "mon"));
    }
    if days != 0 {
        words.push(plural(days, "day"));
    }
    if micros != 0 || words.is_empty() {
        let mut clock = String::new();
        if micros < 0 {
            clock.push('-');
        }
        calendar::push_time(i64::try_from(micros.unsigned_abs()).unwrap_or(i64::MAX), &mut clock);
        words.push(clock);
    }
    out.put_slice(words.join(" ").as_bytes());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
        IntervalMonthDayNanoArray, StringViewArray, TimestampMicrosecondArray,
    };
    use arrow::datatypes::{Field, IntervalMonthDayNano};

    use super::*;
    use crate::postgres::types;

    fn encoded(array: &ArrayRef, format: Format) -> Vec<u8> {
        let kind = types::kind(&Field::new("c", array.data_type().clone(), true)).unwrap();
        let mut out = BytesMut::new();
        write_field(array.as_ref(), 0, &kind, format, &mut out).unwrap();
        out.to_vec()
    }

    fn text_of(array: ArrayRef) -> String {
        String::from_utf8(encoded(&array, Format::Text)[4..].to_vec()).unwrap()
    }

    #[test]
    fn text_is_what_postgres_prints() {
        assert_eq!(text_of(Arc::new(BooleanArray::from(vec![true]))), "t");
        assert_eq!(text_of(Arc::new(Int64Array::from(vec![-7]))), "-7");
        assert_eq!(text_of(Arc::new(Float64Array::from(vec![1.5]))), "1.5");
        assert_eq!(text_of(Arc::new(Float64Array::from(vec![1e20]))), "1e+20");
        assert_eq!(text_of(Arc::new(Float64Array::from(vec![1.25e-7]))), "1.25e-07");
        assert_eq!(text_of(Arc::new(Float64Array::from(vec![f64::NEG_INFINITY]))), "-Infinity");
        assert_eq!(text_of(Arc::new(BinaryArray::from_vec(vec![b"\x00\xff"]))), "\\x00ff");
        assert_eq!(text_of(Arc::new(Date32Array::from(vec![20_779]))), "2026-11-22");
        assert_eq!(text_of(Arc::new(Date32Array::from(vec![-719_529]))), "0002-12-31 BC");
        let zoned = TimestampMicrosecondArray::from(vec![1_500_000]).with_timezone("UTC");
        assert_eq!(text_of(Arc::new(zoned)), "1970-01-01 00:00:01.5+00");
        let interval = IntervalMonthDayNano { months: 14, days: 3, nanoseconds: 3_661_000_000_000 };
        assert_eq!(text_of(Arc::new(IntervalMonthDayNanoArray::from(vec![interval]))), "1 year 2 mons 3 days 01:01:01");
        assert_eq!(text_of(Arc::new(StringViewArray::from(vec!["x"]))), "x");
    }

    #[test]
    fn binary_follows_the_epoch_of_postgres() {
        let days: ArrayRef = Arc::new(Date32Array::from(vec![10_957]));
        assert_eq!(encoded(&days, Format::Binary), [0, 0, 0, 4, 0, 0, 0, 0]);
        let instants: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![EPOCH_MICROS + 1]).with_timezone("UTC"));
        assert_eq!(encoded(&instants, Format::Binary), [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn a_null_is_a_length_of_minus_one_in_every_type() {
        let arrays: [ArrayRef; 3] = [
            Arc::new(Int64Array::from(vec![None])),
            Arc::new(IntervalMonthDayNanoArray::from(vec![None::<IntervalMonthDayNano>])),
            Arc::new(Decimal128Array::from(vec![None::<i128>])),
        ];
        for array in arrays {
            assert_eq!(encoded(&array, Format::Binary), [255; 4], "{}", array.data_type());
        }
    }

    #[test]
    fn a_decimal_keeps_all_of_its_digits() {
        let wide = Decimal128Array::from(vec![10_i128.pow(37) + 1]).with_precision_and_scale(38, 2).unwrap();
        assert_eq!(text_of(Arc::new(wide)), format!("1{}.01", "0".repeat(35)));
    }
}
