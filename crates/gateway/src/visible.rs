//! What a session can list: the ports its principal may read, by the names of its catalog.
//!
//! SECURITY: every listing of every door comes from here, and so do suggestions; metadata of products that are only
//! listed is the marketplace's matter (slt `pg_catalog/s25_listings.slt`).

use arrow::datatypes::SchemaRef;
use model::{
    column::Field, id::PublicationId, name::PurposeName, publication::PublishedColumn, reference::PortRef,
    time::Timestamp,
};

use crate::{
    names,
    port::{Epoch, Target},
    session::Catalog,
};

/// One table that a session can list.
#[derive(Debug, Clone)]
pub struct VisibleTable {
    /// The catalog it is listed in.
    pub catalog: String,
    /// The schema: the domain in the mesh's catalog, the product in a domain's.
    pub schema: String,
    /// The table.
    pub table: String,
    /// The port it is.
    pub reference: PortRef,
    /// Its publication.
    pub publication: PublicationId,
    /// When that was.
    pub at: Timestamp,
    /// The columns that exist for the reader, in order.
    pub columns: Vec<PublishedColumn>,
}

impl VisibleTable {
    /// Its columns as a session sees them.
    pub fn schema_of_columns(&self) -> SchemaRef {
        let fields: Vec<Field> = self
            .columns
            .iter()
            .map(|column| Field {
                name: column.name.clone(),
                kind: column.kind.clone(),
                nullable: column.nullable,
                tags: vec![],
            })
            .collect();
        lake::arrow_types::schema_of(&fields)
    }
}

/// A port's place in a catalog; `None` if it is not in that catalog.
fn place(target: &Target, catalog: &Catalog) -> Option<(String, String)> {
    let reference = &target.reference;
    match catalog {
        Catalog::Mesh => Some((
            reference.product.domain.to_string(),
            names::table_in_mesh(reference, target.publication.ports.len()),
        )),
        Catalog::Domain(domain) if *domain == reference.product.domain => {
            Some((reference.product.product.to_string(), reference.port.to_string()))
        }
        Catalog::Domain(_) => None,
    }
}

/// Every port the reader may read, current publications only.
fn readable(epoch: &Epoch) -> impl Iterator<Item = Target> + '_ {
    epoch
        .mesh
        .products()
        .filter(|product| product.is_served())
        .flat_map(|product| {
            product
                .publication
                .iter()
                .flat_map(|publication| publication.ports.keys())
                .map(|port| product.reference.port(port.clone()))
        })
        .filter_map(|reference| epoch.target(&reference, None))
        .filter(|target| epoch.purposes(target).is_ok())
}

/// The tables of a session, ordered by schema and name.
pub(crate) fn tables(epoch: &Epoch, catalog: &Catalog, purpose: Option<&PurposeName>) -> Vec<VisibleTable> {
    let mut found: Vec<VisibleTable> = readable(epoch)
        .filter_map(|target| {
            let (schema, table) = place(&target, catalog)?;
            let columns = match epoch.columns(&target, purpose) {
                Ok(names) => names,
                // The stated purpose is not one for this table: it lists as under the reader's own.
                Err(_) => epoch.columns(&target, None).ok()?,
            };
            Some(VisibleTable {
                catalog: catalog.name().to_owned(),
                schema,
                table,
                columns: target.facts.columns.iter().filter(|c| columns.contains(&c.name)).cloned().collect(),
                publication: target.publication.id,
                at: target.publication.at,
                reference: target.reference,
            })
        })
        .collect();
    found.sort_by(|a, b| (&a.schema, &a.table).cmp(&(&b.schema, &b.table)));
    found
}

/// The one table of the catalog with a name, if exactly one visible table has it.
pub(crate) fn unique(epoch: &Epoch, catalog: &Catalog, table: &str) -> Option<Target> {
    let mut found = readable(epoch).filter(|target| place(target, catalog).is_some_and(|(_, name)| name == table));
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

/// The visible name nearest to one that is absent.
pub(crate) fn nearest(epoch: &Epoch, catalog: &Catalog, parts: &[&str]) -> Option<String> {
    let typed = parts.join(".");
    if typed.len() > 200 {
        return None;
    }
    let candidates = readable(epoch).flat_map(|target| {
        let full = target.reference.to_string();
        let placed = place(&target, catalog);
        let two = placed.as_ref().map(|(schema, table)| format!("{schema}.{table}"));
        let one = placed.map(|(_, table)| table);
        let by_parts = match parts.len() {
            1 => one,
            2 => two,
            _ => None,
        };
        [by_parts, Some(full)].into_iter().flatten()
    });
    candidates
        .map(|name| (strsim::osa_distance(&typed, &name), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 5))
        .min()
        .map(|(_, name)| name)
}
