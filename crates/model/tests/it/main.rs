//! The vocabulary from outside: official documents, hostile input, the texts of errors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

// The name every other crate knows it by.
extern crate tessera_model as model;

mod bombs;
mod breaking;
mod contract;
mod documents;
mod every_kind;
mod fuzzed;
#[allow(dead_code)]
#[path = "../../../../fuzz/targets/mutate.rs"]
mod mutate;
mod own_files;
mod refused;
#[allow(dead_code)]
#[path = "../../../../fuzz/targets/model.rs"]
mod targets;

use model::Problem;

/// Problems as people read them.
fn told(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| match problem.hint() {
            Some(hint) => format!("[{}] {problem}\n  {hint}\n", problem.code()),
            None => format!("[{}] {problem}\n", problem.code()),
        })
        .collect()
}
