//! Builds one table from one step: resolve what it reads, follow its lineage, derive what its rows carry, write its rows
//! as one new version. A step whose inputs are those of the last time is left as it is.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::{
    arrow::{
        array::{Array as _, BooleanArray, RecordBatch},
        compute::{filter_record_batch, not},
        datatypes::DataType,
    },
    common::{Column, TableReference},
    logical_expr::{Expr, ExprSchemable as _, LogicalPlan, LogicalPlanBuilder},
};
use futures::StreamExt as _;
use governance::derive::{self, InputFacts, LostRestriction};
use lake::{Table, TableWriter, arrow_types::fields_of};
use model::{
    Code, Digest, Problem,
    class::ClassName,
    column::{ColumnType, Field, check_column_name},
    contract::PortContract,
    lineage::TableLineage,
    name::PortName,
    reference::ProductRef,
    treatment::{CarriedTag, Outcome},
};
use registry::ProductState;

use crate::{
    damage,
    engine::{
        input::Input,
        misfit,
        resolve::{Resolved, resolve},
        session::{Session, Tables, failed},
        statement::check_plan,
    },
    lineage,
    progress::Teller,
    record::{BuildRecord, Facts, Records},
    workshop::{Step, Workshop, in_file},
};

/// The column that says whether a row is set aside, while it is on its way.
const SET_ASIDE: &str = "__set_aside";

/// What is built.
pub(crate) struct Target<'a> {
    /// `silver.claims`, `claims.claims_enriched.claims`.
    pub(crate) name: String,
    /// Its table.
    pub(crate) table: Table,
    /// Where rows set aside go, if the step sets any aside.
    pub(crate) rejected: Option<Table>,
    /// The documents of its versions.
    pub(crate) records: Records,
    /// The product and the port's contract, for a port.
    pub(crate) port: Option<(&'a ProductState, &'a PortContract)>,
}

/// How a build came out.
pub(crate) struct Built {
    /// The document of the version that is there now.
    pub(crate) record: BuildRecord,
    /// Whether that is the version that was there before.
    pub(crate) unchanged: bool,
}

/// Builds a table from a step, unless nothing it depends on changed.
pub(crate) async fn build(
    workshop: &Workshop<'_>,
    step: &Step,
    target: &Target<'_>,
    full: bool,
    teller: &Teller<'_>,
) -> Result<Built, Problem> {
    build_in_file(workshop, step, target, full, teller).await.map_err(|problem| in_file(problem, &step.path))
}

async fn build_in_file(
    workshop: &Workshop<'_>,
    step: &Step,
    target: &Target<'_>,
    full: bool,
    teller: &Teller<'_>,
) -> Result<Built, Problem> {
    let building = target.port.map(|(product, _)| product);
    let mut names: BTreeMap<TableReference, Input> = BTreeMap::new();
    let mut inputs: BTreeMap<Input, Resolved> = BTreeMap::new();
    for reference in &step.query.tables {
        let input = Input::parse(&workshop.domain, reference)?;
        if !inputs.contains_key(&input) {
            inputs.insert(input.clone(), resolve(workshop, &input, step, building).await?);
        }
        names.insert(reference.clone(), input);
    }
    let fingerprint = fingerprint(workshop, step, target, &inputs)?;
    let head = target.table.head().await.map_err(|problem| damage::named(&target.name, problem))?;
    if let Some(version) = head
        && !full
        && let Some(record) = target.records.read(version)?
        && record.fingerprint == fingerprint
    {
        return Ok(Built { record, unchanged: true });
    }
    let session = workshop.engine.session()?;
    let tables: Tables = names
        .iter()
        .filter_map(|(name, input)| Some((name.clone(), std::sync::Arc::clone(&inputs.get(input)?.provider))))
        .collect();
    session.register(&tables)?;
    let planned = step.query.plan(&session.context().state()).await?;
    let lineage = trace(workshop, &target.name, &planned.plan);
    let draft = draft(lineage, &inputs, fingerprint, planned.notes)?;
    let output = Output::plan(&session, planned.plan.clone(), step, target)?;
    let base = base(target, head).await.map_err(|problem| damage::named(&target.name, problem))?;
    match session.within(output.write(&session, target, base, draft, teller)).await {
        Ok(record) => Ok(Built { record, unchanged: false }),
        Err(problem) if problem.code() == Code::ExpressionFailed => {
            Err(misfit::explain(workshop, &session, &target.name, &planned.plan, problem).await)
        }
        Err(problem) => Err(problem),
    }
}

