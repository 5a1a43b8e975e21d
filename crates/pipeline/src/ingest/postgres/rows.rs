//! Rows of a database on their way into batches: new ones as columns, unfit ones set aside, known ones left out.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayBuilder, ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder,
        Int64Array, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
    },
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use lake::{
    arrow_types::{UTC, storage_type},
    batches::KNOWN_BYTES,
};
use model::Problem;
use sha2::{Digest as _, Sha256};
use tokio_postgres::binary_copy::BinaryCopyOutRow;

use super::{
    known::{Known, Leaves, Short, Whole},
    question::{Column, Kind},
    value::{Raw, Value},
};
use crate::ingest::rows::{LINE, Piece, Reject, batch_of, rejected};

/// Bytes of values in one batch of columns.
const BATCH_BYTES: usize = 8 << 20;

/// Reads rows; holds what must be known about all of them.
pub(super) struct Reader {
    columns: Vec<Column>,
    schema: SchemaRef,
    /// Longest row in bytes.
    longest: usize,
    known: Known,
    /// What the next run meets again.
    pub(super) leaves: Leaves,
    /// All rows, taken now or before.
    pub(super) whole: Whole,
    /// Bytes of all rows.
    pub(super) bytes: u64,
    /// Rows that are new, fit or not.
    pub(super) fresh: u64,
}

impl Reader {
    pub(super) fn new(columns: &[Column], known: Known, longest: usize) -> Self {
        let mut fields: Vec<Field> =
            columns.iter().map(|column| Field::new(&column.name, storage_type(&column.kind.held()), true)).collect();
        fields.push(Field::new(LINE, DataType::Int64, false));
        Self {
            columns: columns.to_vec(),
            schema: Arc::new(Schema::new(fields)),
            longest,
            known,
            leaves: Leaves::default(),
            whole: Whole::default(),
            bytes: 0,
            fresh: 0,
        }
    }

    /// The schema's columns without a row.
    pub(super) fn nothing(&self) -> Piece {
        Piece::Rows(RecordBatch::new_empty(Arc::clone(&self.schema)))
    }

    /// Reads some rows.
    ///
    /// # Errors
    /// `too-large` when more rows must be remembered than may be.
    pub(super) fn read(&mut self, rows: &[BinaryCopyOutRow]) -> Result<Vec<Piece>, Problem> {
        let mut pieces = Vec::new();
        let mut open = Open::new(&self.columns);
        let mut aside: Vec<Reject> = Vec::new();
        for row in rows {
            let values = (0..self.columns.len()).map(|at| row.try_get::<Option<Raw<'_>>>(at));
            let values: Vec<Option<Raw<'_>>> = values.collect::<Result<_, _>>().map_err(Problem::internal)?;
            let is_met_again: bool = row.try_get(self.columns.len()).map_err(Problem::internal)?;
            let size = values.iter().flatten().map(|value| value.0.len()).sum::<usize>();
            self.bytes += size as u64;
            let digest = digest(&self.columns, &values);
            self.whole.add(&digest);
            let short: Short =
                *digest.first_chunk::<KNOWN_BYTES>().ok_or_else(|| Problem::internal("a short digest"))?;
            if is_met_again {
                self.leaves.add(&short)?;
            }
            if self.known.take(&short) {
                continue;
            }
            self.fresh += 1;
            match self.fit(&values, size) {
                Ok(fit) => open.push(&fit, self.fresh),
                Err(reason) => aside.push(rejected(self.fresh, self.shown(&values).as_bytes(), reason)),
            }
            if open.bytes >= BATCH_BYTES {
                let full = std::mem::replace(&mut open, Open::new(&self.columns));
                pieces.push(full.finish(&self.schema)?);
            }
        }
        if open.bytes > 0 {
            pieces.push(open.finish(&self.schema)?);
        }
        if !aside.is_empty() {
            pieces.push(Piece::Rejected(batch_of(&aside)?));
        }
        Ok(pieces)
    }

    /// The values of a row, or why it is set aside.
    fn fit<'v>(&self, values: &[Option<Raw<'v>>], size: usize) -> Result<Vec<Option<Value<'v>>>, String> {
        if size > self.longest {
            return Err(format!("is longer than {} MiB", self.longest >> 20));
        }
        let fit = self.columns.iter().zip(values).map(|(column, value)| {
            let value = value.map(|value| value.value(column.kind)).transpose();
            value.map_err(|why| format!("the value of `{}` {why}", column.name))
        });
        fit.collect()
    }

    /// A row as people read it, for those that are set aside.
    fn shown(&self, values: &[Option<Raw<'_>>]) -> String {
        let shown = self.columns.iter().zip(values).map(|(column, value)| {
            let text = value.map(|value| value.shown(column.kind).into_owned());
            (column.name.clone(), text.map_or(serde_json::Value::Null, serde_json::Value::String))
        });
        serde_json::Value::Object(shown.collect()).to_string()
    }
}

