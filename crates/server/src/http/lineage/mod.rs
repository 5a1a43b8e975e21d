//! Lineage across products, and who would feel a change.

pub mod impact;
pub mod trace;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use governance::authorise::{Action, is_insider};
use model::{
    Problem,
    name::DomainName,
    reference::{PortRef, ProductRef, Reference, Release},
};
use registry::{
    Mesh,
    lineage::{Shown, Table},
};

use super::{failure::absent, seen::Seen};

/// What of the lineage may be told to a caller: of products what they see, of a domain's own tables what insiders see.
/// Auditors, who may ask about the past, are told everything.
pub struct Told<'a> {
    seen: &'a Seen,
    mesh: &'a Mesh,
    all: bool,
    denied: Mutex<HashMap<PortRef, Arc<BTreeSet<String>>>>,
}

impl<'a> Told<'a> {
    /// What may be told of a mesh, of today or of the past.
    pub fn of(seen: &'a Seen, mesh: &'a Mesh) -> Self {
        Self { seen, mesh, all: seen.may(&Action::ReadAsOf), denied: Mutex::default() }
    }
}

impl Shown for Told<'_> {
    fn product(&self, product: &ProductRef) -> bool {
        self.all || self.mesh.product(product).is_some_and(|product| self.seen.sees(product))
    }

    fn inside(&self, domain: &DomainName) -> bool {
        self.all || self.seen.is_member(domain) || is_insider(&self.seen.caller.actor, Some(domain), &self.seen.roles)
    }

    fn denied(&self, port: &PortRef) -> Arc<BTreeSet<String>> {
        // SECURITY: a column that is denied to a reader is in no lineage (test
        // `lineage_tells_no_hidden_product_and_no_denied_column`).
        let mut known = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.entry(port.clone()).or_insert_with(|| {
            let denied = self.mesh.product(&port.product).map(|product| self.seen.denied(product));
            let here = denied.into_iter().flatten().filter(|(of, _)| of == port.port.as_str());
            Arc::new(here.map(|(_, column)| column).collect())
        });
        Arc::clone(found)
    }
}

/// A visible product, port or column as typed.
///
/// # Errors
/// `invalid-value` for no reference or one with a version; `not-found`, the same for what is absent and invisible.
fn reference(told: &Told<'_>, text: &str) -> Result<Reference, Problem> {
    let reference: Reference = text.parse()?;
    if reference.release != Release::Current {
        return Err(Problem::new(model::error::Code::InvalidValue, "lineage is of what is served, not of a version")
            .with_hint("leave the version out; ask about the past with `--as-of`"));
    }
    if !told.product(&reference.product) {
        let (domain, product) = (reference.product.domain.as_str(), reference.product.product.as_str());
        let told = told.seen.product(domain, product).err();
        return Err(told.unwrap_or_else(|| absent("product", &reference.product.to_string())));
    }
    Ok(reference)
}

/// `domain.product.port.column`, `domain/silver.table.column`, or the table alone.
fn name(table: &Table, column: Option<&str>) -> String {
    match column {
        Some(column) => format!("{table}.{column}"),
        None => table.to_string(),
    }
}
