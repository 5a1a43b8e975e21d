//! What a step reads: each named table with its rows, what they carry, and a token that changes with them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use datafusion::catalog::TableProvider;
use governance::derive::{self, LostRestriction};
use model::{
    Code, Digest, Problem,
    column::Field,
    id::PublicationId,
    name::PurposeName,
    publication::PublishedColumn,
    reference::{PortRef, ProductRef},
};
use registry::ProductState;

use super::input::{Input, LayerTable};
use crate::{
    build, damage,
    increment::Bronze,
    record::{BuildRecord, Facts},
    workshop::{Step, Workshop},
};

/// One input, ready to be read.
pub(crate) struct Resolved {
    /// Its rows.
    pub(crate) provider: Arc<dyn TableProvider>,
    /// What they carry.
    pub(crate) facts: Facts,
    /// Equal tokens mean equal rows.
    pub(crate) token: String,
    /// Publications the rows came from.
    pub(crate) publications: Vec<(ProductRef, PublicationId)>,
    /// What keeps everything built on it from being published.
    pub(crate) blocked: Vec<Problem>,
    /// Restrictions that were lost on the way here.
    pub(crate) lost: Vec<LostRestriction>,
    /// The source table, if it is one and its accepted rows are read.
    pub(crate) bronze: Option<Bronze>,
}

/// Opens one input of a step. `building` is the product whose ports are this run's candidates.
///
/// # Errors
/// `reference-unknown` for what does not exist, `conflict` for a table that was not built yet, what the gateway says
/// about a foreign product.
pub(crate) async fn resolve(
    workshop: &Workshop<'_>,
    input: &Input,
    step: &Step,
    building: Option<&ProductState>,
) -> Result<Resolved, Problem> {
    match input {
        Input::Bronze(table) => bronze(workshop, table).await,
        Input::Silver(table) => silver(workshop, table).await,
        Input::Port(port) if port.product.domain != workshop.domain => {
            foreign(workshop, port, step.step.header.purpose.as_ref()).await
        }
        Input::Port(port) => match building.filter(|product| product.reference == port.product) {
            Some(product) => candidate(workshop, product, port).await,
            None => own(workshop, port).await,
        },
    }
}

async fn bronze(workshop: &Workshop<'_>, table: &LayerTable) -> Result<Resolved, Problem> {
    let log = workshop.batches(table)?;
    let records = log.records().await?;
    if records.is_empty() && !table.rejected {
        return Err(Problem::new(Code::Conflict, format!("`bronze.{table}` holds nothing yet"))
            .with_hint(format!("put its files into place and run `tessera run {}`", workshop.domain)));
    }
    let provider = log.provider().await?;
    // The chain makes the newest record stand for all before it.
    let newest = records.last().map(serde_json::to_vec).transpose().map_err(Problem::internal)?;
    let token = format!("bronze.{table}@{}:{}", records.len(), Digest::of(&newest.unwrap_or_default()));
    let fields = lake::arrow_types::fields_of(&provider.schema())?;
    let columns = fields.iter().map(|field| (field.name.clone(), BTreeSet::new())).collect();
    let facts = Facts { columns, ..Facts::default() };
    let bronze = (!table.rejected).then_some(Bronze { log, records, columns: fields });
    Ok(Resolved { provider, facts, token, publications: Vec::new(), blocked: Vec::new(), lost: Vec::new(), bronze })
}

async fn silver(workshop: &Workshop<'_>, name: &LayerTable) -> Result<Resolved, Problem> {
    let (table, records) = workshop.silver(&name.table);
    let not_built = || {
        Problem::new(Code::Conflict, format!("`silver.{name}` is not built yet"))
            .with_hint(format!("run `tessera run {} silver.{}`", workshop.domain, name.table))
    };
    let title = format!("silver.{name}");
    let head = table.head().await.map_err(|problem| damage::named(&title, problem))?;
    let version = head.ok_or_else(not_built)?;
    let record = records.read(version)?.ok_or_else(not_built)?;
    let (table, version, rows) = if name.rejected {
        let version = record.rejected_version.ok_or_else(not_built)?;
        (workshop.zone.silver_rejected(&name.table), version, record.rejected)
    } else {
        (table, version, record.rows)
    };
    let provider = damage::provider_of(&title, &table, version, rows).await?;
    Ok(of_record(record, provider, format!("silver.{name}@{version}")))
}

