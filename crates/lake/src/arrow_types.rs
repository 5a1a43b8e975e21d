//! Column types as Arrow types: what a session sees, what a Parquet file stores, and what a foreign schema means.
//!
//! Every scan presents its columns as nullable: that a column is never NULL is a promise the gate checks, and an engine
//! that believed it would fold the check away.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions},
    compute::{CastOptions, cast_with_options},
    datatypes::{DataType, Field as ArrowField, Fields, Schema, SchemaRef, TimeUnit},
    util::display::FormatOptions,
};
use model::{
    Code, Problem,
    column::{ColumnType, Field},
};

/// The zone of every timestamp.
pub const UTC: &str = "UTC";

/// The Arrow type that sessions see: `Utf8View`, `BinaryView`, `Int64`, `Float64`, `Timestamp(us, "UTC")`. Text and bytes
/// inside structs, lists and maps are `Utf8` and `Binary`, as Parquet readers give them.
pub fn session_type(kind: &ColumnType) -> DataType {
    match kind {
        ColumnType::String => DataType::Utf8View,
        ColumnType::Binary => DataType::BinaryView,
        other => storage_type(other),
    }
}

/// The Arrow type of a Parquet file this house writes; list and map fields are named as Delta names them.
pub fn storage_type(kind: &ColumnType) -> DataType {
    match kind {
        ColumnType::String => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Decimal { precision, scale } => {
            DataType::Decimal128(*precision, i8::try_from(*scale).unwrap_or(i8::MAX))
        }
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        ColumnType::Binary => DataType::Binary,
        ColumnType::Struct(fields) => DataType::Struct(
            fields.iter().map(|field| ArrowField::new(&field.name, storage_type(&field.kind), true)).collect(),
        ),
        ColumnType::List(item) => DataType::List(Arc::new(ArrowField::new("element", storage_type(item), true))),
        ColumnType::Map(value) => {
            let entries = Fields::from(vec![
                ArrowField::new("key", DataType::Utf8, false),
                ArrowField::new("value", storage_type(value), true),
            ]);
            DataType::Map(Arc::new(ArrowField::new("key_value", DataType::Struct(entries), false)), false)
        }
    }
}

/// The schema that sessions see for these columns. All nullable.
pub fn schema_of(fields: &[Field]) -> SchemaRef {
    Arc::new(Schema::new(
        fields.iter().map(|field| ArrowField::new(&field.name, session_type(&field.kind), true)).collect::<Vec<_>>(),
    ))
}

/// The schema of a Parquet file for these columns.
pub(crate) fn storage_schema(fields: &[Field]) -> SchemaRef {
    Arc::new(Schema::new(
        fields.iter().map(|field| ArrowField::new(&field.name, storage_type(&field.kind), true)).collect::<Vec<_>>(),
    ))
}

/// The columns of an Arrow schema.
///
/// # Errors
/// `type-unsupported` naming the column, for times of day, intervals, unions and maps whose keys are not text.
pub fn fields_of(schema: &Schema) -> Result<Vec<Field>, Problem> {
    schema
        .fields()
        .iter()
        .map(|field| {
            Ok(Field {
                name: field.name().clone(),
                kind: column_type(field.data_type(), field.name())?,
                nullable: field.is_nullable(),
                tags: Vec::new(),
            })
        })
        .collect()
}

/// The column type that an Arrow type means.
///
/// # Errors
/// `type-unsupported` naming the column.
pub fn column_type(data_type: &DataType, column: &str) -> Result<ColumnType, Problem> {
    let refuse = || {
        Problem::new(
            Code::TypeUnsupported,
            format!("the column `{}` has a type that is not served: {data_type}", column.escape_debug()),
        )
        .with_hint(format!("cast it: `CAST(\"{}\" AS VARCHAR)`", column.escape_debug()))
    };
    Ok(match data_type {
        DataType::Null | DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ColumnType::String,
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => ColumnType::Integer,
        DataType::UInt64 => ColumnType::Decimal { precision: 20, scale: 0 },
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnType::Number,
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => match u8::try_from(*scale) {
            Ok(scale) if *precision <= 38 && scale <= *precision => {
                ColumnType::Decimal { precision: *precision, scale }
            }
            _ => return Err(refuse()),
        },
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(_, _) => ColumnType::Timestamp,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            ColumnType::Binary
        }
        DataType::Struct(fields) => ColumnType::Struct(
            fields
                .iter()
                .map(|field| {
                    Ok(Field {
                        name: field.name().clone(),
                        kind: column_type(field.data_type(), column)?,
                        nullable: true,
                        tags: Vec::new(),
                    })
                })
                .collect::<Result<_, Problem>>()?,
        ),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => ColumnType::List(Box::new(column_type(item.data_type(), column)?)),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => match pair.as_ref() {
                [key, value] if column_type(key.data_type(), column)? == ColumnType::String => {
                    ColumnType::Map(Box::new(column_type(value.data_type(), column)?))
                }
                _ => return Err(refuse()),
            },
            _ => return Err(refuse()),
        },
        DataType::Dictionary(_, value) => column_type(value, column)?,
        DataType::RunEndEncoded(_, values) => column_type(values.data_type(), column)?,
        DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Duration(_)
        | DataType::Interval(_)
        | DataType::Union(_, _) => return Err(refuse()),
    })
}