/// What a build depends on, as one digest.
fn fingerprint(
    workshop: &Workshop<'_>,
    step: &Step,
    target: &Target<'_>,
    inputs: &BTreeMap<Input, Resolved>,
) -> Result<Digest, Problem> {
    let tokens: Vec<&str> = inputs.values().map(|input| input.token.as_str()).collect();
    let promised = target.port.map(|(_, port)| {
        let columns: Vec<_> = port.columns.iter().map(|column| (&column.name, &column.kind)).collect();
        (columns, &port.partition_by, &port.sort)
    });
    // Which labels are classes decides what the rows carry.
    let document = (1_u32, step.digest, tokens, promised, workshop.mesh.classes());
    Ok(Digest::of(&serde_json::to_vec(&document).map_err(Problem::internal)?))
}

/// The lineage of a plan under the names people know.
pub(crate) fn trace(workshop: &Workshop<'_>, name: &str, plan: &LogicalPlan) -> TableLineage {
    let domain = &workshop.domain;
    lineage::of_plan(name, plan, &|reference| {
        Input::parse(domain, reference).map_or_else(|_| reference.to_string(), |input| input.to_string())
    })
}

/// Everything the document of the new version says before its rows are counted.
fn draft(
    lineage: TableLineage,
    inputs: &BTreeMap<Input, Resolved>,
    fingerprint: Digest,
    notes: Vec<String>,
) -> Result<BuildRecord, Problem> {
    let facts: BTreeMap<String, Facts> =
        inputs.iter().map(|(input, resolved)| (input.to_string(), resolved.facts.clone())).collect();
    let known: BTreeMap<String, InputFacts> = facts.iter().map(|(name, facts)| (name.clone(), facts.into())).collect();
    let tags = derive::tags(&lineage, &known, &BTreeMap::new(), &|_, _| false)?;
    let columns = lineage.columns.iter().map(|column| column.column.clone()).zip(tags).collect();
    let mut lost: Vec<LostRestriction> = inputs.values().flat_map(|input| input.lost.clone()).collect();
    let mut blocked: Vec<Problem> = inputs.values().flat_map(|input| input.blocked.clone()).collect();
    let (restrict, lost_here) = derive::restrictions(&lineage, &known);
    lost.extend(lost_here);
    lost.sort();
    lost.dedup();
    let regions = match derive::regions(known.values(), &[]) {
        Ok(regions) => regions,
        Err(problem) => {
            blocked.push(problem);
            Vec::new()
        }
    };
    let mut publications: Vec<_> = inputs.values().flat_map(|input| input.publications.clone()).collect();
    publications.sort();
    publications.dedup();
    Ok(BuildRecord {
        format: crate::record::FORMAT,
        version: 0,
        fingerprint,
        rows: 0,
        rejected: 0,
        rejected_version: None,
        lineage,
        inputs: facts,
        facts: Facts { columns, restrict, regions },
        blocked,
        lost,
        publications,
        notes,
    })
}

