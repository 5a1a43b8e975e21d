//! Which value a cast failed on: the engine says that one did not fit, its author needs to know which.
//!
//! SECURITY: a value is told by its column, file, line and shape, never by itself
//! (test `an_expression_that_fails_shows_no_value`).

use std::fmt::Write as _;

use datafusion::{
    arrow::{
        array::{Array as _, RecordBatch, UInt64Array},
        compute::cast as cast_array,
        datatypes::DataType,
        util::display::array_value_to_string,
    },
    common::{
        Column,
        tree_node::{TreeNode as _, TreeNodeRecursion},
    },
    dataframe::DataFrame,
    functions_aggregate::expr_fn::count,
    logical_expr::{Expr, ExprSchemable as _, LogicalPlan, LogicalPlanBuilder, cast, lit, try_cast},
};
use lake::arrow_types::column_type;
use model::{Code, Problem};

use super::{input::Input, session::Session};
use crate::{gate::first_number, workshop::Workshop};

/// Longest shape that is shown, in characters.
const SHOWN: usize = 40;
const BATCH: &str = "_batch";
const LINE: &str = "_line";

/// A cast of text in a step.
struct Cast {
    /// The rows it is applied to.
    rows: LogicalPlan,
    /// The column it makes, if it stands in a list of columns.
    makes: Option<String>,
    /// What is cast.
    value: Expr,
    /// The one column that the value is made of.
    of: Option<Column>,
    to: DataType,
}

/// A failed build's problem with the first cast that does not fit: column, how often, where, and the shape of a value.
/// The problem as it was, if there is none.
pub(crate) async fn explain(
    workshop: &Workshop<'_>,
    session: &Session,
    target: &str,
    plan: &LogicalPlan,
    problem: Problem,
) -> Problem {
    for cast in casts(plan) {
        let Some((misfits, row)) = look(session, &cast).await else { continue };
        let values = if misfits == 1 { "1 value does".to_owned() } else { format!("{misfits} values do") };
        let column =
            cast.makes.as_ref().map_or_else(|| "an expression".to_owned(), |column| format!("column `{column}`"));
        let kind = column_type(&cast.to, "").map_or_else(|_| cast.to.to_string(), |kind| kind.to_string());
        let mut message = format!("{column} of `{target}`: {values} not fit `{kind}`");
        if let Some(of) = &cast.of {
            _ = write!(message, "; first in `{}`", of.name());
        }
        if let Some(place) = place(workshop, &cast.rows, &row).await {
            _ = write!(message, " of {place}");
        }
        if let Some(text) = row.column_by_name("value").and_then(|value| array_value_to_string(value, 0).ok()) {
            _ = write!(message, ", shaped `{}` (9 is any digit, a any letter)", shape(&text));
        }
        return Problem::new(Code::ExpressionFailed, message)
            .with_hint(
                "nothing was replaced: what was built and published before stays; set such rows aside in a silver step \
                 (`try_cast` the column, and `reject:` where that gave NULL), or correct the file and take it again with \
                 `changed: replace` in its source",
            )
            .with_cause(problem.cause().unwrap_or(problem.message()));
    }
    problem
}

/// The strict casts of text in a plan, those that are computed first first.
fn casts(plan: &LogicalPlan) -> Vec<Cast> {
    let mut nodes: Vec<Vec<Cast>> = Vec::new();
    // A walk that fails finds less; the problem itself is told all the same.
    _ = plan.apply(|node| {
        let inputs = node.inputs();
        let [input] = inputs.as_slice() else { return Ok(TreeNodeRecursion::Continue) };
        let mut casts = Vec::new();
        for expr in node.expressions() {
            let makes = matches!(node, LogicalPlan::Projection(_)).then(|| expr.qualified_name().1);
            _ = expr.apply(|part| {
                if let Expr::Cast(found) = part
                    && let Ok(DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) =
                        found.expr.get_type(input.schema())
                {
                    let columns = found.expr.column_refs();
                    let of = columns.iter().next().filter(|_| columns.len() == 1).map(|column| Column::clone(column));
                    let (value, to) = (found.expr.as_ref().clone(), found.field.data_type().clone());
                    casts.push(Cast { rows: LogicalPlan::clone(input), makes: makes.clone(), value, of, to });
                }
                Ok(TreeNodeRecursion::Continue)
            });
        }
        nodes.push(casts);
        Ok(TreeNodeRecursion::Continue)
    });
    nodes.into_iter().rev().flatten().collect()
}

