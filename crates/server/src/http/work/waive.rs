//! `POST /api/v1/waivers`: the steward's recorded waiver of a restriction that a port's rows lost on the way.

use axum::{extract::State, http::StatusCode};
use model::{Digest, Problem, error::Code, reference::Reference};
use registry::Command;
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

/// What to waive.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWaiver {
    /// The port whose rows go on without it: `domain.product.port`.
    #[schema(example = "claims.claims_enriched.claims")]
    pub port: String,
    /// The restriction, as the refusal of the publication names it.
    #[schema(value_type = String)]
    pub restriction: Digest,
    /// Why.
    pub reason: String,
}

/// What was waived.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Waived {
    /// The port.
    pub port: String,
    /// The restriction.
    #[schema(value_type = String)]
    pub restriction: Digest,
    /// The record; it holds from the next publication on.
    pub seq: u64,
}

/// Waives a restriction of an input on a port.
#[utoipa::path(post, path = "/api/v1/waivers", tag = "access", request_body = NewWaiver,
    responses((status = 201, body = Waived), (status = 403, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Json(asked): Json<NewWaiver>,
) -> Outcome<(StatusCode, axum::Json<Waived>)> {
    let context = house.context(&caller, command);
    let seen = Seen::by(&house, caller);
    let reference: Reference = asked.port.parse()?;
    let (Some(port), None) = (reference.port, reference.column) else {
        return Err(Problem::new(Code::InvalidValue, format!("`{}` names no port", asked.port.escape_debug()))
            .with_hint("write `domain.product.port`")
            .into());
    };
    let product = super::product(&seen, &reference.product.to_string()).map_err(|_| absent("port", &asked.port))?;
    let waive =
        Command::WaiveRestriction { port: product.port(port), restriction: asked.restriction, reason: asked.reason };
    let outcome = house.registry.execute(waive, context).await?;
    let done = Waived { port: asked.port, restriction: asked.restriction, seq: outcome.seq };
    Ok((StatusCode::CREATED, axum::Json(done)))
}
