//! A SQL step: every table it names is there, its purpose is declared.

use super::Checker;
use crate::{
    error::{Code, Problem},
    files::{
        repository::{DomainFiles, Sourced},
        sql::{Materialise, NamedTable, SqlStep},
    },
    name::{DomainName, ProductName},
    suggest,
    yaml::{Position, problem_at, shown},
};

/// What names in SQL look like.
const FORMS: &str = "write `bronze.table`, `silver.table`, `product.port` or `domain.product.port`";

impl Checker<'_> {
    /// Checks a step: a silver table's, or that of a port of `product`.
    pub(super) fn step(
        &mut self,
        domain: &DomainFiles,
        product: Option<&ProductName>,
        own: &str,
        step: &Sourced<SqlStep>,
    ) {
        if let Some(purpose) = &step.value.header.purpose
            && !self.known.purposes.contains(purpose)
        {
            let names: Vec<&str> = self.known.purposes.iter().map(|purpose| purpose.as_str()).collect();
            let hint = suggest::hint(purpose.as_str(), names)
                .unwrap_or_else(|| "declare it in `governance/purposes.yaml`".to_owned());
            let position = header_position(step, "purpose:");
            let message = format!("the purpose `{purpose}` is not declared");
            self.refuse(problem_at(&step.path, position, Code::ReferenceUnknown, message).with_hint(hint));
        }
        if product.is_some() && !step.value.header.partition_by.is_empty() {
            let message = "a port is partitioned by its contract".to_owned();
            let position = header_position(step, "partition_by:");
            let problem = problem_at(&step.path, position, Code::InvalidFile, message);
            self.refuse(
                problem.with_hint("write `partitioned: true` and `partitionKeyPosition` at the contract's property"),
            );
        }
        if product.is_some() && step.value.header.materialise != Materialise::Table {
            let message = "a port is built whole, so that the gate judges all of it".to_owned();
            let position = header_position(step, "materialise:");
            let problem = problem_at(&step.path, position, Code::NotIncremental, message);
            self.refuse(problem.with_hint("build the silver table it reads by increments"));
        }
        for table in step.value.tables() {
            if let Err(problem) = self.table(domain, product, own, &table) {
                let at = problem_at(&step.path, table.position, problem.code(), problem.message().to_owned());
                let hint = problem.hint().unwrap_or(FORMS).to_owned();
                // What other repositories declare is known only where a mesh was asked.
                if problem.code() == Code::NotFound {
                    self.warn(told(&at, &hint))
                } else {
                    self.refuse(at.with_hint(hint))
                }
            }
        }
    }

    fn table(
        &self,
        domain: &DomainFiles,
        product: Option<&ProductName>,
        own: &str,
        table: &NamedTable,
    ) -> Result<(), Problem> {
        let parts: Vec<&str> = table.parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["bronze", name] => {
                let tables: Vec<&str> =
                    domain.sources.values().flat_map(|file| file.value.tables()).map(|table| table.as_str()).collect();
                let rejected = name.strip_suffix("__rejected").unwrap_or(name);
                present(name, rejected, &tables, "bronze.", "describe it in a file of `sources/`")
            }
            ["silver", name] => {
                if product.is_none() && *name == own {
                    return Err(unknown(format!("`silver.{own}` reads itself"), "read another table"));
                }
                let tables: Vec<&str> = domain.silver.keys().map(|table| table.as_str()).collect();
                let rejected = name.strip_suffix("__rejected").unwrap_or(name);
                present(name, rejected, &tables, "silver.", "write `silver/<table>.sql`")
            }
            ["gold", ..] => Err(unknown("gold is read by product: `product.port`".to_owned(), FORMS)),
            [other, port] => {
                if product.is_some_and(|product| product.as_str() == *other) && *port == own {
                    return Err(unknown(format!("the port `{other}.{port}` reads itself"), "read another table"));
                }
                port_of(domain, other, port)
            }
            [other, product, port] => self.foreign(other, product, port),
            _ => {
                let name = table.parts.join(".");
                Err(unknown(format!("`{}` is no table name here", shown(&name)), FORMS))
            }
        }
    }

    fn foreign(&self, domain: &str, product: &str, port: &str) -> Result<(), Problem> {
        if let Some(files) = self.own(domain) {
            return port_of(files, product, port);
        }
        if self.known.domains.iter().any(|known: &DomainName| known.as_str() == domain) {
            return Ok(());
        }
        let names: Vec<&str> = self.known.domains.iter().map(|name| name.as_str()).collect();
        let hint = suggest::nearest(domain, names).map(|near| format!("did you mean `{near}`?"));
        let message = format!("the domain `{}` does not exist", shown(domain));
        Err(Problem::new(Code::NotFound, message).with_hint(hint.unwrap_or_else(|| FORMS.to_owned())))
    }
}

fn told(problem: &Problem, hint: &str) -> Problem {
    let told = Problem::new(Code::ReferenceUnknown, problem.message()).with_hint(hint);
    match problem.location() {
        Some(at) => told.at(at.clone()),
        None => told,
    }
}

fn unknown(message: String, hint: &str) -> Problem {
    Problem::new(Code::ReferenceUnknown, message).with_hint(hint)
}

fn present(name: &str, table: &str, tables: &[&str], zone: &str, otherwise: &str) -> Result<(), Problem> {
    if tables.contains(&table) {
        return Ok(());
    }
    let hint = suggest::nearest(table, tables.iter().copied())
        .map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{zone}{near}`?"));
    Err(unknown(format!("the table `{zone}{}` does not exist", shown(name)), &hint))
}

fn port_of(domain: &DomainFiles, product: &str, port: &str) -> Result<(), Problem> {
    let owner = &domain.file.value.domain;
    let Some(files) = domain.products.get(product) else {
        let names: Vec<&str> = domain.products.keys().map(|name| name.as_str()).collect();
        let hint = suggest::hint(product, names).unwrap_or_else(|| FORMS.to_owned());
        return Err(unknown(format!("the domain `{owner}` has no product `{}`", shown(product)), &hint));
    };
    if files.contract.value.ports.iter().any(|other| other.name.as_str() == port) {
        return Ok(());
    }
    let names: Vec<&str> = files.contract.value.ports.iter().map(|port| port.name.as_str()).collect();
    let hint = suggest::hint(port, names).unwrap_or_else(|| FORMS.to_owned());
    Err(unknown(format!("the product `{owner}.{product}` has no port `{}`", shown(port)), &hint))
}

/// Where a key of the header stands; the start if it is not found.
fn header_position(step: &Sourced<SqlStep>, key: &str) -> Position {
    let text = String::from_utf8_lossy(&step.bytes);
    let before = text.find(key).and_then(|at| text.get(..at)).unwrap_or_default();
    Position::after(before)
}
