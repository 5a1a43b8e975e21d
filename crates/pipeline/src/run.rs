//! A run: takes what is new into bronze, builds silver, then the candidates of products, in the order of what they read.
//! A step that fails stops only the steps that need it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use governance::authorise::Action;
use model::{
    Code, Problem,
    files::{mesh::AllowedSources, source::SourceFile, sql::Materialise},
    name::{DomainName, TableName},
};
use registry::{Context, ProductState};
use uuid::Uuid;

use crate::{
    build::{Built, Target, build},
    engine::input::{Input, LayerTable},
    graph,
    ingest::{Confinement, Ingestion, Root, postgres::Asking, secrets::Secrets},
    pipeline::{Pipeline, RunTarget},
    progress::{Phase, Progress, StepState, Teller},
    rejects::{MOST_REASONS, RejectReason},
    report::{RunReport, StepReport},
    workshop::{Step, Workshop, as_absent, in_file},
};

/// Runs a domain.
pub(crate) async fn run(
    pipeline: &Pipeline,
    domain: &DomainName,
    target: RunTarget,
    full: bool,
    context: &Context,
    progress: &dyn Progress,
) -> Result<RunReport, Problem> {
    let since = Instant::now();
    pipeline.parts.registry.may(&context.actor, &Action::Run(domain.clone()))?;
    let _held = pipeline.busy.hold(domain).await?;
    let workshop = Workshop::open(pipeline, domain)?;
    let started = workshop.now;
    let targets = targets(&workshop, target)?;
    let steps = make(&workshop, targets, Bronze::Take, full, progress).await?;
    tell_failures(domain, &steps)?;
    let millis = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(RunReport { run: Uuid::now_v7(), domain: domain.clone(), started: started.to_string(), millis, steps })
}

/// What a run is to make, as the last steps of their ways.
fn targets(workshop: &Workshop<'_>, target: RunTarget) -> Result<BTreeSet<Input>, Problem> {
    let kept = |table: TableName| LayerTable::kept(table);
    Ok(match target {
        RunTarget::Bronze(table) => [named(workshop, Input::Bronze(kept(table)))?].into(),
        RunTarget::Silver(table) => [named(workshop, Input::Silver(kept(table)))?].into(),
        RunTarget::Product(product) => ports(workshop.product(&product)?).collect(),
        RunTarget::All => {
            let state = workshop.state()?;
            let bronze = workshop.source_tables()?.into_keys().map(|table| Input::Bronze(kept(table)));
            let silver = state.silver.keys().map(|table| Input::Silver(kept(table.clone())));
            bronze.chain(silver).chain(workshop.products()?.flat_map(ports)).collect()
        }
    })
}

/// A table that somebody named, if there is one.
fn named(workshop: &Workshop<'_>, input: Input) -> Result<Input, Problem> {
    workshop.exists(&input).map_err(as_absent)?;
    Ok(input)
}

/// The ports of a product that a step builds.
pub(crate) fn ports(product: &ProductState) -> impl Iterator<Item = Input> + '_ {
    product.port_steps.keys().map(|port| Input::Port(product.reference.port(port.clone())))
}

/// What happens to bronze on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bronze {
    /// New files are taken.
    Take,
    /// Only a table that holds nothing yet takes its files.
    TakeFirst,
}

