//! Planning: purpose, treatments, logical and physical plan, and the decision record beside it.

use std::{collections::BTreeSet, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, Schema, SchemaRef},
};
use datafusion::{
    execution::{SessionState, TaskContext},
    logical_expr::LogicalPlan,
    physical_plan::ExecutionPlan,
    sql::sqlparser::ast,
};
use governance::purpose;
use model::{
    Code, Digest, Problem, lineage::ColumnLineage, name::PurposeName, publication::PublishedColumn, treatment::Outcome,
};
use tokio::task::JoinHandle;

use super::Ticket;
use crate::{
    answer::{Description, Masked},
    audit::Draft,
    catalog,
    engine::on_big_stack,
    explain, fault,
    gateway::Inner,
    lineage,
    planner::{self, Planner, Touched, Under},
    port::{Epoch, Target},
    session::Session,
    statement::{Kind, Statement, columns},
};

/// A statement that is authorised, audited and planned.
pub(super) struct Ready {
    pub(super) schema: SchemaRef,
    pub(super) source: Source,
    pub(super) policies: Vec<String>,
    pub(super) masked: Vec<Vec<Masked>>,
    pub(super) purpose: Option<PurposeName>,
    /// What the statement rests on, with the digest of each treatment.
    pub(super) rests_on: Vec<(Target, Digest)>,
}

/// Where the rows come from.
pub(super) enum Source {
    Plan(Arc<dyn ExecutionPlan>, Arc<TaskContext>),
    Rows(RecordBatch),
}

/// Authorises, plans and audits a statement.
pub(super) async fn prepare(
    inner: &Arc<Inner>,
    session: &Session,
    statement: &Statement,
    parameters: &[Option<String>],
    hints: &[Option<DataType>],
    draft: Draft,
    ticket: Arc<Ticket>,
) -> Result<Ready, Problem> {
    let epoch = inner.epoch(&session.principal)?;
    match statement.kind() {
        Kind::Show(name) => {
            let rows = super::show(session, name)?;
            draft.allowed(inner.parts.activity.clone(), epoch.mesh.seq(), session.purpose.clone(), &[], &[]).await?;
            return Ok(rows_only(rows, session.purpose.clone()));
        }
        Kind::Refused(problem) => return Err(problem.clone()),
        Kind::Query | Kind::Explain => {}
        _ => return Err(Problem::new(Code::InvalidSql, "the statement does not answer with rows")),
    }
    let job = Job {
        inner: Arc::clone(inner),
        epoch,
        session: session.clone(),
        statement: statement.clone(),
        parameters: parameters.to_vec(),
        hints: hints.to_vec(),
    };
    let reactor = tokio::runtime::Handle::current();
    let place = inner.place_to_plan(&session.principal).await?;
    let lent = inner.executors.lend(&session.principal);
    let (ready, audited) = on_big_stack(move || {
        // SECURITY: planning goes on when nobody waits for it any more, so it counts until it ends
        // (test `what_is_still_planned_counts`).
        let _counted = (ticket, place);
        lent.work(|| job.prepare(&reactor, draft))
    })
    .await?;
    // INVARIANT: no byte before the decision is durable (test `a_failing_audit_serves_nothing`).
    audited.await.map_err(Problem::internal)??;
    Ok(ready)
}

/// What a statement needs and gives, authorised like a run of it.
pub(super) async fn describe(
    inner: &Arc<Inner>,
    session: &Session,
    statement: &Statement,
    hints: &[Option<DataType>],
    ticket: Arc<Ticket>,
) -> Result<Description, Problem> {
    let epoch = inner.epoch(&session.principal)?;
    if let Kind::Refused(problem) = statement.kind() {
        return Err(problem.clone());
    }
    if !statement.kind().returns_rows() {
        return Ok(Description::default());
    }
    let fixed = super::fixed_schema(session, statement.kind())?;
    if matches!(statement.kind(), Kind::Show(_)) {
        return Ok(Description { parameters: vec![], schema: fixed });
    }
    let job = Job {
        inner: Arc::clone(inner),
        epoch,
        session: session.clone(),
        statement: statement.clone(),
        parameters: vec![],
        hints: hints.to_vec(),
    };
    let place = inner.place_to_plan(&session.principal).await?;
    let lent = inner.executors.lend(&session.principal);
    on_big_stack(move || {
        let _counted = (ticket, place);
        lent.work(|| job.describe(fixed))
    })
    .await
}

fn rows_only(rows: RecordBatch, purpose: Option<PurposeName>) -> Ready {
    Ready {
        schema: rows.schema(),
        source: Source::Rows(rows),
        policies: vec![],
        masked: vec![],
        purpose,
        rests_on: vec![],
    }
}

