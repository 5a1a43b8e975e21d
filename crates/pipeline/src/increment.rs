//! Tables built by increments: only rows of new batches are made, then added (`append`) or put in the place of rows with
//! the same key (`merge`). What comes out is what a whole build gives.
//!
//! An increment counts batches, never times: a table remembers through which batch it was made, and the chain of the
//! batch log proves that nothing before changed. Whatever is not certain - another text of the step, a batch that takes
//! the place of an older one, a column that got another type - builds the table whole.

use std::sync::Arc;

use datafusion::{
    common::{
        Column, JoinType, TableReference,
        tree_node::{TreeNode as _, TreeNodeRecursion},
    },
    error::DataFusionError,
    functions_window::expr_fn::row_number,
    logical_expr::{
        Expr, ExprFunctionExt as _, Filter, LogicalPlan, LogicalPlanBuilder, Projection, SubqueryAlias, cast, lit, when,
    },
};
use lake::{
    BatchLog, BatchRecord,
    batches::{BATCH, LINE},
};
use model::{
    Code, Digest, Problem,
    column::{ColumnType, Field},
    files::sql::{Materialise, NOT_INCREMENTAL, StepHeader},
};
use serde::{Deserialize, Serialize};

use crate::build::output::{SET_ASIDE, column_of, internal};

/// A row's batch on its way through a step.
const CARRIED_BATCH: &str = "__batch";
/// A row's line on its way through a step.
const CARRIED_LINE: &str = "__line";
/// The place of a row among those of its key.
const PLACE: &str = "__place";
/// The rows of new batches.
const NEW: &str = "new";
/// The rows that are there.
const OLD: &str = "old";
/// Increments after which an appended table is built whole, so that its files do not become many.
const MOST_INCREMENTS: u32 = 100;

/// The source table of a step.
pub(crate) struct Bronze {
    /// Its rows.
    pub(crate) log: BatchLog,
    /// Its records.
    pub(crate) records: Vec<BatchRecord>,
    /// Its columns.
    pub(crate) columns: Vec<Field>,
}

/// What of its source table a table holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// Digest of the step's file.
    step: Digest,
    /// The last batch.
    pub(crate) through: u64,
    /// Digest of its record, which stands for all before it.
    link: Digest,
    /// The columns of the source table.
    columns: Vec<(String, ColumnType)>,
    /// Increments since the table was built whole.
    increments: u32,
}

impl Taken {
    /// All of a source table, taken at once.
    pub(crate) fn all(step: Digest, bronze: &Bronze) -> Result<Self, Problem> {
        Ok(Self {
            step,
            through: bronze.records.len() as u64,
            link: link(bronze.records.last())?,
            columns: bronze.columns.iter().map(|field| (field.name.clone(), field.kind.clone())).collect(),
            increments: 0,
        })
    }

    /// This, reached by one more increment on top of what was taken before; `None` if the table has to be built whole.
    pub(crate) fn on_top_of(
        &self,
        before: &Self,
        materialise: Materialise,
        records: &[BatchRecord],
    ) -> Result<Option<Self>, Problem> {
        let (old, new) = records.split_at(usize::try_from(before.through).unwrap_or(usize::MAX).min(records.len()));
        let same_step = before.step == self.step;
        let same_past = old.len() as u64 == before.through && link(old.last())? == before.link;
        let nothing_replaced = new.iter().flat_map(|record| &record.replaces).all(|batch| *batch > before.through);
        let same_types = before.columns.iter().all(|column| self.columns.contains(column));
        let few = materialise != Materialise::Append || before.increments < MOST_INCREMENTS;
        let follows = same_step && same_past && nothing_replaced && same_types && few;
        Ok(follows.then(|| Self { increments: before.increments + 1, ..self.clone() }))
    }
}

/// What a record's chain is known by.
fn link(record: Option<&BatchRecord>) -> Result<Digest, Problem> {
    let bytes = record.map(serde_json::to_vec).transpose().map_err(Problem::internal)?;
    Ok(Digest::of(&bytes.unwrap_or_default()))
}

/// The one source table that a step reads.
///
/// # Errors
/// `not-incremental` if it reads none, or the rows that were set aside from one.
pub(crate) fn source<'a>(mut tables: impl Iterator<Item = &'a Bronze>) -> Result<&'a Bronze, Problem> {
    match (tables.next(), tables.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(refuse("it reads no accepted rows of a source table; rows set aside are no input")),
        (Some(_), Some(_)) => Err(refuse("it reads more than one table")),
    }
}

