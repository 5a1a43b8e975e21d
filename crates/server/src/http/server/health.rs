//! `GET /healthz`: the process answers.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A state in one word.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct State {
    /// `ok`, or `draining`.
    pub status: String,
}

/// Whether the process answers.
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, body = State)))]
pub async fn handle() -> Json<State> {
    Json(State { status: "ok".to_owned() })
}
