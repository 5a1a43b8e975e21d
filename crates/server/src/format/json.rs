//! Values as JSON, and as the plain text that CSV writes.

use arrow::{
    array::{Array, AsArray, StructArray},
    datatypes::{
        DataType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type,
        Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
    record_batch::RecordBatch,
    util::display::{ArrayFormatter, FormatOptions},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use model::Problem;

use super::calendar;

/// One value, told apart by how JSON writes it.
enum Cell {
    Null,
    /// `true`, numbers that every reader keeps exactly, arrays and objects: written as they are.
    Bare(String),
    /// Everything else: written in quotes.
    Quoted(String),
}

/// Appends the rows of a batch, each as an array, separated by commas; `first` says whether none came before.
///
/// # Errors
/// `internal` for an Arrow type that no statement of ours yields.
pub fn write_rows(batch: &RecordBatch, first: bool, out: &mut Vec<u8>) -> Result<(), Problem> {
    for row in 0..batch.num_rows() {
        if !(first && row == 0) {
            out.push(b',');
        }
        out.push(b'[');
        for (index, column) in batch.columns().iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_value(column.as_ref(), row, out)?;
        }
        out.push(b']');
    }
    Ok(())
}

/// Appends one value as JSON.
///
/// # Errors
/// `internal` for an Arrow type that no statement of ours yields.
pub fn write_value(array: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), Problem> {
    match cell(array, row)? {
        Cell::Null => out.extend_from_slice(b"null"),
        Cell::Bare(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Quoted(text) => serde_json::to_writer(out, &text).map_err(Problem::internal)?,
    }
    Ok(())
}

/// One value as plain text; `None` is NULL.
///
/// # Errors
/// `internal` for an Arrow type that no statement of ours yields.
pub fn plain(array: &dyn Array, row: usize) -> Result<Option<String>, Problem> {
    Ok(match cell(array, row)? {
        Cell::Null => None,
        Cell::Bare(text) | Cell::Quoted(text) => Some(text),
    })
}

fn cell(array: &dyn Array, row: usize) -> Result<Cell, Problem> {
    if array.is_null(row) {
        return Ok(Cell::Null);
    }
    Ok(match array.data_type() {
        DataType::Null => Cell::Null,
        DataType::Boolean => Cell::Bare(array.as_boolean().value(row).to_string()),
        DataType::Utf8 => Cell::Quoted(array.as_string::<i32>().value(row).to_owned()),
        DataType::LargeUtf8 => Cell::Quoted(array.as_string::<i64>().value(row).to_owned()),
        DataType::Utf8View => Cell::Quoted(array.as_string_view().value(row).to_owned()),
        DataType::Int8 => Cell::Bare(array.as_primitive::<Int8Type>().value(row).to_string()),
        DataType::Int16 => Cell::Bare(array.as_primitive::<Int16Type>().value(row).to_string()),
        DataType::Int32 => Cell::Bare(array.as_primitive::<Int32Type>().value(row).to_string()),
        DataType::UInt8 => Cell::Bare(array.as_primitive::<UInt8Type>().value(row).to_string()),
        DataType::UInt16 => Cell::Bare(array.as_primitive::<UInt16Type>().value(row).to_string()),
        DataType::UInt32 => Cell::Bare(array.as_primitive::<UInt32Type>().value(row).to_string()),
        DataType::Int64 => Cell::Quoted(array.as_primitive::<Int64Type>().value(row).to_string()),
        DataType::UInt64 => Cell::Quoted(array.as_primitive::<UInt64Type>().value(row).to_string()),
        DataType::Float16 => number(f64::from(array.as_primitive::<Float16Type>().value(row).to_f32())),
        DataType::Float32 => number(f64::from(array.as_primitive::<Float32Type>().value(row))),
        DataType::Float64 => number(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(..) => Cell::Quoted(array.as_primitive::<Decimal128Type>().value_as_string(row)),
        DataType::Decimal256(..) => Cell::Quoted(array.as_primitive::<Decimal256Type>().value_as_string(row)),
        DataType::Date32 => date(i64::from(array.as_primitive::<Date32Type>().value(row))),
        DataType::Date64 => date(array.as_primitive::<Date64Type>().value(row).div_euclid(86_400_000)),
        DataType::Timestamp(unit, zone) => instant(array, row, *unit, zone.is_some())?,
        DataType::Binary => Cell::Quoted(BASE64_STANDARD.encode(array.as_binary::<i32>().value(row))),
        DataType::LargeBinary => Cell::Quoted(BASE64_STANDARD.encode(array.as_binary::<i64>().value(row))),
        DataType::BinaryView => Cell::Quoted(BASE64_STANDARD.encode(array.as_binary_view().value(row))),
        DataType::FixedSizeBinary(_) => Cell::Quoted(BASE64_STANDARD.encode(array.as_fixed_size_binary().value(row))),
        DataType::List(_) => list(array.as_list::<i32>().value(row).as_ref())?,
        DataType::LargeList(_) => list(array.as_list::<i64>().value(row).as_ref())?,
        DataType::FixedSizeList(..) => list(array.as_fixed_size_list().value(row).as_ref())?,
        DataType::Struct(_) => object(array.as_struct(), row)?,
        DataType::Map(..) => map(&array.as_map().value(row))?,
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let key = dictionary.normalized_keys().get(row).copied().unwrap_or_default();
            return cell(dictionary.values().as_ref(), key);
        }
        _ => {
            let formatter = ArrayFormatter::try_new(array, &FormatOptions::default()).map_err(Problem::internal)?;
            Cell::Quoted(formatter.value(row).to_string())
        }
    })
}

/// A float; what JSON has no number for travels as text.
fn number(value: f64) -> Cell {
    if value.is_finite() {
        Cell::Bare(serde_json::Number::from_f64(value).map(|number| number.to_string()).unwrap_or_default())
    } else if value.is_nan() {
        Cell::Quoted("NaN".to_owned())
    } else if value > 0.0 {
        Cell::Quoted("Infinity".to_owned())
    } else {
        Cell::Quoted("-Infinity".to_owned())
    }
}

fn date(days: i64) -> Cell {
    let mut out = String::with_capacity(10);
    calendar::push_date(days, &mut out);
    Cell::Quoted(out)
}

fn instant(array: &dyn Array, row: usize, unit: TimeUnit, zoned: bool) -> Result<Cell, Problem> {
    let (days, rest) = calendar::split(calendar::micros(raw_instant(array, row, unit)?, unit));
    let mut out = String::with_capacity(27);
    calendar::push_date(days, &mut out);
    out.push('T');
    calendar::push_time(rest, &mut out);
    if zoned {
        out.push('Z');
    }
    Ok(Cell::Quoted(out))
}

/// The stored count of a timestamp array, in its own unit.
///
/// # Errors
/// `internal` if the array is no timestamp array.
pub fn raw_instant(array: &dyn Array, row: usize, unit: TimeUnit) -> Result<i64, Problem> {
    use arrow::datatypes::{
        TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    };
    let value = match unit {
        TimeUnit::Second => array.as_primitive_opt::<TimestampSecondType>().map(|values| values.value(row)),
        TimeUnit::Millisecond => array.as_primitive_opt::<TimestampMillisecondType>().map(|values| values.value(row)),
        TimeUnit::Microsecond => array.as_primitive_opt::<TimestampMicrosecondType>().map(|values| values.value(row)),
        TimeUnit::Nanosecond => array.as_primitive_opt::<TimestampNanosecondType>().map(|values| values.value(row)),
    };
    value.ok_or_else(|| Problem::internal("a timestamp column holds something else"))
}

fn list(items: &dyn Array) -> Result<Cell, Problem> {
    let mut out = vec![b'['];
    for row in 0..items.len() {
        if row > 0 {
            out.push(b',');
        }
        write_value(items, row, &mut out)?;
    }
    out.push(b']');
    text(out)
}

fn object(array: &StructArray, row: usize) -> Result<Cell, Problem> {
    let mut out = vec![b'{'];
    for (index, (field, column)) in array.fields().iter().zip(array.columns()).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut out, field.name()).map_err(Problem::internal)?;
        out.push(b':');
        write_value(column.as_ref(), row, &mut out)?;
    }
    out.push(b'}');
    text(out)
}

