//! A candidate: every port of a product at one unpinned version, with its manifest, its lineage and what it carries.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use datafusion::{
    arrow::{
        array::{Array as _, TimestampMicrosecondArray},
        compute::cast,
        datatypes::{DataType, TimeUnit},
    },
    functions_aggregate::expr_fn::max,
};
use governance::derive::{self, InputFacts};
use model::{
    Code, Problem, Timestamp,
    class::ClassName,
    contract::{Contract, PortContract},
    id::PublicationId,
    lineage::{ColumnLineage, LineageDocument, TableLineage},
    manifest::Manifest,
    name::{PortName, TableName},
    publication::PublishedColumn,
    reference::ProductRef,
    scope::RowScope,
    treatment::CarriedTag,
};
use registry::ProductState;

use super::Sample;
use crate::{
    build, damage,
    engine::Engine,
    gate::{CandidatePort, col},
    record::BuildRecord,
    report::{PortReport, SampleOrigin},
    workshop::Workshop,
};

/// A candidate.
pub(super) struct Candidate {
    pub(super) ports: BTreeMap<PortName, Port>,
    /// Where its rows may be read.
    pub(super) regions: Vec<String>,
    /// The publications its rows came from.
    pub(super) inputs: Vec<(ProductRef, PublicationId)>,
    /// What keeps it from being published whatever its data is.
    pub(super) blocked: Vec<Problem>,
}

/// One port of it.
pub(super) struct Port {
    pub(super) manifest: Manifest,
    pub(super) gate: CandidatePort,
    pub(super) columns: Vec<PublishedColumn>,
    pub(super) restrict: Vec<RowScope>,
    lineage: TableLineage,
}

impl Candidate {
    /// Opens what the newest versions hold.
    pub(super) async fn open(
        workshop: &Workshop<'_>,
        product: &ProductState,
        contract: &Contract,
    ) -> Result<Self, Problem> {
        let mut candidate =
            Self { ports: BTreeMap::new(), regions: Vec::new(), inputs: Vec::new(), blocked: Vec::new() };
        let mut regions = Vec::new();
        for port in &contract.ports {
            let Some((port_candidate, record)) = open_port(workshop, product, port).await? else { continue };
            candidate.blocked.extend(record.blocked);
            let place = ProductRef::clone(&product.reference).port(port.name.clone());
            // SECURITY: only a recorded waiver lets rows go on without their restriction (test
            // `a_restriction_that_cannot_be_restated_blocks_publication`).
            let standing = record.lost.iter().filter(|lost| !workshop.mesh.waived(&place, &lost.restriction));
            candidate.blocked.extend(standing.map(|lost| lost.refusal(&place)));
            candidate.blocked.extend(unreadable(&port_candidate, &port.name));
            candidate.inputs.extend(record.publications);
            regions.push(InputFacts { regions: record.facts.regions, ..InputFacts::default() });
            candidate.ports.insert(port.name.clone(), port_candidate);
        }
        candidate.inputs.sort();
        candidate.inputs.dedup();
        match derive::regions(&regions, &contract.regions) {
            Ok(regions) => candidate.regions = regions,
            Err(problem) => candidate.blocked.push(problem),
        }
        Ok(candidate)
    }

    pub(super) fn gate_ports(&self) -> BTreeMap<PortName, CandidatePort> {
        self.ports.iter().map(|(name, port)| (name.clone(), port.gate.clone())).collect()
    }

    pub(super) fn port_reports(&self, samples: &BTreeMap<PortName, Sample>) -> BTreeMap<PortName, PortReport> {
        let report = |(name, port): (&PortName, &Port)| {
            let report = PortReport {
                rows: port.manifest.rows(),
                bytes: port.manifest.bytes(),
                files: port.manifest.files.len() as u64,
                table_version: port.manifest.table_version,
                manifest: port.gate.manifest,
                sample: samples.get(name).map_or(SampleOrigin::Synthetic, |sample| sample.origin),
            };
            (name.clone(), report)
        };
        self.ports.iter().map(report).collect()
    }

