//! `GET /api/v1/journal/verify`: checks the whole chain.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{failure::Outcome, rule::Caller},
    wiring::House,
};

/// A journal that holds.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ChainVerdict)]
pub struct Verdict {
    /// How many records.
    pub records: u64,
    /// The last record's hash.
    pub head: Option<String>,
    /// How many documents.
    pub blobs: u64,
    /// Always true; a broken journal is a problem that names the first bad record.
    pub ok: bool,
}

/// Checks every record, the head, every document and the newest snapshot.
#[utoipa::path(get, path = "/api/v1/journal/verify", tag = "journal",
    responses((status = 200, body = Verdict), (status = 503, body = crate::problem::Body)))]
pub async fn handle(State(house): State<House>, _caller: Caller) -> Outcome<Json<Verdict>> {
    let verified = house.registry.verify().await?;
    Ok(Json(Verdict {
        records: verified.records,
        head: verified.head.map(|head| head.to_string()),
        blobs: verified.blobs,
        ok: true,
    }))
}