fn of_record(record: BuildRecord, provider: Arc<dyn TableProvider>, token: String) -> Resolved {
    let token = format!("{token}:{}", record.fingerprint);
    let BuildRecord { facts, publications, blocked, lost, .. } = record;
    Resolved { provider, facts, token, publications, blocked, lost, bronze: None }
}

/// Another port of the product that is being built: its candidate, with the classes its contract adds.
async fn candidate(workshop: &Workshop<'_>, product: &ProductState, port: &PortRef) -> Result<Resolved, Problem> {
    let (table, records) = workshop.gold(product, &port.port)?;
    let not_built = || Problem::new(Code::Conflict, format!("`{port}` is not built yet"));
    let version = table.head().await?.ok_or_else(not_built)?;
    let mut record = records.read(version)?.ok_or_else(not_built)?;
    record.facts.columns = build::tags_of_port(workshop, product, &port.port, &record)?;
    let provider = damage::provider_of(&port.to_string(), &table, version, record.rows).await?;
    Ok(of_record(record, provider, format!("{port}@{version}")))
}

/// Another product of the domain: its current publication, as stored. What it restricts goes on holding.
async fn own(workshop: &Workshop<'_>, port: &PortRef) -> Result<Resolved, Problem> {
    let product = workshop.product(&port.product.product)?;
    let absent = |why: &str| Problem::new(Code::ReferenceUnknown, format!("`{port}` {why}"));
    let publication = product.publication.as_ref().ok_or_else(|| {
        absent("is not published yet").with_hint(format!("publish it first: `tessera publish {}`", port.product))
    })?;
    let pinned = publication.ports.get(&port.port).ok_or_else(|| absent("is no port of what is published"))?;
    let manifest = workshop.manifest(&pinned.manifest).await?;
    let reader = workshop.zone_of(product)?.gold_reader();
    let scan = reader.pinned(&port.product.product, &port.port, Arc::new(manifest), pinned.manifest)?;
    let fields: Vec<Field> = pinned.columns.iter().map(field).collect();
    let provider = scan.provider(Some(&fields))?;
    let rules = product.access.restrict.iter().filter(|rule| rule.holds_on(&port.port));
    let mut restrict = pinned.restrict.clone();
    restrict.extend(rules.map(|rule| rule.scope.clone()));
    restrict.sort();
    restrict.dedup();
    let classes = workshop.mesh.classes();
    let today = workshop.mesh.columns_today(port, &pinned.columns);
    let columns = today.iter().map(|column| (column.name.clone(), derive::carried_tags(column, classes))).collect();
    Ok(Resolved {
        provider,
        facts: Facts { columns, restrict, regions: publication.regions.clone() },
        token: format!("{port}#{}", publication.id),
        publications: vec![(port.product.clone(), publication.id)],
        blocked: Vec::new(),
        lost: Vec::new(),
        bronze: None,
    })
}

fn field(column: &PublishedColumn) -> Field {
    Field { name: column.name.clone(), kind: column.kind.clone(), nullable: column.nullable, tags: Vec::new() }
}

/// A foreign product: what the domain's service may read of it, treated.
async fn foreign(workshop: &Workshop<'_>, port: &PortRef, purpose: Option<&PurposeName>) -> Result<Resolved, Problem> {
    let service = workshop.service()?;
    let input = workshop.parts.gateway.input(&service, purpose, port).await?;
    let columns: BTreeMap<_, _> =
        input.columns.iter().map(|column| (column.name.clone(), column.tags.iter().cloned().collect())).collect();
    Ok(Resolved {
        provider: input.provider,
        facts: Facts { columns, restrict: input.restrictions, regions: input.regions },
        token: format!("{port}#{}:{}", input.publication, input.treatment),
        publications: vec![(port.product.clone(), input.publication)],
        blocked: Vec::new(),
        lost: Vec::new(),
        bronze: None,
    })
}
