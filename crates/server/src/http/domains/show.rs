//! `GET /api/v1/domains/{domain}`: one domain.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::DomainItem;
use crate::{
    http::{failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// A domain; what only its members need is absent for others.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DomainPage {
    /// At a glance.
    #[serde(flatten)]
    pub item: DomainItem,
    /// The group that builds and publishes.
    pub engineers: String,
    /// Where alerts go; members only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_call: Option<String>,
    /// Source tables, `bronze.x`; members only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bronze: Vec<String>,
    /// Silver tables; members only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silver: Vec<String>,
}

/// One domain.
#[utoipa::path(get, path = "/api/v1/domains/{domain}", tag = "domains",
    params(("domain" = String, Path, description = "its name")),
    responses((status = 200, body = DomainPage), (status = 404, body = crate::problem::Body)))]
pub async fn handle(State(house): State<House>, caller: Caller, Path(name): Path<String>) -> Outcome<Json<DomainPage>> {
    let seen = Seen::by(&house, caller);
    let domain = seen.domain(&name)?;
    let mut page = DomainPage {
        item: DomainItem::of(&seen, domain),
        engineers: domain.file.engineers().to_string(),
        on_call: None,
        bronze: Vec::new(),
        silver: Vec::new(),
    };
    if seen.is_member(&domain.name) {
        page.on_call.clone_from(&domain.file.on_call);
        let tables = domain.sources.values().flat_map(|source| source.facts.tables());
        page.bronze = tables.map(|table| format!("bronze.{table}")).collect();
        page.silver = domain.silver.keys().map(|table| format!("silver.{table}")).collect();
    }
    Ok(Json(page))
}
