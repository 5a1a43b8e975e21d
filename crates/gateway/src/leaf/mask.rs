//! Masks over Arrow arrays: the pure functions of `governance::mask`, a column at a time.
//!
//! Total: a mask never errors on a value. NULL stays NULL; the type stays. What cannot be masked as asked becomes NULL,
//! the stronger outcome, never clear.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BinaryViewBuilder, BooleanArray, Date32Array, Decimal128Array, Float64Array,
        Int64Array, StringViewBuilder, TimestampMicrosecondArray, new_null_array,
    },
    datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType},
};
use governance::mask::{self, ConstantValue, Tokens};
use model::{
    Problem,
    class::{PartialKind, Step},
    column::ColumnType,
    treatment::Outcome,
};
use registry::Keys;

/// A mask that is ready to run: keys derived, constants parsed.
#[derive(Debug, Clone)]
pub(crate) enum Mask {
    Clear,
    Partial(PartialKind),
    Generalise(Step),
    Token(Tokens),
    Constant(ConstantValue),
    Null,
}

impl Mask {
    /// The mask that carries out an outcome on a column's type. What does not fit is NULL.
    ///
    /// # Errors
    /// `policy-unavailable` if a key is missing.
    pub(crate) fn new(outcome: &Outcome, kind: &ColumnType, keys: &Keys) -> Result<Self, Problem> {
        if !mask::holds(outcome, kind) {
            return Ok(Self::Null);
        }
        Ok(match outcome {
            Outcome::Clear => Self::Clear,
            Outcome::Partial { of } => Self::Partial(*of),
            Outcome::Generalise { to } => Self::Generalise(*to),
            Outcome::Token { key } => Self::Token(Tokens::new(&keys.token_key(key)?)),
            Outcome::Constant { value } => mask::constant(value.as_deref(), kind).map_or(Self::Null, Self::Constant),
            Outcome::Null | Outcome::Denied => Self::Null,
        })
    }

    /// Whether values pass as stored.
    pub(crate) fn is_clear(&self) -> bool {
        matches!(self, Self::Clear)
    }

    /// The masked column.
    pub(crate) fn apply(&self, array: &ArrayRef) -> ArrayRef {
        let masked = match self {
            Self::Clear => Some(Arc::clone(array)),
            Self::Partial(kind) => text(array, |value| mask::partial(*kind, value)),
            Self::Generalise(step) => generalise(array, *step),
            Self::Token(tokens) => token(array, tokens),
            Self::Constant(value) => constant(array, value),
            Self::Null => None,
        };
        masked
            .filter(|masked| masked.data_type() == array.data_type() && masked.len() == array.len())
            .unwrap_or_else(|| new_null_array(array.data_type(), array.len()))
    }
}

/// A function over each text that is not NULL.
fn text<T: AsRef<str>>(array: &ArrayRef, function: impl Fn(&str) -> T) -> Option<ArrayRef> {
    let values = array.as_string_view_opt()?;
    let mut built = StringViewBuilder::with_capacity(values.len());
    for value in values {
        built.append_option(value.map(&function));
    }
    Some(Arc::new(built.finish()))
}

fn token(array: &ArrayRef, tokens: &Tokens) -> Option<ArrayRef> {
    match array.data_type() {
        DataType::Utf8View => {
            let values = array.as_string_view_opt()?;
            let mut built = StringViewBuilder::with_capacity(values.len());
            for value in values {
                let digits = value.map(|value| tokens.digits(value.as_bytes()));
                // The digits are ASCII.
                built.append_option(digits.as_ref().and_then(|digits| std::str::from_utf8(digits).ok()));
            }
            Some(Arc::new(built.finish()))
        }
        DataType::BinaryView => {
            let values = array.as_binary_view_opt()?;
            let mut built = BinaryViewBuilder::with_capacity(values.len());
            for value in values {
                built.append_option(value.map(|value| tokens.digits(value)));
            }
            Some(Arc::new(built.finish()))
        }
        _ => None,
    }
}

