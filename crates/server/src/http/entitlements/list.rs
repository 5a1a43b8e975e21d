//! `GET /api/v1/entitlements`: the caller's own, and those of the products they decide for.

use axum::{Json, extract::State};
use governance::authorise::Action;
use model::{
    Timestamp,
    access::{Entitlement, Purposes},
};
use registry::effective::GrantState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        extract::Params,
        failure::Outcome,
        page::{Asked, Page, PageParams},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// An entitlement.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EntitlementItem {
    /// `ent-1050`.
    #[schema(example = "ent-1050")]
    pub id: String,
    /// Who may read.
    pub subject: String,
    /// What.
    pub product: String,
    /// For which purposes; `all` alone for the owners' own.
    pub purposes: Vec<String>,
    /// Which rows: `default`, `all` or a scope.
    pub rows: String,
    /// Classes shown clear.
    pub clear: Vec<String>,
    /// Until when.
    pub until: Option<String>,
    /// Since when.
    pub since: String,
    /// `active`, `expired` or `revoked`.
    pub state: String,
}

impl EntitlementItem {
    /// The entitlement at an instant.
    pub fn of(entitlement: &Entitlement, now: Timestamp) -> Self {
        let state = match GrantState::of(entitlement, now) {
            GrantState::Active => "active",
            GrantState::Expired(_) => "expired",
            GrantState::Ended(_) => "revoked",
        };
        Self {
            id: entitlement.id.to_string(),
            subject: entitlement.subject.to_string(),
            product: entitlement.product.to_string(),
            purposes: match &entitlement.purposes {
                Purposes::All => vec!["all".to_owned()],
                Purposes::Only(purposes) => purposes.iter().map(ToString::to_string).collect(),
            },
            rows: entitlement.rows.to_string(),
            clear: entitlement.clear.iter().map(ToString::to_string).collect(),
            until: entitlement.until.map(|until| until.to_string()),
            since: entitlement.since.to_string(),
            state: state.to_owned(),
        }
    }
}

/// Whether the caller may know of an entitlement: it is theirs, or they decide for its product.
pub fn sees(seen: &Seen, entitlement: &Entitlement) -> bool {
    seen.reader.is(&entitlement.subject)
        || seen.may(&Action::ReadAccess(entitlement.product.domain.clone()))
        || seen
            .mesh
            .product(&entitlement.product)
            .is_some_and(|product| seen.reader.groups.contains(&product.access.approver))
}

/// Entitlements, newest first.
#[utoipa::path(get, path = "/api/v1/entitlements", tag = "access", params(PageParams),
    responses((status = 200, body = Page<EntitlementItem>)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(params): Params<PageParams>,
) -> Outcome<Json<Page<EntitlementItem>>> {
    let seen = Seen::by(&house, caller);
    let asked = Asked { principal: &seen.reader.principal, question: "entitlements" };
    let position = |item: &EntitlementItem| item.id.clone();
    let page = house.cursors.cut(&params, asked, position, |start| {
        let start: Option<u64> = start.and_then(|id| id.strip_prefix("ent-")).and_then(|seq| seq.parse().ok());
        seen.mesh
            .entitlements()
            .rev()
            .filter(|entitlement| start.is_none_or(|start| entitlement.id.seq() < start))
            .filter(|entitlement| sees(&seen, entitlement))
            .map(|entitlement| EntitlementItem::of(entitlement, seen.now))
            .collect()
    })?;
    Ok(Json(page))
}
