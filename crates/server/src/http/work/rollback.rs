//! `POST /api/v1/rollbacks`: pins an earlier publication again.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        extract::{CommandId, Json},
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// What to pin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRollback {
    /// The product.
    #[schema(example = "claims.claims_enriched")]
    pub product: String,
    /// The publication.
    #[schema(example = "pub-1077")]
    pub to: String,
}

/// What is served now.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RolledBack {
    /// The product.
    pub product: String,
    /// The publication.
    pub publication: String,
}

/// Pins an earlier publication again.
#[utoipa::path(post, path = "/api/v1/rollbacks", tag = "work", request_body = NewRollback,
    responses((status = 200, body = RolledBack), (status = 403, body = crate::problem::Body),
        (status = 404, body = crate::problem::Body), (status = 410, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Json(asked): Json<NewRollback>,
) -> Outcome<axum::Json<RolledBack>> {
    let context = house.context(&caller, command);
    let product = super::product(&Seen::by(&house, caller), &asked.product)?;
    let to = asked.to.parse().map_err(|_| absent("publication", &asked.to))?;
    let served = house.pipeline.rollback(&product, to, &context).await?;
    Ok(axum::Json(RolledBack { product: product.to_string(), publication: served.to_string() }))
}