fn generalise(array: &ArrayRef, step: Step) -> Option<ArrayRef> {
    Some(match (array.data_type(), step) {
        (DataType::Date32, Step::Year | Step::Month | Step::Decade) => {
            Arc::new(array.as_primitive_opt::<Date32Type>()?.unary::<_, Date32Type>(|days| mask::date(days, step)))
        }
        (DataType::Timestamp(TimeUnit::Microsecond, zone), Step::Year | Step::Month | Step::Decade) => {
            let values = array.as_primitive_opt::<TimestampMicrosecondType>()?;
            let masked: TimestampMicrosecondArray = values.unary(|micros| mask::timestamp(micros, step));
            Arc::new(masked.with_timezone_opt(zone.clone()))
        }
        (DataType::Int64, Step::Multiple(step)) => {
            let values = array.as_primitive_opt::<Int64Type>()?;
            Arc::new(values.unary::<_, Int64Type>(|value| mask::integer(value, step)))
        }
        (DataType::Float64, Step::Multiple(step)) => {
            let values = array.as_primitive_opt::<Float64Type>()?;
            Arc::new(values.unary::<_, Float64Type>(|value| mask::number(value, step)))
        }
        (DataType::Decimal128(precision, scale), Step::Multiple(step)) => {
            let values = array.as_primitive_opt::<Decimal128Type>()?;
            let digits = u8::try_from(*scale).ok()?;
            let masked: Decimal128Array = values.unary(|value| mask::decimal(value, *precision, digits, step));
            Arc::new(masked.with_precision_and_scale(*precision, *scale).ok()?)
        }
        (DataType::Utf8View, Step::Prefix(count)) => {
            let values = array.as_string_view_opt()?;
            let mut built = StringViewBuilder::with_capacity(values.len());
            for value in values {
                built.append_option(value.map(|value| mask::prefix(value, count)));
            }
            Arc::new(built.finish())
        }
        _ => return None,
    })
}

/// One value wherever there is one.
fn constant(array: &ArrayRef, value: &ConstantValue) -> Option<ArrayRef> {
    let rows = array.len();
    let nulls = array.logical_nulls();
    Some(match (array.data_type(), value) {
        (DataType::Utf8View, ConstantValue::Text(value)) => {
            let mut built = StringViewBuilder::with_capacity(rows).with_deduplicate_strings();
            for row in 0..rows {
                built.append_option((!array.is_null(row)).then_some(value));
            }
            Arc::new(built.finish())
        }
        (DataType::BinaryView, ConstantValue::Binary(value)) => {
            let mut built = BinaryViewBuilder::with_capacity(rows).with_deduplicate_strings();
            for row in 0..rows {
                built.append_option((!array.is_null(row)).then_some(value));
            }
            Arc::new(built.finish())
        }
        (DataType::Int64, ConstantValue::Integer(value)) => Arc::new(Int64Array::new(vec![*value; rows].into(), nulls)),
        (DataType::Float64, ConstantValue::Number(value)) => {
            Arc::new(Float64Array::new(vec![*value; rows].into(), nulls))
        }
        (DataType::Decimal128(precision, scale), ConstantValue::Decimal(value)) => Arc::new(
            Decimal128Array::new(vec![*value; rows].into(), nulls).with_precision_and_scale(*precision, *scale).ok()?,
        ),
        (DataType::Boolean, ConstantValue::Boolean(value)) => {
            Arc::new(BooleanArray::new(vec![*value; rows].into(), nulls))
        }
        (DataType::Date32, ConstantValue::Date(value)) => Arc::new(Date32Array::new(vec![*value; rows].into(), nulls)),
        (DataType::Timestamp(TimeUnit::Microsecond, zone), ConstantValue::Timestamp(value)) => {
            Arc::new(TimestampMicrosecondArray::new(vec![*value; rows].into(), nulls).with_timezone_opt(zone.clone()))
        }
        _ => return None,
    })
}

#[cfg(test)]
#[path = "mask_tests.rs"]
mod tests;
