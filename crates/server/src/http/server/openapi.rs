//! `GET /openapi.json`: this API, described from its own handlers.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::wiring::House;

/// The description of every endpoint.
#[utoipa::path(get, path = "/openapi.json", tag = "server",
    responses((status = 200, body = Object, content_type = "application/json")))]
pub async fn handle(State(house): State<House>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], house.description()).into_response()
}
