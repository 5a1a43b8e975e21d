//! `PUT /api/v1/follows/{domain}/{product}`: follows a product.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Since when a product is followed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Following {
    /// The product.
    pub product: String,
    /// Since when.
    pub since: String,
}

/// Follows a product, if that is not the case yet.
#[utoipa::path(put, path = "/api/v1/follows/{domain}/{product}", tag = "desk",
    params(("domain" = String, Path), ("product" = String, Path)),
    responses((status = 200, body = Following), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
) -> Outcome<Json<Following>> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let since = house.desk.follow(&seen.reader.principal, &product.reference, seen.now).await?;
    Ok(Json(Following { product: product.reference.to_string(), since: since.to_string() }))
}
