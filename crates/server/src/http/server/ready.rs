//! `GET /readyz`: the doors take work.

use axum::{Json, extract};
use model::{Problem, error::Code};

use super::health::State;
use crate::{http::failure::Outcome, wiring::House};

/// Whether the server takes work: not while it stops.
#[utoipa::path(get, path = "/readyz", tag = "server",
    responses((status = 200, body = State), (status = 503, body = crate::problem::Body)))]
pub async fn handle(extract::State(house): extract::State<House>) -> Outcome<Json<State>> {
    if house.is_draining() {
        return Err(Problem::new(Code::Draining, "the server is stopping").into());
    }
    Ok(Json(State { status: "ok".to_owned() }))
}
