//! `GET /api/v1/queries/{id}`: a saved query with its text.

use axum::{
    Json,
    extract::{Path, State},
};

use super::{QueryPage, id_of, unknown};
use crate::{
    http::{failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// A saved query: one's own, or one that is shared.
#[utoipa::path(get, path = "/api/v1/queries/{id}", tag = "desk", params(("id" = String, Path)),
    responses((status = 200, body = QueryPage), (status = 404, body = crate::problem::Body)))]
pub async fn handle(State(house): State<House>, caller: Caller, Path(id): Path<String>) -> Outcome<Json<QueryPage>> {
    let seen = Seen::by(&house, caller);
    let query = house.desk.query(id_of(&id)?, &seen.reader.principal, &seen.reader.groups).await?;
    Ok(Json(QueryPage::of(&query.ok_or_else(|| unknown(&id))?, &seen)))
}
