//! What pipelines read of foreign products: the same governed leaf, and what it means for their own columns (M15, M15a).

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use governance::derive;
use model::{
    Digest, Problem,
    id::PublicationId,
    name::{PortName, PurposeName},
    principal::Principal,
    publication::PublishedColumn,
    reference::{PortRef, ProductRef},
    scope::RowScope,
    treatment::Outcome,
};

use crate::{gateway::Inner, leaf::GovernedTable};

/// A foreign port, treated for a service.
#[derive(Debug, Clone)]
pub struct GovernedInput {
    /// The rows. It makes its own files known to the session that scans it.
    pub provider: Arc<dyn TableProvider>,
    /// The columns that exist for the service, each with the classes it carries and what was applied to them.
    pub columns: Vec<PublishedColumn>,
    /// Restrictions that hold for everybody and travel with the rows.
    pub restrictions: Vec<RowScope>,
    /// Regions the rows belong to.
    pub regions: Vec<String>,
    /// The product.
    pub product: ProductRef,
    /// The port.
    pub port: PortName,
    /// The publication that is read.
    pub publication: PublicationId,
    /// Digest of what was done to the rows: an unchanged input has the same publication and the same digest.
    pub treatment: Digest,
    /// The purpose it is read for.
    pub purpose: Option<PurposeName>,
}

/// Opens a port for a service.
pub(crate) async fn open(
    inner: &Inner,
    principal: &Principal,
    purpose: Option<&PurposeName>,
    port: &PortRef,
) -> Result<GovernedInput, Problem> {
    let epoch = inner.epoch(principal)?;
    let typed = port.to_string();
    let target = epoch.target(port, None).ok_or_else(|| governance::treatment::table_not_found(&typed))?;
    // A pipeline may read any column, so a personal one anywhere makes the purpose required.
    let needs = epoch.needs(&target, target.facts.columns.iter())?;
    let purpose = governance::purpose::settle(purpose, &[needs])?;
    let treatment = epoch.treat(&target, purpose.as_ref())?;
    let table = GovernedTable::new(port.clone(), &target.facts.columns, &treatment, &inner.parts.keys)?;
    table.pin(inner.open_port(&epoch, &target).await?);
    let columns = target
        .facts
        .columns
        .iter()
        .filter_map(|column| {
            let decided = treatment.columns.iter().find(|decided| decided.column == column.name)?;
            if decided.outcome == Outcome::Denied {
                return None;
            }
            let tags = derive::as_read(column, decided, epoch.mesh.classes());
            Some(PublishedColumn { tags: tags.into_iter().collect(), nullable: true, ..column.clone() })
        })
        .collect();
    // As declared, not as bound to this service: the next reader has attributes of its own.
    let declared = target.product.access.restrict.iter().filter(|restriction| restriction.holds_on(&port.port));
    let restrictions =
        declared.map(|restriction| restriction.scope.clone()).chain(target.facts.restrict.clone()).collect();
    Ok(GovernedInput {
        provider: Arc::new(table),
        columns,
        restrictions,
        regions: target.publication.regions.clone(),
        product: port.product.clone(),
        port: port.port.clone(),
        publication: target.publication.id,
        treatment: treatment.digest(),
        purpose,
    })
}
