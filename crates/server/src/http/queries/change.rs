//! `PUT /api/v1/queries/{id}`: says something else about a query of one's own.

use axum::extract::{Path, State};

use super::{NewQuery, QueryPage, id_of, unknown};
use crate::{
    http::{extract::Json, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Changes a query of one's own: what is left out is removed.
#[utoipa::path(put, path = "/api/v1/queries/{id}", tag = "desk", request_body = NewQuery, params(("id" = String, Path)),
    responses((status = 200, body = QueryPage), (status = 400, body = crate::problem::Body),
        (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<NewQuery>,
) -> Outcome<axum::Json<QueryPage>> {
    let seen = Seen::by(&house, caller);
    let query = house.desk.change_query(&seen.reader.principal, id_of(&id)?, new.draft(&seen)?, seen.now).await?;
    Ok(axum::Json(QueryPage::of(&query.ok_or_else(|| unknown(&id))?, &seen)))
}
