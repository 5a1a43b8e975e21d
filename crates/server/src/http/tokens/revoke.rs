//! `DELETE /api/v1/tokens/{id}`: ends a token, and every session that it opened.

use axum::{
    Json,
    extract::{Path, State},
};
use registry::Command;

use crate::{
    http::{
        entitlements::revoke::{Ended, ended},
        extract::CommandId,
        failure::{Outcome, absent},
        rule::Caller,
    },
    wiring::House,
};

/// Ends a token. Answered once that is durable.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "identity",
    params(("id" = String, Path, example = "tok-7")),
    responses((status = 200, body = Ended), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Path(id): Path<String>,
) -> Outcome<Json<Ended>> {
    let token = id.parse().map_err(|_| absent("token", &id))?;
    let outcome = house.registry.execute(Command::RevokeToken { token }, house.context(&caller, command)).await?;
    Ok(Json(ended(&id, &outcome)))
}