    /// The lineage of the ports, and of the silver tables on the way.
    pub(super) async fn lineage(&self, workshop: &Workshop<'_>) -> Result<LineageDocument, Problem> {
        let mut tables: BTreeMap<String, TableLineage> = BTreeMap::new();
        let mut waiting: Vec<String> = self.ports.values().flat_map(|port| port.lineage.inputs.clone()).collect();
        while let Some(name) = waiting.pop() {
            let Some(table) = name.strip_prefix("silver.") else { continue };
            let table = table.strip_suffix(crate::engine::input::REJECTED).unwrap_or(table);
            if tables.contains_key(&name) {
                continue;
            }
            let Ok(table) = table.parse::<TableName>() else { continue };
            let (table, records) = workshop.silver(&table);
            if let Some(version) = table.head().await?
                && let Some(record) = records.read(version)?
            {
                waiting.extend(record.lineage.inputs.clone());
                let tags = record.facts.columns;
                tables.insert(name, with_tags(record.lineage, &tags));
            }
        }
        let ports = self.ports.iter().map(|(name, port)| (name.clone(), port.lineage.clone())).collect();
        Ok(LineageDocument { format: 1, ports, tables: tables.into_values().collect() })
    }
}

async fn open_port(
    workshop: &Workshop<'_>,
    product: &ProductState,
    contract: &PortContract,
) -> Result<Option<(Port, BuildRecord)>, Problem> {
    let (table, records) = workshop.gold(product, &contract.name)?;
    let place = product.reference.port(contract.name.clone());
    let title = place.to_string();
    let named = |problem| damage::named(&title, problem);
    let Some(version) = table.head().await.map_err(named)? else { return Ok(None) };
    let manifest = Arc::new(table.manifest(version).await.map_err(named)?);
    if let Some(port) = product.publication.as_ref().and_then(|publication| publication.ports.get(&contract.name)) {
        damage::check_bytes(&title, &workshop.manifest(&port.manifest).await?, &manifest)?;
    }
    let record = match records.read(version)? {
        Some(record) => {
            damage::check(&title, &record, &manifest)?;
            record
        }
        None if product.port_steps.contains_key(&contract.name) => {
            return Err(Problem::new(Code::Conflict, format!("`{place}` changed while it was published"))
                .with_hint("publish again: it is built anew"));
        }
        None => adopted(&place.to_string(), &manifest),
    };
    let tags = build::tags_of_port(workshop, product, &contract.name, &record)?;
    let columns = published(workshop, contract, &manifest, &tags);
    let classes = tags.iter().map(|(column, tags)| (column.clone(), classes_of(tags))).collect();
    let lineage = with_tags(record.lineage.clone(), &tags);
    let pinned = table.pin(Arc::clone(&manifest))?;
    let gate = CandidatePort {
        manifest: pinned.digest(),
        schema: manifest.schema.clone(),
        provider: pinned.provider(None)?,
        classes,
    };
    let restrict = record.facts.restrict.clone();
    Ok(Some((Port { manifest: Manifest::clone(&manifest), gate, columns, restrict, lineage }, record)))
}

/// What is known of a table that somebody else wrote: its columns, and nothing about where they come from.
fn adopted(name: &str, manifest: &Manifest) -> BuildRecord {
    let unknown =
        |name: &String| ColumnLineage { column: name.clone(), from: Vec::new(), known: false, tags: Vec::new() };
    BuildRecord {
        format: crate::record::FORMAT,
        version: manifest.table_version,
        fingerprint: manifest.digest(),
        rows: manifest.rows(),
        rejected: 0,
        rejected_version: None,
        lineage: TableLineage {
            table: name.to_owned(),
            inputs: Vec::new(),
            influenced_by: Vec::new(),
            mixed: Vec::new(),
            columns: manifest.schema.iter().map(|field| unknown(&field.name)).collect(),
        },
        inputs: BTreeMap::new(),
        facts: crate::record::Facts::default(),
        blocked: Vec::new(),
        lost: Vec::new(),
        publications: Vec::new(),
        notes: Vec::new(),
        taken: None,
    }
}

