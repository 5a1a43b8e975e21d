//! `DELETE /api/v1/requests/{id}`: takes one's own request back, or ends the entitlement it led to.

use axum::{
    Json,
    extract::{Path, State},
};
use registry::{Command, command::Revocation};

use crate::{
    http::{
        entitlements::revoke::{Ended, ended},
        extract::CommandId,
        failure::{Outcome, absent},
        rule::Caller,
    },
    wiring::House,
};

/// Takes a pending request back; of an approved one, ends the entitlement.
#[utoipa::path(delete, path = "/api/v1/requests/{id}", tag = "access",
    params(("id" = String, Path, example = "req-1042")),
    responses((status = 200, body = Ended), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Path(id): Path<String>,
) -> Outcome<Json<Ended>> {
    let request = id.parse().map_err(|_| absent("request", &id))?;
    let context = house.context(&caller, command);
    let outcome = house.registry.execute(Command::Revoke(Revocation::Request(request)), context).await?;
    Ok(Json(ended(&id, &outcome)))
}
