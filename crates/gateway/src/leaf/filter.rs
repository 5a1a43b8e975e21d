//! Row scopes as engine expressions, by construction: typed columns, typed literals, comparisons that cannot fail.
//!
//! Only TRUE passes. A literal that is no value of its column's type becomes NULL, which hides (M2, M4).

use std::collections::BTreeSet;

use arrow::datatypes::{DataType, SchemaRef, TimeUnit};
use datafusion::{
    common::{Column, DFSchema, ScalarValue},
    error::Result as EngineResult,
    logical_expr::{
        Expr, Operator, binary_expr, cast,
        execution_props::ExecutionProps,
        expr::{InList, Like},
        lit, not,
        physical_planning_context::PhysicalPlanningContext,
        utils::{conjunction, disjunction},
    },
    physical_expr::create_physical_expr,
    physical_plan::PhysicalExpr,
};
use model::{
    scope::{Comparison, Literal, Operand, Predicate, RowScope},
    treatment::RowTreatment,
};
use std::sync::Arc;

/// The row filter of a treatment: an engine expression over the port's columns, and the columns it reads.
#[derive(Debug, Clone)]
pub(crate) struct RowFilter {
    expression: Expr,
    columns: BTreeSet<String>,
}

impl RowFilter {
    /// Compiles a treatment's rows over the port's full schema. `None` if every row passes.
    pub(crate) fn compile(rows: &RowTreatment, schema: &SchemaRef) -> Option<Self> {
        if rows.is_all() {
            return None;
        }
        let compiler = Compiler { schema };
        let any = rows.any_of.as_ref().map(|scopes| {
            // No scope at all gives no row.
            disjunction(scopes.iter().map(|scope| compiler.predicate(&scope.predicate))).unwrap_or_else(|| lit(false))
        });
        let all = rows.all_of.iter().map(|scope| compiler.predicate(&scope.predicate));
        let expression = conjunction(any.into_iter().chain(all)).unwrap_or_else(|| lit(false));
        let scopes = rows.any_of.iter().flatten().chain(&rows.all_of);
        Some(Self { expression, columns: scopes.flat_map(RowScope::columns).collect() })
    }

    /// The columns it reads.
    pub(crate) fn columns(&self) -> &BTreeSet<String> {
        &self.columns
    }

    /// The expression itself, for pruning files by the policy's own words.
    pub(crate) fn expression(&self) -> &Expr {
        &self.expression
    }

    /// The expression ready to run over batches of a schema, narrowed by comparisons that cannot fail.
    pub(crate) fn physical(&self, asked: &[Expr], schema: &SchemaRef) -> EngineResult<Arc<dyn PhysicalExpr>> {
        let schema = DFSchema::try_from(Arc::clone(schema))?;
        let expression = asked.iter().cloned().fold(self.expression.clone(), Expr::and);
        create_physical_expr(&expression, &schema, &ExecutionProps::new(), &PhysicalPlanningContext::default())
    }
}

struct Compiler<'a> {
    schema: &'a SchemaRef,
}

