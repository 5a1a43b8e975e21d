//! Builds one table from one step: resolve what it reads, follow its lineage, derive what its rows carry, write its rows
//! as one new version. A step whose inputs are those of the last time is left as it is.

pub(crate) mod output;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use datafusion::{catalog::TableProvider, common::TableReference, logical_expr::LogicalPlan};
use governance::derive::{self, InputFacts, LostRestriction};
use lake::Table;
use model::{
    Code, Digest, Problem,
    class::ClassName,
    contract::PortContract,
    files::sql::Materialise,
    lineage::TableLineage,
    name::PortName,
    reference::ProductRef,
    treatment::{CarriedTag, Outcome},
};
use registry::ProductState;

use output::Output;

use crate::{
    damage,
    engine::{
        input::Input,
        misfit,
        resolve::{Resolved, resolve},
        session::Tables,
    },
    increment::{self, Bronze, Taken},
    progress::Teller,
    record::{BuildRecord, Facts, Records},
    workshop::{Step, Workshop, in_file},
};

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
    /// How many new batches it was made from, if it was not built whole.
    pub(crate) added: Option<u64>,
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
    let before = match head {
        Some(version) if !full => target.records.read(version)?,
        _ => None,
    };
    if let Some(record) = &before
        && record.fingerprint == fingerprint
    {
        return Ok(Built { record: record.clone(), unchanged: true, added: None });
    }
    let bronze = match step.step.header.materialise {
        Materialise::Table => None,
        _ => Some(increment::source(inputs.values().filter_map(|input| input.bronze.as_ref()))?),
    };
    let taken = bronze.map(|bronze| Taken::all(step.digest, bronze)).transpose()?;
    let work = Work { workshop, step, target, names: &names, inputs: &inputs, fingerprint, head, taken, teller };
    if let (Some(bronze), Some(before)) = (bronze, before)
        && let Some(onto) = work.increment(bronze, before).await?
    {
        let added = work.taken.as_ref().map_or(0, |taken| taken.through).saturating_sub(onto.through());
        match work.make(Some(&onto)).await {
            Ok(Some(record)) => return Ok(Built { record, unchanged: false, added: Some(added) }),
            Ok(None) => {}
            // New rows that do not fit the memory are no increment: a whole build spills.
            Err(problem) if problem.code() == Code::LimitMemory => {}
            Err(problem) => return Err(problem),
        }
    }
    let record = work.make(None).await?.ok_or_else(|| Problem::internal("a whole build goes onto nothing"))?;
    Ok(Built { record, unchanged: false, added: None })
}

/// One build on its way.
struct Work<'a> {
    workshop: &'a Workshop<'a>,
    step: &'a Step,
    target: &'a Target<'a>,
    names: &'a BTreeMap<TableReference, Input>,
    inputs: &'a BTreeMap<Input, Resolved>,
    fingerprint: Digest,
    head: Option<u64>,
    /// What of its source table it will hold, if it is built by increments.
    taken: Option<Taken>,
    teller: &'a Teller<'a>,
}

/// The version that an increment goes onto.
struct Onto {
    record: BuildRecord,
    before: Taken,
    taken: Taken,
    /// The rows of new batches.
    new: Arc<dyn TableProvider>,
}

impl Onto {
    fn through(&self) -> u64 {
        self.before.through
    }
}

impl Work<'_> {
    /// What an increment would go onto; `None` if the table has to be built whole.
    async fn increment(&self, bronze: &Bronze, record: BuildRecord) -> Result<Option<Onto>, Problem> {
        let (Some(now), Some(before)) = (&self.taken, record.taken.clone()) else { return Ok(None) };
        let materialise = self.step.step.header.materialise;
        let Some(taken) = now.on_top_of(&before, materialise, &bronze.records)? else { return Ok(None) };
        let new = bronze.log.provider_after(before.through).await?;
        Ok(Some(Onto { record, before, taken, new }))
    }

    /// Plans and writes one version: whole, or what is new onto another one. `None` if the new rows have other columns or
    /// types than those that are there, as another version of the engine may give the same step.
    async fn make(&self, onto: Option<&Onto>) -> Result<Option<BuildRecord>, Problem> {
        let Self { workshop, step, target, .. } = self;
        let session = workshop.engine.session()?;
        let mut tables = Tables::new();
        for (name, input) in self.names {
            let Some(resolved) = self.inputs.get(input) else { continue };
            tables.insert(name.clone(), Arc::clone(onto.map_or(&resolved.provider, |onto| &onto.new)));
        }
        session.register(&tables)?;
        let planned = step.query.plan(&session.context().state()).await?;
        let lineage = trace(workshop, &target.name, &planned.plan);
        let mut draft = draft(lineage, self.inputs, self.fingerprint, planned.notes)?;
        draft.taken = onto.map(|onto| onto.taken.clone()).or_else(|| self.taken.clone());
        let base = base(target, self.head).await.map_err(|problem| damage::named(&target.name, problem))?;
        let output = Output::plan(&session, planned.plan.clone(), step, target, onto).await?;
        if let Some(onto) = onto
            && !output.continues(&target.table.schema(onto.record.version).await?)
        {
            return Ok(None);
        }
        match session.within(output.write(&session, target, base, draft, self.teller)).await {
            Ok(record) => Ok(Some(record)),
            Err(problem) if problem.code() == Code::ExpressionFailed => {
                Err(misfit::explain(workshop, &session, &target.name, &planned.plan, problem).await)
            }
            Err(problem) => Err(problem),
        }
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
    gateway::lineage::of_plan(name, plan, &|reference| {
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
        taken: None,
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