/// The classes of a port's columns: inherited and stated, less what a steward lowered.
pub(crate) fn tags_of_port(
    workshop: &Workshop<'_>,
    product: &ProductState,
    port: &PortName,
    record: &BuildRecord,
) -> Result<BTreeMap<String, BTreeSet<CarriedTag>>, Problem> {
    let classes = workshop.mesh.classes();
    let own: BTreeMap<String, BTreeSet<ClassName>> = product
        .contract
        .ports
        .iter()
        .filter(|contract| contract.name == *port)
        .flat_map(|contract| &contract.columns)
        .map(|column| (column.name.clone(), derive::own_tags(column, classes).0))
        .collect();
    let known = record.inputs.iter().map(|(name, facts)| (name.clone(), facts.into())).collect();
    let place = ProductRef::clone(&product.reference).port(port.clone());
    let lowered = |column: &str, class: &ClassName| workshop.mesh.declassified(&place, column, class);
    let tags = derive::tags(&record.lineage, &known, &own, &lowered)?;
    let names = record.lineage.columns.iter().map(|column| column.column.clone());
    let mut tags: BTreeMap<String, BTreeSet<CarriedTag>> = names.zip(tags).collect();
    // SECURITY: a class that readers are protected by stays until the steward lowers it; editing the contract or the
    // SQL is not enough (test `a_class_stays_until_it_is_declassified`).
    let served = product.publication.as_ref().and_then(|publication| publication.ports.get(port));
    for column in served.iter().flat_map(|served| served.columns.iter()) {
        let Some(carried) = tags.get_mut(&column.name) else { continue };
        for tag in &column.tags {
            if carried.iter().all(|known| known.class != tag.class) && !lowered(&column.name, &tag.class) {
                carried.insert(CarriedTag { class: tag.class.clone(), applied: Outcome::Clear });
            }
        }
    }
    Ok(tags)
}

/// The version a build starts from. A port's HEAD that somebody else moved is first brought back to what is pinned.
async fn base(target: &Target<'_>, head: Option<u64>) -> Result<Option<u64>, Problem> {
    let (Some(version), Some((product, contract))) = (head, target.port) else { return Ok(head) };
    let pinned = product.publication.as_ref().and_then(|publication| publication.ports.get(&contract.name));
    match pinned {
        Some(pinned) if version > pinned.table_version && target.records.read(version)?.is_none() => {
            target.table.restore(pinned.table_version).await.map(Some)
        }
        _ => Ok(head),
    }
}

/// A plan ready to be written.
struct Output {
    plan: LogicalPlan,
    fields: Vec<Field>,
    partition_by: Vec<String>,
    sets_aside: bool,
}

impl Output {
    fn plan(session: &Session, plan: LogicalPlan, step: &Step, target: &Target<'_>) -> Result<Self, Problem> {
        let mut fields = fields_of(plan.schema().as_arrow())?;
        check_names(&fields)?;
        let mut partition_by = step.step.header.partition_by.clone();
        let mut builder = LogicalPlanBuilder::from(plan).alias("step").map_err(|error| internal(&error))?;
        if let Some((_, contract)) = target.port {
            fields = fields.into_iter().map(|field| promised(field, contract)).collect();
            partition_by = contract.partition_by.clone();
            let known = |column: &&String| fields.iter().any(|field| field.name == **column);
            let sort: Vec<_> =
                contract.sort.iter().filter(known).map(|column| column_of(column).sort(true, false)).collect();
            if !sort.is_empty() {
                builder = builder.sort(sort).map_err(|error| internal(&error))?;
            }
        }
        let sets_aside = step.step.header.reject.is_some();
        if let Some(condition) = &step.step.header.reject {
            let condition = reject_condition(session, builder.schema(), condition)?;
            let mut columns: Vec<Expr> = fields.iter().map(|field| column_of(&field.name)).collect();
            columns.push(condition.alias(SET_ASIDE));
            builder = builder.project(columns).map_err(|error| internal(&error))?;
        }
        let plan = builder.build().map_err(|error| internal(&error))?;
        Ok(Self { plan, fields, partition_by, sets_aside })
    }

    /// Writes the rows, then the document, then commits.
    async fn write(
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
        if let Some((table, aside)) = aside {
            record.rejected = aside.rows();
            let head = table.head().await?;
            record.rejected_version = Some(aside.commit_overwrite(head).await?);
        }
        // INVARIANT: policy before data. The document of a version exists before the version does.
        target.records.write(&record)?;
        let version = kept.commit_overwrite(base).await.map_err(named)?;
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
        schema: std::sync::Arc::clone(schema),
    });
    let plan = LogicalPlanBuilder::from(empty)
        .project([expr.clone().alias(SET_ASIDE)])
        .and_then(LogicalPlanBuilder::build)
        .map_err(|error| internal(&error))?;
    check_plan(&plan, &mut BTreeSet::new())?;
    Ok(expr)
}

fn column_of(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

fn internal(error: &datafusion::error::DataFusionError) -> Problem {
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
