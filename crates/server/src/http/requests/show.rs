//! `GET /api/v1/requests/{id}`: one request.

use axum::{
    Json,
    extract::{Path, State},
};
use model::id::RequestId;

use super::list::{RequestItem, item, sees};
use crate::{
    http::{
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// A request of one's own, for oneself or a group of one's own, or one that one decides.
#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "access",
    params(("id" = String, Path, example = "req-1042")),
    responses((status = 200, body = RequestItem), (status = 404, body = crate::problem::Body)))]
pub async fn handle(State(house): State<House>, caller: Caller, Path(id): Path<String>) -> Outcome<Json<RequestItem>> {
    let seen = Seen::by(&house, caller);
    let known = id.parse::<RequestId>().ok().and_then(|id| seen.mesh.request(id));
    // SECURITY: one refusal for what is not there and for what concerns others (test `a_request_is_for_whom_it_concerns`).
    let request = known.filter(|request| sees(&seen, request)).ok_or_else(|| absent("request", &id))?;
    Ok(Json(item(&house, &seen, request).await?))
}
