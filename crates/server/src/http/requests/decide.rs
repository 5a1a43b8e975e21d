//! `POST /api/v1/requests/{id}/decision`: approves or denies.

use axum::extract::{Path, State};
use model::{Problem, Timestamp, error::Code};
use registry::{
    Command,
    command::{Done, Verdict},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        extract::{CommandId, Json},
        failure::{Outcome, absent},
        rule::Caller,
    },
    wiring::House,
};

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// `approve` or `deny`.
    #[schema(example = "approve")]
    pub decision: String,
    /// A note.
    #[serde(default)]
    pub note: Option<String>,
    /// Until when instead of what was asked.
    #[serde(default)]
    pub until: Option<String>,
    /// Which rows instead of what was asked.
    #[serde(default)]
    pub rows: Option<String>,
}

/// A decision that was made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// The request.
    pub id: String,
    /// `approved` or `denied`.
    pub state: String,
    /// The entitlement, if approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entitlement: Option<String>,
}

/// Approves or denies a request; never one's own.
#[utoipa::path(post, path = "/api/v1/requests/{id}/decision", tag = "access", request_body = NewDecision,
    params(("id" = String, Path, example = "req-1042")),
    responses((status = 200, body = Decided), (status = 403, body = crate::problem::Body),
        (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Path(id): Path<String>,
    Json(asked): Json<NewDecision>,
) -> Outcome<axum::Json<Decided>> {
    let request = id.parse().map_err(|_| absent("request", &id))?;
    let verdict = match asked.decision.as_str() {
        "approve" => Verdict::Approve {
            until: asked.until.as_deref().map(Timestamp::parse_limit).transpose()?,
            rows: asked.rows.as_deref().map(str::parse).transpose()?,
            note: asked.note,
        },
        "deny" => Verdict::Deny { note: asked.note },
        other => {
            return Err(Problem::new(Code::InvalidValue, format!("`{}` is no decision", other.escape_debug()))
                .with_hint("write `approve` or `deny`")
                .into());
        }
    };
    let context = house.context(&caller, command);
    let outcome = house.registry.execute(Command::Decide { request, verdict }, context).await?;
    let entitlement = match outcome.done {
        Done::Approved { entitlement } => Some(entitlement.to_string()),
        _ => None,
    };
    let state = if entitlement.is_some() { "approved" } else { "denied" };
    Ok(axum::Json(Decided { id, state: state.to_owned(), entitlement }))
}
