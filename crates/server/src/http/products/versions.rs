//! `GET /api/v1/products/{domain}/{product}/versions`: the newest publications, what a rollback may pin.

use axum::{
    Json,
    extract::{Path, State},
};
use model::publication::Publication;
use registry::ProductState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{failure::Outcome, page::Page, rule::Caller, seen::Seen},
    wiring::House,
};

/// One publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicationItem {
    /// `pub-1077`.
    pub publication: String,
    /// The contract's version.
    pub version: String,
    /// When it was committed.
    pub at: String,
    /// Whether it is what is served.
    pub current: bool,
}

impl PublicationItem {
    /// A publication of a product.
    pub fn of(product: &ProductState, publication: &Publication) -> Self {
        Self {
            publication: publication.id.to_string(),
            version: publication.version.to_string(),
            at: publication.at.to_string(),
            current: product.publication.as_ref().is_some_and(|current| current.id == publication.id),
        }
    }
}

/// The newest publications, newest first.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/versions", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path)),
    responses((status = 200, body = Page<PublicationItem>), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
) -> Outcome<Json<Page<PublicationItem>>> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let items = product.recent.iter().rev().map(|publication| PublicationItem::of(product, publication));
    Ok(Json(Page { items: items.collect(), next: None }))
}
