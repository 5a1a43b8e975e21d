//! `GET /api/v1/products/{domain}/{product}/lineage`: where each column comes from, as far as the caller may know.
//!
//! Bronze and silver are the domain's own affair; a foreign product that the caller does not see is not named.

use axum::{
    Json,
    extract::{Path, State},
};
use model::{Problem, lineage::LineageDocument, reference::PortRef};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// What stands for a table that the caller may not know of.
const HIDDEN: &str = "(not visible)";

/// The lineage of what is served.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Lineage {
    /// The publication.
    pub publication: String,
    /// The tables that were built, ports last.
    pub tables: Vec<LineageTable>,
}

/// A table.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LineageTable {
    /// Its name.
    pub table: String,
    /// What was read.
    pub inputs: Vec<String>,
    /// Its columns.
    pub columns: Vec<LineageColumn>,
}

/// A column.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LineageColumn {
    /// Its name.
    pub column: String,
    /// `table.column` of each input.
    pub from: Vec<String>,
    /// Whether the plan could be followed all the way.
    pub known: bool,
}

/// Column lineage.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/lineage", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path)),
    responses((status = 200, body = Lineage), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
) -> Outcome<Json<Lineage>> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let publication =
        product.publication.as_ref().ok_or_else(|| absent("publication of", &product.reference.to_string()))?;
    let document = house.registry.blob(&publication.lineage).await?;
    let document: LineageDocument = serde_json::from_slice(&document).map_err(Problem::internal)?;
    let is_member = seen.is_member(&product.reference.domain);
    let shown = |table: &str| -> String {
        let visible = match table.parse::<PortRef>() {
            Ok(port) => seen.mesh.product(&port.product).is_some_and(|product| seen.sees(product)),
            Err(_) => is_member,
        };
        if visible { table.to_owned() } else { HIDDEN.to_owned() }
    };
    let built = document.tables.iter().chain(document.ports.values());
    let tables = built.filter(|table| is_member || shown(&table.table) != HIDDEN).map(|table| {
        let columns = table.columns.iter().map(|column| LineageColumn {
            column: column.column.clone(),
            from: distinct(column.from.iter().map(|(input, _)| match shown(&input.table) {
                hidden if hidden == HIDDEN => hidden,
                table => format!("{table}.{}", input.column),
            })),
            known: column.known,
        });
        LineageTable {
            table: table.table.clone(),
            inputs: distinct(table.inputs.iter().map(|input| shown(input))),
            columns: columns.collect(),
        }
    });
    Ok(Json(Lineage { publication: publication.id.to_string(), tables: tables.collect() }))
}

/// Each name once, in order of appearance.
fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
