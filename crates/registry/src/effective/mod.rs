//! Effective access: who can read a product, what somebody can read, and why; now or as the mesh was.
//!
//! Nothing is decided here: every answer is that of [`governance::treatment`], asked for everybody it concerns. Not for
//! deciding who may ask: that is the doors' to do before they ask.

mod explain;
mod readable;
mod readers;

use std::sync::Arc;

use governance::treatment::{Reader, TreatmentQuestion};
use model::{
    Problem, Timestamp,
    access::Entitlement,
    name::{PortName, PurposeName},
    publication::PublishedColumn,
    scope::RowScope,
    treatment::{Outcome, RowTreatment, Treatment},
};

use crate::mesh::{Mesh, ProductState};

pub use explain::{Explanation, Grant, GrantState, PortReasons, UnderPurpose, Visibility};
pub use readable::{Readable, what_can};
pub use readers::{ReaderGroup, Readers, Through, preview, who_can_read};

/// A mesh at an instant: what questions about access are asked of.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The mesh.
    pub mesh: &'a Mesh,
    /// The instant; of a past mesh the one it is asked about.
    pub now: Timestamp,
    /// The current version of token keys.
    pub key_version: u32,
}

/// A port as somebody would read it.
#[derive(Debug, Clone, Copy)]
pub struct PortFacts<'a> {
    /// Its name.
    pub port: &'a PortName,
    /// Its columns, with the classes of today.
    pub columns: &'a [PublishedColumn],
    /// Restrictions it inherited.
    pub restrict: &'a [RowScope],
}

impl Moment<'_> {
    /// Asks the decision point about a port of a product; `entitlements` are the product's, or those of it that are the
    /// reader's.
    pub fn ask<T>(
        &self,
        reader: &Reader,
        product: &ProductState,
        port: PortFacts<'_>,
        entitlements: &[&Entitlement],
        purpose: Option<&PurposeName>,
        question: impl FnOnce(&TreatmentQuestion<'_>) -> T,
    ) -> T {
        let domain = &product.reference.domain;
        question(&TreatmentQuestion {
            reader,
            purpose,
            now: self.now,
            product: &product.reference,
            domain,
            is_domain_member: self.mesh.is_member(reader, domain),
            port: port.port,
            columns: port.columns,
            inherited_restrict: port.restrict,
            rules: &product.access,
            entitlements,
            classes: self.mesh.classes(),
            purposes: self.mesh.purposes(),
            key_version: self.key_version,
        })
    }

    /// The ports of what is served, with the classes that hold at this moment.
    fn ports(&self, product: &ProductState) -> Vec<ServedPort> {
        let served = product.publication.as_ref().filter(|_| product.is_served());
        let ports = served.iter().flat_map(|publication| publication.ports.iter());
        ports
            .map(|(name, pinned)| ServedPort {
                columns: self.mesh.columns_today(&product.reference.port(name.clone()), &pinned.columns),
                restrict: pinned.restrict.clone(),
                port: name.clone(),
            })
            .collect()
    }
}

/// A served port.
#[derive(Debug)]
struct ServedPort {
    port: PortName,
    columns: Arc<[PublishedColumn]>,
    restrict: Vec<RowScope>,
}

impl ServedPort {
    fn facts(&self) -> PortFacts<'_> {
        PortFacts { port: &self.port, columns: &self.columns, restrict: &self.restrict }
    }
}

/// What is read of a product under one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The purpose.
    pub purpose: PurposeName,
    /// The ports; none while nothing is served.
    pub ports: Vec<PortAccess>,
}

/// What is read of one port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortAccess {
    /// The port.
    pub port: PortName,
    /// Its columns with what is seen of each, or why nothing can be read of it.
    pub read: Result<(Vec<(String, Outcome)>, RowTreatment), Problem>,
}

impl PortAccess {
    fn of(port: &PortName, treated: Result<Treatment, Problem>) -> Self {
        let read = treated.map(|treatment| {
            let columns = treatment.columns.into_iter().map(|column| (column.column, column.outcome)).collect();
            (columns, treatment.rows)
        });
        Self { port: port.clone(), read }
    }
}
