//! `GET /api/v1/products/{domain}/{product}/contract`: the contract, byte for byte as it was received.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    http::{failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// The contract of what is served, or of the draft.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/contract", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path)),
    responses((status = 200, body = String, content_type = "application/yaml"), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
) -> Outcome<Response> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let digest = product.publication.as_ref().map_or(product.contract_digest, |publication| publication.contract);
    let document = house.registry.blob(&digest).await?;
    let kind = if document.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        "application/json"
    } else {
        "application/yaml"
    };
    let etag = format!("\"{digest}\"");
    Ok(([(header::CONTENT_TYPE, kind), (header::ETAG, etag.as_str())], document).into_response())
}
