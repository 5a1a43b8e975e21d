//! `DELETE /api/v1/entitlements/{id}`: ends an entitlement; the very next statement is refused.

use axum::{
    Json,
    extract::{Path, State},
};
use registry::{
    Command,
    command::{Outcome as Done, Revocation},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        extract::CommandId,
        failure::{Outcome, absent},
        rule::Caller,
    },
    wiring::House,
};

/// Something that ended.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Ended {
    /// What was named.
    pub id: String,
    /// `revoked`; `withdrawn` for a request nobody had decided; `unchanged` if it had ended before.
    pub state: String,
    /// The policy epoch from which on this holds.
    pub epoch: u64,
}

/// The answer to the end of something.
pub fn ended(id: &str, outcome: &Done) -> Ended {
    let state = match outcome.done {
        registry::command::Done::Unchanged => "unchanged",
        registry::command::Done::Withdrawn => "withdrawn",
        _ => "revoked",
    };
    Ended { id: id.to_owned(), state: state.to_owned(), epoch: outcome.seq }
}

/// Ends an entitlement. Answered once that is durable.
#[utoipa::path(delete, path = "/api/v1/entitlements/{id}", tag = "access",
    params(("id" = String, Path, example = "ent-1050")),
    responses((status = 200, body = Ended), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Path(id): Path<String>,
) -> Outcome<Json<Ended>> {
    let entitlement = id.parse().map_err(|_| absent("entitlement", &id))?;
    let context = house.context(&caller, command);
    let outcome = house.registry.execute(Command::Revoke(Revocation::Entitlement(entitlement)), context).await?;
    Ok(Json(ended(&id, &outcome)))
}
