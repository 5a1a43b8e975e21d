//! `GET /api/v1/journal?from=&limit=`: records in order, facts and digests only.

use axum::{Json, extract::State};
use registry::journal::RecordView;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{extract::Params, failure::Outcome, rule::Caller},
    wiring::House,
};

/// Which records.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Range {
    /// The first record; the newest ones if absent.
    #[serde(default)]
    pub from: Option<u64>,
    /// Records at most, 1 to 1000; 50 if absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Records in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Records {
    /// The records.
    pub items: Vec<RecordView>,
    /// The `from` of what follows; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_from: Option<u64>,
}

/// Records of the journal.
#[utoipa::path(get, path = "/api/v1/journal", tag = "journal", params(Range),
    responses((status = 200, body = Records), (status = 403, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    _caller: Caller,
    Params(range): Params<Range>,
) -> Outcome<Json<Records>> {
    let limit = range.limit.unwrap_or(50).clamp(1, 1_000);
    let seq = house.registry.mesh().seq();
    let from = range.from.unwrap_or_else(|| (seq + 1).saturating_sub(u64::from(limit)).max(1));
    let items = house.registry.records(from, limit).await?;
    let next_from = items.last().map(|last| last.seq + 1).filter(|next| *next <= seq);
    Ok(Json(Records { items, next_from }))
}