/// Makes the targets and everything they need. Failures are in the reports.
pub(crate) async fn make(
    workshop: &Workshop<'_>,
    targets: BTreeSet<Input>,
    bronze: Bronze,
    full: bool,
    progress: &dyn Progress,
) -> Result<Vec<StepReport>, Problem> {
    let needs = needs(workshop, targets).await;
    let roots = roots(workshop);
    let mut failed: BTreeSet<Input> = BTreeSet::new();
    let mut reports = Vec::new();
    for (node, problem) in graph::order(&needs) {
        let phase = if matches!(node, Input::Bronze(_)) { Phase::Ingest } else { Phase::Build };
        let broken = needs.get(&node).and_then(|needs| needs.as_ref().ok()).into_iter().flatten();
        let broken = broken.filter(|need| failed.contains(*need)).map(ToString::to_string).next();
        let teller = Teller::start(progress, node.to_string(), phase);
        let report = match (problem, broken) {
            (Some(problem), _) => ended(&teller, &node, phase, Err(problem)),
            (None, Some(need)) => skipped(&teller, &node, phase, &need),
            (None, None) => {
                let made = make_one(workshop, &node, &roots, bronze, full, &teller).await;
                ended(&teller, &node, phase, made)
            }
        };
        if matches!(report.state, StepState::Failed | StepState::Skipped) {
            failed.insert(node);
        }
        reports.push(report);
    }
    Ok(reports)
}

/// One problem for every failure, or nothing.
pub(crate) fn tell_failures(domain: &DomainName, steps: &[StepReport]) -> Result<(), Problem> {
    let problems: Vec<Problem> = steps.iter().filter_map(|step| step.problem.clone()).collect();
    match problems.as_slice() {
        [] => Ok(()),
        [only] => Err(only.clone()),
        [first, ..] => {
            let message = format!("{} steps of `{domain}` failed; the first: {}", problems.len(), first.message());
            let mut whole = Problem::new(first.code(), message);
            if let Some(hint) = first.hint() {
                whole = whole.with_hint(hint);
            }
            Err(whole.with_items(problems))
        }
    }
}

/// What every target needs, and what that needs, down to bronze.
async fn needs(workshop: &Workshop<'_>, targets: BTreeSet<Input>) -> graph::Needs<Input> {
    let mut needs = BTreeMap::new();
    let mut waiting: Vec<Input> = targets.into_iter().collect();
    while let Some(node) = waiting.pop() {
        if needs.contains_key(&node) {
            continue;
        }
        let found = needs_of(workshop, &node).await;
        if let Ok(found) = &found {
            waiting.extend(found.iter().cloned());
        }
        needs.insert(node, found);
    }
    needs
}

async fn needs_of(workshop: &Workshop<'_>, node: &Input) -> Result<BTreeSet<Input>, Problem> {
    let (step, building) = match node {
        Input::Bronze(table) => {
            workshop.batches(table)?;
            return Ok(BTreeSet::new());
        }
        Input::Silver(table) => (Some(workshop.silver_step(&table.table).await?), None),
        Input::Port(port) => {
            let product = workshop.product(&port.product.product)?;
            (workshop.port_step(product, &port.port).await?, Some(&port.product))
        }
    };
    let Some(step) = step else { return Ok(BTreeSet::new()) };
    let mut needs = BTreeSet::new();
    for reference in &step.query.tables {
        let input = Input::parse(&workshop.domain, reference)
            .and_then(|input| workshop.exists(&input).map(|()| input))
            .map_err(|problem| in_file(problem, &step.path))?;
        match input {
            // What sets rows aside is the step of the table itself.
            Input::Bronze(table) => needs.insert(Input::Bronze(LayerTable::kept(table.table))),
            Input::Silver(table) => needs.insert(Input::Silver(LayerTable::kept(table.table))),
            Input::Port(port) if Some(&port.product) == building => needs.insert(Input::Port(port)),
            Input::Port(_) => false,
        };
    }
    Ok(needs)
}

/// The folders the domain may ingest from, or why that cannot be said: told by the tables that need them.
fn roots(workshop: &Workshop<'_>) -> Result<Vec<Root>, Problem> {
    let zones: Vec<_> = workshop.mesh.domains().flat_map(|domain| domain.zones.iter().cloned()).collect();
    let confinement =
        Confinement { data_dir: &workshop.parts.data_dir, allowed: &workshop.parts.allowed_sources, zones: &zones };
    let allowed = allowed(workshop);
    let named = allowed.files.get(&workshop.domain).map(Vec::as_slice).unwrap_or_default();
    confinement.open(&workshop.domain, named)
}

