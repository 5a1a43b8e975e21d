//! What a reader of source files hands on: batches of rows, and rows set aside with the reason.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, Int64Array, Int64Builder, RecordBatch, StringArray, StringBuilder},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use model::{Code, Problem};

pub(crate) use lake::batches::LINE;

/// Most columns of a source table.
pub(crate) const MOST_COLUMNS: usize = 4_096;
/// Rows of one batch, unless their bytes fill it earlier.
const BATCH_ROWS: usize = 16_384;
/// Bytes of one batch.
const BATCH_BYTES: usize = 8 << 20;
/// Longest part of a rejected row that is kept.
const RAW_KEPT: usize = 64 << 10;

/// Something read.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Rows; the last column is [`LINE`].
    Rows(RecordBatch),
    /// Rows that do not parse: `raw`, `reason`, [`LINE`].
    Rejected(RecordBatch),
}

/// Where readers put what they read. An error stops the reader.
pub(crate) type Emit<'a> = &'a mut dyn FnMut(Piece) -> Result<(), Problem>;

/// A row that does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reject {
    line: u64,
    raw: String,
    reason: String,
}

/// A rejected row from its bytes, cut where it is very long.
pub(crate) fn rejected(line: u64, raw: &[u8], reason: String) -> Reject {
    let kept = raw.get(..RAW_KEPT.min(raw.len())).unwrap_or_default();
    Reject { line, raw: String::from_utf8_lossy(kept).into_owned(), reason }
}

/// Rejected rows as a batch.
pub(crate) fn batch_of(rows: &[Reject]) -> Result<RecordBatch, Problem> {
    let columns: [(&str, ArrayRef); 3] = [
        ("raw", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.raw)))),
        ("reason", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.reason)))),
        (
            LINE,
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| i64::try_from(row.line).unwrap_or(i64::MAX)))),
        ),
    ];
    RecordBatch::try_from_iter(columns).map_err(Problem::internal)
}

/// Rows of text columns on their way into batches.
pub(crate) struct TextRows {
    schema: SchemaRef,
    columns: Vec<StringBuilder>,
    lines: Int64Builder,
    rows: usize,
    bytes: usize,
    rejected: Vec<Reject>,
    rejected_bytes: usize,
    emitted: bool,
}

impl TextRows {
    /// Rows with these columns.
    ///
    /// # Errors
    /// `too-large` for more columns than are taken.
    pub(crate) fn new(path: &str, names: &[String]) -> Result<Self, Problem> {
        if names.len() > MOST_COLUMNS {
            return Err(Problem::new(
                Code::TooLarge,
                format!("the source file `{path}` has {} columns; at most {MOST_COLUMNS} are taken", names.len()),
            ));
        }
        let mut fields: Vec<Field> = names.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        fields.push(Field::new(LINE, DataType::Int64, false));
        Ok(Self {
            schema: Arc::new(Schema::new(fields)),
            columns: names.iter().map(|_| StringBuilder::new()).collect(),
            lines: Int64Builder::new(),
            rows: 0,
            bytes: 0,
            rejected: Vec::new(),
            rejected_bytes: 0,
            emitted: false,
        })
    }

    /// Adds a row; a value that is missing is NULL.
    pub(crate) fn push<'v>(
        &mut self,
        line: u64,
        values: impl IntoIterator<Item = Option<&'v str>>,
        emit: Emit<'_>,
    ) -> Result<(), Problem> {
        let mut values = values.into_iter();
        for column in &mut self.columns {
            let value = values.next().flatten();
            column.append_option(value);
            self.bytes += value.map_or(0, str::len) + 4;
        }
        self.lines.append_value(i64::try_from(line).unwrap_or(i64::MAX));
        self.rows += 1;
        if self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES { self.flush(emit) } else { Ok(()) }
    }

    /// Sets a row aside.
    pub(crate) fn reject(&mut self, reject: Reject, emit: Emit<'_>) -> Result<(), Problem> {
        self.rejected_bytes += reject.raw.len();
        self.rejected.push(reject);
        if self.rejected.len() >= BATCH_ROWS || self.rejected_bytes >= BATCH_BYTES {
            self.flush_rejected(emit)?;
        }
        Ok(())
    }

    fn flush_rejected(&mut self, emit: Emit<'_>) -> Result<(), Problem> {
        let rows = std::mem::take(&mut self.rejected);
        self.rejected_bytes = 0;
        emit(Piece::Rejected(batch_of(&rows)?))
    }

    /// Hands on what is left; also the columns alone when there was no row.
    pub(crate) fn finish(mut self, emit: Emit<'_>) -> Result<(), Problem> {
        if !self.rejected.is_empty() {
            self.flush_rejected(emit)?;
        }
        if self.rows > 0 || !self.emitted { self.flush(emit) } else { Ok(()) }
    }

    fn flush(&mut self, emit: Emit<'_>) -> Result<(), Problem> {
        let mut columns: Vec<ArrayRef> =
            self.columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        columns.push(Arc::new(self.lines.finish()));
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(Problem::internal)?;
        (self.rows, self.bytes, self.emitted) = (0, 0, true);
        emit(Piece::Rows(batch))
    }
}
