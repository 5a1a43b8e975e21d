//! What goes wrong while a typed value is read from a node: serde's errors in the house's words, with a position.

use std::fmt;

use serde::de;

use super::{Position, problem_at, shown};
use crate::{
    error::{Code, Problem},
    suggest,
};

/// An error on the way from a node to a value.
#[derive(Debug)]
pub struct Error(Box<Parts>);

#[derive(Debug)]
struct Parts {
    message: String,
    hint: Option<String>,
    position: Option<Position>,
}

impl Error {
    pub(super) fn new(message: String) -> Self {
        Self(Box::new(Parts { message, hint: None, position: None }))
    }

    pub(super) fn hinted(message: String, hint: Option<String>) -> Self {
        Self(Box::new(Parts { message, hint, position: None }))
    }

    /// Says where, unless something nearer has said it.
    pub(super) fn at(mut self, position: Position) -> Self {
        self.0.position.get_or_insert(position);
        self
    }

    pub(super) fn into_problem(self, start: Position, path: &str) -> Problem {
        let problem = problem_at(path, self.0.position.unwrap_or(start), Code::InvalidFile, self.0.message);
        match self.0.hint {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        // What arrives here are the reasons of our own constructors, and forms of untagged enums, which state their
        // own expectation (`#[serde(expecting)]`).
        Self::new(message.to_string())
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found {}", described(&found)))
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found {}", described(&found)))
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found {length} entries"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let hint = suggest::hint(field, expected.iter().copied());
        Self::hinted(format!("the key `{}` is not known here", shown(field)), hint)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let hint = suggest::nearest(variant, expected.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        Self::hinted(format!("`{}` is not one of {}", shown(variant), suggest::quoted(expected)), hint)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` stands twice"))
    }
}

fn described(found: &de::Unexpected<'_>) -> String {
    match found {
        de::Unexpected::Str(text) => format!("`{}`", shown(text)),
        de::Unexpected::Bool(value) => format!("`{value}`"),
        de::Unexpected::Unsigned(value) => format!("`{value}`"),
        de::Unexpected::Signed(value) => format!("`{value}`"),
        de::Unexpected::Float(value) => format!("`{value}`"),
        de::Unexpected::Unit | de::Unexpected::Option => "nothing".to_owned(),
        de::Unexpected::Seq => "a list".to_owned(),
        de::Unexpected::Map => "keys and values".to_owned(),
        _ => "something else".to_owned(),
    }
}
