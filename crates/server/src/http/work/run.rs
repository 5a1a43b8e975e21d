//! `POST /api/v1/runs`: ingests and builds.

use axum::{extract::State, http::HeaderMap, response::Response};
use pipeline::{RunReport, RunTarget};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    http::{
        extract::{CommandId, Json, RequestId},
        failure::Outcome,
        progress,
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// What to run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRun {
    /// The domain.
    #[schema(example = "claims")]
    pub domain: String,
    /// `bronze.T`, `silver.T` or a product; everything if absent.
    #[serde(default)]
    pub target: Option<String>,
    /// Whether to build even what did not change.
    #[serde(default)]
    pub full: bool,
}

/// Ingests and builds in a domain; with `Accept: application/x-ndjson` progress comes as lines.
#[utoipa::path(post, path = "/api/v1/runs", tag = "work", request_body = NewRun,
    responses((status = 200, description = "the report, or lines of progress and then the report", content(
        (RunReport = "application/json"), (String = "application/x-ndjson"))),
        (status = 403, body = crate::problem::Body), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    RequestId(id): RequestId,
    CommandId(command): CommandId,
    headers: HeaderMap,
    Json(asked): Json<NewRun>,
) -> Outcome<Response> {
    let context = house.context(&caller, command);
    let domain = Seen::by(&house, caller).domain(&asked.domain)?.name.clone();
    let target: RunTarget = asked.target.as_deref().map(str::parse).transpose()?.unwrap_or_default();
    house.zones_ready().await;
    let pipeline = house.pipeline.clone();
    progress::answer(&headers, id, move |lines| async move {
        pipeline.run(&domain, target, asked.full, &context, &lines).await
    })
    .await
}