/// A statement on its way through planning, on a thread of its own.
struct Job {
    inner: Arc<Inner>,
    epoch: Epoch,
    session: Session,
    statement: Statement,
    parameters: Vec<Option<String>>,
    hints: Vec<Option<DataType>>,
}

/// A logical plan under its settled purpose.
struct Logical {
    plan: LogicalPlan,
    types: Vec<DataType>,
    touched: Vec<Touched>,
    purpose: Option<PurposeName>,
}

impl Job {
    fn prepare(
        self,
        reactor: &tokio::runtime::Handle,
        draft: Draft,
    ) -> Result<(Ready, JoinHandle<Result<(), Problem>>), Problem> {
        let state = self.inner.engine.state(&self.session.principal, self.is_system())?;
        let logical = self.logical(&state)?;
        let written = self.session.tells_masks.then(|| logical.plan.clone());
        let plan = planner::bind(logical.plan, &logical.types, &self.parameters)?;
        let plan = state.optimize(&plan).map_err(|error| fault::problem(&error))?;
        let read = columns_read(&plan, &logical.touched)?;
        self.settle_for_columns(&logical.touched, &read)?;
        let activity = self.inner.parts.activity.clone();
        let seq = self.epoch.mesh.seq();
        let record = draft.allowed(activity, seq, logical.purpose.clone(), &logical.touched, &read);
        if *self.statement.kind() == Kind::Explain {
            let rows = explain::render(&plan, &logical.touched)?;
            let mut ready = rows_only(rows, logical.purpose);
            ready.policies = policies(&logical.touched);
            return Ok((ready, reactor.spawn(record)));
        }
        // The record is written while the physical plan is made.
        let audited = reactor.spawn(record);
        let physical = reactor.block_on(self.physical(&state, &plan, &logical.touched))?;
        let masked = match &written {
            Some(plan) => masked(plan, &logical.touched, &read)?,
            None => vec![],
        };
        let ready = Ready {
            masked,
            schema: self.named(physical.schema()),
            source: Source::Plan(physical, state.task_ctx()),
            policies: policies(&logical.touched),
            purpose: logical.purpose,
            rests_on: logical.touched.into_iter().map(|t| (t.target, t.treatment.digest())).collect(),
        };
        Ok((ready, audited))
    }

    fn describe(self, fixed: Option<SchemaRef>) -> Result<Description, Problem> {
        let state = self.inner.engine.state(&self.session.principal, self.is_system())?;
        let logical = self.logical(&state)?;
        if fixed.is_some() {
            return Ok(Description { parameters: logical.types, schema: fixed });
        }
        // The analyser settles types; a statement whose parameters keep it from that is described as written.
        let analysed = state.analyzer().execute_and_check(logical.plan.clone(), state.config_options(), |_, _| {});
        let plan = analysed.unwrap_or(logical.plan);
        let schema = plan.schema().inner().as_ref().clone().with_metadata(Default::default());
        Ok(Description { parameters: logical.types, schema: Some(self.named(Arc::new(schema))) })
    }

