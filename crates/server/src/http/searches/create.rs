//! `POST /api/v1/searches`: keeps a search.

use axum::{extract::State, http::StatusCode};
use registry::search::Question;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SearchItem;
use crate::{
    http::{extract::Json, failure::Outcome, rule::Caller},
    wiring::House,
};

/// A search to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSearch {
    /// Its name, 1 to 120 visible characters.
    #[schema(example = "Fresh claims data")]
    pub name: String,
    /// What is looked for, as `GET /api/v1/products?q=` takes it.
    #[schema(example = "claims domain:claims state:ok")]
    pub q: String,
}

/// Keeps a search.
#[utoipa::path(post, path = "/api/v1/searches", tag = "desk", request_body = NewSearch,
    responses((status = 201, body = SearchItem), (status = 400, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Json(new): Json<NewSearch>,
) -> Outcome<(StatusCode, axum::Json<SearchItem>)> {
    // What the marketplace would refuse is refused now.
    Question::parse(&new.q)?;
    let now = house.registry.now();
    let search = house.desk.keep_search(&caller.signed.principal, &new.name, &new.q, now).await?;
    Ok((StatusCode::CREATED, axum::Json(search.into())))
}