/// The digest of a row: its values by name. A column that is added and holds nothing changes no row.
fn digest(columns: &[Column], values: &[Option<Raw<'_>>]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (column, value) in columns.iter().zip(values) {
        let Some(value) = value else { continue };
        let text = value.shown(column.kind);
        for part in [column.name.as_bytes(), text.as_bytes()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hash.finalize().into()
}

/// A batch of columns that is being filled.
struct Open {
    builders: Vec<Builder>,
    lines: Vec<i64>,
    bytes: usize,
}

impl Open {
    fn new(columns: &[Column]) -> Self {
        Self { builders: columns.iter().map(|column| Builder::new(column.kind)).collect(), lines: Vec::new(), bytes: 0 }
    }

    fn push(&mut self, values: &[Option<Value<'_>>], line: u64) {
        for (builder, value) in self.builders.iter_mut().zip(values) {
            self.bytes += builder.push(*value);
        }
        self.lines.push(i64::try_from(line).unwrap_or(i64::MAX));
        self.bytes += 8;
    }

    fn finish(self, schema: &SchemaRef) -> Result<Piece, Problem> {
        let mut columns: Vec<ArrayRef> = self.builders.into_iter().map(Builder::finish).collect();
        columns.push(Arc::new(Int64Array::from(self.lines)));
        RecordBatch::try_new(Arc::clone(schema), columns).map(Piece::Rows).map_err(Problem::internal)
    }
}

/// The values of one column.
enum Builder {
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Decimal(Decimal128Builder),
    Text(StringBuilder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    Binary(BinaryBuilder),
}

impl Builder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
            Kind::Integer => Self::Integer(Int64Builder::new()),
            Kind::Number => Self::Number(Float64Builder::new()),
            Kind::Decimal { .. } => Self::Decimal(Decimal128Builder::new().with_data_type(storage_type(&kind.held()))),
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::Timestamp { .. } => Self::Timestamp(TimestampMicrosecondBuilder::new().with_timezone(UTC)),
            Kind::Binary => Self::Binary(BinaryBuilder::new()),
        }
    }

    /// Adds a value; gives the bytes it takes. A column holds values of its own kind only.
    fn push(&mut self, value: Option<Value<'_>>) -> usize {
        match (self, value) {
            (Self::Boolean(column), Some(Value::Boolean(value))) => column.append_value(value),
            (Self::Integer(column), Some(Value::Integer(value))) => column.append_value(value),
            (Self::Number(column), Some(Value::Number(value))) => column.append_value(value),
            (Self::Decimal(column), Some(Value::Decimal(value))) => column.append_value(value),
            (Self::Date(column), Some(Value::Date(value))) => column.append_value(value),
            (Self::Timestamp(column), Some(Value::Timestamp(value))) => column.append_value(value),
            (Self::Text(column), Some(Value::Text(value))) => {
                column.append_value(value);
                return value.len() + 4;
            }
            (Self::Binary(column), Some(Value::Binary(value))) => {
                column.append_value(value);
                return value.len() + 4;
            }
            (column, _) => column.push_null(),
        }
        8
    }

    fn push_null(&mut self) {
        match self {
            Self::Boolean(column) => column.append_null(),
            Self::Integer(column) => column.append_null(),
            Self::Number(column) => column.append_null(),
            Self::Decimal(column) => column.append_null(),
            Self::Text(column) => column.append_null(),
            Self::Date(column) => column.append_null(),
            Self::Timestamp(column) => column.append_null(),
            Self::Binary(column) => column.append_null(),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Boolean(mut column) => ArrayBuilder::finish(&mut column),
            Self::Integer(mut column) => ArrayBuilder::finish(&mut column),
            Self::Number(mut column) => ArrayBuilder::finish(&mut column),
            Self::Decimal(mut column) => ArrayBuilder::finish(&mut column),
            Self::Text(mut column) => ArrayBuilder::finish(&mut column),
            Self::Date(mut column) => ArrayBuilder::finish(&mut column),
            Self::Timestamp(mut column) => ArrayBuilder::finish(&mut column),
            Self::Binary(mut column) => ArrayBuilder::finish(&mut column),
        }
    }
}
