//! SQL steps: `silver/<table>.sql` and `products/<p>/<port>.sql`: a header comment and one query.
//!
//! The header is YAML in the file's first comment, opened by `/* tessera`. The query is parsed here for its form and
//! for the tables it names ([`SqlStep::tables`]); what it means is decided by the engine that runs it.

mod dialect;
mod expansion;
mod extent;
mod incremental;
mod outputs;
mod query;

use serde::{Deserialize, Serialize};

pub use dialect::Postgres;
pub use expansion::is_expansion_bounded;
pub use extent::is_bounded;
pub(crate) use extent::is_bounded_by;
pub use incremental::HINT as NOT_INCREMENTAL;
pub(crate) use outputs::KnownTables;
pub use outputs::{OutputColumn, Outputs};
pub use query::NamedTable;
pub(crate) use query::{check_select, check_single};

use crate::{
    error::{Code, Problem},
    name::PurposeName,
    yaml::{self, Position, problem_at, shown},
};

/// Longest text of a step in bytes, of which the engine takes no more either.
pub const LONGEST: usize = 1 << 20;

/// How a step's table is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Materialise {
    /// Rebuilt whole.
    #[default]
    Table,
    /// Rows of new batches are added.
    Append,
    /// Rows of new batches take the place of those with the same key.
    Merge,
}

/// What the header comment says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct StepHeader {
    /// How the table is made.
    #[serde(default)]
    pub materialise: Materialise,
    /// With `merge`: the columns that name one row. Rows where one of them is NULL are set aside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// With `merge`: the columns whose greatest values win among the rows of one key, then the latest batch and line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<String>,
    /// Partition columns of a silver table; ports state theirs in the contract.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partition_by: Vec<String>,
    /// A condition over the step's columns: rows where it is TRUE go to `<table>__rejected`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject: Option<String>,
    /// The purpose under which foreign products are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<PurposeName>,
}

impl StepHeader {
    /// Whether rows can be set aside.
    pub fn sets_aside(&self) -> bool {
        self.reject.is_some() || self.materialise == Materialise::Merge
    }
}

/// A step: header and query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlStep {
    /// The header.
    pub header: StepHeader,
    /// The query, with white space in the header's place, so that positions in it are positions in the file.
    pub sql: String,
}

impl SqlStep {
    /// Parses a step.
    ///
    /// # Errors
    /// `invalid-file`, `invalid-sql`, `not-incremental`, `too-large`, `too-complex`, each with its position.
    pub fn parse(bytes: &[u8], path: &str) -> Result<Self, Problem> {
        if bytes.len() > LONGEST {
            let message = format!("`{path}` is longer than {} MiB", LONGEST >> 20);
            return Err(problem_at(path, Position::START, Code::TooLarge, message)
                .with_hint("load the values it lists as a source"));
        }
        let text = yaml::text(bytes, path)?;
        let (header, sql) = match header_span(text, path)? {
            Some((content, end)) => (header(text, content, end, path)?, blank(text, end)),
            None => (StepHeader::default(), text.to_owned()),
        };
        if let Some(second) = sql.find("/* tessera") {
            let position = Position::after(sql.get(..second).unwrap_or_default());
            return Err(problem_at(
                path,
                position,
                Code::InvalidFile,
                "the header is not the first thing in the file".to_owned(),
            )
            .with_hint("move `/* tessera ... */` to the top, once"));
        }
        let step = Self { header, sql };
        query::check(&step, path)?;
        Ok(step)
    }

    /// The tables that the query names, in order, each once per mention; its own CTEs are none.
    pub fn tables(&self) -> Vec<NamedTable> {
        query::tables(&self.sql)
    }

    /// The columns that the query gives, as far as its text tells; `known` are the columns of tables it reads.
    pub(crate) fn outputs(&self, known: KnownTables<'_>) -> Outputs {
        outputs::of_sql(&self.sql, known)
    }
}

/// Where the header's YAML starts and where the comment ends.
fn header_span(text: &str, path: &str) -> Result<Option<(usize, usize)>, Problem> {
    let start = text.len() - text.trim_start().len();
    let rest = text.get(start..).unwrap_or_default();
    let Some(inside) = rest.strip_prefix("/*") else { return Ok(None) };
    let word = inside.trim_start();
    let Some(content) =
        word.strip_prefix("tessera").filter(|after| after.starts_with(|c: char| c.is_whitespace() || c == '*'))
    else {
        return Ok(None);
    };
    let content = text.len() - content.len();
    match text.get(content..).and_then(|after| after.find("*/")) {
        Some(length) => Ok(Some((content, content + length))),
        None => {
            let position = Position::after(text.get(..start).unwrap_or_default());
            Err(problem_at(path, position, Code::InvalidFile, "the header is not closed".to_owned())
                .with_hint("end it with `*/`"))
        }
    }
}

/// Reads the YAML between two offsets, everything before it blanked so that positions stay.
fn header(text: &str, content: usize, end: usize, path: &str) -> Result<StepHeader, Problem> {
    let inside = text.get(content..end).unwrap_or_default();
    if inside.trim().is_empty() {
        return Ok(StepHeader::default());
    }
    let blanked: String = text.get(..content).unwrap_or_default().chars().map(blank_character).collect();
    let node = yaml::parse(format!("{blanked}{inside}").as_bytes(), path)?;
    let header = yaml::read_node(&node, path)?;
    incremental::check_header(&node, &header, path)?;
    Ok(header)
}

fn blank_character(character: char) -> char {
    if character == '\n' { '\n' } else { ' ' }
}

/// The text with its header comment blanked.
fn blank(text: &str, end: usize) -> String {
    let end = end + "*/".len();
    let head: String = text.get(..end).unwrap_or_default().chars().map(blank_character).collect();
    head + text.get(end..).unwrap_or_default()
}

/// A problem of the query's text at a position in the file.
pub(crate) fn sql_problem(path: &str, position: Position, message: &str) -> Problem {
    problem_at(path, position, Code::InvalidSql, format!("the SQL is not valid: {}", shown(message)))
}
