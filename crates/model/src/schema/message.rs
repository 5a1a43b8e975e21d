//! What a schema's violations say to a person, and where.

use std::collections::BTreeSet;

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value as Json;

use crate::{
    suggest,
    yaml::{Node, Position, shown},
};

/// One violation in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) position: Position,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// The operators of a quality rule, of which a rule has exactly one.
const OPERATORS: &str = "`mustBe`, `mustNotBe`, `mustBeGreaterThan`, `mustBeGreaterOrEqualTo`, `mustBeLessThan`, \
                         `mustBeLessOrEqualTo`, `mustBeBetween`, `mustNotBeBetween`";

pub(super) fn tell(errors: &[ValidationError<'_>], document: &Node, keys: &BTreeSet<String>) -> Vec<Told> {
    let mut told = Vec::new();
    for error in errors {
        if is_echo(error, errors, keys) {
            continue;
        }
        tell_one(error, document, keys, &mut told);
    }
    if told.is_empty() {
        // Every violation was an echo of another one: tell them all rather than none.
        errors.iter().for_each(|error| tell_one(error, document, keys, &mut told));
    }
    told
}

/// A key counts as unknown also where the part of the schema that knows it failed for another reason; then only the
/// other reason is worth telling.
fn is_echo(error: &ValidationError<'_>, errors: &[ValidationError<'_>], keys: &BTreeSet<String>) -> bool {
    let (Kind::UnevaluatedProperties { unexpected } | Kind::AdditionalProperties { unexpected }) = error.kind() else {
        return false;
    };
    let here = error.instance_path().as_str();
    let below = |other: &ValidationError<'_>| {
        let path = other.instance_path().as_str();
        let unevaluated = matches!(other.kind(), Kind::UnevaluatedProperties { .. });
        !std::ptr::eq(error, other)
            && path.strip_prefix(here).is_some_and(|rest| rest.starts_with('/') || (rest.is_empty() && !unevaluated))
    };
    unexpected.iter().all(|key| keys.contains(key)) && errors.iter().any(below)
}

fn tell_one(error: &ValidationError<'_>, document: &Node, keys: &BTreeSet<String>, told: &mut Vec<Told>) {
    let pointer = error.instance_path().as_str();
    let position = document.at_pointer(pointer);
    let found = || described(error.instance());
    let mut say = |message: String, hint: Option<String>| told.push(Told { position, message, hint });
    match error.kind() {
        Kind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            say(format!("the key `{key}` is missing{}", of(pointer)), None);
        }
        Kind::UnevaluatedProperties { unexpected } | Kind::AdditionalProperties { unexpected } => {
            for key in unexpected {
                let (parent, _) = document.walk(pointer);
                let position = parent.entry(key).map_or(parent.position, |entry| entry.position);
                told.push(Told {
                    position,
                    message: format!("the key `{}` is not known here", shown(key)),
                    hint: suggest::nearest(key, keys.iter().map(String::as_str))
                        .map(|near| format!("did you mean `{near}`?"))
                        .or_else(|| Some("own facts go into `customProperties`".to_owned())),
                });
            }
        }
        Kind::Enum { options } => {
            let words: Vec<&str> =
                options.as_array().map(|options| options.iter().filter_map(Json::as_str).collect()).unwrap_or_default();
            let hint = error.instance().as_str().and_then(|word| suggest::nearest(word, words.iter().copied()));
            say(
                format!("{} is not one of {}", found(), suggest::quoted(&words)),
                hint.map(|near| format!("did you mean `{near}`?")),
            );
        }
        Kind::Constant { expected_value } => say(format!("expected `{expected_value}`, found {}", found()), None),
        Kind::Type { kind } => {
            let hint = matches!(error.instance().as_ref(), Json::Number(_) | Json::Bool(_))
                .then(|| "quote it if text is meant".to_owned());
            say(format!("expected {}, found {}", type_words(kind), found()), hint);
        }
        Kind::Pattern { pattern } => say(format!("{} does not have the form `{pattern}`", found()), None),
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            if is_rule(error.instance()) {
                say(format!("a quality rule needs exactly one of {OPERATORS}"), None);
            } else {
                match nearest_branch(context) {
                    Some(branch) => branch.iter().for_each(|error| tell_one(error, document, keys, told)),
                    None => say(format!("{} has none of the forms it may have", found()), None),
                }
            }
        }
        Kind::OneOfMultipleValid { .. } => {
            let what = if is_rule(error.instance()) {
                format!("a quality rule takes only one of {OPERATORS}")
            } else {
                format!("{} has several forms at once, of which only one may be given", found())
            };
            say(what, None);
        }
        _ => say(plain(&error.masked().to_string()), None),
    }
}

fn of(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!(" in `{}`", shown(pointer.trim_start_matches('/'))) }
}

/// The branch that was probably meant: the one whose type fits, with the fewest violations.
fn nearest_branch<'a, 'b>(context: &'a [Vec<ValidationError<'b>>]) -> Option<&'a [ValidationError<'b>]> {
    context
        .iter()
        .filter(|branch| !branch.is_empty() && !branch.iter().any(|error| matches!(error.kind(), Kind::Type { .. })))
        .min_by_key(|branch| branch.len())
        .map(Vec::as_slice)
}

fn is_rule(instance: &Json) -> bool {
    instance.get("metric").is_some() || instance.get("query").is_some()
}

fn described(instance: &Json) -> String {
    match instance {
        Json::Null => "nothing".to_owned(),
        Json::String(text) => format!("`{}`", shown(text)),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "keys and values".to_owned(),
        other => format!("`{other}`"),
    }
}

fn type_words(kind: &TypeKind) -> String {
    let word = |name: &str| match name {
        "string" => "text",
        "array" => "a list",
        "object" => "keys and values",
        "boolean" => "`true` or `false`",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "nothing",
    };
    match kind {
        TypeKind::Single(kind) => word(kind.as_str()).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| word(kind.as_str())).collect::<Vec<_>>().join(" or "),
    }
}

/// The validator's own words, made to fit: first letter small, at most 200 characters.
fn plain(message: &str) -> String {
    let mut characters = message.chars().take(200);
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}
