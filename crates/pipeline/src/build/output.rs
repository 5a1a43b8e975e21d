//! The rows of a build: planned from the step's query and the header's words, streamed into files, committed as one
//! version after its document.

use std::{collections::BTreeSet, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array as _, BooleanArray, RecordBatch},
        compute::{filter_record_batch, not},
        datatypes::DataType,
    },
    common::Column,
    logical_expr::{Expr, ExprSchemable as _, LogicalPlan, LogicalPlanBuilder},
};
use futures::StreamExt as _;
use lake::{TableWriter, arrow_types::fields_of};
use model::{
    Code, Problem,
    column::{ColumnType, Field, check_column_name},
    contract::PortContract,
    files::sql::Materialise,
};

use super::{Onto, Target};
use crate::{
    damage,
    engine::{
        session::{Session, failed},
        statement::check_plan,
    },
    increment,
    progress::Teller,
    record::BuildRecord,
    workshop::Step,
};

/// The column that says whether a row is set aside, while it is on its way.
pub(crate) const SET_ASIDE: &str = "__set_aside";

/// A plan ready to be written.
pub(super) struct Output<'a> {
    plan: LogicalPlan,
    fields: Vec<Field>,
    partition_by: Vec<String>,
    sets_aside: bool,
    /// What stays of the version before.
    stays: Stays<'a>,
}

