//! `POST /api/v1/plan`: what a repository would change, and who would feel it, as far as the caller may know. Changes
//! nothing.

use axum::extract::State;
use model::Problem;
use registry::{
    Sight,
    plan::{self, Confirmed, Plan},
};

use super::Files;
use crate::{
    http::{extract::Json, failure::Outcome, rule::Caller},
    wiring::House,
};

/// What applying the files would change. Of what lies in domains in which the caller holds no role nothing is told that
/// is not in the files.
#[utoipa::path(post, path = "/api/v1/plan", tag = "files", request_body = Files,
    responses((status = 200, body = Object), (status = 400, body = crate::problem::Body)))]
pub async fn handle(State(house): State<House>, caller: Caller, Json(sent): Json<Files>) -> Outcome<axum::Json<Plan>> {
    let repository = Files::parse(sent.files).await?;
    let mesh = house.registry.mesh();
    let confirmed = Confirmed { retire: sent.retire, loosen: sent.loosen };
    let now = house.registry.now();
    let plan = move || plan::plan(&mesh, &Sight::of(&mesh, &caller.actor, now), &repository, &confirmed);
    let planned = tokio::task::spawn_blocking(plan).await.map_err(Problem::internal)??;
    Ok(axum::Json(planned))
}
