//! `GET /api/v1/requests`: the caller's own, and those they decide.

use axum::{Json, extract::State};
use governance::authorise::Action;
use model::{
    Problem,
    access::{AccessRequest, RequestState},
};
use registry::effective;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{
        access::UnderItem,
        extract::Params,
        failure::Outcome,
        page::{Asked, Page, PageParams},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// Which requests.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// `pending`, `approved`, `denied` or `withdrawn`; all if absent.
    #[serde(default)]
    pub state: Option<String>,
    /// Items at most, 1 to 500; 50 if absent.
    #[serde(default)]
    pub limit: Option<usize>,
    /// Where the previous page ended: its `next`.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RequestItem {
    /// `req-1042`.
    #[schema(example = "req-1042")]
    pub id: String,
    /// Who asked.
    pub by: String,
    /// For whom.
    pub subject: String,
    /// What.
    pub product: String,
    /// For which purpose.
    pub purpose: String,
    /// Which rows.
    pub rows: String,
    /// Classes to be shown clear.
    pub clear: Vec<String>,
    /// Until when, if asked.
    pub until: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: String,
    /// `pending`, `approved`, `denied` or `withdrawn`.
    pub state: String,
    /// The entitlement, once granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entitlement: Option<String>,
    /// Who decided; `automatic` for an automatic approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// When it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<String>,
    /// The note of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What was said about it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<RemarkItem>,
    /// Whether the caller may decide it.
    pub mine_to_decide: bool,
    /// What whoever decides looks at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_decide: Option<ToDecide>,
}

/// What somebody said about a request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RemarkItem {
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
    /// What; absent once it was erased.
    pub text: Option<String>,
}

/// What whoever decides looks at.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ToDecide {
    /// The groups of the one who asked.
    pub groups: Vec<String>,
    /// Their active entitlements on the product.
    pub holds: Vec<String>,
    /// What they would get if it were granted as it stands; absent where nothing is served, or the purpose is not one of
    /// the product's any more.
    pub would_get: Option<UnderItem>,
    /// Longest entitlement in days.
    pub max_days: u32,
}

/// Whether the caller may know of a request: they asked, it is for them, or they decide it.
pub fn sees(seen: &Seen, request: &AccessRequest) -> bool {
    request.by == seen.reader.principal || seen.reader.is(&request.subject) || decides(seen, request)
}

fn decides(seen: &Seen, request: &AccessRequest) -> bool {
    let domain = request.product.domain.clone();
    let approves = seen
        .mesh
        .product(&request.product)
        .is_some_and(|product| seen.reader.groups.contains(&product.access.approver));
    approves || seen.may(&Action::ReadAccess(domain))
}

/// Whether the caller may decide a request that waits.
pub fn may_decide(seen: &Seen, request: &AccessRequest) -> bool {
    let Some(product) = seen.mesh.product(&request.product) else { return false };
    request.state == RequestState::Pending
        && seen.may(&Action::DecideRequest {
            domain: request.product.domain.clone(),
            approver: product.access.approver.clone(),
            requester: request.by.clone(),
            subject: request.subject.clone(),
        })
}

/// The word for a state.
pub fn word(state: &RequestState) -> &'static str {
    match state {
        RequestState::Pending => "pending",
        RequestState::Approved { .. } => "approved",
        RequestState::Denied { .. } => "denied",
        RequestState::Withdrawn { .. } => "withdrawn",
    }
}

/// What the caller, who decides it, looks at.
fn to_decide(seen: &Seen, request: &AccessRequest) -> Option<ToDecide> {
    let product = seen.mesh.product(&request.product)?;
    let reader = seen.mesh.reader(&request.by);
    let held = seen
        .mesh
        .entitlements_of(&request.product)
        .filter(|held| held.is_active(seen.now) && reader.as_ref().is_some_and(|reader| reader.is(&held.subject)));
    let would_get = effective::preview(&seen.moment(), product, request);
    Some(ToDecide {
        holds: held.map(|held| held.id.to_string()).collect(),
        groups: seen.mesh.groups_of(&request.by).iter().map(ToString::to_string).collect(),
        would_get: would_get.map(|access| UnderItem::of(&access, true)),
        max_days: product.access.max_days,
    })
}

/// A request as it is told to somebody who may know of it.
pub async fn item(house: &House, seen: &Seen, request: &AccessRequest) -> Result<RequestItem, Problem> {
    let mut item = RequestItem {
        id: request.id.to_string(),
        by: request.by.to_string(),
        subject: request.subject.to_string(),
        product: request.product.to_string(),
        purpose: request.purpose.to_string(),
        rows: request.rows.to_string(),
        clear: request.clear.iter().map(ToString::to_string).collect(),
        until: request.until.map(|until| until.to_string()),
        reason: house.text(&request.reason).await?,
        at: request.at.to_string(),
        state: word(&request.state).to_owned(),
        entitlement: None,
        decided_by: None,
        decided_at: None,
        note: None,
        remarks: Vec::new(),
        mine_to_decide: may_decide(seen, request),
        to_decide: None,
    };
    for remark in &request.remarks {
        let text = house.text(&remark.text).await?;
        item.remarks.push(RemarkItem { by: remark.by.to_string(), at: remark.at.to_string(), text });
    }
    if item.mine_to_decide {
        item.to_decide = to_decide(seen, request);
    }
    match &request.state {
        RequestState::Pending => {}
        RequestState::Approved { entitlement, by, at } => {
            item.entitlement = Some(entitlement.to_string());
            item.decided_by = Some(by.as_ref().map_or_else(|| "automatic".to_owned(), ToString::to_string));
            item.decided_at = Some(at.to_string());
        }
        RequestState::Denied { by, at, note } => {
            item.decided_by = Some(by.to_string());
            item.decided_at = Some(at.to_string());
            item.note = match note {
                Some(note) => house.text(note).await?,
                None => None,
            };
        }
        RequestState::Withdrawn { at } => item.decided_at = Some(at.to_string()),
    }
    Ok(item)
}

/// Requests, newest first.
#[utoipa::path(get, path = "/api/v1/requests", tag = "access", params(Which),
    responses((status = 200, body = Page<RequestItem>)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(which): Params<Which>,
) -> Outcome<Json<Page<RequestItem>>> {
    let seen = Seen::by(&house, caller);
    let question = format!("requests {:?}", which.state);
    let asked = Asked { principal: &seen.reader.principal, question: &question };
    let params = PageParams { limit: which.limit, cursor: which.cursor };
    let position = |request: &AccessRequest| request.id.to_string();
    let page = house.cursors.cut(&params, asked, position, |start| {
        let start: Option<u64> = start.and_then(|id| id.strip_prefix("req-")).and_then(|seq| seq.parse().ok());
        seen.mesh
            .requests()
            .rev()
            .filter(|request| start.is_none_or(|start| request.id.seq() < start))
            .filter(|request| which.state.as_deref().is_none_or(|state| state == word(&request.state)))
            .filter(|request| sees(&seen, request))
            .cloned()
            .collect()
    })?;
    let mut items = Vec::with_capacity(page.items.len());
    for request in &page.items {
        items.push(item(&house, &seen, request).await?);
    }
    Ok(Json(Page { items, next: page.next }))
}