/// What `mesh.yaml` lets domains ingest from.
fn allowed(workshop: &Workshop<'_>) -> AllowedSources {
    workshop.mesh.config().map(|config| config.sources.clone()).unwrap_or_default()
}

/// What one step did.
struct Made {
    rows: u64,
    rejected: u64,
    reasons: Vec<RejectReason>,
    unchanged: bool,
    notes: Vec<String>,
}

impl Made {
    fn nothing(notes: Vec<String>) -> Self {
        Self { rows: 0, rejected: 0, reasons: Vec::new(), unchanged: true, notes }
    }
}

impl From<Built> for Made {
    fn from(built: Built) -> Self {
        let mut notes = built.record.notes;
        notes.extend(built.added.map(|batches| match batches {
            1 => "made from 1 new batch".to_owned(),
            more => format!("made from {more} new batches"),
        }));
        Self {
            rows: built.record.rows,
            rejected: built.record.rejected,
            reasons: Vec::new(),
            unchanged: built.unchanged,
            notes,
        }
    }
}

async fn make_one(
    workshop: &Workshop<'_>,
    node: &Input,
    roots: &Result<Vec<Root>, Problem>,
    bronze: Bronze,
    full: bool,
    teller: &Teller<'_>,
) -> Result<Made, Problem> {
    match node {
        Input::Bronze(table) => ingest(workshop, &table.table, roots, bronze, teller).await,
        Input::Silver(name) => {
            let step = workshop.silver_step(&name.table).await?;
            let (table, records) = workshop.silver(&name.table);
            let rejected = step.step.header.sets_aside().then(|| workshop.zone.silver_rejected(&name.table));
            let target = Target { name: node.to_string(), table, rejected, records, port: None };
            build(workshop, &step, &target, full, teller).await.map(Made::from)
        }
        Input::Port(port) => {
            let product = workshop.product(&port.product.product)?;
            let contract =
                product.contract.ports.iter().find(|contract| contract.name == port.port).ok_or_else(|| {
                    Problem::new(
                        Code::ReferenceUnknown,
                        format!("the contract of `{}` has no port `{}`", port.product, port.port),
                    )
                    .with_hint("add it to the contract's `schema`, or remove its SQL file")
                })?;
            let Some(step) = workshop.port_step(product, &port.port).await? else {
                return Ok(Made::nothing(Vec::new()));
            };
            let (table, records) = workshop.gold(product, &port.port)?;
            let target =
                Target { name: node.to_string(), table, rejected: None, records, port: Some((product, contract)) };
            check_port(&step).map_err(|problem| in_file(problem, &step.path))?;
            build(workshop, &step, &target, full, teller).await.map(Made::from)
        }
    }
}

/// Refuses headers that only silver steps can have.
fn check_port(step: &Step) -> Result<(), Problem> {
    let header = &step.step.header;
    if header.materialise != Materialise::Table {
        return Err(Problem::new(Code::NotIncremental, "a port is built whole, so that the gate judges all of it")
            .with_hint("build the silver table it reads by increments"));
    }
    if header.reject.is_some() {
        return Err(Problem::new(Code::InvalidSql, "a port sets no rows aside")
            .with_hint("set them aside in a silver step; the gate judges a port whole"));
    }
    Ok(())
}