fn classes_of(tags: &BTreeSet<CarriedTag>) -> BTreeSet<ClassName> {
    tags.iter().map(|tag| tag.class.clone()).collect()
}

fn with_tags(mut lineage: TableLineage, tags: &BTreeMap<String, BTreeSet<CarriedTag>>) -> TableLineage {
    for column in &mut lineage.columns {
        column.tags = tags.get(&column.column).into_iter().flatten().cloned().collect();
    }
    lineage
}

/// The columns as published: those of the contract, in its order, in the type that is stored.
fn published(
    workshop: &Workshop<'_>,
    contract: &PortContract,
    manifest: &Manifest,
    tags: &BTreeMap<String, BTreeSet<CarriedTag>>,
) -> Vec<PublishedColumn> {
    let classes = workshop.mesh.classes();
    contract
        .columns
        .iter()
        .map(|column| {
            let stored = manifest.schema.iter().find(|field| field.name == column.name);
            PublishedColumn {
                name: column.name.clone(),
                kind: stored.map_or_else(|| column.kind.clone(), |field| nested_tags(&field.kind, &column.kind)),
                nullable: !column.required && column.primary_key.is_none(),
                tags: tags.get(&column.name).into_iter().flatten().cloned().collect(),
                labels: derive::own_tags(column, classes).1,
            }
        })
        .collect()
}

/// The stored type with the tags that the contract puts on fields within it.
fn nested_tags(stored: &model::column::ColumnType, promised: &model::column::ColumnType) -> model::column::ColumnType {
    use model::column::ColumnType;
    match (stored, promised) {
        (ColumnType::Struct(_), ColumnType::Struct(_))
        | (ColumnType::List(_), ColumnType::List(_))
        | (ColumnType::Map(_), ColumnType::Map(_)) => promised.clone(),
        _ => stored.clone(),
    }
}

/// A restriction over a column that is not served could not be applied by any reader.
fn unreadable(port: &Port, name: &PortName) -> Vec<Problem> {
    let served: BTreeSet<&str> = port.columns.iter().map(|column| column.name.as_str()).collect();
    port.restrict
        .iter()
        .flat_map(RowScope::columns)
        .filter(|column| !served.contains(column.as_str()))
        .map(|column| {
            Problem::new(
                Code::GateRefused,
                format!("an input restricts its rows by `{column}`, which the port `{name}` does not promise"),
            )
            .with_hint(format!("promise `{column}` in the contract, so that the restriction can go on holding"))
        })
        .collect()
}

/// The newest value of the column that says how fresh the port is.
pub(super) async fn fresh_until(
    engine: &Engine,
    contract: &Contract,
    port: &PortContract,
    candidate: &CandidatePort,
) -> Result<Option<Timestamp>, Problem> {
    let element = contract
        .freshness
        .iter()
        .find_map(|promise| promise.element.as_ref().filter(|(name, _)| *name == port.name).map(|(_, column)| column));
    let Some(column) = element.filter(|column| candidate.schema.iter().any(|field| field.name == **column)) else {
        return Ok(None);
    };
    let session = engine.rule_session()?;
    let frame = session
        .context()
        .read_table(Arc::clone(&candidate.provider))
        .and_then(|frame| frame.aggregate(Vec::new(), vec![max(col(column))]))
        .map_err(|error| lake::engine_problem(&error))?;
    let batches = session.collect(frame).await?;
    let Some(array) = batches.iter().find(|batch| batch.num_rows() > 0).and_then(|batch| batch.columns().first())
    else {
        return Ok(None);
    };
    let kind = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    // Text that is no time gives no age; the standard on freshness names a time column.
    let Ok(array) = cast(array, &kind) else { return Ok(None) };
    let array = array.as_any().downcast_ref::<TimestampMicrosecondArray>();
    Ok(array.filter(|array| !array.is_null(0)).map(|array| Timestamp::from_micros(array.value(0))))
}
