//! `GET /api/v1/domains`: the domains the caller may know of.

use axum::{Json, extract::State};
use registry::DomainState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        extract::Params,
        failure::Outcome,
        page::{Asked, Page, PageParams},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// A domain at a glance.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DomainItem {
    /// Its name.
    #[schema(example = "claims")]
    pub domain: String,
    /// The owner group.
    pub owner: String,
    /// The steward group.
    pub steward: String,
    /// The default sensitivity level.
    pub classification: Option<String>,
    /// Regions of its zones.
    pub regions: Vec<String>,
    /// `ready`, or `onboarding` while its zones are stamped.
    pub status: String,
    /// Visible products.
    pub products: usize,
}

impl DomainItem {
    /// The domain as a caller sees it.
    pub fn of(seen: &Seen, domain: &DomainState) -> Self {
        let file = &domain.file;
        Self {
            domain: domain.name.to_string(),
            owner: file.owner.to_string(),
            steward: file.steward.to_string(),
            classification: file.classification.clone(),
            regions: file.region.iter().chain(file.zones.values()).cloned().collect(),
            status: if domain.is_pending() { "onboarding" } else { "ready" }.to_owned(),
            products: domain.products.values().filter(|product| seen.sees(product)).count(),
        }
    }
}

/// Domains, by name.
#[utoipa::path(get, path = "/api/v1/domains", tag = "domains", params(PageParams),
    responses((status = 200, body = Page<DomainItem>)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(params): Params<PageParams>,
) -> Outcome<Json<Page<DomainItem>>> {
    let seen = Seen::by(&house, caller);
    let asked = Asked { principal: &seen.reader.principal, question: "domains" };
    let page = house.cursors.cut(
        &params,
        asked,
        |item: &DomainItem| item.domain.clone(),
        |start| {
            let after = |name: &str| start.is_none_or(|start| name > start);
            let visible = seen.mesh.domains().filter(|domain| after(domain.name.as_str()) && seen.sees_domain(domain));
            visible.map(|domain| DomainItem::of(&seen, domain)).collect()
        },
    )?;
    Ok(Json(page))
}