    /// A schema with the names that PostgreSQL would give its columns.
    fn named(&self, schema: SchemaRef) -> SchemaRef {
        let names = self.statement.query().and_then(|query| columns::names(query));
        let Some(names) = names.filter(|names| names.len() == schema.fields().len()) else { return schema };
        let fields = schema.fields().iter().zip(names).map(|(field, name)| field.as_ref().clone().with_name(name));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// Whether it asks the catalogs alone.
    fn is_system(&self) -> bool {
        self.statement.query().is_some_and(|query| catalog::mentions_system(query, self.statement.text()))
    }

    /// The plan under the purpose that is settled for the tables it reads (M10).
    fn logical(&self, state: &SessionState) -> Result<Logical, Problem> {
        let query = self.query()?;
        let stated = self.session.purpose.as_ref();
        let under = match stated {
            Some(purpose) => Under::Purpose(Some(purpose.clone())),
            None => {
                let (_, touched) = self.plan(state, &query, Under::Probe)?;
                let needs = self.needs(&touched, |_, _| vec![])?;
                Under::Purpose(purpose::settle(None, &needs)?)
            }
        };
        let (plan, touched) = self.plan(state, &query, under.clone())?;
        let purpose = match under {
            Under::Purpose(purpose) => purpose,
            Under::Probe => None,
        };
        let types = planner::parameter_types(&plan, &self.hints)?;
        Ok(Logical { plan, types, touched, purpose })
    }

    fn plan(
        &self,
        state: &SessionState,
        query: &ast::Statement,
        under: Under,
    ) -> Result<(LogicalPlan, Vec<Touched>), Problem> {
        let parts = &self.inner.parts;
        let planner = Planner::new(&self.epoch, &self.session, &self.inner.engine, state, &parts.keys, under);
        let plan = planner.plan(query, &self.hints).map_err(|error| fault::problem(&error))?;
        let touched = planner.touched(&plan).map_err(|error| fault::problem(&error))?;
        Ok((plan, touched))
    }

    /// The query to plan: as written, or rewritten if it asks PostgreSQL's catalogs.
    fn query(&self) -> Result<ast::Statement, Problem> {
        let written = self.statement.query().ok_or_else(|| Problem::internal("a query without its tree"))?;
        let rewritten = if self.is_system() { self.inner.rewriter.rewrite(self.statement.text()) } else { None };
        let query = rewritten.unwrap_or_else(|| written.as_ref().clone());
        Ok(match query {
            ast::Statement::Explain { statement, .. } => *statement,
            other => other,
        })
    }

    fn needs(
        &self,
        touched: &[Touched],
        read: impl Fn(usize, &Touched) -> Vec<PublishedColumn>,
    ) -> Result<Vec<purpose::PurposeNeeds>, Problem> {
        let needs = touched.iter().enumerate();
        needs.map(|(index, touched)| self.epoch.needs(&touched.target, &read(index, touched))).collect()
    }

    /// A personal class among the columns that are really read makes an explicit purpose necessary (M10).
    fn settle_for_columns(&self, touched: &[Touched], read: &[BTreeSet<String>]) -> Result<(), Problem> {
        if self.session.purpose.is_some() || touched.is_empty() {
            return Ok(());
        }
        let needs = self.needs(touched, |index, touched| {
            let columns = touched.target.facts.columns.iter();
            columns.filter(|column| read.get(index).is_some_and(|read| read.contains(&column.name))).cloned().collect()
        })?;
        purpose::settle(None, &needs).map(drop)
    }

    async fn physical(
        &self,
        state: &SessionState,
        plan: &LogicalPlan,
        touched: &[Touched],
    ) -> Result<Arc<dyn ExecutionPlan>, Problem> {
        for touched in touched {
            touched.table.pin(self.inner.open_port(&self.epoch, &touched.target).await?);
        }
        let planned = state.query_planner().create_physical_plan(plan, state).await;
        planned.map_err(|error| fault::problem(&error))
    }
}

/// The columns that a plan reads of each of its ports.
fn columns_read(plan: &LogicalPlan, touched: &[Touched]) -> Result<Vec<BTreeSet<String>>, Problem> {
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let read = planner::columns_read(plan).map_err(|error| fault::problem(&error))?;
    let of =
        |touched: &Touched| read.get(&planner::identity(&touched.provider())).into_iter().flatten().cloned().collect();
    Ok(touched.iter().map(of).collect())
}

/// For each output column of a plan as it was written, the masked columns that its values come from. Where they cannot be
/// followed, they may come from every masked column that is read.
fn masked(plan: &LogicalPlan, touched: &[Touched], read: &[BTreeSet<String>]) -> Result<Vec<Vec<Masked>>, Problem> {
    let of = |touched: &Touched, column: &str| {
        let treated = touched.treatment.columns.iter().find(|treated| treated.column == column)?;
        // A denied column does not exist for the reader, in no plan of theirs.
        let is_masked = !matches!(treated.outcome, Outcome::Clear | Outcome::Denied);
        let port = touched.target.reference.clone();
        is_masked.then(|| Masked { port, column: treated.column.clone(), outcome: treated.outcome.clone() })
    };
    let everywhere: Vec<Masked> = touched
        .iter()
        .zip(read)
        .flat_map(|(touched, read)| read.iter().filter_map(move |column| of(touched, column)))
        .collect();
    if everywhere.is_empty() {
        return Ok(vec![vec![]; plan.schema().fields().len()]);
    }
    let scans = planner::scans(plan).map_err(|error| fault::problem(&error))?;
    let traced = lineage::of_plan("", plan, &|table| table.to_string());
    let column = |column: &ColumnLineage| {
        if !column.known {
            return everywhere.clone();
        }
        let sources = column.from.iter().filter_map(|(source, _)| {
            let scanned = scans.get(&source.table)?;
            let touched = touched.iter().find(|touched| planner::identity(&touched.provider()) == *scanned)?;
            of(touched, &source.column)
        });
        sources.collect()
    };
    Ok(traced.columns.iter().map(column).collect())
}

fn policies(touched: &[Touched]) -> Vec<String> {
    touched.iter().filter_map(explain::policy).collect()
}
