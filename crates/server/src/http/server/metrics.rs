//! `GET /metrics`: counters for Prometheus.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::wiring::House;

/// Counters without names, in the Prometheus text format.
#[utoipa::path(get, path = "/metrics", tag = "server",
    responses((status = 200, body = String, content_type = "text/plain; version=0.0.4")))]
pub async fn handle(State(house): State<House>) -> Response {
    let page = house.metrics.render(house.registry.mesh().seq(), house.gateway.unreadable().len());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page).into_response()
}
