//! `GET /api/v1/follows`: what the caller follows, as it is now.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        failure::Outcome,
        page::Page,
        products::{contract_of, list::ProductItem},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// A product that is followed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FollowItem {
    /// The product, as it is now.
    #[serde(flatten)]
    pub product: ProductItem,
    /// Since when it is followed.
    pub since: String,
    /// How long the major version before is served beside this one.
    pub previous_until: Option<String>,
}

/// What the caller follows, by name. One that they may not know of any more is left out until they may again.
#[utoipa::path(get, path = "/api/v1/follows", tag = "desk", responses((status = 200, body = Page<FollowItem>)))]
pub async fn handle(State(house): State<House>, caller: Caller) -> Outcome<Json<Page<FollowItem>>> {
    let seen = Seen::by(&house, caller);
    let mut items = Vec::new();
    for followed in house.desk.followed(&seen.reader.principal).await? {
        let known = seen.mesh.product(&followed.product);
        let Some(product) = known.filter(|product| seen.sees(product)) else { continue };
        let contract = contract_of(&house, product).await?;
        items.push(FollowItem {
            product: ProductItem::of(&seen, product, &contract),
            since: followed.since.to_string(),
            previous_until: contract.previous_until.map(|until| until.to_string()),
        });
    }
    Ok(Json(Page { items, next: None }))
}
