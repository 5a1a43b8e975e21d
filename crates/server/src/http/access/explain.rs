//! `GET /api/v1/access/explain?principal=&product=`: why somebody can read a product, or cannot.

use axum::{Json, extract::State};
use model::{
    Problem, Timestamp,
    access::{AccessRequest, RequestState},
};
use registry::{
    ProductState,
    effective::{Explanation, Grant, GrantState, PortReasons, Visibility},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Asked, RowsItem, is_own};
use crate::{
    http::{
        entitlements::list::EntitlementItem,
        extract::Params,
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// Of whom, of what, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// `claims.claims_enriched`.
    pub product: String,
    /// `ana`, `user:ana`, `service:svc-claims`; the caller if absent.
    #[serde(default)]
    pub principal: Option<String>,
    /// A past instant or day, for auditors; now if absent.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// Why somebody can read a product, or cannot.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ExplanationItem {
    /// Who.
    pub principal: String,
    /// The product.
    pub product: String,
    /// The instant it was asked about.
    pub at: String,
    /// Whether they can read it under some purpose.
    pub can_read: bool,
    /// Their groups.
    pub groups: Vec<String>,
    /// Why they may know of the product; absent if they may not.
    pub visible: Option<String>,
    /// Every entitlement that was ever theirs here, newest first.
    pub grants: Vec<GrantItem>,
    /// Their requests that wait.
    pub waiting: Vec<String>,
    /// What they get, by purpose, with the reason of every column.
    pub under: Vec<UnderReasons>,
    /// Why they get nothing.
    pub refused: Option<String>,
    /// What may be done about it.
    pub hint: Option<String>,
}

/// An entitlement and what became of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GrantItem {
    /// The entitlement.
    #[serde(flatten)]
    pub held: EntitlementItem,
    /// The group through which it is theirs; absent if it is their own.
    pub group: Option<String>,
    /// When it was over.
    pub over_since: Option<String>,
    /// The request it came from; absent for the owners' own.
    pub request: Option<String>,
    /// Who decided; `automatic` for an automatic approval, `first publication` for the owners' own.
    pub decided_by: String,
}

/// What somebody gets under a purpose.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct UnderReasons {
    /// The purpose.
    pub purpose: String,
    /// The ports.
    pub ports: Vec<PortReasonsItem>,
}

/// What somebody gets of a port.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PortReasonsItem {
    /// The port.
    pub port: String,
    /// Which rows.
    pub rows: Option<RowsItem>,
    /// The columns.
    pub columns: Vec<ColumnReasons>,
    /// Why nothing can be read of it.
    pub refused: Option<String>,
}

/// What somebody gets of a column.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ColumnReasons {
    /// The column.
    pub column: String,
    /// What they see.
    pub outcome: String,
    /// Why.
    pub reasons: Vec<String>,
}

/// Why somebody can read a product, or cannot: of oneself for everybody, of others for those who answer for the product.
#[utoipa::path(get, path = "/api/v1/access/explain", tag = "access", params(Question),
    responses((status = 200, body = ExplanationItem), (status = 403, body = crate::problem::Body),
        (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(question): Params<Question>,
) -> Outcome<Json<ExplanationItem>> {
    let seen = Seen::by(&house, caller);
    let asked = Asked::of(&house, &seen, question.as_of.as_deref()).await?;
    let own = question.principal.as_deref().is_none_or(|text| is_own(&seen, text));
    // A denied column does not exist for the reader; those who answer for the product are told of it.
    let (product, whole): (&ProductState, bool) = match asked.judged(&seen, &question.product) {
        Ok(product) => (product, true),
        // SECURITY: what is invisible to oneself is absent (test `who_reads_what_is_told_to_those_who_answer_for_it`).
        Err(_) if own && question.as_of.is_none() => {
            let name = question.product.split_once('.').unwrap_or_default();
            (seen.product(name.0, name.1)?, false)
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let principal = match question.principal.as_deref() {
        Some(text) if !own => asked.principal(text)?,
        _ => seen.reader.principal.clone(),
    };
    let reader = asked.mesh.reader(&principal).ok_or_else(|| absent("person or service", principal.name()))?;
    let explanation = Explanation::of(&asked.moment(), &reader, product);
    let under = explanation.under.iter().map(|under| UnderReasons {
        purpose: under.purpose.to_string(),
        ports: under.ports.iter().map(|port| ports(port, whole)).collect(),
    });
    Ok(Json(ExplanationItem {
        principal: principal.to_string(),
        product: product.reference.to_string(),
        at: explanation.at.to_string(),
        can_read: explanation.under.iter().flat_map(|under| &under.ports).any(|port| port.treatment.is_ok()),
        groups: reader.groups.iter().map(ToString::to_string).collect(),
        visible: explanation.visible.as_ref().map(|visible| match visible {
            Visibility::Listed => "it is listed, so everybody may know of it".to_owned(),
            Visibility::Member => format!("they belong to the domain `{}`", product.reference.domain),
            Visibility::Approver(group) => format!("they are in `{group}`, which decides on it"),
            Visibility::Entitled => "they may read it".to_owned(),
        }),
        waiting: explanation.waiting.iter().map(|request| request.id.to_string()).collect(),
        grants: explanation.grants.iter().map(|grant| GrantItem::of(grant, explanation.at)).collect(),
        under: under.collect(),
        refused: explanation.refusal.as_ref().map(|problem| problem.message().to_owned()),
        hint: explanation.refusal.as_ref().and_then(Problem::hint).map(str::to_owned),
    }))
}

fn ports(port: &PortReasons, whole: bool) -> PortReasonsItem {
    let name = port.port.to_string();
    match &port.treatment {
        Err(problem) => {
            PortReasonsItem { port: name, rows: None, columns: Vec::new(), refused: Some(problem.message().to_owned()) }
        }
        Ok(treatment) => {
            let told = treatment.columns.iter().filter(|column| whole || column.outcome.word() != "denied");
            let columns = told.map(|column| ColumnReasons {
                column: column.column.clone(),
                outcome: column.outcome.to_string(),
                reasons: column.reasons.clone(),
            });
            PortReasonsItem {
                port: name,
                rows: Some(RowsItem::of(&treatment.rows, whole)),
                columns: columns.collect(),
                refused: None,
            }
        }
    }
}

impl GrantItem {
    fn of(grant: &Grant, now: Timestamp) -> Self {
        let over_since = match grant.state {
            GrantState::Active => None,
            GrantState::Expired(at) | GrantState::Ended(at) => Some(at),
        };
        Self {
            held: EntitlementItem::of(&grant.entitlement, now),
            group: grant.group.as_ref().map(ToString::to_string),
            over_since: over_since.map(|at| at.to_string()),
            request: grant.request.as_ref().map(|request| request.id.to_string()),
            decided_by: grant.request.as_ref().map_or_else(|| "first publication".to_owned(), decided_by),
        }
    }
}

fn decided_by(request: &AccessRequest) -> String {
    match &request.state {
        RequestState::Approved { by: Some(by), .. } => by.to_string(),
        _ => "automatic".to_owned(),
    }
}
