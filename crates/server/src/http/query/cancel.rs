//! `DELETE /api/v1/query/{id}`: ends one's own running statement.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use crate::{
    http::{
        failure::{Outcome, absent},
        rule::Caller,
    },
    wiring::House,
};

/// Ends a running statement of the caller; anybody else's does not exist.
#[utoipa::path(delete, path = "/api/v1/query/{id}", tag = "query", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = crate::problem::Body)))]
pub async fn handle(State(house): State<House>, caller: Caller, Path(id): Path<String>) -> Outcome<StatusCode> {
    // SECURITY: one refusal for what is over, somebody else's or no id at all (test `cancel_is_for_ones_own`).
    let query = id.parse().map_err(|_| absent("running statement", &id))?;
    house.gateway.cancel(&query, &caller.signed.principal).map_err(|_| absent("running statement", &id))?;
    Ok(StatusCode::NO_CONTENT)
}
