//! Everything one run or publication works with, at one state of the mesh: the domain, its zone, its steps, the engine.

use std::{collections::BTreeMap, sync::Arc};

use lake::{BatchLog, Table, Zone};
use model::{
    Code, Digest, Location, Problem, Timestamp,
    files::{source::SourceFile, sql::SqlStep},
    manifest::Manifest,
    name::{DomainName, PortName, ProductName, SourceName, TableName},
    principal::Principal,
    suggest,
};
use registry::{DomainState, Mesh, ProductState, mesh::SilverState};

use crate::{
    engine::{
        Engine,
        input::{Input, LayerTable},
        statement::Query,
    },
    pipeline::{Pipeline, PipelineParts},
    record::Records,
};

/// The workshop of one domain.
pub(crate) struct Workshop<'a> {
    pub(crate) parts: &'a PipelineParts,
    pub(crate) mesh: Arc<Mesh>,
    pub(crate) domain: DomainName,
    pub(crate) zone: Zone,
    pub(crate) engine: Engine,
    pub(crate) now: Timestamp,
}

/// A step with its text.
#[derive(Debug)]
pub(crate) struct Step {
    /// Digest of its file.
    pub(crate) digest: Digest,
    /// Path of its file, for messages.
    pub(crate) path: String,
    /// Header and SQL.
    pub(crate) step: SqlStep,
    /// The parsed query.
    pub(crate) query: Query,
}

impl<'a> Workshop<'a> {
    /// Opens the workshop of a domain.
    ///
    /// # Errors
    /// `not-found` for an unknown or retired domain, `data-unavailable` while its landing zone is not stamped.
    pub(crate) fn open(pipeline: &'a Pipeline, domain: &DomainName) -> Result<Self, Problem> {
        let parts = &*pipeline.parts;
        let mesh = parts.registry.mesh();
        let state = live(&mesh, domain)?;
        let location = state.zones.iter().find(|zone| zone.zone == "main").or_else(|| state.zones.first());
        let location = location.ok_or_else(|| {
            Problem::new(Code::DataUnavailable, format!("the landing zone of `{domain}` is not ready yet"))
                .with_hint("it is being stamped; try again in a moment")
        })?;
        let zone = Zone::open(&parts.data_dir, location)?;
        let now = parts.registry.now();
        let engine = Engine::new(&parts.data_dir, parts.limits);
        Ok(Self { parts, mesh, domain: domain.clone(), zone, engine, now })
    }

    /// The domain's state.
    pub(crate) fn state(&self) -> Result<&DomainState, Problem> {
        live(&self.mesh, &self.domain)
    }

    /// A product of the domain.
    pub(crate) fn product(&self, name: &ProductName) -> Result<&ProductState, Problem> {
        let found = self.state()?.products.get(name).filter(|product| product.retired.is_none());
        found.map(|product| &**product).ok_or_else(|| {
            let names = self.mesh.domain(&self.domain).map(|state| state.products.keys());
            let names: Vec<&str> = names.into_iter().flatten().map(|name| name.as_str()).collect();
            unknown(
                Code::NotFound,
                &format!("no product `{name}` in the domain `{}`", self.domain),
                name.as_str(),
                &names,
            )
        })
    }

    /// The products that are built.
    pub(crate) fn products(&self) -> Result<impl Iterator<Item = &ProductState>, Problem> {
        Ok(self.state()?.products.values().filter(|product| product.retired.is_none()).map(|product| &**product))
    }

    /// The source tables by name: unique over the domain's sources.
    pub(crate) fn source_tables(&self) -> Result<BTreeMap<TableName, (SourceName, Arc<SourceFile>)>, Problem> {
        let mut tables = BTreeMap::new();
        for (name, source) in &self.state()?.sources {
            for table in source.facts.tables() {
                tables.insert(table.clone(), (name.clone(), Arc::clone(&source.facts)));
            }
        }
        Ok(tables)
    }

    /// The batch log of a source table.
    pub(crate) fn batches(&self, table: &LayerTable) -> Result<BatchLog, Problem> {
        let tables = self.source_tables()?;
        let Some((source, _)) = tables.get(&table.table) else {
            let names: Vec<&str> = tables.keys().map(|name| name.as_str()).collect();
            let what = format!("no source of `{}` has a table `{}`", self.domain, table.table);
            return Err(unknown(Code::ReferenceUnknown, &what, table.table.as_str(), &names));
        };
        let log = self.zone.batches(source, &table.table);
        Ok(if table.rejected { log.rejected() } else { log })
    }

    fn silver_state(&self, table: &TableName) -> Result<&SilverState, Problem> {
        let steps = &self.state()?.silver;
        steps.get(table).ok_or_else(|| {
            let names: Vec<&str> = steps.keys().map(|name| name.as_str()).collect();
            let what = format!("the domain `{}` has no step `silver/{table}.sql`", self.domain);
            unknown(Code::ReferenceUnknown, &what, table.as_str(), &names)
        })
    }

    /// The step of a silver table.
    pub(crate) async fn silver_step(&self, table: &TableName) -> Result<Step, Problem> {
        let state = self.silver_state(table)?;
        self.step(state.provenance.document, &state.provenance.path).await
    }

