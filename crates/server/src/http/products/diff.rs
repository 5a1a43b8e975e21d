//! `GET /api/v1/products/{domain}/{product}/diff?old=&new=`: what changed between two versions of the contract.
//!
//! A contract that was applied and is not published is its domain's own affair.

use axum::{
    Json,
    extract::{Path, State},
};
use model::{
    Digest, Problem,
    contract::compare::ContractDifference,
    error::Code,
    publication::Publication,
    reference::{Reference, Release},
};
use registry::ProductState;
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
        let digest = find(&house, &seen, product, word).await?;
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

/// The document that a word means.
async fn find(house: &House, seen: &Seen, product: &ProductState, word: &str) -> Result<Digest, Problem> {
    let reference = &product.reference;
    let unknown = || {
        let known: Vec<String> = product.recent.iter().rev().map(|known| known.version.to_string()).collect();
        let mut known: Vec<String> = known.into_iter().map(|version| format!("`{version}`")).collect();
        known.dedup();
        let message = format!("`{reference}` has no version `{}`", word.escape_debug());
        Problem::new(Code::NotFound, message).with_hint(match known.as_slice() {
            [] => "it was never published".to_owned(),
            known => format!("there are {}, and `current`", known.join(", ")),
        })
    };
    let newest = |wanted: &dyn Fn(&Publication) -> bool| {
        product.recent.iter().rev().find(|known| wanted(known)).map(|known| known.contract)
    };
    match word {
        // SECURITY: what is not published yet is told to nobody outside (test
        // `a_contract_that_is_not_published_is_told_to_its_domain_only`).
        "declared" if seen.is_member(&reference.domain) => return Ok(product.contract_digest),
        "declared" => return Err(unknown()),
        "current" => {
            return product.publication.as_ref().map(|publication| publication.contract).ok_or_else(unknown);
        }
        _ => {}
    }
    let separator = if word.starts_with("pub-") { '#' } else { '@' };
    let parsed =
        format!("{reference}{separator}{word}").parse::<Reference>().ok().filter(|parsed| parsed.port.is_none());
    let parsed = parsed.ok_or_else(|| {
        Problem::new(Code::InvalidValue, format!("`{}` is no version", word.escape_debug()))
            .with_hint("write `1.2.0`, `1`, `pub-12`, `current` or `declared`")
    })?;
    let found = match parsed.release {
        Release::Major(major) => newest(&|known| known.version.major == major),
        Release::Version(version) => newest(&|known| known.version == version),
        Release::Publication(id) => {
            house.registry.publication(reference, id).await?.map(|publication| publication.contract)
        }
        Release::Current => None,
    };
    found.ok_or_else(unknown)
}
