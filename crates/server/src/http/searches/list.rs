//! `GET /api/v1/searches`: the searches that the caller keeps.

use axum::{Json, extract::State};

use super::SearchItem;
use crate::{
    http::{failure::Outcome, page::Page, rule::Caller},
    wiring::House,
};

/// The searches that the caller keeps, by name.
#[utoipa::path(get, path = "/api/v1/searches", tag = "desk", responses((status = 200, body = Page<SearchItem>)))]
pub async fn handle(State(house): State<House>, caller: Caller) -> Outcome<Json<Page<SearchItem>>> {
    let searches = house.desk.searches(&caller.signed.principal).await?;
    Ok(Json(Page { items: searches.into_iter().map(SearchItem::from).collect(), next: None }))
}
