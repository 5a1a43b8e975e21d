//! Which Postgres type a column is presented as. One table with `docs/reference/types.md`; `arrow-pg` has the ordinary
//! types and the marks of catalog columns, what is nested beyond an array of scalars is JSON text.

use arrow::datatypes::{DataType, Field, SchemaRef};
use model::{Problem, error::Code};
use pgwire::api::Type;

/// How values travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As people read them.
    Text,
    /// As machines do.
    Binary,
}

/// One column of a result as the wire presents it.
#[derive(Debug, Clone)]
pub struct WireColumn {
    /// Its name.
    pub name: String,
    /// Its Postgres type.
    pub kind: Type,
    /// How its values travel.
    pub format: Format,
    /// `numeric(p,s)` as Postgres packs it; -1 for none.
    pub modifier: i32,
}

/// The columns of a result, with the formats asked for: none means text, one means all, else one each.
///
/// # Errors
/// `invalid-value` when the formats do not fit the columns, `internal` for a type no statement of ours yields.
pub fn columns(schema: &SchemaRef, formats: &[i16]) -> Result<Vec<WireColumn>, Problem> {
    let count = schema.fields().len();
    if formats.len() > 1 && formats.len() != count {
        return Err(Problem::new(
            Code::InvalidValue,
            format!("the bind message has {} result formats but the statement returns {count} columns", formats.len()),
        )
        .with_sqlstate("08P01"));
    }
    let format = |index: usize| -> Result<Format, Problem> {
        match if formats.len() == 1 { formats.first() } else { formats.get(index) } {
            None | Some(0) => Ok(Format::Text),
            Some(1) => Ok(Format::Binary),
            Some(code) => {
                Err(Problem::new(Code::InvalidValue, format!("there is no format `{code}`")).with_sqlstate("22023"))
            }
        }
    };
    schema
        .fields()
        .iter()
        .enumerate()
        .map(|(index, field)| {
            Ok(WireColumn {
                name: field.name().clone(),
                kind: kind(field)?,
                format: format(index)?,
                modifier: modifier(field.data_type()),
            })
        })
        .collect()
}

/// The Postgres type of a field.
///
/// # Errors
/// `internal` for a type no statement of ours yields.
pub fn kind(field: &Field) -> Result<Type, Problem> {
    Ok(match field.data_type() {
        DataType::Null => Type::TEXT,
        DataType::Map(..) | DataType::Struct(_) | DataType::Union(..) => Type::JSON,
        DataType::Decimal256(..) | DataType::Decimal64(..) | DataType::Decimal32(..) => Type::NUMERIC,
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) if is_nested(item) => {
            Type::JSON
        }
        DataType::Dictionary(_, values) => kind(&Field::new(field.name(), values.as_ref().clone(), true))?,
        _ => {
            let field = std::sync::Arc::new(field.clone());
            arrow_pg::datatypes::field_into_pg_type(&field).map_err(Problem::internal)?
        }
    })
}

/// The type a parameter is described as.
///
/// # Errors
/// `internal` for a type no statement of ours takes.
pub fn parameter_kind(kind_of: &DataType) -> Result<Type, Problem> {
    kind(&Field::new("parameter", kind_of.clone(), true))
}

/// The Arrow type of a parameter that a client declared; `None` where it left that to us.
pub fn hint(oid: u32) -> Option<DataType> {
    Some(match Type::from_oid(oid)? {
        Type::BOOL => DataType::Boolean,
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID => DataType::Int64,
        Type::FLOAT4 | Type::FLOAT8 => DataType::Float64,
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::CHAR => DataType::Utf8View,
        Type::DATE => DataType::Date32,
        Type::TIMESTAMP => DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, None),
        Type::TIMESTAMPTZ => DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, Some("UTC".into())),
        Type::BYTEA => DataType::BinaryView,
        _ => return None,
    })
}

/// Whether an array's items are more than scalars that this door writes inside an array.
fn is_nested(item: &Field) -> bool {
    !matches!(
        item.data_type(),
        DataType::Null
            | DataType::Boolean
            | DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32
            | DataType::UInt64
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal128(..)
            | DataType::Utf8
            | DataType::LargeUtf8
            | DataType::Utf8View
            | DataType::Date32
            | DataType::Timestamp(..)
            | DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
    )
}

fn modifier(kind: &DataType) -> i32 {
    match kind {
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) if *scale >= 0 => {
            ((i32::from(*precision) << 16) | i32::from(*scale)) + 4
        }
        _ => -1,
    }
}

/// `pg_type.typlen` of a type; -1 for those of varying length.
pub fn size(kind: &Type) -> i16 {
    match *kind {
        Type::BOOL | Type::CHAR => 1,
        Type::INT2 => 2,
        Type::INT4 | Type::FLOAT4 | Type::DATE | Type::OID | Type::REGTYPE | Type::REGCLASS | Type::REGPROC => 4,
        Type::INT8 | Type::FLOAT8 | Type::TIMESTAMP | Type::TIMESTAMPTZ | Type::TIME => 8,
        Type::INTERVAL => 16,
        _ => -1,
    }
}
