//! `GET /api/v1/products/{domain}/{product}/contract`: the contract, byte for byte as it was received.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Which of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// `1.2.0`, `1`, `pub-12`, `current` or `declared`; what is served if absent, or the draft.
    #[serde(default)]
    pub version: Option<String>,
}

/// The contract of what is served, or of the draft; or another version's.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/contract", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path), Which),
    responses((status = 200, body = String, content_type = "application/yaml"), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
    Params(which): Params<Which>,
) -> Outcome<Response> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let digest = match which.version {
        Some(version) => super::release::contract(&house, &seen, product, &version).await?,
        None => product.publication.as_ref().map_or(product.contract_digest, |publication| publication.contract),
    };
    let document = house.registry.blob(&digest).await?;
    let kind = if document.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        "application/json"
    } else {
        "application/yaml"
    };
    let etag = format!("\"{digest}\"");
    Ok(([(header::CONTENT_TYPE, kind), (header::ETAG, etag.as_str())], document).into_response())
}
