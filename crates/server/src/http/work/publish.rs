//! `POST /api/v1/publications`: builds the candidate where needed, gates it and pins it.

use axum::{extract::State, http::HeaderMap, response::Response};
use pipeline::PublishReport;
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

/// What to publish.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPublication {
    /// The product.
    #[schema(example = "claims.claims_enriched")]
    pub product: String,
    /// Whether to stop before the commit.
    #[serde(default)]
    pub dry_run: bool,
}

/// Publishes a product; with `Accept: application/x-ndjson` progress comes as lines. A refused candidate leaves the
/// previous publication serving.
#[utoipa::path(post, path = "/api/v1/publications", tag = "work", request_body = NewPublication,
    responses((status = 200, description = "the report, or lines of progress and then the report", content(
        (PublishReport = "application/json"), (String = "application/x-ndjson"))),
        (status = 403, body = crate::problem::Body), (status = 404, body = crate::problem::Body),
        (status = 422, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    RequestId(id): RequestId,
    CommandId(command): CommandId,
    headers: HeaderMap,
    Json(asked): Json<NewPublication>,
) -> Outcome<Response> {
    let context = house.context(&caller, command);
    let product = super::product(&Seen::by(&house, caller), &asked.product)?;
    house.zones_ready().await;
    let pipeline = house.pipeline.clone();
    progress::answer(&headers, id, move |lines| async move {
        pipeline.publish(&product, asked.dry_run, &context, &lines).await
    })
    .await
}
