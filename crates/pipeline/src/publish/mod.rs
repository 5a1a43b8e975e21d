//! Publication, P1 to P9: start, candidate, manifests, gate and standards, blobs and the one record that pins every port.
//!
//! INVARIANT: nothing is pinned that the gate did not judge; a refused candidate leaves the previous publication serving
//! (test `a_refused_candidate_leaves_the_previous_publication`).

mod candidate;
mod refusal;
mod sample;

use std::{collections::BTreeMap, time::Instant};

use governance::authorise::Action;
use model::{
    Code, Digest, Problem,
    contract::{Contract, compare::check_version},
    id::PublicationId,
    name::PortName,
    publication::{PinnedPort, Publication},
    reference::ProductRef,
};
use registry::{Command, Context, Done, Outcome, ProductState, Publish, crash};

use self::candidate::Candidate;
use crate::{
    gate,
    pipeline::Pipeline,
    progress::{Phase, Progress, StepState, Teller},
    report::{GateReport, PortReport, PublishReport, SampleOrigin, StepReport},
    run::{Bronze, make, ports, tell_failures},
    workshop::Workshop,
};

/// Publishes a product, or stops before the commit.
pub(crate) async fn publish(
    pipeline: &Pipeline,
    reference: &ProductRef,
    dry_run: bool,
    context: &Context,
    progress: &dyn Progress,
) -> Result<PublishReport, Problem> {
    let since = Instant::now();
    let registry = &pipeline.parts.registry;
    let domain = reference.domain.clone();
    let action = if dry_run { Action::DryRun(domain.clone()) } else { Action::Publish(domain.clone()) };
    registry.may(&context.actor, &action)?;
    // What was done under this key is told while the domain is at work as well: a conflict would say that it was not.
    if !dry_run && let Some(done) = done_before(pipeline, reference, context).await? {
        return Ok(done);
    }
    let _held = pipeline.busy.hold(&domain).await?;
    if !dry_run && let Some(done) = done_before(pipeline, reference, context).await? {
        return Ok(done);
    }
    let workshop = Workshop::open(pipeline, &domain)?;
    let product = workshop.product(&reference.product)?;
    let contract = contract(&workshop, product).await?;
    if let Some(published) = &product.published_contract {
        check_version(reference, published, &contract)?;
    }
    if !dry_run {
        // P1
        // Of key and contract: after a refusal the same key may come back with what was mended.
        let seed = format!("{} {}", context.command_id, product.contract_digest);
        let start = Context { command_id: format!("start-{}", Digest::of(seed.as_bytes())), ..context.clone() };
        let command = Command::StartPublication { product: reference.clone(), contract: product.contract_digest };
        registry.execute(command, start).await?;
    }
    // P2
    let steps = make(&workshop, ports(product).collect(), Bronze::TakeFirst, false, progress).await?;
    tell_failures(&domain, &steps)?;
    crash::point("publish", "candidate");
    // P3
    let teller = Teller::start(progress, reference.to_string(), Phase::Manifest);
    let candidate = Candidate::open(&workshop, product, &contract).await;
    let candidate = told(&teller, candidate)?;
    crash::point("publish", "manifest");
    // P4
    let teller = Teller::start(progress, reference.to_string(), Phase::Gate);
    let judged = judge(&workshop, product, &contract, &candidate).await;
    let Judged { report: gate, samples, advice } = told(&teller, judged)?;
    crash::point("publish", "gate");
    let mut report = PublishReport {
        product: reference.clone(),
        version: contract.version.clone(),
        publication: None,
        dry_run,
        gate,
        advice,
        ports: candidate.port_reports(&samples),
        steps,
        millis: 0,
    };
    if !dry_run {
        // P5, P6
        let teller = Teller::start(progress, reference.to_string(), Phase::Publish);
        let pinned = pin(&workshop, product, &contract, &candidate, &samples, &report.gate, context).await;
        report.publication = Some(told(&teller, pinned)?);
        crash::point("answered", "product-published");
    }
    report.millis = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

/// Says how a step ended.
fn told<T>(teller: &Teller<'_>, outcome: Result<T, Problem>) -> Result<T, Problem> {
    match &outcome {
        Ok(_) => teller.end(StepState::Finished, None, None),
        Err(problem) => teller.end(StepState::Failed, None, Some(problem.message().to_owned())),
    };
    outcome
}

/// The contract with its texts, from its document.
async fn contract(workshop: &Workshop<'_>, product: &ProductState) -> Result<Contract, Problem> {
    let bytes = workshop.parts.registry.blob(&product.contract_digest).await?;
    Contract::parse(&bytes, &product.provenance.path)
        .map_err(|problems| Problem::all(problems).unwrap_or_else(|| Problem::internal("a contract without problems")))
}

/// A sample and where it came from.
pub(crate) struct Sample {
    pub(crate) bytes: Vec<u8>,
    pub(crate) origin: SampleOrigin,
}

struct Judged {
    report: GateReport,
    samples: BTreeMap<PortName, Sample>,
    advice: Vec<crate::report::Advice>,
}

/// Gate, standards, samples, restrictions: every miss at once.
async fn judge(
    workshop: &Workshop<'_>,
    product: &ProductState,
    contract: &Contract,
    candidate: &Candidate,
) -> Result<Judged, Problem> {
    let judged = gate::Candidate {
        product: &product.reference,
        contract,
        digest: product.contract_digest,
        ports: candidate.gate_ports(),
        classes: workshop.mesh.classes(),
    };
    let report = gate::judge(&workshop.engine, &judged).await?;
    let mut misses = refusal::Misses::new(&product.reference, product.publication.is_some());
    misses.gate(&report);
    misses.blocked(candidate);
    let samples = samples(workshop, product, contract, candidate, &mut misses).await?;
    let headers = samples.iter().filter_map(|(port, given)| Some((port.clone(), given.1.clone()?))).collect();
    let advice = misses.standards(workshop, contract, &headers)?;
    misses.refuse()?;
    let samples = samples.into_iter().map(|(port, (sample, _))| (port, sample)).collect();
    Ok(Judged { report, samples, advice })
}

type Samples = BTreeMap<PortName, (Sample, Option<Vec<String>>)>;

/// Given samples checked against the candidate, generated ones for the other ports.
async fn samples(
    workshop: &Workshop<'_>,
    product: &ProductState,
    contract: &Contract,
    candidate: &Candidate,
    misses: &mut refusal::Misses,
) -> Result<Samples, Problem> {
    let mut samples = Samples::new();
    for port in &contract.ports {
        let Some(built) = candidate.ports.get(&port.name) else { continue };
        if let Some(digest) = product.samples.get(&port.name) {
            let bytes = workshop.parts.registry.blob(digest).await?;
            match sample::Given::parse(port.name.as_str(), &bytes) {
                Ok(given) => {
                    misses.add(given.leaks(&workshop.engine, port, &built.gate).await?);
                    samples
                        .insert(port.name.clone(), (Sample { bytes, origin: SampleOrigin::Given }, Some(given.header)));
                }
                Err(problem) => misses.add(vec![problem]),
            }
            continue;
        }
        let classes = workshop.mesh.classes();
        let bytes = sample::synthetic(port, product.contract_digest, &built.gate.classes, classes);
        samples.insert(port.name.clone(), (Sample { bytes, origin: SampleOrigin::Synthetic }, None));
    }
    Ok(samples)
}

/// P5 and P6: the blobs and the record, in one transaction.
async fn pin(
    workshop: &Workshop<'_>,
    product: &ProductState,
    contract: &Contract,
    candidate: &Candidate,
    samples: &BTreeMap<PortName, Sample>,
    gate: &GateReport,
    context: &Context,
) -> Result<PublicationId, Problem> {
    let mut blobs: Vec<(Digest, Vec<u8>)> = Vec::new();
    let mut keep = |bytes: Vec<u8>| {
        let digest = Digest::of(&bytes);
        blobs.push((digest, bytes));
        digest
    };
    // The time a gate took is no fact about the candidate: a repeated command must say the same.
    let gate = GateReport { millis: 0, ..gate.clone() };
    let gate = keep(serde_json::to_vec(&gate).map_err(Problem::internal)?);
    let lineage = candidate.lineage(workshop).await?;
    let lineage = keep(serde_json::to_vec(&lineage).map_err(Problem::internal)?);
    let mut ports = BTreeMap::new();
    for port in &contract.ports {
        let Some(built) = candidate.ports.get(&port.name) else { continue };
        let manifest = keep(built.manifest.canonical());
        let sample = samples.get(&port.name).map(|sample| keep(sample.bytes.clone()));
        ports.insert(
            port.name.clone(),
            PinnedPort {
                manifest,
                table_version: built.manifest.table_version,
                rows: built.manifest.rows(),
                bytes: built.manifest.bytes(),
                columns: built.columns.clone().into(),
                restrict: built.restrict.clone(),
                sample,
                fresh_until: candidate::fresh_until(&workshop.engine, contract, port, &built.gate).await?,
            },
        );
    }
    let publish = Publish {
        product: product.reference.clone(),
        version: contract.version.clone(),
        contract: product.contract_digest,
        ports,
        gate,
        lineage,
        regions: candidate.regions.clone(),
        inputs: candidate.inputs.clone(),
        based_on: product.publication.as_ref().map(|publication| publication.id),
        blobs,
    };
    let outcome = workshop.parts.registry.execute(Command::Publish(Box::new(publish)), context.clone()).await?;
    match outcome.done {
        Done::Published { publication, .. } => Ok(publication),
        _ => Err(Problem::internal("a publication led to something else")),
    }
}

/// The report of a publication that was done before under the same key.
async fn done_before(
    pipeline: &Pipeline,
    reference: &ProductRef,
    context: &Context,
) -> Result<Option<PublishReport>, Problem> {
    let Some(earlier) = pipeline.parts.registry.earlier(context).await? else { return Ok(None) };
    let workshop = Workshop::open(pipeline, &reference.domain)?;
    let product = workshop.product(&reference.product)?;
    replay(&workshop, product, &earlier.done).await.map(Some)
}

/// The report of a command that was done before.
async fn replay(workshop: &Workshop<'_>, product: &ProductState, done: &Done) -> Result<PublishReport, Problem> {
    let mismatch = || {
        Problem::new(Code::IdempotencyMismatch, "this idempotency key was used for something else")
            .with_hint("use a new key for a new command")
    };
    let Done::Published { publication, .. } = done else { return Err(mismatch()) };
    let found = workshop.parts.registry.publication(&product.reference, *publication).await?.ok_or_else(mismatch)?;
    let gate = workshop.parts.registry.blob(&found.gate).await?;
    let mut ports = BTreeMap::new();
    for (name, port) in &found.ports {
        let manifest = workshop.manifest(&port.manifest).await?;
        let given = port.sample.is_some() && product.samples.get(name) == port.sample.as_ref();
        ports.insert(
            name.clone(),
            PortReport {
                rows: port.rows,
                bytes: port.bytes,
                files: manifest.files.len() as u64,
                table_version: port.table_version,
                manifest: port.manifest,
                sample: if given { SampleOrigin::Given } else { SampleOrigin::Synthetic },
            },
        );
    }
    Ok(PublishReport {
        product: product.reference.clone(),
        version: found.version.clone(),
        publication: Some(found.id),
        dry_run: false,
        gate: serde_json::from_slice(&gate).map_err(Problem::internal)?,
        advice: Vec::new(),
        ports,
        steps: Vec::<StepReport>::new(),
        millis: 0,
    })
}

/// Pins an earlier publication again.
pub(crate) async fn rollback(
    pipeline: &Pipeline,
    reference: &ProductRef,
    to: PublicationId,
    context: &Context,
) -> Result<PublicationId, Problem> {
    let registry = &pipeline.parts.registry;
    registry.may(&context.actor, &Action::Rollback(reference.domain.clone()))?;
    let command = Command::Rollback { product: reference.clone(), to };
    if registry.earlier(context).await?.is_some() {
        return rolled_back(registry.execute(command, context.clone()).await?, to);
    }
    let _held = pipeline.busy.hold(&reference.domain).await?;
    let workshop = Workshop::open(pipeline, &reference.domain)?;
    let product = workshop.product(&reference.product)?;
    // A publication that is not known is the registry's to refuse: it knows which there are.
    if let Some(target) = product.recent.iter().find(|publication| publication.id == to) {
        prove(&workshop, product, target).await?;
    }
    rolled_back(registry.execute(command, context.clone()).await?, to)
}

fn rolled_back(outcome: Outcome, to: PublicationId) -> Result<PublicationId, Problem> {
    match outcome.done {
        Done::RolledBack { publication, .. } => Ok(publication),
        _ => Ok(to),
    }
}

/// Proves that every file of a publication is there as it was published.
async fn prove(workshop: &Workshop<'_>, product: &ProductState, target: &Publication) -> Result<(), Problem> {
    for (name, port) in &target.ports {
        let (table, _) = workshop.gold(product, name)?;
        let found = table.manifest(port.table_version).await?;
        if !lake::is_same(&workshop.manifest(&port.manifest).await?, &found) {
            return Err(Problem::new(
                Code::DataUnavailable,
                format!(
                    "the files of `{}` at `{}` are not those that were published",
                    product.reference.port(name.clone()),
                    target.id
                ),
            )
            .with_hint("choose another publication, or build the product anew"));
        }
    }
    Ok(())
}
