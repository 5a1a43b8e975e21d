//! YAML as people write it, read into typed values with a position for every mistake.
//!
//! A document becomes a tree of nodes that know their line and column ([`parse`]); typed values are read from the tree
//! ([`read`]), so that an error in a value points at the value and an unknown key at the key. Scalars keep their text:
//! `no`, `on` and `2026-11-22` are text wherever text is meant, and only `true` and `false` are truth values.
//!
//! INVARIANT: work and memory are bounded by [`LARGEST`], [`MOST_NODES`] and [`DEEPEST`]; aliases count as the nodes
//! they stand for, duplicate and merge keys are refused.

mod build;
mod convert;
mod error;
mod node;

use serde::de::DeserializeOwned;

pub use node::{Entry, Node, Position, Scalar, Value};

use crate::error::{Code, Location, Problem};

/// Largest document in bytes.
pub const LARGEST: usize = 4 << 20;

/// Most nodes of a document, aliases counted as what they stand for.
pub const MOST_NODES: usize = 50_000;

/// Deepest nesting.
pub const DEEPEST: usize = 64;

/// Reads a typed value from a document.
///
/// # Errors
/// `invalid-file`, `too-large`, `too-complex`, with file, line and column.
pub fn read<T: DeserializeOwned>(bytes: &[u8], path: &str) -> Result<T, Problem> {
    read_node(&parse(bytes, path)?, path)
}

/// Reads a typed value from a parsed document.
///
/// # Errors
/// `invalid-file` with file, line and column.
pub fn read_node<T: DeserializeOwned>(node: &Node, path: &str) -> Result<T, Problem> {
    T::deserialize(node).map_err(|error| error.into_problem(node.position, path))
}

/// Parses the single document of a text into nodes.
///
/// # Errors
/// As for [`read`].
pub fn parse(bytes: &[u8], path: &str) -> Result<Node, Problem> {
    build::build(text(bytes, path)?, path)
}

/// The text of a file: UTF-8, not larger than [`LARGEST`], without a byte order mark.
///
/// # Errors
/// `too-large` and `invalid-file`, with file, line and column.
pub fn text<'a>(bytes: &'a [u8], path: &str) -> Result<&'a str, Problem> {
    if bytes.len() > LARGEST {
        return Err(problem_at(path, Position::START, Code::TooLarge, too_large(path)).with_hint(
            "a repository holds descriptions; put data into the domain's drop folder and describe it as a source",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let position = Position::after(&String::from_utf8_lossy(valid));
        problem_at(path, position, Code::InvalidFile, "the file is not UTF-8 text".to_owned())
            .with_hint("save it as UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn too_large(path: &str) -> String {
    format!("`{path}` is larger than {} MiB", LARGEST >> 20)
}

/// A problem at a position of a file.
pub fn problem_at(path: &str, position: Position, code: Code, message: String) -> Problem {
    Problem::new(code, message).at(Location { file: path.to_owned(), line: position.line, column: position.column })
}

/// Text as it may stand in a message: without control and direction characters, at most 60 characters.
pub fn shown(text: &str) -> String {
    let mut shown: String =
        text.chars().take(60).map(|c| if crate::column::is_hidden(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}
