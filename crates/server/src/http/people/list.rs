//! `GET /api/v1/people`: everybody the mesh knows, people and services.
//!
//! Never a mail address: `people.yaml` has them, the mesh does not keep them.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use governance::treatment::Reader;
use model::principal::Principal;
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

/// A person or a service.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PersonItem {
    /// `user:ana`.
    #[schema(example = "user:ana")]
    pub principal: String,
    /// `user` or `service`.
    pub kind: String,
    /// The domain a service works for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Attributes that row scopes may use.
    pub attributes: BTreeMap<String, String>,
    /// Tokens that are good now.
    pub tokens: usize,
    /// Entitlements that are active now, their own and their groups'.
    pub entitlements: usize,
}

/// Everybody, people before services, by name.
#[utoipa::path(get, path = "/api/v1/people", tag = "identity", params(PageParams),
    responses((status = 200, body = Page<PersonItem>), (status = 403, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(params): Params<PageParams>,
) -> Outcome<Json<Page<PersonItem>>> {
    let seen = Seen::by(&house, caller);
    let asked = Asked { principal: &seen.reader.principal, question: "people" };
    let page = house.cursors.cut(&params, asked, rank, |start| {
        let mut readers: Vec<Reader> = seen.mesh.readers().collect();
        readers.sort_by_cached_key(rank);
        readers.retain(|reader| start.is_none_or(|start| rank(reader).as_str() > start));
        readers
    })?;
    // Tokens and entitlements are counted for those on the page alone.
    Ok(Json(Page { items: page.items.iter().map(|reader| PersonItem::of(&seen, reader)).collect(), next: page.next }))
}

/// People before services.
fn rank(reader: &Reader) -> String {
    let kind = if matches!(reader.principal, Principal::User(_)) { 0 } else { 1 };
    format!("{kind} {}", reader.principal)
}

impl PersonItem {
    fn of(seen: &Seen, reader: &Reader) -> Self {
        let (mesh, principal) = (&seen.mesh, &reader.principal);
        let tokens = mesh.tokens().filter(|token| token.principal == *principal && token.is_active(seen.now));
        let held = mesh.held_by(reader).filter(|entitlement| entitlement.is_active(seen.now));
        Self {
            principal: principal.to_string(),
            kind: if matches!(principal, Principal::User(_)) { "user" } else { "service" }.to_owned(),
            home: reader.home_domain.as_ref().map(ToString::to_string),
            groups: reader.groups.iter().map(ToString::to_string).collect(),
            attributes: reader.attributes.clone(),
            tokens: tokens.count(),
            entitlements: held.count(),
        }
    }
}
