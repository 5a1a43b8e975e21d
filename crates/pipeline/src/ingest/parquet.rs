//! Parquet with its types. The footer is checked before anything is decoded: a half-written file, or one that declares
//! more than it can hold, is refused whole.

use std::{fs::File, os::unix::fs::FileExt as _, sync::Arc};

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch},
    compute::cast,
    datatypes::{DataType, Field, Schema},
};
use model::{Code, Problem, column::bronze_headers};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::{
    find::Found,
    rows::{Emit, LINE, MOST_COLUMNS, Piece},
    unpack,
};
use crate::pipeline::Limits;

/// Largest footer that is parsed.
const LARGEST_FOOTER: u64 = 64 << 20;
/// Most row groups of one file.
const MOST_ROW_GROUPS: usize = 100_000;

/// Reads a file from its start to its end; gives what people should know.
///
/// # Errors
/// `source-unavailable` when it is no complete Parquet file, `too-large`, or what `emit` refuses.
pub(crate) fn read(found: &Found, limits: &Limits, emit: Emit<'_>) -> Result<Vec<String>, Problem> {
    let path = &found.path;
    let damaged = |error: &dyn std::fmt::Display| {
        Problem::new(Code::SourceUnavailable, format!("the source file `{path}` is not a complete Parquet file"))
            .with_hint("it was not written to its end, or it is damaged; nothing of it was taken")
            .with_cause(error)
    };
    let clone = || found.file.try_clone().map_err(|error| unpack::failed(path, &error, limits));
    if is_too_deep(&found.file, found.stamp.size).map_err(|error| damaged(&error))? {
        return Err(damaged(&"its schema nests too deep, or is none"));
    }
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(false);
    let metadata = ArrowReaderMetadata::load(&clone()?, options).map_err(|error| damaged(&error))?;
    check_footer(&metadata, found, limits)?;
    let schema = target(metadata.schema(), path)?;
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(clone()?, metadata)
        .with_batch_size(8_192)
        .build()
        .map_err(|error| damaged(&error))?;
    let mut line = 0_i64;
    let mut empty = true;
    for batch in reader {
        let batch = batch.map_err(|error| damaged(&error))?;
        let rows = i64::try_from(batch.num_rows()).unwrap_or(i64::MAX);
        let batch = with_lines(&batch, &schema, line).map_err(|error| damaged(&error))?;
        line += rows;
        empty = false;
        emit(Piece::Rows(batch))?;
    }
    if empty {
        emit(Piece::Rows(RecordBatch::new_empty(schema)))?;
    }
    Ok(Vec::new())
}

/// Whether the schema nests deeper than is parsed.
/// SECURITY: the library recurses over it (test `a_parquet_source_that_nests_without_end_is_refused`).
fn is_too_deep(file: &File, size: u64) -> std::io::Result<bool> {
    let Some(end) = size.checked_sub(8) else { return Ok(true) };
    let mut length = [0; 4];
    file.read_exact_at(&mut length, end)?;
    let length = u64::from(u32::from_le_bytes(length));
    let Some(start) = end.checked_sub(length).filter(|_| length <= LARGEST_FOOTER) else { return Ok(true) };
    let mut footer = vec![0; usize::try_from(length).unwrap_or(0)];
    file.read_exact_at(&mut footer, start)?;
    Ok(lake::is_schema_too_deep(&footer) != Some(false))
}

fn check_footer(metadata: &ArrowReaderMetadata, found: &Found, limits: &Limits) -> Result<(), Problem> {
    let file = metadata.metadata();
    let too_large = |what: String| {
        Err(Problem::new(Code::TooLarge, format!("the source file `{}` {what}", found.path))
            .with_hint("a file that declares more than it can hold is not decoded"))
    };
    let columns = metadata.schema().fields().len();
    if columns > MOST_COLUMNS {
        return too_large(format!("has {columns} columns; at most {MOST_COLUMNS} are taken"));
    }
    if file.num_row_groups() > MOST_ROW_GROUPS {
        return too_large(format!("has {} row groups; at most {MOST_ROW_GROUPS} are read", file.num_row_groups()));
    }
    let packed: i128 = i128::from(found.stamp.size);
    let mut unpacked: i128 = 0;
    for group in file.row_groups() {
        for column in group.columns() {
            let (start, length) = (column.data_page_offset(), column.compressed_size());
            if start < 0 || length < 0 || i128::from(start) + i128::from(length) > packed {
                return too_large("names pages beyond its end".to_owned());
            }
            unpacked += i128::from(column.uncompressed_size());
        }
    }
    if unpacked > packed * i128::from(limits.expansion) + (64 << 20) {
        return too_large(format!("expands to more than {} times its size", limits.expansion));
    }
    Ok(())
}

/// The bronze columns: headers made unique, dictionaries unpacked, and the line.
fn target(schema: &Schema, path: &str) -> Result<Arc<Schema>, Problem> {
    let names = bronze_headers(schema.fields().iter().map(|field| field.name().as_str()));
    let mut fields = Vec::with_capacity(names.len() + 1);
    for (name, field) in names.iter().zip(schema.fields()) {
        let kind = match field.data_type() {
            DataType::Dictionary(_, value) => value.as_ref().clone(),
            DataType::Null => DataType::Utf8,
            other => other.clone(),
        };
        if matches!(kind, DataType::Union(..) | DataType::RunEndEncoded(..)) {
            return Err(Problem::new(
                Code::TypeUnsupported,
                format!("the column `{name}` of the source file `{path}` has a type that is not taken"),
            ));
        }
        fields.push(Field::new(name, kind, true));
    }
    fields.push(Field::new(LINE, DataType::Int64, false));
    Ok(Arc::new(Schema::new(fields)))
}

fn with_lines(batch: &RecordBatch, schema: &Arc<Schema>, before: i64) -> Result<RecordBatch, arrow::error::ArrowError> {
    let rows = i64::try_from(batch.num_rows()).unwrap_or(i64::MAX);
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for (column, field) in batch.columns().iter().zip(schema.fields()) {
        columns.push(if column.data_type() == field.data_type() {
            Arc::clone(column)
        } else {
            cast(column, field.data_type())?
        });
    }
    columns.push(Arc::new(Int64Array::from_iter_values((before + 1)..=(before + rows))));
    RecordBatch::try_new(Arc::clone(schema), columns)
}