fn map(entries: &StructArray) -> Result<Cell, Problem> {
    let [keys, values] = entries.columns() else {
        return Err(Problem::internal("a map's entries are not keys and values"));
    };
    let mut out = vec![b'{'];
    for row in 0..entries.len() {
        if row > 0 {
            out.push(b',');
        }
        let key = plain(keys.as_ref(), row)?.unwrap_or_default();
        serde_json::to_writer(&mut out, &key).map_err(Problem::internal)?;
        out.push(b':');
        write_value(values.as_ref(), row, &mut out)?;
    }
    out.push(b'}');
    text(out)
}

fn text(bytes: Vec<u8>) -> Result<Cell, Problem> {
    String::from_utf8(bytes).map(Cell::Bare).map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, ListArray,
        StringViewArray, TimestampMicrosecondArray,
    };

    use super::*;

    fn json(array: ArrayRef) -> String {
        let batch = RecordBatch::try_from_iter([("c", array)]).unwrap();
        let mut out = Vec::new();
        write_rows(&batch, true, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_type_is_written_as_the_surface_says() {
        assert_eq!(
            json(Arc::new(Int64Array::from(vec![Some(9_007_199_254_740_993), None]))),
            r#"["9007199254740993"],[null]"#
        );
        assert_eq!(json(Arc::new(Int32Array::from(vec![7]))), "[7]");
        assert_eq!(json(Arc::new(Float64Array::from(vec![1.5, f64::NAN]))), r#"[1.5],["NaN"]"#);
        assert_eq!(json(Arc::new(BooleanArray::from(vec![true]))), "[true]");
        assert_eq!(json(Arc::new(StringViewArray::from(vec!["a\"b\u{1}", ""]))), "[\"a\\\"b\\u0001\"],[\"\"]");
        assert_eq!(json(Arc::new(Date32Array::from(vec![20_779]))), r#"["2026-11-22"]"#);
        let decimal = Decimal128Array::from(vec![12_345]).with_precision_and_scale(12, 2).unwrap();
        assert_eq!(json(Arc::new(decimal)), r#"["123.45"]"#);
        let instants = TimestampMicrosecondArray::from(vec![1_500_000]).with_timezone("UTC");
        assert_eq!(json(Arc::new(instants)), r#"["1970-01-01T00:00:01.5Z"]"#);
    }

    #[test]
    fn nested_values_are_json_all_the_way_down() {
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None])]);
        assert_eq!(json(Arc::new(list)), "[[1,null]]");
        let object = StructArray::from(vec![(
            Arc::new(arrow::datatypes::Field::new("a", DataType::Int64, true)),
            Arc::new(Int64Array::from(vec![1])) as ArrayRef,
        )]);
        assert_eq!(json(Arc::new(object)), r#"[{"a":"1"}]"#);
    }
}
