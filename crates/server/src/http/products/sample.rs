//! `GET /api/v1/products/{domain}/{product}/sample?port=`: the sample, made without the data or refused with it.

use axum::{
    extract::{Path, State},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        extract::Params,
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// Which port.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The port; the only one if absent.
    #[serde(default)]
    pub port: Option<String>,
}

/// A few made-up rows as CSV.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/sample", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path), Which),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
    Params(which): Params<Which>,
) -> Outcome<Response> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let none = || absent("sample of the port", which.port.as_deref().unwrap_or("(the only one)"));
    let ports = &product.publication.as_ref().ok_or_else(none)?.ports;
    let (name, port) = match &which.port {
        Some(name) => ports.iter().find(|(port, _)| port.as_str() == name),
        None if ports.len() == 1 => ports.iter().next(),
        None => None,
    }
    .ok_or_else(none)?;
    let digest = port.sample.ok_or_else(none)?;
    let sample = house.registry.blob(&digest).await?;
    let origin = if product.samples.get(name) == Some(&digest) { "given" } else { "synthetic" };
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (HeaderName::from_static("x-tessera-sample"), origin),
    ];
    Ok((headers, sample).into_response())
}
