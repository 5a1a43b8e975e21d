//! `POST /api/v1/declassifications`: the steward's recorded lowering of a class on a column.

use axum::{extract::State, http::StatusCode};
use model::{Problem, error::Code, reference::Reference};
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

/// What to lower.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeclassification {
    /// The column: `domain.product.port.column`.
    #[schema(example = "claims.claims_enriched.claims.customer_id")]
    pub column: String,
    /// The class that no longer applies.
    #[schema(example = "pii.national_id")]
    pub class: String,
    /// Why.
    pub reason: String,
}

/// What was lowered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Declassified {
    /// The column.
    pub column: String,
    /// The class.
    pub class: String,
    /// The record; it holds from the next publication on.
    pub seq: u64,
}

/// Lowers a class on a column.
#[utoipa::path(post, path = "/api/v1/declassifications", tag = "access", request_body = NewDeclassification,
    responses((status = 201, body = Declassified), (status = 403, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Json(asked): Json<NewDeclassification>,
) -> Outcome<(StatusCode, axum::Json<Declassified>)> {
    let context = house.context(&caller, command);
    let seen = Seen::by(&house, caller);
    let reference: Reference = asked.column.parse()?;
    let (Some(port), Some(column)) = (reference.port, reference.column) else {
        return Err(Problem::new(Code::InvalidValue, format!("`{}` names no column", asked.column.escape_debug()))
            .with_hint("write `domain.product.port.column`")
            .into());
    };
    let product = super::product(&seen, &reference.product.to_string()).map_err(|_| absent("column", &asked.column))?;
    let declassify =
        Command::Declassify { port: product.port(port), column, class: asked.class.parse()?, reason: asked.reason };
    let outcome = house.registry.execute(declassify, context).await?;
    let done = Declassified { column: asked.column, class: asked.class, seq: outcome.seq };
    Ok((StatusCode::CREATED, axum::Json(done)))
}
