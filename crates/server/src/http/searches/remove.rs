//! `DELETE /api/v1/searches/{id}`: removes a search of one's own.

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

/// Removes a search of one's own.
#[utoipa::path(delete, path = "/api/v1/searches/{id}", tag = "desk", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = crate::problem::Body)))]
pub async fn handle(State(house): State<House>, caller: Caller, Path(id): Path<String>) -> Outcome<StatusCode> {
    let unknown = || absent("saved search", &id);
    let search = id.parse().map_err(|_| unknown())?;
    let was_there = house.desk.drop_search(&caller.signed.principal, search).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(unknown().into()) }
}