fn refuse(what: &str) -> Problem {
    Problem::new(Code::NotIncremental, format!("the step cannot be built by increments: {what}"))
        .with_hint(NOT_INCREMENTAL)
}

/// Whether each row of a plan is made of one row of one table, and nothing else.
///
/// # Errors
/// `not-incremental` naming what is in the way.
pub(crate) fn check(plan: &LogicalPlan) -> Result<(), Problem> {
    let mut scans = 0;
    let mut found = None;
    plan.apply(|node| {
        match node {
            LogicalPlan::TableScan(_) => scans += 1,
            LogicalPlan::Projection(_) | LogicalPlan::Filter(_) | LogicalPlan::SubqueryAlias(_) => {}
            other => found = Some(format!("it needs {} over more than one row", kind(other))),
        }
        for expression in node.expressions() {
            expression.apply(|part| {
                if matches!(part, Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_)) {
                    found = Some("a query within an expression reads more than one row".to_owned());
                }
                Ok(TreeNodeRecursion::Continue)
            })?;
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .map_err(|error| internal(&error))?;
    match found {
        Some(what) => Err(refuse(&what)),
        None if scans != 1 => Err(refuse("it does not read exactly one table")),
        None => Ok(()),
    }
}

/// The name of a plan's node as people know it.
fn kind(node: &LogicalPlan) -> String {
    node.display().to_string().split([':', ' ']).next().unwrap_or_default().to_lowercase()
}

/// Checks the header's columns against those of the step.
///
/// # Errors
/// `invalid-sql` for columns that the step does not give or that are not told apart or ordered.
pub(crate) fn check_columns(header: &StepHeader, fields: &[Field]) -> Result<(), Problem> {
    let lists = [("key", &header.key, false), ("order_by", &header.order_by, true)];
    let mut problems = Vec::new();
    for (list, names, numbers) in lists {
        for name in names {
            let fits = |kind: &ColumnType| match kind {
                ColumnType::Struct(_) | ColumnType::List(_) | ColumnType::Map(_) => false,
                ColumnType::Number => numbers,
                _ => true,
            };
            match fields.iter().find(|field| field.name == *name) {
                None => problems.push(
                    Problem::new(
                        Code::InvalidSql,
                        format!("the header's `{list}` names `{name}`, which the step does not give"),
                    )
                    .with_hint("name a column of the query"),
                ),
                Some(field) if !fits(&field.kind) => problems.push(
                    Problem::new(Code::InvalidSql, format!("the header's `{list}` names `{name}`, a {}", field.kind))
                        .with_hint("cast it to text, an integer, a decimal, a date or a timestamp"),
                ),
                Some(_) => {}
            }
        }
    }
    Problem::all(problems).map_or(Ok(()), Err)
}

/// The last row of each key, and every row that is set aside, of the source rows that a plan reads. `aside` says of a row
/// whether it is set aside; the plan gives the step's columns and that mark.
pub(crate) fn last_of_each_key(
    plan: LogicalPlan,
    fields: &[Field],
    header: &StepHeader,
    aside: impl FnOnce(&LogicalPlanBuilder) -> Result<Option<Expr>, Problem>,
) -> Result<LogicalPlan, Problem> {
    let wrong = |error: DataFusionError| internal(&error);
    let builder = LogicalPlanBuilder::from(carry(plan).map_err(wrong)?).alias("step").map_err(wrong)?;
    let mut mark = aside(&builder)?.map_or_else(|| lit(false), |condition| condition.is_true());
    for name in &header.key {
        mark = mark.or(column_of(name).is_null());
    }
    let mut columns: Vec<Expr> = fields.iter().map(stored).collect();
    columns.extend([mark.alias(SET_ASIDE), column_of(CARRIED_BATCH), column_of(CARRIED_LINE)]);
    let mut parts = vec![column_of(SET_ASIDE)];
    parts.extend(header.key.iter().map(|name| column_of(name)));
    let latest = header.order_by.iter().map(String::as_str).chain([CARRIED_BATCH, CARRIED_LINE]);
    let latest: Vec<_> = latest.map(|name| column_of(name).sort(false, false)).collect();
    let place = row_number().partition_by(parts).order_by(latest).build().map_err(wrong)?.alias(PLACE);
    let mut kept: Vec<Expr> = fields.iter().map(|field| column_of(&field.name)).collect();
    kept.push(column_of(SET_ASIDE));
    builder
        .project(columns)
        .and_then(|builder| builder.alias("made"))
        .and_then(|builder| builder.window([place]))
        .and_then(|builder| builder.filter(column_of(SET_ASIDE).or(column_of(PLACE).eq(lit(1_u64)))))
        .and_then(|builder| builder.project(kept))
        .and_then(LogicalPlanBuilder::build)
        .map_err(wrong)
}

/// The rows of a table after rows of new batches took the places of those with their keys. Both plans give the step's
/// columns, `new` also the mark of rows set aside; so does the result. Where the order says that the row that is there
/// is the later one, it stays.
pub(crate) fn merged(
    new: LogicalPlan,
    old: LogicalPlan,
    fields: &[Field],
    header: &StepHeader,
) -> Result<LogicalPlan, Problem> {
    let wrong = |error: DataFusionError| internal(&error);
    let of = |side: &str, name: &str| Expr::Column(Column::new(Some(TableReference::bare(side)), name));
    let keys = |side: &str| -> Vec<Column> {
        header.key.iter().map(|name| Column::new(Some(TableReference::bare(side)), name)).collect()
    };
    let mut is_later = lit(true);
    for name in header.order_by.iter().rev() {
        let (new, old) = (of(NEW, name), of(OLD, name));
        let later = new.clone().is_not_null().and(old.clone().is_null()).or(new.clone().gt(old.clone()).is_true());
        let same = Expr::BinaryExpr(datafusion::logical_expr::BinaryExpr::new(
            Box::new(new),
            datafusion::logical_expr::Operator::IsNotDistinctFrom,
            Box::new(old),
        ));
        is_later = later.or(same.and(is_later));
    }
    let is_there = header.key.first().map_or_else(|| lit(false), |name| of(OLD, name).is_not_null());
    let wins = of(NEW, SET_ASIDE).is_not_null().and(is_there.is_false().or(is_later));
    let mut columns = Vec::with_capacity(fields.len() + 1);
    for field in fields {
        let chosen = when(wins.clone(), of(NEW, &field.name)).otherwise(of(OLD, &field.name)).map_err(wrong)?;
        columns.push(chosen.alias(&field.name));
    }
    columns.push(of(NEW, SET_ASIDE).is_true().alias(SET_ASIDE));
    let old = LogicalPlanBuilder::from(old).alias(OLD).and_then(LogicalPlanBuilder::build).map_err(wrong)?;
    LogicalPlanBuilder::from(new)
        .alias(NEW)
        .and_then(|builder| {
            let meets = of(NEW, SET_ASIDE).is_false();
            builder.join_detailed(
                old,
                JoinType::Full,
                (keys(NEW), keys(OLD)),
                Some(meets),
                datafusion::common::NullEquality::NullEqualsNothing,
            )
        })
        .and_then(|builder| builder.project(columns))
        .and_then(LogicalPlanBuilder::build)
        .map_err(wrong)
}

/// A column in the type it is stored in, so that it is compared as it will be read again.
fn stored(field: &Field) -> Expr {
    cast(column_of(&field.name), lake::arrow_types::session_type(&field.kind)).alias(&field.name)
}

/// The plan of a step with batch and line of each row as further columns.
fn carry(plan: LogicalPlan) -> Result<LogicalPlan, DataFusionError> {
    Ok(match plan {
        LogicalPlan::Projection(projection) => {
            let input = carry(Arc::unwrap_or_clone(projection.input))?;
            let mut columns = projection.expr;
            columns.push(carried(&input, CARRIED_BATCH, BATCH)?.alias(CARRIED_BATCH));
            columns.push(carried(&input, CARRIED_LINE, LINE)?.alias(CARRIED_LINE));
            LogicalPlan::Projection(Projection::try_new(columns, Arc::new(input))?)
        }
        LogicalPlan::Filter(filter) => {
            let input = carry(Arc::unwrap_or_clone(filter.input))?;
            LogicalPlan::Filter(Filter::try_new(filter.predicate, Arc::new(input))?)
        }
        LogicalPlan::SubqueryAlias(alias) => {
            let input = carry(Arc::unwrap_or_clone(alias.input))?;
            LogicalPlan::SubqueryAlias(SubqueryAlias::try_new(Arc::new(input), alias.alias)?)
        }
        other => other,
    })
}

/// The column of a plan that carries a row's place: one carried already, or the source table's own.
fn carried(input: &LogicalPlan, name: &str, own: &str) -> Result<Expr, DataFusionError> {
    let find = |wanted: &str| {
        let columns = input.schema().iter().filter(|(_, field)| field.name() == wanted);
        columns.last().map(|(qualifier, field)| Expr::Column(Column::from((qualifier, field))))
    };
    find(name)
        .or_else(|| find(own))
        .ok_or_else(|| DataFusionError::Internal(format!("the rows of a source table lost their {own}")))
}
