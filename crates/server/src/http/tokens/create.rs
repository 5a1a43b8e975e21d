//! `POST /api/v1/tokens`: makes a token; its text is in this answer and nowhere else.

use axum::{extract::State, http::StatusCode};
use governance::authorise::TokenScope;
use model::{Problem, Timestamp, error::Code, principal::Principal};
use registry::{Command, command::Done, secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        extract::{CommandId, Json},
        failure::Outcome,
        rule::Caller,
    },
    wiring::House,
};

/// What kind of token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// For whom: `user:ana`, `service:svc-claims` or the bare name.
    #[schema(example = "ana")]
    pub principal: String,
    /// A name for it.
    #[serde(default)]
    pub label: Option<String>,
    /// What it is narrowed to; empty for everything its principal may.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The purpose its statements run under unless they say otherwise.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Until when; 90 days if absent.
    #[serde(default)]
    pub until: Option<String>,
}

/// A token that was made. The only answer that ever holds its text.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Made {
    /// `tok-7`.
    pub id: String,
    /// `tsr_...`
    pub token: String,
    /// Whose.
    pub principal: String,
    /// Until when.
    pub until: Option<String>,
    /// Where the Postgres door is.
    pub postgres: String,
    /// The database to name there.
    pub database: String,
}

/// Makes a token for a principal.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "identity", request_body = NewToken,
    responses((status = 201, body = Made), (status = 403, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Json(asked): Json<NewToken>,
) -> Outcome<(StatusCode, axum::Json<Made>)> {
    let text = secret::token_text(&secret::random());
    let hash = secret::token_hash(&text).ok_or_else(|| Problem::internal("a new token has no hash"))?;
    let principal = principal(&house, &asked.principal)?;
    let wish = Command::CreateToken {
        principal: principal.clone(),
        label: asked.label,
        scopes: asked.scopes.iter().map(|scope| scope.parse::<TokenScope>()).collect::<Result<Vec<_>, Problem>>()?,
        purpose: asked.purpose.as_deref().map(str::parse).transpose()?,
        until: asked.until.as_deref().map(Timestamp::parse_limit).transpose()?,
        hash,
    };
    let outcome = house.registry.execute(wish, house.context(&caller, command)).await?;
    if outcome.replayed {
        return Err(Problem::new(Code::Conflict, "the token of this idempotency key was handed out already")
            .with_hint("make another under a new key; revoke the first if it is lost")
            .into());
    }
    let Done::TokenCreated { token } = outcome.done else {
        return Err(Problem::internal("a token led to something else").into());
    };
    let until = house.registry.mesh().token(token).and_then(|token| token.until);
    Ok((
        StatusCode::CREATED,
        axum::Json(Made {
            id: token.to_string(),
            token: text,
            principal: principal.to_string(),
            until: until.map(|until| until.to_string()),
            postgres: house.postgres_address(),
            database: "mesh".to_owned(),
        }),
    ))
}

/// The principal of a name with or without its kind.
fn principal(house: &House, text: &str) -> Result<Principal, Problem> {
    if text.contains(':') {
        return text.parse();
    }
    house.registry.mesh().principal_named(text).ok_or_else(|| {
        Problem::new(Code::NotFound, format!("there is no person or service `{}`", text.escape_debug()))
            .with_hint("people and services are declared in `people.yaml`")
    })
}
