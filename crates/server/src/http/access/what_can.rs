//! `GET /api/v1/access/what-can?principal=`: everything that somebody can read.

use axum::{Json, extract::State};
use governance::authorise::Action;
use registry::effective;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Asked, UnderItem, is_own, judges};
use crate::{
    http::{extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Of whom, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// `ana`, `user:ana`, `service:svc-claims`; the caller if absent.
    #[serde(default)]
    pub principal: Option<String>,
    /// A past instant or day, for auditors; now if absent.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// What somebody can read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WhatCan {
    /// Who.
    pub principal: String,
    /// The instant it was asked about.
    pub at: String,
    /// Whether these are all: others than oneself and auditors are told of the products they answer for.
    pub all: bool,
    /// The products, by name.
    pub products: Vec<ReadableItem>,
}

/// A product that somebody can read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ReadableItem {
    /// The product.
    pub product: String,
    /// What of it, by purpose.
    pub under: Vec<UnderItem>,
}

/// What somebody can read: of oneself everything, of others what the caller answers for.
#[utoipa::path(get, path = "/api/v1/access/what-can", tag = "access", params(Question),
    responses((status = 200, body = WhatCan), (status = 403, body = crate::problem::Body),
        (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(question): Params<Question>,
) -> Outcome<Json<WhatCan>> {
    let seen = Seen::by(&house, caller);
    let asked = Asked::of(&house, &seen, question.as_of.as_deref()).await?;
    let own = question.principal.as_deref().is_none_or(|text| is_own(&seen, text));
    let all = own || seen.may(&Action::ReadAsOf);
    let principal = match question.principal.as_deref() {
        Some(text) if !own => asked.principal(text)?,
        _ => seen.reader.principal.clone(),
    };
    // Somebody of the past may have been nobody then.
    let reader = asked.mesh.reader(&principal);
    let readable = reader.map(|reader| effective::what_can(&asked.moment(), &reader)).unwrap_or_default();
    let told = readable.iter().filter_map(|readable| {
        let whole = asked.mesh.product(&readable.product).is_some_and(|product| judges(&seen, product));
        (all || whole).then(|| ReadableItem {
            product: readable.product.to_string(),
            under: readable.accesses.iter().map(|access| UnderItem::of(access, whole)).collect(),
        })
    });
    Ok(Json(WhatCan { principal: principal.to_string(), at: asked.now.to_string(), all, products: told.collect() }))
}
