//! `GET /api/v1/products/{domain}/{product}/access`: how to get access, and who has it.

use axum::{
    Json,
    extract::{Path, State},
};
use governance::authorise::Action;
use model::name::GroupName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{entitlements::list::EntitlementItem, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Access to a product.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProductAccess {
    /// `yes`, `no` or `requested`.
    pub mine: String,
    /// The deciding group.
    pub approver: String,
    /// Purposes it may be read for.
    pub purposes: Vec<String>,
    /// Row scopes by name.
    pub scopes: Vec<String>,
    /// The scope given unless another is asked for; `all` without one.
    pub default_scope: String,
    /// Longest entitlement in days.
    pub max_days: u32,
    /// What is granted at once: by group and purpose, for the default rows and nothing clear.
    pub automatic: Vec<AutomaticItem>,
    /// Entitlements: the caller's own; all of them for the people who decide.
    pub entitlements: Vec<EntitlementItem>,
}

/// An approval that no person gives.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AutomaticItem {
    /// The group.
    pub group: String,
    /// The purpose.
    pub purpose: String,
    /// For how many days.
    pub days: u32,
    /// Whether the caller is in the group.
    pub mine: bool,
}

/// How to get access, and who has it as far as the caller may know.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/access", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path)),
    responses((status = 200, body = ProductAccess), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
) -> Outcome<Json<ProductAccess>> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let all = seen.may(&Action::ReadAccess(product.reference.domain.clone()))
        || seen.reader.groups.contains(&product.access.approver);
    let entitlements = seen
        .mesh
        .entitlements_of(&product.reference)
        .filter(|entitlement| all || seen.reader.is(&entitlement.subject))
        .map(|entitlement| EntitlementItem::of(entitlement, seen.now));
    let rules = &product.access;
    // Which other groups get it at once is for those who decide.
    let in_it = |group: &GroupName| seen.reader.groups.contains(group);
    Ok(Json(ProductAccess {
        mine: super::hits::access(&seen, product).to_owned(),
        approver: rules.approver.to_string(),
        purposes: super::show::purposes(&seen, product),
        scopes: rules.scopes.keys().map(ToString::to_string).collect(),
        default_scope: rules.default_scope.as_ref().map_or_else(|| "all".to_owned(), ToString::to_string),
        max_days: rules.max_days,
        automatic: rules
            .auto
            .iter()
            .filter(|auto| all || in_it(&auto.group))
            .map(|auto| AutomaticItem {
                group: auto.group.to_string(),
                purpose: auto.purpose.to_string(),
                days: auto.days,
                mine: in_it(&auto.group),
            })
            .collect(),
        entitlements: entitlements.collect(),
    }))
}
