//! `GET /api/v1/tokens`: one's own tokens; everybody's for those who make them. Never their texts.

use axum::{Json, extract::State};
use governance::authorise::Action;
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

/// A token without its text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TokenItem {
    /// `tok-7`.
    pub id: String,
    /// What it was called when it was made.
    pub label: Option<String>,
    /// Whose.
    pub principal: String,
    /// What it is narrowed to.
    pub scopes: Vec<String>,
    /// Its default purpose.
    pub purpose: Option<String>,
    /// Since when.
    pub since: String,
    /// Until when.
    pub until: Option<String>,
    /// `active` or `ended`.
    pub state: String,
}

/// Tokens, newest first.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "identity", params(PageParams),
    responses((status = 200, body = Page<TokenItem>)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(params): Params<PageParams>,
) -> Outcome<Json<Page<TokenItem>>> {
    let seen = Seen::by(&house, caller);
    let asked = Asked { principal: &seen.reader.principal, question: "tokens" };
    let mut page = house.cursors.cut(
        &params,
        asked,
        |item: &TokenItem| item.id.clone(),
        |start| {
            let start: Option<u64> = start.and_then(|id| id.strip_prefix("tok-")).and_then(|seq| seq.parse().ok());
            let visible = |of: &model::principal::Principal| {
                *of == seen.reader.principal || seen.may(&Action::CreateToken { of: of.clone() })
            };
            seen.mesh
                .tokens()
                .rev()
                .filter(|token| start.is_none_or(|start| token.id.seq() < start) && visible(&token.principal))
                .map(|token| TokenItem {
                    id: token.id.to_string(),
                    label: None,
                    principal: token.principal.to_string(),
                    scopes: token.scopes.iter().map(ToString::to_string).collect(),
                    purpose: token.purpose.as_ref().map(ToString::to_string),
                    since: token.since.to_string(),
                    until: token.until.map(|until| until.to_string()),
                    state: if token.is_active(seen.now) { "active" } else { "ended" }.to_owned(),
                })
                .collect()
        },
    )?;
    for item in &mut page.items {
        let token = item.id.parse().ok().and_then(|id| seen.mesh.token(id));
        if let Some(label) = token.and_then(|token| token.label) {
            item.label = house.text(&label).await?;
        }
    }
    Ok(Json(page))
}
