//! `GET /api/v1/products/{domain}/{product}/sample?port=&own=`: the sample, made without the data or refused with it; or a
//! few rows as the caller gets them.

use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        extract::{Params, RequestId},
        failure::{Outcome, absent},
        query::{encode::Form, run},
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
    /// Whether rows are wanted as the caller gets them, instead of made-up ones: a statement like any other.
    #[serde(default)]
    pub own: bool,
    /// The purpose of that statement; the token's if absent.
    #[serde(default)]
    pub purpose: Option<String>,
}

/// Says where the rows are from: `given`, `synthetic` or `own`.
const SAMPLE: HeaderName = HeaderName::from_static("x-tessera-sample");
/// Rows of one's own sample.
const ROWS: usize = 10;

/// A few rows as CSV: made up, or with `own` as the caller gets them.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/sample", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path), Which),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    RequestId(id): RequestId,
    Path((domain, product)): Path<(String, String)>,
    Params(which): Params<Which>,
) -> Outcome<Response> {
    let seen = Seen::by(&house, caller.clone());
    let product = seen.product(&domain, &product)?;
    let none = || absent("sample of the port", which.port.as_deref().unwrap_or("(the only one)"));
    let ports = &product.publication.as_ref().ok_or_else(none)?.ports;
    let (name, port) = match &which.port {
        Some(name) => ports.iter().find(|(port, _)| port.as_str() == name),
        None if ports.len() == 1 => ports.iter().next(),
        None => None,
    }
    .ok_or_else(none)?;
    if which.own {
        house.may_query(&caller.signed)?;
        let (domain, product) = (&product.reference.domain, &product.reference.product);
        let sql = format!("SELECT * FROM \"{domain}\".\"{product}\".\"{name}\" LIMIT {ROWS}");
        let mut response = run::answer(&house, &caller, &id, which.purpose.as_deref(), &sql, Form::Csv).await?;
        response.headers_mut().insert(SAMPLE, HeaderValue::from_static("own"));
        return Ok(response);
    }
    let digest = port.sample.ok_or_else(none)?;
    let sample = house.registry.blob(&digest).await?;
    let origin = if product.samples.get(name) == Some(&digest) { "given" } else { "synthetic" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(Form::Csv.content_type())),
        (SAMPLE, HeaderValue::from_static(origin)),
    ];
    Ok((headers, sample).into_response())
}
