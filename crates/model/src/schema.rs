//! The official JSON schemas of the standards, tried on documents, with every error at its line and column.
//!
//! INVARIANT: nothing outside this crate is ever fetched: the schemas are compiled in, and they refer to nothing else.

mod message;

use std::{collections::BTreeSet, sync::LazyLock};

use jsonschema::{Draft, Validator};

use crate::{
    error::{Code, Problem},
    yaml::{Node, problem_at},
};

/// A standard whose schema is compiled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standard {
    /// Open Data Contract Standard 3.2.0, for every 3.x.
    Contract,
    /// Bitol Open Data Product Standard 1.0.0.
    Product,
}

struct Compiled {
    validator: Validator,
    /// Every key that the schema names somewhere, for suggestions.
    keys: BTreeSet<String>,
}

// A constant of the program, computed at first use; there is no state in it.
static CONTRACT: LazyLock<Option<Compiled>> =
    LazyLock::new(|| compile(include_str!("../schemas/odcs-json-schema-v3.2.0.json")));
static PRODUCT: LazyLock<Option<Compiled>> =
    LazyLock::new(|| compile(include_str!("../schemas/odps-json-schema-v1.0.0.json")));

fn compile(text: &str) -> Option<Compiled> {
    let schema: serde_json::Value = serde_json::from_str(text).ok()?;
    let validator = jsonschema::options().with_draft(Draft::Draft201909).build(&schema).ok()?;
    let mut keys = BTreeSet::new();
    collect_keys(&schema, &mut keys);
    Some(Compiled { validator, keys })
}

fn collect_keys(schema: &serde_json::Value, keys: &mut BTreeSet<String>) {
    match schema {
        serde_json::Value::Object(object) => {
            if let Some(serde_json::Value::Object(properties)) = object.get("properties") {
                keys.extend(properties.keys().cloned());
            }
            object.values().for_each(|value| collect_keys(value, keys));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|value| collect_keys(value, keys)),
        _ => {}
    }
}

/// Most problems that are told of one document.
const MOST: usize = 50;

/// Tries a document on a standard's schema.
///
/// # Errors
/// Every violation as `invalid-file` at its position, in the order of the document.
pub fn validate(standard: Standard, document: &Node, path: &str) -> Result<(), Vec<Problem>> {
    let compiled = match standard {
        Standard::Contract => CONTRACT.as_ref(),
        Standard::Product => PRODUCT.as_ref(),
    };
    let Some(compiled) = compiled else {
        return Err(vec![Problem::internal("a compiled-in schema does not compile")]);
    };
    let json = document.to_json();
    let errors: Vec<_> = compiled.validator.iter_errors(&json).take(MOST * 4).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let mut told = message::tell(&errors, document, &compiled.keys);
    told.sort_by_key(|told| told.position);
    told.dedup();
    let problems = told.into_iter().take(MOST).map(|told| {
        let problem = problem_at(path, told.position, Code::InvalidFile, told.message);
        match told.hint {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        }
    });
    Err(problems.collect())
}
