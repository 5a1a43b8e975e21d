//! `POST /api/v1/requests`: asks for access.

use axum::{extract::State, http::StatusCode};
use model::{Problem, Timestamp, access::RowsGrant, class::ClassName};
use registry::{
    Command,
    command::{Done, RequestAccess},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::word;
use crate::{
    http::{
        extract::{CommandId, Json},
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// The product.
    #[schema(example = "claims.claims_enriched")]
    pub product: String,
    /// For which purpose.
    #[schema(example = "fraud-detection")]
    pub purpose: String,
    /// Why.
    pub reason: String,
    /// Until when: a date, or an instant.
    #[serde(default)]
    pub until: Option<String>,
    /// For whom: `group:fraud-analysts`; oneself if absent.
    #[serde(default, rename = "for")]
    pub subject: Option<String>,
    /// A row scope, or `all`.
    #[serde(default)]
    pub rows: Option<String>,
    /// Classes to be shown clear.
    #[serde(default)]
    pub clear: Vec<String>,
}

/// A request that was made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Requested {
    /// `req-1042`.
    pub id: String,
    /// `pending`, or `approved` where no person needs to decide.
    pub state: String,
    /// The entitlement, where it was granted at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entitlement: Option<String>,
    /// The group that decides.
    pub approver: String,
}

/// Asks for access to a product's rows.
#[utoipa::path(post, path = "/api/v1/requests", tag = "access", request_body = NewRequest,
    responses((status = 201, body = Requested), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    CommandId(command): CommandId,
    Json(asked): Json<NewRequest>,
) -> Outcome<(StatusCode, axum::Json<Requested>)> {
    let context = house.context(&caller, command);
    let seen = Seen::by(&house, caller);
    let (domain, product) = asked.product.split_once('.').ok_or_else(|| absent("product", &asked.product))?;
    let product = seen.product(domain, product)?;
    let approver = product.access.approver.to_string();
    let request = RequestAccess {
        product: product.reference.clone(),
        subject: asked.subject.as_deref().map(str::parse).transpose()?,
        purpose: asked.purpose.parse()?,
        rows: asked.rows.as_deref().map(str::parse).transpose()?.unwrap_or(RowsGrant::Default),
        clear: asked.clear.iter().map(|class| class.parse::<ClassName>()).collect::<Result<Vec<_>, Problem>>()?,
        until: asked.until.as_deref().map(Timestamp::parse_limit).transpose()?,
        reason: asked.reason,
    };
    let outcome = house.registry.execute(Command::RequestAccess(request), context).await?;
    let Done::Requested { request, entitlement } = outcome.done else {
        return Err(Problem::internal("a request led to something else").into());
    };
    let mesh = house.registry.mesh();
    let state = mesh.request(request).map_or("pending", |request| word(&request.state));
    Ok((
        StatusCode::CREATED,
        axum::Json(Requested {
            id: request.to_string(),
            state: state.to_owned(),
            entitlement: entitlement.map(|entitlement| entitlement.to_string()),
            approver,
        }),
    ))
}
