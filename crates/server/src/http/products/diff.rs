//! `GET /api/v1/products/{domain}/{product}/diff?old=&new=`: what changed between two versions of the contract.

use axum::{
    Json,
    extract::{Path, State},
};
use model::{Problem, contract::compare::ContractDifference};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Which two.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Between {
    /// The earlier: `1.2.0`, `1`, `pub-12`, `current` or `declared`.
    pub old: String,
    /// The later; `current` if absent.
    #[serde(default)]
    pub new: Option<String>,
}

/// The difference between two versions of a contract.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// The earlier version.
    pub old: String,
    /// The later version.
    pub new: String,
    /// `documentation`, `additive` or `breaking`; absent if both promise the same.
    pub verdict: Option<String>,
    /// The smallest version that may carry these changes after the earlier one.
    pub least: String,
    /// The changes, heaviest first.
    pub changes: Vec<ChangeItem>,
}

/// One change.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangeItem {
    /// How far it reaches.
    pub verdict: String,
    /// The port it is on; absent for the contract as a whole.
    pub port: Option<String>,
    /// The column it is on; absent for the port as a whole.
    pub column: Option<String>,
    /// What changed.
    pub what: String,
    /// Why it is judged so.
    pub why: String,
}

/// What changed, and what that means for readers.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/diff", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path), Between),
    responses((status = 200, body = Difference), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
    Params(between): Params<Between>,
) -> Outcome<Json<Difference>> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let new = between.new.as_deref().unwrap_or("current");
    let mut contracts = Vec::new();
    for word in [between.old.as_str(), new] {
        let digest = super::release::contract(&house, &seen, product, word).await?;
        contracts.push(house.documents.contract(&house.registry, &digest, &product.provenance.path).await?);
    }
    let [old, new] = contracts.as_slice() else { return Err(Problem::internal("two contracts were read").into()) };
    let difference = ContractDifference::between(old, new);
    Ok(Json(Difference {
        old: old.version.to_string(),
        new: new.version.to_string(),
        verdict: difference.verdict().map(|verdict| verdict.to_string()),
        least: difference.least_version(&old.version).to_string(),
        changes: difference
            .changes
            .into_iter()
            .map(|change| ChangeItem {
                verdict: change.verdict.to_string(),
                port: change.port,
                column: change.column,
                what: change.what,
                why: change.why,
            })
            .collect(),
    }))
}
