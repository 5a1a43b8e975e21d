//! Parquet with its types. The footer is checked before anything is decoded: a half-written file, or one that declares
//! more than it can hold, is refused whole.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray as _, Int64Array, OffsetSizeTrait, RecordBatch},
    compute::cast,
    datatypes::{DataType, Field, FieldRef, Schema},
};
use model::{Code, Problem, column::bronze_headers};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::{
    find::Found,
    rows::{Emit, LINE, MOST_COLUMNS, Piece},
    unpack,
};
use crate::pipeline::Limits;

/// Bytes of text and binary values that are unpacked at once.
const AT_ONCE: u64 = 64 << 20;
/// Bytes of values that need no justification by stored ones.
const FREE: u64 = 1 << 30;
/// Bytes of values that each stored byte may stand for: repetition is stored as a count.
const REPETITION: u64 = 10_000;

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
    // SECURITY: a source file is somebody else's, and the decoder believes it (test `a_file_that_promises_too_much_is_refused`).
    let sound = lake::sound_parquet(&found.file, found.stamp.size)
        .map_err(|(why, cause)| damaged(&cause).with_hint(format!("{why}; nothing of it was taken")))?;
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(false);
    let sound = Arc::new(sound);
    let metadata =
        ArrowReaderMetadata::try_new(Arc::clone(&sound), options.clone()).map_err(|error| damaged(&error))?;
    check_footer(&metadata, found, limits)?;
    let schema = target(metadata.schema(), path)?;
    let options = options.with_schema(Arc::new(in_views(metadata.schema())));
    let metadata = ArrowReaderMetadata::try_new(sound, options).map_err(|error| damaged(&error))?;
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(clone()?, metadata)
        .with_batch_size(8_192)
        .build()
        .map_err(|error| damaged(&error))?;
    let mut line = 0_i64;
    let mut empty = true;
    let mut budget = FREE.saturating_add(found.stamp.size.saturating_mul(REPETITION));
    for batch in reader {
        let batch = batch.map_err(|error| damaged(&error))?;
        for part in parts(batch) {
            let bytes = bytes_of_all(&part);
            if bytes > AT_ONCE {
                let what = format!("has a row with more than {} MiB of text", AT_ONCE >> 20);
                return Err(too_large(found, &what));
            }
            let cells = (part.num_rows() as u64).saturating_mul(part.num_columns() as u64);
            budget = budget.checked_sub(bytes.saturating_add(cells.saturating_mul(8))).ok_or_else(|| {
                too_large(found, &format!("holds more than {REPETITION} times its size once it is unpacked"))
            })?;
            let rows = i64::try_from(part.num_rows()).unwrap_or(i64::MAX);
            let part = with_lines(&part, &schema, line).map_err(|error| damaged(&error))?;
            line += rows;
            empty = false;
            emit(Piece::Rows(part))?;
        }
    }
    if empty {
        emit(Piece::Rows(RecordBatch::new_empty(schema)))?;
    }
    Ok(Vec::new())
}

fn too_large(found: &Found, what: &str) -> Problem {
    Problem::new(Code::TooLarge, format!("the source file `{}` {what}", found.path))
        .with_hint("a file that declares more than it can hold is not decoded")
}

fn check_footer(metadata: &ArrowReaderMetadata, found: &Found, limits: &Limits) -> Result<(), Problem> {
    let columns = metadata.schema().fields().len();
    if columns > MOST_COLUMNS {
        return Err(too_large(found, &format!("has {columns} columns; at most {MOST_COLUMNS} are taken")));
    }
    let chunks = metadata.metadata().row_groups().iter().flat_map(|group| group.columns());
    let unpacked: i128 = chunks.map(|chunk| i128::from(chunk.uncompressed_size())).sum();
    if unpacked > i128::from(found.stamp.size) * i128::from(limits.expansion) + (64 << 20) {
        return Err(too_large(found, &format!("expands to more than {} times its size", limits.expansion)));
    }
    Ok(())
}

/// The schema with texts and bytes as views. A value that a dictionary holds once and the rows name a thousand times is
/// in memory once then, until [`parts`] has counted it.
fn in_views(schema: &Schema) -> Schema {
    Schema::new(schema.fields().iter().map(view_of_field).collect::<Vec<_>>())
}

fn view_of_field(field: &FieldRef) -> FieldRef {
    Arc::new(Field::new(field.name(), view_of(field.data_type()), field.is_nullable()))
}

fn view_of(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::Dictionary(_, value) => view_of(value),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(view_of_field).collect()),
        DataType::List(item) => DataType::List(view_of_field(item)),
        DataType::LargeList(item) => DataType::LargeList(view_of_field(item)),
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(view_of_field(item), *size),
        DataType::Map(entries, sorted) => DataType::Map(view_of_field(entries), *sorted),
        other => other.clone(),
    }
}

/// A batch in parts of at most [`AT_ONCE`] bytes of values, or of one row.
fn parts(batch: RecordBatch) -> Vec<RecordBatch> {
    let mut parts = Vec::new();
    let mut waiting = vec![batch];
    while let Some(batch) = waiting.pop() {
        let rows = batch.num_rows();
        if rows > 1 && bytes_of_all(&batch) > AT_ONCE {
            waiting.push(batch.slice(rows / 2, rows - rows / 2));
            waiting.push(batch.slice(0, rows / 2));
        } else {
            parts.push(batch);
        }
    }
    parts
}

fn bytes_of_all(batch: &RecordBatch) -> u64 {
    batch.columns().iter().map(|column| bytes_of(column)).sum()
}

/// Bytes of the texts and binary values of an array, each counted as often as it stands there.
fn bytes_of(array: &dyn Array) -> u64 {
    // A view begins with the length of its value.
    let of_views = |views: &[u128]| views.iter().map(|view| u64::from(*view as u32)).sum();
    let within = |values: &ArrayRef, from: usize, to: usize| bytes_of(&values.slice(from, to.saturating_sub(from)));
    match array.data_type() {
        DataType::Utf8View => of_views(array.as_string_view().views()),
        DataType::BinaryView => of_views(array.as_binary_view().views()),
        DataType::Struct(_) => array.as_struct().columns().iter().map(|column| bytes_of(column)).sum(),
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let (from, to) = ends(list.value_offsets());
            within(list.values(), from, to)
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            let (from, to) = ends(list.value_offsets());
            within(list.values(), from, to)
        }
        DataType::FixedSizeList(..) => bytes_of(array.as_fixed_size_list().values()),
        DataType::Map(..) => {
            let map = array.as_map();
            let (from, to) = ends(map.value_offsets());
            map.entries().columns().iter().map(|column| within(column, from, to)).sum()
        }
        _ => 0,
    }
}

fn ends<O: OffsetSizeTrait>(offsets: &[O]) -> (usize, usize) {
    let usual = |offset: Option<&O>| offset.map_or(0, |offset| offset.as_usize());
    (usual(offsets.first()), usual(offsets.last()))
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
