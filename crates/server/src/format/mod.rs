//! Results as bytes for the HTTP door: Arrow, JSON and CSV, all streamed batch by batch.
//!
//! Numbers that JSON readers round (64-bit integers, decimals) travel as strings; instants are RFC 3339 with `Z`.

pub mod calendar;
pub mod csv;
pub mod json;

use std::sync::Arc;

use arrow::{
    array::ArrayRef,
    compute::cast,
    datatypes::{DataType, Field, Schema},
    record_batch::RecordBatch,
};
use model::Problem;

/// A batch whose columns hold their values themselves: dictionaries are looked up once, not once a row.
///
/// # Errors
/// `internal` if a dictionary does not hold together.
pub fn without_dictionaries(batch: RecordBatch) -> Result<RecordBatch, Problem> {
    let is_dictionary = |field: &Arc<Field>| matches!(field.data_type(), DataType::Dictionary(..));
    if !batch.schema_ref().fields().iter().any(is_dictionary) {
        return Ok(batch);
    }
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        match field.data_type() {
            DataType::Dictionary(_, values) => {
                columns.push(cast(column, values).map_err(Problem::internal)?);
                fields.push(Arc::new(field.as_ref().clone().with_data_type(values.as_ref().clone())));
            }
            _ => {
                columns.push(column.clone());
                fields.push(field.clone());
            }
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(Problem::internal)
}

/// The word for a column's type: those of contracts where one fits.
pub fn type_word(field: &Field) -> String {
    match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => "string".to_owned(),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => "integer".to_owned(),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => "number".to_owned(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Date32 | DataType::Date64 => "date".to_owned(),
        DataType::Timestamp(..) => "timestamp".to_owned(),
        DataType::Time32(_) | DataType::Time64(_) => "time".to_owned(),
        DataType::Interval(_) | DataType::Duration(_) => "interval".to_owned(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            "binary".to_owned()
        }
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_) => "array".to_owned(),
        DataType::Struct(_) | DataType::Union(..) => "object".to_owned(),
        DataType::Map(..) => "map".to_owned(),
        DataType::Dictionary(_, values) => type_word(&Field::new("", values.as_ref().clone(), true)),
        DataType::RunEndEncoded(_, values) => type_word(values),
    }
}
