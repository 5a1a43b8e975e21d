//! `GET /api/v1/access/who-can-read?product=`: everybody who can read a product, together where they get the same.

use axum::{Json, extract::State};
use registry::effective::{self, ReaderGroup};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Asked, UnderItem};
use crate::{
    http::{extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Of what, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// `claims.claims_enriched`.
    pub product: String,
    /// A past instant or day, for auditors; now if absent.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// Who can read a product.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WhoCanRead {
    /// The product.
    pub product: String,
    /// The instant it was asked about.
    pub at: String,
    /// How many can.
    pub readers: usize,
    /// Readers by what they get, the largest group first.
    pub groups: Vec<GroupItem>,
}

/// Readers who get the same.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GroupItem {
    /// What they get, by purpose.
    pub under: Vec<UnderItem>,
    /// Who.
    pub readers: Vec<ReaderItem>,
}

/// A reader.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ReaderItem {
    /// Who.
    pub principal: String,
    /// By which entitlements.
    pub through: Vec<ThroughItem>,
}

/// An entitlement by which somebody reads.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ThroughItem {
    /// `ent-1050`.
    pub entitlement: String,
    /// The group it was given to; absent if it is the reader's own.
    pub group: Option<String>,
}

impl GroupItem {
    fn of(group: &ReaderGroup) -> Self {
        let readers = group.readers.iter().map(|(principal, through)| ReaderItem {
            principal: principal.to_string(),
            through: through
                .iter()
                .map(|through| ThroughItem {
                    entitlement: through.entitlement.to_string(),
                    group: through.group.as_ref().map(ToString::to_string),
                })
                .collect(),
        });
        Self {
            under: group.accesses.iter().map(|access| UnderItem::of(access, true)).collect(),
            readers: readers.collect(),
        }
    }
}

/// Who can read a product: for those who answer for it.
#[utoipa::path(get, path = "/api/v1/access/who-can-read", tag = "access", params(Question),
    responses((status = 200, body = WhoCanRead), (status = 403, body = crate::problem::Body),
        (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(question): Params<Question>,
) -> Outcome<Json<WhoCanRead>> {
    let seen = Seen::by(&house, caller);
    let asked = Asked::of(&house, &seen, question.as_of.as_deref()).await?;
    let product = asked.judged(&seen, &question.product)?;
    let readers = effective::who_can_read(&asked.moment(), product);
    Ok(Json(WhoCanRead {
        product: readers.product.to_string(),
        at: readers.at.to_string(),
        readers: readers.groups.iter().map(|group| group.readers.len()).sum(),
        groups: readers.groups.iter().map(GroupItem::of).collect(),
    }))
}