/// How many values a cast fails on, and the first: its value, and batch and line where the rows have them.
async fn look(session: &Session, failing: &Cast) -> Option<(u64, RecordBatch)> {
    let misfits = LogicalPlanBuilder::from(failing.rows.clone())
        .filter(failing.value.clone().is_not_null().and(try_cast(failing.value.clone(), failing.to.clone()).is_null()))
        .ok()?;
    let counted = misfits.clone().aggregate(Vec::<Expr>::new(), vec![count(lit(1_i64))]).ok()?.build().ok()?;
    let state = session.context().state();
    let number = first_number(&session.collect(DataFrame::new(state.clone(), counted)).await.ok()?);
    if number == 0 {
        return None;
    }
    let shown = failing.of.clone().map_or_else(|| failing.value.clone(), Expr::Column);
    let mut columns = vec![cast(shown, DataType::Utf8).alias("value")];
    let place: Vec<Expr> = [BATCH, LINE]
        .iter()
        .filter_map(|name| failing.rows.schema().qualified_field_with_unqualified_name(name).ok())
        .map(|(qualifier, field)| Expr::Column(Column::new(qualifier.cloned(), field.name())))
        .collect();
    columns.extend(place.iter().zip([BATCH, LINE]).map(|(column, name)| column.clone().alias(name)));
    let mut first = misfits.project(columns).ok()?;
    if place.len() == 2 {
        let by = [BATCH, LINE].map(|name| Expr::Column(Column::new_unqualified(name)).sort(true, true));
        first = first.sort(by).ok()?;
    }
    let first = first.limit(0, Some(1)).ok()?.build().ok()?;
    let batches = session.collect(DataFrame::new(state, first)).await.ok()?;
    Some((number, batches.into_iter().find(|batch| batch.num_rows() > 0)?))
}

/// `line 3 of orders-2.csv`, where the rows are those of one bronze table.
async fn place(workshop: &Workshop<'_>, rows: &LogicalPlan, row: &RecordBatch) -> Option<String> {
    let mut tables = Vec::new();
    rows.apply(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            tables.push(scan.table_name.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .ok()?;
    let [table] = tables.as_slice() else { return None };
    let Input::Bronze(table) = Input::parse(&workshop.domain, table).ok()? else { return None };
    let (batch, line) = (number(row, BATCH)?, number(row, LINE)?);
    let records = workshop.batches(&table).ok()?.records().await.ok()?;
    let path = &records.iter().find(|record| record.batch == batch)?.position.path;
    Some(format!("line {line} of `{path}`"))
}

fn number(row: &RecordBatch, name: &str) -> Option<u64> {
    let numbers = cast_array(row.column_by_name(name)?, &DataType::UInt64).ok()?;
    let numbers = numbers.as_any().downcast_ref::<UInt64Array>()?;
    (!numbers.is_empty() && !numbers.is_null(0)).then(|| numbers.value(0))
}

/// How a text is written, without what it says: `129,90` is `999,99`, `n/a` is `a/a`.
fn shape(text: &str) -> String {
    let mut shape: String = text
        .chars()
        .take(SHOWN)
        .map(|c| match c {
            c if c.is_numeric() => '9',
            c if c.is_ascii_punctuation() && c != '`' || c == ' ' || c == '€' => c,
            c if c.is_alphabetic() => 'a',
            _ => '\u{fffd}',
        })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shape.push('…');
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_tells_the_writing_and_not_the_value() {
        for (text, expected) in [
            ("129,90", "999,99"),
            ("n/a", "a/a"),
            ("Müller 12", "aaaaaa 99"),
            ("a\u{202e}b\u{7}`", "a\u{fffd}a\u{fffd}\u{fffd}"),
            ("", ""),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
        assert_eq!(shape(&"1".repeat(100)).chars().count(), SHOWN + 1);
    }
}
