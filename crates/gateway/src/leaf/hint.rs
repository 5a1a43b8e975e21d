//! Hints: conditions of a statement that may leave out files, row groups and pages of a treated port (E3).
//!
//! A hint is a copy. The condition itself is evaluated above the leaf, on what the leaf shows, and row filter and masks on
//! whatever the scan reads, so that a hint changes how much is read and nothing else. It compares a column whose stored
//! values are shown as they are with a value of the same type, so that it cannot fail. Where rows are hidden, the rows of
//! what is read are held to it too: what was read because of a hidden row tells nothing.

use arrow::datatypes::DataType;
use datafusion::{
    common::ScalarValue,
    logical_expr::{BinaryExpr, Expr, Operator, expr::InList},
};

/// Whether a condition is made of nothing but comparisons of clear columns with values. `clear` gives the type of a clear
/// column; `None` for every other one.
pub(super) fn is_hint(condition: &Expr, clear: &dyn Fn(&str) -> Option<DataType>) -> bool {
    match condition {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And | Operator::Or, right }) => {
            is_hint(left, clear) && is_hint(right, clear)
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(*op) => {
            let sides = |column: &Expr, value: &Expr| compares(column, std::iter::once(value), clear);
            sides(left, right) || sides(right, left)
        }
        Expr::InList(InList { expr, list, negated: false }) => compares(expr, list, clear),
        _ => false,
    }
}

fn is_comparison(operator: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    matches!(operator, Eq | NotEq | Lt | LtEq | Gt | GtEq)
}

/// Whether it is a clear column beside values of its own type.
fn compares<'a>(
    column: &Expr,
    values: impl IntoIterator<Item = &'a Expr>,
    clear: &dyn Fn(&str) -> Option<DataType>,
) -> bool {
    let Expr::Column(column) = column else { return false };
    let Some(kind) = clear(column.name()).filter(is_ordered) else { return false };
    values.into_iter().all(|value| matches!(value, Expr::Literal(value, _) if is_of(value, &kind)))
}

/// Whether statistics order the values of a type as comparisons do. They leave NaN out of a float's bounds, and
/// comparisons do not.
fn is_ordered(kind: &DataType) -> bool {
    !kind.is_floating() && !kind.is_nested()
}

fn is_of(value: &ScalarValue, kind: &DataType) -> bool {
    !value.is_null() && value.data_type() == *kind
}

#[cfg(test)]
#[path = "hint_tests.rs"]
mod tests;
