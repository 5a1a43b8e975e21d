//! `POST /api/v1/apply`: makes the mesh be what a repository says, in one append.

use axum::extract::State;
use registry::{
    Command,
    command::Apply,
    plan::{Change, Confirmed},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::Files;
use crate::{
    http::{
        extract::{CommandId, Json},
        failure::Outcome,
        rule::Caller,
    },
    wiring::House,
};

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Applied {
    /// The last record, which is the policy epoch from now on.
    pub seq: u64,
    /// Whether the same command had been done before.
    pub replayed: bool,
    /// Every object of the repository.
    pub changes: Vec<Change>,
    /// What should be looked at.
    pub warnings: Vec<model::Problem>,
}

/// Applies the files. Storage of new domains is stamped right after.
#[utoipa::path(post, path = "/api/v1/apply", tag = "files", request_body = Files,
    responses((status = 200, body = Applied), (status = 400, body = crate::problem::Body),
        (status = 409, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Json(sent): Json<Files>,
) -> Outcome<axum::Json<Applied>> {
    let repository = Files::parse(sent.files).await?;
    let apply = Apply {
        repository,
        commit: sent.commit,
        dirty: sent.dirty,
        confirmed: Confirmed { retire: sent.retire, loosen: sent.loosen },
        expected: sent.expected,
        allowed_only: false,
    };
    let outcome = house.registry.execute(Command::Apply(apply), house.context(&caller, command)).await?;
    house.zones_ready().await;
    let (changes, warnings) = outcome.plan.map(|plan| (plan.changes, plan.warnings)).unwrap_or_default();
    Ok(axum::Json(Applied { seq: outcome.seq, replayed: outcome.replayed, changes, warnings }))
}