impl Compiler<'_> {
    fn predicate(&self, predicate: &Predicate) -> Expr {
        match predicate {
            Predicate::Compare(left, comparison, right) => {
                let Some(kind) = self.kind_of([left, right]) else { return unknown() };
                binary_expr(self.operand(left, &kind), operator(*comparison), self.operand(right, &kind))
            }
            Predicate::In { operand, list, negated } => {
                let Some(kind) = self.kind_of(std::iter::once(operand).chain(list)) else { return unknown() };
                let list = list.iter().map(|item| self.operand(item, &kind)).collect();
                Expr::InList(InList::new(Box::new(self.operand(operand, &kind)), list, *negated))
            }
            Predicate::Between { operand, low, high, negated } => {
                let Some(kind) = self.kind_of([operand, low, high]) else { return unknown() };
                let value = || self.operand(operand, &kind);
                let inside = binary_expr(value(), Operator::GtEq, self.operand(low, &kind)).and(binary_expr(
                    value(),
                    Operator::LtEq,
                    self.operand(high, &kind),
                ));
                if *negated { not(inside) } else { inside }
            }
            Predicate::IsNull { operand, negated } => {
                let Some(kind) = self.kind_of([operand]) else { return unknown() };
                let value = self.operand(operand, &kind);
                if *negated { value.is_not_null() } else { value.is_null() }
            }
            Predicate::StartsWith { operand, prefix, negated } => self.starts_with(operand, prefix, *negated),
            Predicate::And(parts) => {
                conjunction(parts.iter().map(|part| self.predicate(part))).unwrap_or_else(|| lit(true))
            }
            Predicate::Or(parts) => {
                disjunction(parts.iter().map(|part| self.predicate(part))).unwrap_or_else(|| lit(false))
            }
            Predicate::Not(inner) => not(self.predicate(inner)),
        }
    }

    fn starts_with(&self, operand: &Operand, prefix: &str, negated: bool) -> Expr {
        let Some(kind @ DataType::Utf8View) = self.kind_of([operand]) else { return unknown() };
        let escaped = prefix.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = lit(ScalarValue::Utf8View(Some(format!("{escaped}%"))));
        let value = self.operand(operand, &kind);
        Expr::Like(Like::new(negated, Box::new(value), Box::new(pattern), None, false))
    }

    /// The type in which operands are compared: that of the columns among them; text without a column. `None` if a
    /// column is absent or no type holds all of them.
    fn kind_of<'o>(&self, operands: impl IntoIterator<Item = &'o Operand>) -> Option<DataType> {
        let mut found: Option<DataType> = None;
        let mut fraction = 0;
        for operand in operands {
            match operand {
                Operand::Column(name) => {
                    let kind = self.schema.field_with_name(name).ok()?.data_type().clone();
                    found = Some(match found {
                        None => kind,
                        Some(other) if other == kind => kind,
                        Some(other) => common(&other, &kind)?,
                    });
                }
                Operand::Literal(Literal::Number(text)) => fraction = fraction.max(digits_after_point(text)),
                Operand::Attribute(_) | Operand::Literal(_) => {}
            }
        }
        match found {
            // A whole column against 1.5: compared exactly, neither is rounded.
            Some(DataType::Int64) if fraction > 0 => Some(DataType::Decimal128(38, fraction.min(18))),
            Some(DataType::Decimal128(precision, scale)) if fraction > scale => {
                let whole = i16::from(precision) - i16::from(scale);
                let fraction = fraction.min(i8::try_from((38 - whole).max(0)).unwrap_or(0));
                Some(DataType::Decimal128(38, fraction.max(scale)))
            }
            None => Some(DataType::Utf8View),
            kind => kind,
        }
    }

    fn operand(&self, operand: &Operand, kind: &DataType) -> Expr {
        match operand {
            Operand::Column(name) => {
                let column = Expr::Column(Column::new_unqualified(name));
                match self.schema.field_with_name(name) {
                    Ok(field) if field.data_type() == kind => column,
                    _ => cast(column, kind.clone()),
                }
            }
            // Attributes were bound by `governance`; one that is left hides.
            Operand::Attribute(_) => Expr::Literal(null(kind), None),
            Operand::Literal(literal) => Expr::Literal(value(literal, kind).unwrap_or_else(|| null(kind)), None),
        }
    }
}

/// A truth value that is neither, and so hides, also under NOT.
fn unknown() -> Expr {
    lit(ScalarValue::Boolean(None))
}

fn null(kind: &DataType) -> ScalarValue {
    ScalarValue::try_from(kind).unwrap_or(ScalarValue::Null)
}

/// A type that holds the values of both without rounding or error.
fn common(left: &DataType, right: &DataType) -> Option<DataType> {
    use DataType::{Date32, Decimal128, Float64, Int64, Timestamp};
    let timestamp = || Timestamp(TimeUnit::Microsecond, Some(lake::arrow_types::UTC.into()));
    Some(match (left, right) {
        (Int64, Decimal128(_, scale)) | (Decimal128(_, scale), Int64) if *scale <= 18 => Decimal128(38, *scale),
        (Decimal128(p1, s1), Decimal128(p2, s2)) => {
            let scale = (*s1).max(*s2);
            let whole = (i16::from(*p1) - i16::from(*s1)).max(i16::from(*p2) - i16::from(*s2));
            let precision = u8::try_from(whole + i16::from(scale)).ok().filter(|precision| *precision <= 38)?;
            Decimal128(precision, scale)
        }
        (Int64 | Decimal128(..), Float64) | (Float64, Int64 | Decimal128(..)) => Float64,
        (Date32, Timestamp(..)) | (Timestamp(..), Date32) => timestamp(),
        _ => return None,
    })
}

fn digits_after_point(text: &str) -> i8 {
    text.split_once('.').map_or(0, |(_, digits)| i8::try_from(digits.trim_end_matches('0').len()).unwrap_or(38))
}

fn operator(comparison: Comparison) -> Operator {
    match comparison {
        Comparison::Equal => Operator::Eq,
        Comparison::NotEqual => Operator::NotEq,
        Comparison::Less => Operator::Lt,
        Comparison::LessOrEqual => Operator::LtEq,
        Comparison::Greater => Operator::Gt,
        Comparison::GreaterOrEqual => Operator::GtEq,
    }
}

/// A literal as a value of a type; `None` if it is none.
fn value(literal: &Literal, kind: &DataType) -> Option<ScalarValue> {
    match literal {
        Literal::Null => None,
        Literal::Boolean(value) if *kind == DataType::Boolean => Some(ScalarValue::Boolean(Some(*value))),
        Literal::Boolean(_) => None,
        Literal::Text(text) | Literal::Number(text) => match kind {
            DataType::Boolean => match text.as_str() {
                "true" | "TRUE" => Some(ScalarValue::Boolean(Some(true))),
                "false" | "FALSE" => Some(ScalarValue::Boolean(Some(false))),
                _ => None,
            },
            DataType::Float64 => text.parse().ok().map(|number| ScalarValue::Float64(Some(number))),
            _ => ScalarValue::try_from_string(text.clone(), kind).ok(),
        },
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