/// The type two versions of a column have in common: the same, the wider number, or text.
pub(crate) fn common_type(one: &ColumnType, other: &ColumnType) -> ColumnType {
    use ColumnType::{Date, Decimal, Integer, Number, String, Timestamp};
    match (one, other) {
        (a, b) if a == b => a.clone(),
        (Integer, Number) | (Number, Integer) => Number,
        (Decimal { .. }, Number) | (Number, Decimal { .. }) => Number,
        (Integer, Decimal { scale, .. }) | (Decimal { scale, .. }, Integer) => {
            Decimal { precision: (19 + scale).min(38), scale: *scale }
        }
        (Decimal { precision: p, scale: s }, Decimal { precision: q, scale: t }) => {
            let scale = *s.max(t);
            Decimal { precision: ((p - s).max(q - t) + scale).min(38), scale }
        }
        (Date, Timestamp) | (Timestamp, Date) => Timestamp,
        _ => String,
    }
}

const STRICT: CastOptions<'static> = CastOptions { safe: false, format_options: FormatOptions::new() };

/// The columns of `batch` named by `schema`, in its order and its types.
///
/// # Errors
/// `invalid-value` if a column is missing or left over, `expression-failed` if a value does not fit its type.
pub(crate) fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Problem> {
    if batch.num_columns() != schema.fields().len() {
        return Err(Problem::new(
            Code::InvalidValue,
            format!("the rows have {} columns where {} are declared", batch.num_columns(), schema.fields().len()),
        ));
    }
    let columns = schema
        .fields()
        .iter()
        .map(|field| {
            let column = batch.column_by_name(field.name()).ok_or_else(|| {
                Problem::new(Code::InvalidValue, format!("the rows have no column `{}`", field.name().escape_debug()))
            })?;
            conform_column(column, field)
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).map_err(Problem::internal)
}

/// One column in the type of `field`.
pub(crate) fn conform_column(column: &ArrayRef, field: &ArrowField) -> Result<ArrayRef, Problem> {
    if column.data_type() == field.data_type() {
        return Ok(Arc::clone(column));
    }
    cast_with_options(column, field.data_type(), &STRICT).map_err(|error| {
        Problem::new(
            Code::ExpressionFailed,
            format!(
                "the column `{}` holds a value that does not fit {}",
                field.name().escape_debug(),
                column_type(field.data_type(), field.name()).map_or_else(|_| String::new(), |kind| kind.to_string())
            ),
        )
        .with_cause(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_type() -> Vec<ColumnType> {
        let field = |name: &str, kind| Field { name: name.into(), kind, nullable: true, tags: vec![] };
        vec![
            ColumnType::String,
            ColumnType::Integer,
            ColumnType::Number,
            ColumnType::Decimal { precision: 12, scale: 2 },
            ColumnType::Boolean,
            ColumnType::Date,
            ColumnType::Timestamp,
            ColumnType::Binary,
            ColumnType::Struct(vec![field("a", ColumnType::String), field("b", ColumnType::Integer)]),
            ColumnType::List(Box::new(ColumnType::Timestamp)),
            ColumnType::Map(Box::new(ColumnType::List(Box::new(ColumnType::String)))),
        ]
    }

    #[test]
    fn every_column_type_comes_back_from_its_arrow_types() {
        for kind in every_type() {
            assert_eq!(column_type(&session_type(&kind), "x").unwrap(), kind);
            assert_eq!(column_type(&storage_type(&kind), "x").unwrap(), kind);
        }
    }

    #[test]
    fn foreign_types_mean_the_nearest_of_ours_or_are_refused() {
        let item = |data_type| Arc::new(ArrowField::new("item", data_type, true));
        for (arrow, kind) in [
            (DataType::Int32, ColumnType::Integer),
            (DataType::UInt64, ColumnType::Decimal { precision: 20, scale: 0 }),
            (DataType::Float32, ColumnType::Number),
            (DataType::Timestamp(TimeUnit::Nanosecond, None), ColumnType::Timestamp),
            (DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)), ColumnType::String),
            (DataType::LargeList(item(DataType::Utf8View)), ColumnType::List(Box::new(ColumnType::String))),
            (DataType::Null, ColumnType::String),
        ] {
            assert_eq!(column_type(&arrow, "x").unwrap(), kind, "{arrow}");
        }
        for arrow in [
            DataType::Time64(TimeUnit::Microsecond),
            DataType::Duration(TimeUnit::Second),
            DataType::Decimal128(10, -2),
            DataType::Decimal256(60, 2),
        ] {
            assert_eq!(column_type(&arrow, "x").unwrap_err().code(), Code::TypeUnsupported, "{arrow}");
        }
    }

    #[test]
    fn widening_never_loses_digits() {
        let decimal = |precision, scale| ColumnType::Decimal { precision, scale };
        assert_eq!(common_type(&decimal(12, 2), &decimal(10, 4)), decimal(14, 4));
        assert_eq!(common_type(&ColumnType::Integer, &decimal(5, 2)), decimal(21, 2));
        assert_eq!(common_type(&ColumnType::Integer, &ColumnType::String), ColumnType::String);
        assert_eq!(common_type(&ColumnType::Integer, &ColumnType::Number), ColumnType::Number);
    }
}
