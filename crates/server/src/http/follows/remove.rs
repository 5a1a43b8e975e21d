//! `DELETE /api/v1/follows/{domain}/{product}`: follows a product no longer.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use model::reference::ProductRef;

use crate::{
    http::{failure::Outcome, rule::Caller},
    wiring::House,
};

/// Follows a product no longer; nothing happens if it was not followed, whether or not there is such a product.
#[utoipa::path(delete, path = "/api/v1/follows/{domain}/{product}", tag = "desk",
    params(("domain" = String, Path), ("product" = String, Path)), responses((status = 204)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
) -> Outcome<StatusCode> {
    if let Ok(product) = format!("{domain}.{product}").parse::<ProductRef>() {
        house.desk.unfollow(&caller.signed.principal, &product).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
