//! The gate: whether a candidate keeps its contract, judged on exactly the files of its manifests.
//!
//! Everything that can be counted is counted in one pass over a port; uniqueness is a hash aggregate over the key
//! columns alone; a `sql` rule is a query of its own, read-only and bounded. Every rule gets a verdict, also those that
//! no engine here evaluates, and all misses are told at once.
//!
//! INVARIANT: a rule that could not be computed is never a pass (test `a_rule_that_fails_to_compute_is_no_pass`).

mod example;
mod measure;
mod schema;
mod sql_rule;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use datafusion::catalog::TableProvider;
use model::{
    Digest, Problem,
    class::{ClassName, Classifications},
    column::Field,
    contract::{Contract, Metric, PortContract, Rule, Severity},
    name::PortName,
    reference::ProductRef,
};

pub use words::{expected, holds};

use self::measure::Measures;
pub(crate) use self::measure::{col, first_number};
use crate::{
    engine::Engine,
    report::{GateReport, RuleOutcome, RuleResult},
};

/// What is judged.
#[derive(Clone)]
pub struct Candidate<'a> {
    /// The product.
    pub product: &'a ProductRef,
    /// Its contract.
    pub contract: &'a Contract,
    /// Digest of the contract's document.
    pub digest: Digest,
    /// The ports.
    pub ports: BTreeMap<PortName, CandidatePort>,
    /// Declared classes, for masking examples.
    pub classes: &'a Classifications,
}

/// One port of a candidate.
#[derive(Clone)]
pub struct CandidatePort {
    /// Digest of its manifest.
    pub manifest: Digest,
    /// Its columns as stored.
    pub schema: Vec<Field>,
    /// The scan of its manifest.
    pub provider: Arc<dyn TableProvider>,
    /// Classes by column: the contract's own and those inherited.
    pub classes: BTreeMap<String, BTreeSet<ClassName>>,
}

/// Judges a candidate, rule by rule.
///
/// # Errors
/// `data-unavailable` when the files cannot be read, `limit-memory` or `deadline` when the counting takes too much; a
/// broken rule is a verdict, not an error.
pub async fn judge(engine: &Engine, candidate: &Candidate<'_>) -> Result<GateReport, Problem> {
    let since = Instant::now();
    let mut rules = Vec::new();
    let mut rows = BTreeMap::new();
    for contract in &candidate.contract.ports {
        let Some(port) = candidate.ports.get(&contract.name) else {
            rules.push(schema::missing_port(&contract.name));
            continue;
        };
        let (counted, mut results) = judge_port(engine, candidate, contract, port).await?;
        rows.insert(contract.name.clone(), counted);
        rules.append(&mut results);
    }
    Ok(GateReport {
        format: 1,
        product: candidate.product.clone(),
        contract: candidate.digest,
        manifests: candidate.ports.iter().map(|(name, port)| (name.clone(), port.manifest)).collect(),
        rows,
        rules,
        millis: u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// Where a rule stands: on the port as a whole or on one column.
pub(crate) type Placed<'a> = (Option<&'a str>, &'a Rule);

async fn judge_port(
    engine: &Engine,
    candidate: &Candidate<'_>,
    contract: &PortContract,
    port: &CandidatePort,
) -> Result<(u64, Vec<RuleResult>), Problem> {
    let mut results = schema::compare(contract, port);
    let measures = Measures::plan(contract, port);
    let counted = measures.count(engine, port).await?;
    for (check, count) in measures.checks.iter().zip(&counted.counts) {
        let mut result = check.result(&contract.name, count, counted.rows);
        if result.outcome == RuleOutcome::Failed {
            result.example = example::find(engine, candidate, contract, port, check).await;
        }
        results.push(result);
    }
    for (column, rule) in placed(contract) {
        match &rule.metric {
            Metric::Sql { query } => {
                results.push(sql_rule::judge(engine, candidate, contract, (column, rule), query).await?);
            }
            Metric::NotEvaluated { why } => results.push(not_evaluated(&contract.name, (column, rule), why)),
            _ => {}
        }
    }
    Ok((counted.rows, results))
}

/// Every quality rule of a port, on the port and on its columns.
pub(crate) fn placed(contract: &PortContract) -> impl Iterator<Item = Placed<'_>> {
    let of_columns =
        contract.columns.iter().flat_map(|column| column.rules.iter().map(|rule| (Some(column.name.as_str()), rule)));
    contract.rules.iter().map(|rule| (None, rule)).chain(of_columns)
}

fn not_evaluated(port: &PortName, (column, rule): Placed<'_>, why: &str) -> RuleResult {
    RuleResult {
        port: port.clone(),
        column: column.map(str::to_owned),
        rule: rule.id.clone(),
        metric: words::metric(&rule.metric).to_owned(),
        outcome: RuleOutcome::NotEvaluated,
        severity: Severity::Warning,
        expected: rule.must.map_or_else(|| "as described".to_owned(), |must| expected(&must, rule.percent)),
        found: Some(format!("not evaluated: {why}")),
        count: None,
        example: None,
    }
}
