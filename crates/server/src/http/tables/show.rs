//! `GET /api/v1/domains/{domain}/tables/{zone}/{table}`: what a table holds, for scaffolding a product from it.

use axum::{
    Json,
    extract::{Path, State},
};
use pipeline::profile::{Layer, TableProfile};

use crate::{
    http::{
        extract::RequestId,
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// Names, types that every value casts to, keys and proposed classes; never a value.
#[utoipa::path(get, path = "/api/v1/domains/{domain}/tables/{zone}/{table}", tag = "domains",
    params(("domain" = String, Path), ("zone" = String, Path, description = "bronze or silver"), ("table" = String, Path)),
    responses((status = 200, body = TableProfile), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    RequestId(id): RequestId,
    Path((domain, zone, table)): Path<(String, String, String)>,
) -> Outcome<Json<TableProfile>> {
    let none = || absent("table", &format!("{domain}/{zone}.{table}"));
    let layer = match zone.as_str() {
        "bronze" => Layer::Bronze,
        "silver" => Layer::Silver,
        _ => return Err(none().into()),
    };
    let context = house.context(&caller, id);
    let seen = Seen::by(&house, caller);
    let domain = seen.domain(&domain).ok().filter(|domain| seen.is_member(&domain.name)).ok_or_else(none)?;
    let table = table.parse().map_err(|_| none())?;
    Ok(Json(house.pipeline.profile(&domain.name, layer, &table, &context).await?))
}
