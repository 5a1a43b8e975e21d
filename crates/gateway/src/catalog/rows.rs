//! Rows of system tables: cells by column name, defaults for the rest.

use std::collections::HashMap;

use arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array},
    datatypes::SchemaRef,
};
use datafusion::common::ScalarValue;
use model::Problem;

/// A value of a system table.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(String),
    Number(i64),
    Truth(bool),
    Null,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

/// One row: the cells that differ from the defaults.
pub(super) type Row = HashMap<&'static str, Cell>;

/// A row from pairs.
pub(super) fn row<const N: usize>(cells: [(&'static str, Cell); N]) -> Row {
    HashMap::from(cells)
}

/// Rows as a batch of a schema. A column without a cell is NULL where it may be, else empty, zero or false.
pub(super) fn batch(schema: &SchemaRef, rows: &[Row]) -> Result<RecordBatch, Problem> {
    let columns = schema
        .fields()
        .iter()
        .map(|field| -> Result<ArrayRef, Problem> {
            if rows.is_empty() {
                return Ok(new_null_array(field.data_type(), 0));
            }
            let empty = || {
                let null = ScalarValue::try_from(field.data_type());
                if field.is_nullable() { null } else { ScalarValue::new_default(field.data_type()) }
            };
            let values = rows
                .iter()
                .map(|row| {
                    let value = match row.get(field.name().as_str()) {
                        Some(Cell::Text(text)) => ScalarValue::from(text.as_str()),
                        Some(Cell::Number(number)) => ScalarValue::from(*number),
                        Some(Cell::Truth(truth)) => ScalarValue::from(*truth),
                        Some(Cell::Null) => return ScalarValue::try_from(field.data_type()),
                        None => return empty(),
                    };
                    value.cast_to(field.data_type())
                })
                .collect::<Result<Vec<_>, _>>()
                .map_err(Problem::internal)?;
            ScalarValue::iter_to_array(values).map_err(Problem::internal)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options).map_err(Problem::internal)
}
