//! Masks as functions over single values: total, deterministic, and showing no more than they say (M7).
//!
//! Not for columns of batches: the gateway vectorises these. NULL stays NULL is the caller's matter.
//!
//! | Mask | Fits |
//! |---|---|
//! | partial | text |
//! | generalise year, month, decade | dates, timestamps |
//! | generalise by a step | integers, numbers, decimals |
//! | generalise prefix | text |
//! | token | text, binary (the 32 digits as ASCII bytes) |
//! | constant | every type but containers; a declared value only where it reads as the type |
//! | null, denied | everything |

mod constant;
mod generalise;
mod partial;
mod token;

use model::{
    class::Step,
    column::ColumnType,
    treatment::{Outcome, TokenKey},
};

pub use constant::{ConstantValue, constant};
pub(crate) use constant::{days, micros, unscaled};
pub use generalise::{date, decimal, integer, number, prefix, timestamp};
pub use partial::partial;
pub use token::{Tokens, derive_key, token};

/// Whether an outcome can be carried out on values of a type.
pub fn holds(outcome: &Outcome, kind: &ColumnType) -> bool {
    let container = matches!(kind, ColumnType::Struct(_) | ColumnType::List(_) | ColumnType::Map(_));
    match outcome {
        Outcome::Clear | Outcome::Null | Outcome::Denied => true,
        _ if container => false,
        Outcome::Partial { .. } => *kind == ColumnType::String,
        Outcome::Generalise { to: Step::Year | Step::Month | Step::Decade } => {
            matches!(kind, ColumnType::Date | ColumnType::Timestamp)
        }
        Outcome::Generalise { to: Step::Multiple(_) } => {
            matches!(kind, ColumnType::Integer | ColumnType::Number | ColumnType::Decimal { .. })
        }
        Outcome::Generalise { to: Step::Prefix(_) } => *kind == ColumnType::String,
        Outcome::Token { .. } => matches!(kind, ColumnType::String | ColumnType::Binary),
        Outcome::Constant { value } => constant(value.as_deref(), kind).is_some(),
    }
}

/// The outcome itself if it fits the type, else the next stronger that does. A token can take the place of a weaker
/// mask only if the caller gives its key.
pub fn fit(outcome: &Outcome, kind: &ColumnType, key: Option<&TokenKey>) -> Outcome {
    let token = key.map(|key| Outcome::Token { key: key.clone() });
    [Some(outcome.clone()), token, Some(Outcome::Constant { value: None }), Some(Outcome::Null)]
        .into_iter()
        .flatten()
        .enumerate()
        .find(|(place, candidate)| (*place == 0 || candidate.rank() > outcome.rank()) && holds(candidate, kind))
        .map_or(Outcome::Denied, |(_, candidate)| candidate)
}

/// [`fit`] without a key for tokens.
pub fn fits(outcome: &Outcome, kind: &ColumnType) -> Outcome {
    fit(outcome, kind, None)
}

#[cfg(test)]
mod tests {
    use model::{
        class::{ClassName, PartialKind},
        column::Field,
    };

    use super::*;

    /// One line per mask, one word per type: what really happens.
    #[test]
    fn every_mask_on_every_type_fits_or_gives_the_next_stronger() {
        let key = TokenKey { class: ClassName::from_tag("pii.x"), scope: "mesh".into(), version: 1 };
        let field = Field { name: "a".into(), kind: ColumnType::String, nullable: true, tags: vec![] };
        let kinds = [
            ColumnType::String,
            ColumnType::Integer,
            ColumnType::Number,
            ColumnType::Decimal { precision: 12, scale: 2 },
            ColumnType::Boolean,
            ColumnType::Date,
            ColumnType::Timestamp,
            ColumnType::Binary,
            ColumnType::Struct(vec![field]),
            ColumnType::List(Box::new(ColumnType::String)),
            ColumnType::Map(Box::new(ColumnType::String)),
        ];
        let general = |to| Outcome::Generalise { to };
        let value = |text: &str| Outcome::Constant { value: Some(text.to_owned()) };
        #[rustfmt::skip]
        let table: [(Outcome, [&str; 11]); 13] = [
            //                                            string        integer       number        decimal       boolean     date          timestamp     binary      object  array   map
            (Outcome::Clear,                             ["clear",      "clear",      "clear",      "clear",      "clear",    "clear",      "clear",      "clear",    "clear", "clear", "clear"]),
            (Outcome::Partial { of: PartialKind::Email },["partial",    "constant",   "constant",   "constant",   "constant", "constant",   "constant",   "token",    "null", "null", "null"]),
            (general(Step::Year),                        ["token",      "constant",   "constant",   "constant",   "constant", "generalised","generalised","token",    "null", "null", "null"]),
            (general(Step::Month),                       ["token",      "constant",   "constant",   "constant",   "constant", "generalised","generalised","token",    "null", "null", "null"]),
            (general(Step::Multiple(10)),                ["token",      "generalised","generalised","generalised","constant", "constant",   "constant",   "token",    "null", "null", "null"]),
            (general(Step::Prefix(3)),                   ["generalised","constant",   "constant",   "constant",   "constant", "constant",   "constant",   "token",    "null", "null", "null"]),
            (Outcome::Token { key: key.clone() },        ["token",      "constant",   "constant",   "constant",   "constant", "constant",   "constant",   "token",    "null", "null", "null"]),
            (Outcome::Constant { value: None },          ["constant",   "constant",   "constant",   "constant",   "constant", "constant",   "constant",   "constant", "null", "null", "null"]),
            (value("REDACTED"),                          ["constant",   "null",       "null",       "null",       "null",     "null",       "null",       "constant", "null", "null", "null"]),
            (value("7"),                                 ["constant",   "constant",   "constant",   "constant",   "null",     "null",       "null",       "constant", "null", "null", "null"]),
            (value("2000-01-01"),                        ["constant",   "null",       "null",       "null",       "null",     "constant",   "constant",   "constant", "null", "null", "null"]),
            (Outcome::Null,                              ["null",       "null",       "null",       "null",       "null",     "null",       "null",       "null",     "null", "null", "null"]),
            (Outcome::Denied,                            ["denied",     "denied",     "denied",     "denied",     "denied",   "denied",     "denied",     "denied",   "denied", "denied", "denied"]),
        ];
        for (outcome, expected) in table {
            let words: Vec<&str> = kinds.iter().map(|kind| fit(&outcome, kind, Some(&key)).word()).collect();
            assert_eq!(words, expected, "{outcome:?}");
            for kind in &kinds {
                assert!(fits(&outcome, kind).rank() >= outcome.rank());
                assert!(holds(&fits(&outcome, kind), kind));
            }
        }
    }

    #[test]
    fn without_a_key_a_token_is_passed_over() {
        let general = Outcome::Generalise { to: Step::Year };
        assert_eq!(fits(&general, &ColumnType::String), Outcome::Constant { value: None });
    }
}
