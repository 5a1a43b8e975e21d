//! `DELETE /api/v1/queries/{id}`: removes a query of one's own.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::{id_of, unknown};
use crate::{
    http::{failure::Outcome, rule::Caller},
    wiring::House,
};

/// Removes a query of one's own.
#[utoipa::path(delete, path = "/api/v1/queries/{id}", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = crate::problem::Body)))]
pub async fn handle(State(house): State<House>, caller: Caller, Path(id): Path<String>) -> Outcome<StatusCode> {
    let was_there = house.desk.drop_query(&caller.signed.principal, id_of(&id)?).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(unknown(&id).into()) }
}
