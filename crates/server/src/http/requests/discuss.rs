//! `POST /api/v1/requests/{id}/remarks`: asks or answers something about a request that waits.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use registry::Command;
use serde::Deserialize;
use utoipa::ToSchema;

use super::list::{RequestItem, item};
use crate::{
    http::{
        extract::{CommandId, Json},
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// Something to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRemark {
    /// What, at most 4 KiB.
    #[schema(example = "Which regions do you need?")]
    pub text: String,
}

/// Says something about a request that waits: whoever asked, whom it is for, and those who answer for the product.
#[utoipa::path(post, path = "/api/v1/requests/{id}/remarks", tag = "access", request_body = NewRemark,
    params(("id" = String, Path, example = "req-1042")),
    responses((status = 201, body = RequestItem), (status = 403, body = crate::problem::Body),
        (status = 404, body = crate::problem::Body), (status = 409, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Path(id): Path<String>,
    Json(new): Json<NewRemark>,
) -> Outcome<(StatusCode, axum::Json<RequestItem>)> {
    let unknown = || absent("request", &id);
    let request = id.parse().map_err(|_| unknown())?;
    let context = house.context(&caller, command);
    house.registry.execute(Command::Discuss { request, text: new.text }, context).await?;
    let seen = Seen::by(&house, caller);
    let said = seen.mesh.request(request).ok_or_else(unknown)?;
    Ok((StatusCode::CREATED, axum::Json(item(&house, &seen, said).await?)))
}
