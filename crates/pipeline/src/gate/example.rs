//! One breaking value of a failed rule, masked where its column is classified.
//!
//! SECURITY: an example never shows a classified value clear (test `an_example_of_a_classified_column_is_masked`).

use std::sync::Arc;

use datafusion::{
    arrow::{array::RecordBatch, util::display::array_value_to_string},
    functions_aggregate::expr_fn::count,
    logical_expr::{Expr, lit},
};
use governance::sample::masked;
use lake::arrow_types::column_type;
use model::{Problem, contract::PortContract};

use super::{
    Candidate, CandidatePort,
    measure::{Check, What, col},
};
use crate::engine::Engine;

/// Longest shown value, in characters.
const SHOWN: usize = 60;

/// An example, if one can be given: the breaking value, and the key of its row. A failure here loses the example, never
/// the verdict.
pub(crate) async fn find(
    engine: &Engine,
    candidate: &Candidate<'_>,
    contract: &PortContract,
    port: &CandidatePort,
    check: &Check,
) -> Option<String> {
    let key: Vec<String> = contract
        .columns
        .iter()
        .filter(|column| column.primary_key.is_some())
        .map(|column| column.name.clone())
        .filter(|column| port.schema.iter().any(|field| field.name == *column))
        .collect();
    let (shown, batches) = match &check.what {
        What::Matching(_, condition) => {
            let mut shown: Vec<String> = check.column.iter().cloned().collect();
            shown.extend(key.into_iter().filter(|column| Some(column) != check.column.as_ref()));
            let batches = first_row(engine, port, condition.clone(), &shown).await.ok()?;
            (shown, batches)
        }
        What::Duplicates { columns, .. } => {
            let batches = first_duplicate(engine, port, columns).await.ok()?;
            (columns.clone(), batches)
        }
        What::Rows | What::Impossible(_) => return None,
    };
    let batch = batches.iter().find(|batch| batch.num_rows() > 0)?;
    let parts: Vec<String> = shown.iter().map(|column| value(candidate, port, batch, column)).collect();
    Some(parts.join(", "))
}

async fn first_row(
    engine: &Engine,
    port: &CandidatePort,
    condition: Expr,
    columns: &[String],
) -> Result<Vec<RecordBatch>, Problem> {
    let session = engine.rule_session()?;
    let frame = session
        .context()
        .read_table(Arc::clone(&port.provider))
        .and_then(|frame| frame.filter(condition))
        .and_then(|frame| frame.select(columns.iter().map(|column| col(column)).collect::<Vec<_>>()))
        .and_then(|frame| frame.limit(0, Some(1)))
        .map_err(|error| lake::engine_problem(&error))?;
    session.collect(frame).await
}

async fn first_duplicate(
    engine: &Engine,
    port: &CandidatePort,
    columns: &[String],
) -> Result<Vec<RecordBatch>, Problem> {
    let session = engine.rule_session()?;
    let complete = columns.iter().map(|column| col(column).is_not_null()).reduce(Expr::and);
    let frame = session
        .context()
        .read_table(Arc::clone(&port.provider))
        .and_then(|frame| frame.filter(complete.unwrap_or_else(|| lit(true))))
        .and_then(|frame| {
            let rows = count(lit(1_i64)).alias("__rows");
            frame.aggregate(columns.iter().map(|column| col(column)).collect(), vec![rows])
        })
        .and_then(|frame| frame.filter(col("__rows").gt(lit(1_i64))))
        .and_then(|frame| frame.limit(0, Some(1)))
        .map_err(|error| lake::engine_problem(&error))?;
    session.collect(frame).await
}

/// `column` = `value`, as whoever builds the product may see it.
fn value(candidate: &Candidate<'_>, port: &CandidatePort, batch: &RecordBatch, column: &str) -> String {
    let Some(array) = batch.column_by_name(column) else { return format!("`{column}`") };
    if array.is_null(0) {
        return format!("`{column}` is NULL");
    }
    let text = array_value_to_string(array, 0).unwrap_or_default();
    let classes = port.classes.get(column).cloned().unwrap_or_default();
    let kind = column_type(array.data_type(), column);
    let shown = match kind {
        Ok(kind) => masked(&text, &kind, &classes, candidate.classes),
        Err(_) if classes.is_empty() => Some(text),
        Err(_) => None,
    };
    match shown {
        Some(text) => format!("`{column}` = `{}`", printable(&text)),
        None => format!("`{column}` = (not shown)"),
    }
}

/// A value without control characters, cut where it is long.
pub(crate) fn printable(text: &str) -> String {
    let mut shown: String =
        text.chars().take(SHOWN).map(|c| if c.is_control() || is_direction(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
