//! `POST /api/v1/queries`: keeps a query.

use axum::{extract::State, http::StatusCode};

use super::{NewQuery, QueryPage};
use crate::{
    http::{extract::Json, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Keeps a query.
#[utoipa::path(post, path = "/api/v1/queries", tag = "desk", request_body = NewQuery,
    responses((status = 201, body = QueryPage), (status = 400, body = crate::problem::Body),
        (status = 413, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Json(new): Json<NewQuery>,
) -> Outcome<(StatusCode, axum::Json<QueryPage>)> {
    let seen = Seen::by(&house, caller);
    let query = house.desk.keep_query(&seen.reader.principal, new.draft(&seen)?, seen.now).await?;
    Ok((StatusCode::CREATED, axum::Json(QueryPage::of(&query, &seen))))
}
