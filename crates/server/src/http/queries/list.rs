//! `GET /api/v1/queries`: one's own saved queries and those that are shared with one.

use axum::{Json, extract::State};

use super::QueryItem;
use crate::{
    http::{
        extract::Params,
        failure::Outcome,
        page::{Asked, Page, PageParams},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// Saved queries, one's own and those that others share, newest change first.
#[utoipa::path(get, path = "/api/v1/queries", tag = "desk", params(PageParams),
    responses((status = 200, body = Page<QueryItem>)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(params): Params<PageParams>,
) -> Outcome<Json<Page<QueryItem>>> {
    let seen = Seen::by(&house, caller);
    let queries = house.desk.queries(&seen.reader.principal, &seen.reader.groups).await?;
    let items = queries.iter().map(|query| QueryItem::of(query, &seen));
    let asked = Asked { principal: &seen.reader.principal, question: "queries" };
    let place = |item: &QueryItem| format!("{} {}", item.changed_at, item.id);
    let page = house.cursors.cut(&params, asked, place, |start| {
        items.filter(|item| start.is_none_or(|start| place(item).as_str() < start)).collect()
    })?;
    Ok(Json(page))
}
