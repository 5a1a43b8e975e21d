//! `GET /api/v1/domains/{domain}/tables/bronze/{table}/rejects`: what ingestion set aside, why and where.

use axum::{
    Json,
    extract::{Path, State},
};
use pipeline::rejects::TableRejects;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    http::{
        extract::{Params, RequestId},
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// How many rows to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// At most 10,000; 50 if absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Counts, reasons, files and lines; never a value.
#[utoipa::path(get, path = "/api/v1/domains/{domain}/tables/bronze/{table}/rejects", tag = "domains",
    params(("domain" = String, Path), ("table" = String, Path), Range),
    responses((status = 200, body = TableRejects), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    RequestId(id): RequestId,
    Path((domain, table)): Path<(String, String)>,
    Params(range): Params<Range>,
) -> Outcome<Json<TableRejects>> {
    let none = || absent("table", &format!("{domain}/bronze.{table}"));
    let context = house.context(&caller, id);
    let seen = Seen::by(&house, caller);
    let domain = seen.domain(&domain).ok().filter(|domain| seen.is_member(&domain.name)).ok_or_else(none)?;
    let table = table.parse().map_err(|_| none())?;
    Ok(Json(house.pipeline.rejects(&domain.name, &table, range.limit.unwrap_or(50), &context).await?))
}