    /// Whether somebody declares what a step of this domain names; foreign products are the gateway's to know.
    pub(crate) fn exists(&self, input: &Input) -> Result<(), Problem> {
        match input {
            Input::Bronze(table) => self.batches(table).map(|_| ()),
            Input::Silver(name) => self.silver_state(&name.table).map(|_| ()),
            Input::Port(port) if port.product.domain == self.domain => self.product(&port.product.product).map(|_| ()),
            Input::Port(_) => Ok(()),
        }
    }

    /// The step of a port; `None` if its table is written by somebody else.
    pub(crate) async fn port_step(&self, product: &ProductState, port: &PortName) -> Result<Option<Step>, Problem> {
        match product.port_steps.get(port) {
            Some(facts) => self.step(facts.digest, &facts.path).await.map(Some),
            None => Ok(None),
        }
    }

    async fn step(&self, digest: Digest, path: &str) -> Result<Step, Problem> {
        let bytes = self.parts.registry.blob(&digest).await?;
        let step = SqlStep::parse(&bytes, path)?;
        let query = Query::parse(&step.sql).map_err(|problem| in_file(problem, path))?;
        Ok(Step { digest, path: path.to_owned(), step, query })
    }

    /// The zone a product lives in.
    pub(crate) fn zone_of(&self, product: &ProductState) -> Result<Zone, Problem> {
        let Some(wanted) = &product.contract.zone else { return Ok(self.zone.clone()) };
        let location = self.state()?.zones.iter().find(|zone| zone.zone == *wanted).ok_or_else(|| {
            Problem::new(Code::ReferenceUnknown, format!("the domain `{}` has no zone `{wanted}`", self.domain))
                .with_hint("name one of the zones of `domain.yaml` in the contract's `tessera.zone`")
        })?;
        Zone::open(&self.parts.data_dir, location)
    }

    /// A silver table and the documents of its versions.
    pub(crate) fn silver(&self, table: &TableName) -> (Table, Records) {
        (self.zone.silver(table), Records::silver(&self.parts.data_dir, &self.domain, table))
    }

    /// A port's table and the documents of its versions.
    pub(crate) fn gold(&self, product: &ProductState, port: &PortName) -> Result<(Table, Records), Problem> {
        let name = &product.reference.product;
        let table = self.zone_of(product)?.gold(name, port);
        Ok((table, Records::gold(&self.parts.data_dir, &self.domain, name, port)))
    }

    /// A manifest that the journal pins.
    pub(crate) async fn manifest(&self, digest: &Digest) -> Result<Manifest, Problem> {
        let bytes = self.parts.registry.blob(digest).await?;
        if Digest::of(&bytes) != *digest {
            return Err(Problem::new(Code::DataUnavailable, "the published data cannot be verified"));
        }
        serde_json::from_slice(&bytes).map_err(|error| {
            Problem::new(Code::DataUnavailable, "the published data cannot be verified").with_cause(error)
        })
    }

    /// The service that reads foreign products for the domain.
    pub(crate) fn service(&self) -> Result<Principal, Problem> {
        if let Some(service) = self.mesh.service_of(&self.domain) {
            return Ok(Principal::Service(service.clone()));
        }
        let message =
            format!("the domain `{}` has no single service, so nobody can read foreign products for it", self.domain);
        Err(Problem::new(Code::ReferenceUnknown, message).with_hint(
            "add one to `people.yaml` (`services: [{name: svc-NAME, domain: NAME}]`), or say which in `domain.yaml`: `service: NAME`",
        ))
    }
}

/// A domain that is not retired.
fn live<'m>(mesh: &'m Mesh, domain: &DomainName) -> Result<&'m DomainState, Problem> {
    mesh.domain(domain)
        .filter(|state| state.retired.is_none())
        .ok_or_else(|| Problem::new(Code::NotFound, format!("there is no domain `{domain}`")))
}

/// A name that nothing has, with the nearest that something has.
pub(crate) fn unknown(code: Code, what: &str, name: &str, names: &[&str]) -> Problem {
    let problem = Problem::new(code, what.to_owned());
    match suggest::nearest(name, names.iter().copied()) {
        Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
        None if names.is_empty() => problem,
        None => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            problem.with_hint(format!("there is {}", names.join(", ")))
        }
    }
}

/// What somebody named directly and nobody declares is simply absent.
pub(crate) fn as_absent(problem: Problem) -> Problem {
    if problem.code() != Code::ReferenceUnknown {
        return problem;
    }
    let absent = Problem::new(Code::NotFound, problem.message());
    match problem.hint() {
        Some(hint) => absent.with_hint(hint),
        None => absent,
    }
}

/// Says which file a problem is in, if it does not say so itself.
pub(crate) fn in_file(problem: Problem, path: &str) -> Problem {
    if problem.location().is_some_and(|at| !at.file.is_empty()) {
        return problem;
    }
    let at = problem.location().cloned().unwrap_or(Location { file: String::new(), line: 1, column: 1 });
    problem.at(Location { file: path.to_owned(), ..at })
}