/// What stays of the version that a build goes onto.
#[derive(Debug, Clone, Copy)]
enum Stays<'a> {
    /// Nothing: the build is the table.
    Nothing,
    /// The rows set aside: the build is all others.
    Aside(&'a BuildRecord),
    /// All of it: the build is further rows.
    All(&'a BuildRecord),
}

impl<'a> Output<'a> {
    pub(super) async fn plan(
        session: &Session,
        plan: LogicalPlan,
        step: &Step,
        target: &Target<'_>,
        onto: Option<&'a Onto>,
    ) -> Result<Self, Problem> {
        let header = &step.step.header;
        let fields = fields_of(plan.schema().as_arrow())?;
        check_names(&fields)?;
        if header.materialise != Materialise::Table {
            increment::check(&plan)?;
            increment::check_columns(header, &fields)?;
        }
        let stays = match (onto, header.materialise) {
            (Some(onto), Materialise::Append) => Stays::All(&onto.record),
            (Some(onto), Materialise::Merge) => Stays::Aside(&onto.record),
            _ => Stays::Nothing,
        };
        let partition_by = header.partition_by.clone();
        let output = Self { plan, fields, partition_by, sets_aside: header.sets_aside(), stays };
        match header.materialise {
            Materialise::Merge => output.merge(session, step, target).await,
            _ => output.rows(session, step, target),
        }
    }

    /// Whether these rows can lie beside rows of these columns.
    pub(super) fn continues(&self, there: &[Field]) -> bool {
        let shape = |field: &Field| (field.name.clone(), field.kind.clone());
        self.fields.iter().map(shape).eq(there.iter().map(shape))
    }

    /// The rows as the step gives them, in the types and the order that a port's contract promises.
    fn rows(mut self, session: &Session, step: &Step, target: &Target<'_>) -> Result<Self, Problem> {
        let mut builder = LogicalPlanBuilder::from(self.plan).alias("step").map_err(|error| internal(&error))?;
        if let Some((_, contract)) = target.port {
            self.fields = self.fields.into_iter().map(|field| promised(field, contract)).collect();
            self.partition_by = contract.partition_by.clone();
            let known = |column: &&String| self.fields.iter().any(|field| field.name == **column);
            let sort: Vec<_> =
                contract.sort.iter().filter(known).map(|column| column_of(column).sort(true, false)).collect();
            if !sort.is_empty() {
                builder = builder.sort(sort).map_err(|error| internal(&error))?;
            }
        }
        if let Some(condition) = &step.step.header.reject {
            let condition = reject_condition(session, builder.schema(), condition)?;
            let mut columns: Vec<Expr> = self.fields.iter().map(|field| column_of(&field.name)).collect();
            columns.push(condition.alias(SET_ASIDE));
            builder = builder.project(columns).map_err(|error| internal(&error))?;
        }
        self.plan = builder.build().map_err(|error| internal(&error))?;
        Ok(self)
    }

    /// The last row of each key: of all batches, or of what is there and the new ones.
    async fn merge(mut self, session: &Session, step: &Step, target: &Target<'_>) -> Result<Self, Problem> {
        let header = &step.step.header;
        let aside = |builder: &LogicalPlanBuilder| {
            header.reject.as_ref().map(|text| reject_condition(session, builder.schema(), text)).transpose()
        };
        let new = increment::last_of_each_key(self.plan, &self.fields, header, aside)?;
        self.plan = match self.stays {
            Stays::Aside(record) => {
                let there = damage::provider_of(&target.name, &target.table, record.version, record.rows).await?;
                let old = session.context().read_table(there).map_err(|error| internal(&error))?;
                increment::merged(new, old.into_unoptimized_plan(), &self.fields, header)?
            }
            _ => new,
        };
        Ok(self)
    }

    /// Writes the rows, then the document, then commits.
    pub(super) async fn write(
        &self,
        session: &Session,
        target: &Target<'_>,
        base: Option<u64>,
        mut record: BuildRecord,
        teller: &Teller<'_>,
    ) -> Result<BuildRecord, Problem> {
        let named = |problem| damage::named(&target.name, problem);
        let mut kept = target.table.writer(&self.fields, &self.partition_by).await.map_err(named)?;
        let mut aside = match (&target.rejected, self.sets_aside) {
            (Some(table), true) => Some((table, table.writer(&self.fields, &[]).await?)),
            _ => None,
        };
        let mut rows = session.stream(self.plan.clone()).await?;
        let mut told = 0;
        while let Some(batch) = rows.next().await {
            let batch = batch.map_err(|error| failed(&error))?;
            match &mut aside {
                Some((_, aside)) => split(&batch, &mut kept, aside).await?,
                None => kept.write(&batch).await?,
            }
            if kept.rows() >= told + 100_000 {
                told = kept.rows();
                teller.rows(told);
            }
        }
        record.rows = kept.rows();
        record.version = base.map_or(0, |base| base.saturating_add(1));
        if let Stays::All(before) = self.stays {
            record.rows += before.rows;
        }
        if let Some((table, aside)) = aside {
            record.rejected = aside.rows();
            record.rejected_version = Some(match self.stays {
                Stays::Nothing => aside.commit_overwrite(table.head().await?).await?,
                Stays::Aside(before) | Stays::All(before) => {
                    record.rejected += before.rejected;
                    // What a build that did not end had set aside is not in the table that is there.
                    let stood = before.rejected_version.ok_or_else(|| Problem::internal("rows set aside were lost"))?;
                    aside.commit_append(table.restore(stood).await?).await?
                }
            });
        }
        // INVARIANT: policy before data. The document of a version exists before the version does.
        target.records.write(&record)?;
        let version = match (self.stays, base) {
            (Stays::All(_), Some(base)) => kept.commit_append(base).await,
            _ => kept.commit_overwrite(base).await,
        };
        let version = version.map_err(named)?;
        if version != record.version {
            record.version = version;
            target.records.write(&record)?;
        }
        Ok(record)
    }
}

/// Puts rows where the mark is TRUE aside and keeps the others.
async fn split(batch: &RecordBatch, kept: &mut TableWriter, aside: &mut TableWriter) -> Result<(), Problem> {
    let last = batch.num_columns().saturating_sub(1);
    let columns: Vec<usize> = (0..last).collect();
    let rows = batch.project(&columns).map_err(Problem::internal)?;
    let mark = batch.columns().get(last).and_then(|mark| mark.as_any().downcast_ref::<BooleanArray>());
    let mark = mark.ok_or_else(|| Problem::internal("the mark of rows set aside is no boolean"))?;
    if mark.true_count() == 0 {
        return kept.write(&rows).await;
    }
    let mark: BooleanArray = mark.iter().map(|value| Some(value.unwrap_or(false))).collect();
    aside.write(&filter_record_batch(&rows, &mark).map_err(Problem::internal)?).await?;
    let others = not(&mark).map_err(Problem::internal)?;
    kept.write(&filter_record_batch(&rows, &others).map_err(Problem::internal)?).await
}

/// The condition of a `reject:` header over the step's own columns.
fn reject_condition(session: &Session, schema: &datafusion::common::DFSchemaRef, text: &str) -> Result<Expr, Problem> {
    let wrong = |why: String| {
        Problem::new(Code::InvalidSql, format!("the header's `reject` {why}")).with_hint(
            "write a condition over the step's own columns, such as `amount IS NULL AND amount_raw IS NOT NULL`",
        )
    };
    let state = session.context().state();
    let expr = state.create_logical_expr(text, schema).map_err(|error| {
        wrong(format!("cannot be planned: {}", error.strip_backtrace().lines().next().unwrap_or("")))
    })?;
    let kind = expr.get_type(schema).map_err(|error| wrong(format!("cannot be typed: {}", error.strip_backtrace())))?;
    if kind != DataType::Boolean {
        return Err(wrong(format!("is a {kind}, not a condition")));
    }
    let empty = LogicalPlan::EmptyRelation(datafusion::logical_expr::EmptyRelation {
        produce_one_row: false,
        schema: Arc::clone(schema),
    });
    let plan = LogicalPlanBuilder::from(empty)
        .project([expr.clone().alias(SET_ASIDE)])
        .and_then(LogicalPlanBuilder::build)
        .map_err(|error| internal(&error))?;
    check_plan(&plan, &mut BTreeSet::new())?;
    Ok(expr)
}

pub(crate) fn column_of(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

pub(crate) fn internal(error: &datafusion::error::DataFusionError) -> Problem {
    lake::engine_problem(error)
}

/// Names a table can have: what Delta holds, each once.
fn check_names(fields: &[Field]) -> Result<(), Problem> {
    let mut problems = Vec::new();
    let mut known = BTreeSet::new();
    for field in fields {
        if let Err(problem) = check_column_name(&field.name) {
            problems.push(problem);
        } else if !known.insert(field.name.to_lowercase()) {
            problems
                .push(Problem::new(Code::InvalidSql, format!("two columns are called `{}`", field.name)).with_hint(
                    "give one of them another name: `AS name`; upper and lower case are the same name here",
                ));
        }
    }
    Problem::all(problems).map_or(Ok(()), Err)
}

/// A column in the type its contract promises, where every value of its own type can be one.
fn promised(field: Field, contract: &PortContract) -> Field {
    let Some(column) = contract.columns.iter().find(|column| column.name == field.name) else { return field };
    let fits = match (&field.kind, &column.kind) {
        (ColumnType::Integer | ColumnType::Decimal { .. }, ColumnType::Number) => true,
        (ColumnType::Integer, ColumnType::Decimal { .. }) => true,
        (ColumnType::Decimal { scale: 0, .. }, ColumnType::Integer) => true,
        // More digits before the point are checked value by value when they are written.
        (ColumnType::Decimal { scale: from, .. }, ColumnType::Decimal { scale: to, .. }) => from <= to,
        _ => false,
    };
    if fits { Field { kind: column.kind.clone(), ..field } } else { field }
}
