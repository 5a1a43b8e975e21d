//! Names in SQL (D6): three parts from everywhere, two parts in the session's catalog, one part where it is unique.
//!
//! What is invisible is told exactly as what is absent.

use governance::treatment::table_not_found;
use model::{
    Problem,
    name::{DomainName, PortName, ProductName},
    reference::{PortRef, ProductRef},
};

use crate::{
    port::{Epoch, Target},
    session::Catalog,
    visible,
};

/// What a table name in a statement means.
#[derive(Debug)]
pub(crate) enum Meaning {
    /// A published port.
    Port(Box<Target>),
    /// A table of `information_schema` or `pg_catalog`: schema and name.
    System(&'static str, String),
}

/// The schemas that every catalog has.
pub(crate) const INFORMATION_SCHEMA: &str = "information_schema";
/// PostgreSQL's own schema.
pub(crate) const PG_CATALOG: &str = "pg_catalog";

/// Resolves a name of one to three parts.
///
/// # Errors
/// `not-found` (42P01) in the words of the caller, with the nearest visible name as hint.
pub(crate) fn resolve(epoch: &Epoch, catalog: &Catalog, parts: &[&str]) -> Result<Meaning, Problem> {
    let typed = parts.join(".");
    let absent = || {
        let problem = table_not_found(&typed.escape_debug().to_string());
        match visible::nearest(epoch, catalog, parts) {
            Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
            None => problem,
        }
    };
    let port = |reference: Option<(PortRef, Option<u64>)>| {
        let found = reference.and_then(|(reference, major)| epoch.target(&reference, major));
        found.map(|target| Meaning::Port(Box::new(target))).ok_or_else(absent)
    };
    match parts {
        [catalog_name, schema, table] if *catalog_name == catalog.name() && system(schema).is_some() => {
            system(schema).map(|schema| Meaning::System(schema, (*table).to_owned())).ok_or_else(absent)
        }
        ["mesh", domain, table] => port(in_mesh(epoch, domain, table)),
        [domain, product, table] => port(in_domain(domain, product, table)),
        [schema, table] => match (system(schema), catalog) {
            (Some(schema), _) => Ok(Meaning::System(schema, (*table).to_owned())),
            (None, Catalog::Mesh) => port(in_mesh(epoch, schema, table)),
            (None, Catalog::Domain(domain)) => port(in_domain(domain.as_str(), schema, table)),
        },
        [table] => match visible::unique(epoch, catalog, table) {
            Some(target) => Ok(Meaning::Port(Box::new(target))),
            None if table.starts_with("pg_") => Ok(Meaning::System(PG_CATALOG, (*table).to_owned())),
            None => Err(absent()),
        },
        _ => Err(absent()),
    }
}

/// The system schema of a name.
pub(crate) fn system(schema: &str) -> Option<&'static str> {
    match schema {
        INFORMATION_SCHEMA => Some(INFORMATION_SCHEMA),
        PG_CATALOG => Some(PG_CATALOG),
        _ => None,
    }
}

/// `domain.product[@N].port`.
fn in_domain(domain: &str, product: &str, port: &str) -> Option<(PortRef, Option<u64>)> {
    let (product, major) = versioned(product)?;
    let product = ProductRef::new(DomainName::new(domain).ok()?, ProductName::new(product).ok()?);
    Some((product.port(PortName::new(port).ok()?), major))
}

/// `domain.product[@N][__port]`: the port may be left out where there is exactly one.
fn in_mesh(epoch: &Epoch, domain: &str, table: &str) -> Option<(PortRef, Option<u64>)> {
    let (product, port) = match table.split_once("__") {
        Some((product, port)) => (product, Some(PortName::new(port).ok()?)),
        None => (table, None),
    };
    let (product, major) = versioned(product)?;
    let product = ProductRef::new(DomainName::new(domain).ok()?, ProductName::new(product).ok()?);
    let ports = &epoch.mesh.product(&product)?.publication.as_ref()?.ports;
    let port = match port {
        Some(port) if ports.len() > 1 => port,
        None if ports.len() == 1 => ports.keys().next()?.clone(),
        _ => return None,
    };
    Some((product.port(port), major))
}

/// A product with the major version that may follow it.
fn versioned(text: &str) -> Option<(&str, Option<u64>)> {
    match text.split_once('@') {
        None => Some((text, None)),
        Some((product, major)) => {
            let is_plain = !major.is_empty() && major.bytes().all(|byte| byte.is_ascii_digit());
            Some((product, Some(major.parse().ok().filter(|_| is_plain)?)))
        }
    }
}

/// The name of a port as a table of the mesh's catalog.
pub(crate) fn table_in_mesh(reference: &PortRef, ports: usize) -> String {
    if ports == 1 {
        reference.product.product.to_string()
    } else {
        format!("{}__{}", reference.product.product, reference.port)
    }
}