async fn ingest(
    workshop: &Workshop<'_>,
    table: &TableName,
    roots: &Result<Vec<Root>, Problem>,
    bronze: Bronze,
    teller: &Teller<'_>,
) -> Result<Made, Problem> {
    let log = workshop.batches(&LayerTable::kept(table.clone()))?;
    let tables = workshop.source_tables()?;
    let Some((_, source)) = tables.get(table) else { return Ok(Made::nothing(Vec::new())) };
    let is_kept = bronze == Bronze::TakeFirst && !log.records().await?.is_empty();
    let (limits, now) = (workshop.parts.limits, workshop.parts.registry.now());
    let took = match &**source {
        SourceFile::Files(source) => {
            let Some(spec) = source.tables.get(table) else { return Ok(Made::nothing(Vec::new())) };
            let roots = match roots {
                Ok(roots) => roots,
                Err(_) if is_kept => return Ok(Made::nothing(Vec::new())),
                Err(problem) => return Err(problem.clone()),
            };
            let ingestion = Ingestion { source: &source.source, table, spec, roots, log, limits, now };
            if is_kept {
                // What is published is what was taken; a source that cannot be looked at is the next run's matter.
                let waiting = ingestion.waiting().await.unwrap_or_default();
                return Ok(Made::nothing(tell_waiting(&workshop.domain, table, &waiting).into_iter().collect()));
            }
            ingestion.take(teller).await?
        }
        SourceFile::Postgres(source) => {
            let Some(spec) = source.tables.get(table) else { return Ok(Made::nothing(Vec::new())) };
            if is_kept {
                // What waits in a database is known only by asking for all of it, so nothing is said.
                return Ok(Made::nothing(Vec::new()));
            }
            let domains: Vec<DomainName> = workshop.mesh.domains().map(|domain| domain.name.clone()).collect();
            let secrets = Secrets {
                data_dir: &workshop.parts.data_dir,
                environment: &workshop.parts.environment,
                domain: &workshop.domain,
                domains: &domains,
            };
            let allowed = allowed(workshop);
            Asking { source, table, spec, allowed: &allowed, secrets, log, limits, now }.take(teller).await?
        }
    };
    if let Some(problem) = Problem::all(took.problems) {
        return Err(problem);
    }
    Ok(Made {
        rows: took.rows,
        rejected: took.rejected,
        reasons: took.reasons.top(MOST_REASONS),
        unchanged: took.files == 0,
        notes: took.notes,
    })
}

/// Says that files wait which a publication does not take.
fn tell_waiting(domain: &DomainName, table: &TableName, waiting: &[String]) -> Option<String> {
    let files = match waiting {
        [] => return None,
        [only] => format!("1 file waits, `{only}`"),
        [first, ..] => format!("{} files wait, such as `{first}`", waiting.len()),
    };
    Some(format!("{files}: publishing takes none, `tessera run {domain} bronze.{table}` does"))
}

fn ended(teller: &Teller<'_>, node: &Input, phase: Phase, made: Result<Made, Problem>) -> StepReport {
    let mut report = StepReport {
        name: node.to_string(),
        phase,
        state: StepState::Finished,
        rows: 0,
        rejected: 0,
        reasons: Vec::new(),
        millis: 0,
        notes: Vec::new(),
        problem: None,
    };
    match made {
        Ok(made) => {
            report.state = if made.unchanged { StepState::Unchanged } else { StepState::Finished };
            (report.rows, report.rejected, report.notes) = (made.rows, made.rejected, made.notes);
            report.reasons = made.reasons;
            let note = match (report.rejected, report.reasons.first()) {
                (0, _) => report.notes.first().cloned(),
                (_, Some(first)) => Some(format!("{}: {}, line {}", first.reason, first.file, first.line)),
                (_, None) => Some(format!("set aside in `{node}__rejected`")),
            };
            report.millis = teller.end_with(report.state, report.rows, report.rejected, note);
        }
        Err(problem) => {
            report.state = StepState::Failed;
            report.millis = teller.end(StepState::Failed, None, Some(problem.message().to_owned()));
            report.problem = Some(problem);
        }
    }
    report
}

fn skipped(teller: &Teller<'_>, node: &Input, phase: Phase, need: &str) -> StepReport {
    let note = format!("not made, because `{need}` could not be made");
    let millis = teller.end(StepState::Skipped, None, Some(note.clone()));
    StepReport {
        name: node.to_string(),
        phase,
        state: StepState::Skipped,
        rows: 0,
        rejected: 0,
        reasons: Vec::new(),
        millis,
        notes: vec![note],
        problem: None,
    }
}
