//! Synthetic samples: invented rows, and the masked form of their values.
//!
//! Tokens of samples are made with a fixed, public key: they join with nothing and prove nothing.

mod invented;

use std::collections::BTreeSet;

use model::{
    class::{ClassName, Classifications, Mask},
    column::ColumnType,
    treatment::{Outcome, TokenKey},
};

use crate::mask::{self, ConstantValue};

pub use invented::invented;

/// The value of a sample's cell for a reader without any grant: `None` for NULL, also where the column is denied.
///
/// `value` is the text form of the column's type; a text that does not read as the type becomes NULL where its mask
/// needs the value.
pub fn masked(
    value: &str,
    kind: &ColumnType,
    carried: &BTreeSet<ClassName>,
    classes: &Classifications,
) -> Option<String> {
    let outcomes = carried.iter().map(|class| mask::fit(&required(class, classes), kind, Some(&key(class))));
    outcomes.max().map_or_else(|| Some(value.to_owned()), |outcome| shown(value, kind, &outcome))
}

/// The value of a sample's cell under an outcome, as [`masked`].
pub fn shown(value: &str, kind: &ColumnType, outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Clear => Some(value.to_owned()),
        Outcome::Partial { of } => Some(mask::partial(*of, value)),
        Outcome::Generalise { to } => generalised(value, kind, *to),
        Outcome::Token { key } => Some(mask::token(&mask::derive_key(&[0; 32], key), value.as_bytes())),
        Outcome::Constant { value } => mask::constant(value.as_deref(), kind).and_then(|value| text_of(&value, kind)),
        Outcome::Null | Outcome::Denied => None,
    }
}

fn required(class: &ClassName, classes: &Classifications) -> Outcome {
    match classes.get(class).and_then(|declared| declared.mask.as_ref()) {
        Some(Mask::Partial { of }) => Outcome::Partial { of: *of },
        Some(Mask::Generalise { to }) => Outcome::Generalise { to: *to },
        Some(Mask::Token { .. }) => Outcome::Token { key: key(class) },
        Some(Mask::Constant { value }) => Outcome::Constant { value: value.clone() },
        Some(Mask::Null {}) => Outcome::Null,
        Some(Mask::Denied {}) | None => Outcome::Denied,
    }
}

fn key(class: &ClassName) -> TokenKey {
    TokenKey { class: class.clone(), scope: "sample".to_owned(), version: 0 }
}

fn generalised(value: &str, kind: &ColumnType, to: model::class::Step) -> Option<String> {
    use model::class::Step;
    match (kind, to) {
        (ColumnType::String, Step::Prefix(count)) => Some(mask::prefix(value, count).to_owned()),
        (ColumnType::Date, _) => date_text(mask::date(mask::days(value)?, to)),
        (ColumnType::Timestamp, _) => instant_text(mask::timestamp(mask::micros(value)?, to)),
        (ColumnType::Integer, Step::Multiple(step)) => Some(mask::integer(value.parse().ok()?, step).to_string()),
        (ColumnType::Number, Step::Multiple(step)) => Some(mask::number(value.parse().ok()?, step).to_string()),
        (ColumnType::Decimal { precision, scale }, Step::Multiple(step)) => {
            let unscaled = mask::unscaled(value, *precision, *scale)?;
            Some(decimal_text(mask::decimal(unscaled, *precision, *scale, step), *scale))
        }
        _ => None,
    }
}

fn text_of(value: &ConstantValue, kind: &ColumnType) -> Option<String> {
    match value {
        ConstantValue::Text(text) => Some(text.clone()),
        ConstantValue::Integer(number) => Some(number.to_string()),
        ConstantValue::Number(number) => Some(number.to_string()),
        ConstantValue::Decimal(unscaled) => match kind {
            ColumnType::Decimal { scale, .. } => Some(decimal_text(*unscaled, *scale)),
            _ => None,
        },
        ConstantValue::Boolean(truth) => Some(truth.to_string()),
        ConstantValue::Date(days) => date_text(*days),
        ConstantValue::Timestamp(micros) => instant_text(*micros),
        ConstantValue::Binary(bytes) => String::from_utf8(bytes.clone()).ok(),
    }
}

fn date_text(days: i32) -> Option<String> {
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    Some(date.to_string())
}

fn instant_text(micros: i64) -> Option<String> {
    jiff::Timestamp::from_microsecond(micros).ok().map(|instant| instant.to_string())
}

fn decimal_text(unscaled: i128, scale: u8) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}
