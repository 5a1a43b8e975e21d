//! `GET /api/v1/products/{domain}/{product}/quality`: the promise facts: pass or fail per rule, the rate in percent.
//!
//! Never what was found, how often or where: that is derived from rows (M1).

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
};
use model::{Digest, Problem};
use pipeline::{GateReport, RuleOutcome};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{
        extract::Params,
        failure::{Outcome, absent},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// The gate of what is served.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Quality {
    /// The publication it judged.
    pub publication: String,
    /// When that was committed.
    pub at: String,
    /// Passed rules as a whole percentage of those evaluated.
    pub pass_rate: u8,
    /// The rules.
    pub rules: Vec<RuleFact>,
}

/// One rule.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RuleFact {
    /// The port.
    pub port: String,
    /// The column, for a rule on one.
    pub column: Option<String>,
    /// Its id.
    pub rule: String,
    /// What it measures.
    pub metric: String,
    /// What was promised.
    pub expected: String,
    /// `passed`, `failed`, `error` or `not_evaluated`.
    pub outcome: String,
}

/// The word for a verdict.
fn word(outcome: RuleOutcome) -> &'static str {
    match outcome {
        RuleOutcome::Passed => "passed",
        RuleOutcome::Failed => "failed",
        RuleOutcome::Error => "error",
        RuleOutcome::NotEvaluated => "not_evaluated",
    }
}

async fn report(house: &House, digest: &Digest) -> Result<GateReport, Problem> {
    let document = house.registry.blob(digest).await?;
    serde_json::from_slice(&document).map_err(Problem::internal)
}

/// The gate's verdicts, counted.
pub async fn counts(house: &House, digest: &Digest) -> Result<BTreeMap<String, u64>, Problem> {
    let mut counts: BTreeMap<String, u64> =
        ["passed", "failed", "not_evaluated"].into_iter().map(|word| (word.to_owned(), 0)).collect();
    for rule in &report(house, digest).await?.rules {
        *counts.entry(word(rule.outcome).to_owned()).or_default() += 1;
    }
    Ok(counts)
}

/// Of which publication.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// `pub-1077`; what is served if absent.
    #[serde(default)]
    pub publication: Option<String>,
}

/// Pass or fail of every promised rule.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/quality", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path), Which),
    responses((status = 200, body = Quality), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
    Params(which): Params<Which>,
) -> Outcome<Json<Quality>> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let publication = match &which.publication {
        None => product.publication.clone().ok_or_else(|| absent("publication of", &product.reference.to_string()))?,
        Some(id) => {
            let known = match id.parse() {
                Ok(parsed) => house.registry.publication(&product.reference, parsed).await?,
                Err(_) => None,
            };
            known.ok_or_else(|| absent("publication", id))?
        }
    };
    let report = report(&house, &publication.gate).await?;
    let rules = report.rules.iter().map(|rule| RuleFact {
        port: rule.port.to_string(),
        column: rule.column.clone(),
        rule: rule.rule.clone(),
        metric: rule.metric.clone(),
        expected: rule.expected.clone(),
        outcome: word(rule.outcome).to_owned(),
    });
    Ok(Json(Quality {
        publication: publication.id.to_string(),
        at: publication.at.to_string(),
        pass_rate: report.pass_rate(),
        rules: rules.collect(),
    }))
}
