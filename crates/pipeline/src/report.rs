//! What a run, a gate and a publication report: plain values for every door. The gate's report is also a blob that the
//! publication names, so its shape is versioned.

use std::collections::BTreeMap;

use model::{
    Digest, Problem,
    contract::Severity,
    id::PublicationId,
    name::{DomainName, PortName},
    reference::ProductRef,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    progress::{Phase, StepState},
    rejects::RejectReason,
};

/// What a run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RunReport {
    /// The run.
    #[schema(value_type = String)]
    pub run: Uuid,
    /// The domain.
    #[schema(value_type = String)]
    pub domain: DomainName,
    /// When it began, RFC 3339.
    pub started: String,
    /// How long it took.
    pub millis: u64,
    /// Its steps, in the order they ran.
    pub steps: Vec<StepReport>,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StepReport {
    /// `bronze.notices`, `silver.claims`, `claims.claims_enriched.claims`.
    pub name: String,
    /// What was done.
    pub phase: Phase,
    /// How it ended.
    pub state: StepState,
    /// Rows taken or built.
    pub rows: u64,
    /// Rows set aside with a reason.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rejected: u64,
    /// The commonest reasons why a source's rows were set aside, each with the place of the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<RejectReason>,
    /// How long it took.
    pub millis: u64,
    /// What people should know: files still being written, an order that is not total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What a publication did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublishReport {
    /// The product.
    #[schema(value_type = String)]
    pub product: ProductRef,
    /// The contract's version.
    #[schema(value_type = String)]
    pub version: semver::Version,
    /// The publication; `None` for a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub publication: Option<PublicationId>,
    /// Whether it stopped before the commit on purpose.
    pub dry_run: bool,
    /// The gate, rule by rule.
    pub gate: GateReport,
    /// Standards that only warn, with the YAML to paste.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Advice>,
    /// The ports.
    #[schema(value_type = BTreeMap<String, PortReport>)]
    pub ports: BTreeMap<PortName, PortReport>,
    /// The steps that built the candidate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepReport>,
    /// How long it took.
    pub millis: u64,
}

/// A standard that is not met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Advice {
    /// `std.owner`.
    pub standard: String,
    /// What is missing.
    pub message: String,
    /// The YAML to paste.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paste: Option<String>,
}

/// One port of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PortReport {
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Files.
    pub files: u64,
    /// The Delta version.
    pub table_version: u64,
    /// Digest of the manifest.
    #[schema(value_type = String)]
    pub manifest: Digest,
    /// Where the sample came from.
    pub sample: SampleOrigin,
}

/// Where a sample came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SampleOrigin {
    /// `sample.<port>.csv`.
    Given,
    /// Generated from the contract alone, labelled synthetic.
    Synthetic,
}

/// The gate's verdict on one candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GateReport {
    /// Format of this document; 1.
    pub format: u32,
    /// The product.
    #[schema(value_type = String)]
    pub product: ProductRef,
    /// Digest of the contract document.
    #[schema(value_type = String)]
    pub contract: Digest,
    /// The manifests that were judged, by port.
    #[schema(value_type = BTreeMap<String, String>)]
    pub manifests: BTreeMap<PortName, Digest>,
    /// Rows by port.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub rows: BTreeMap<PortName, u64>,
    /// Every rule, in the order of the contract.
    pub rules: Vec<RuleResult>,
    /// How long the gate took; absent in the stored document, which is the same for the same candidate.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub millis: u64,
}

/// How one rule came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RuleResult {
    /// The port.
    #[schema(value_type = String)]
    pub port: PortName,
    /// The column, for a rule on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Stable within the contract.
    pub rule: String,
    /// `required`, `nullValues`, `sql`.
    pub metric: String,
    /// The verdict.
    pub outcome: RuleOutcome,
    /// Whether a breach blocks.
    pub severity: Severity,
    /// What was promised, in words.
    pub expected: String,
    /// What was found, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Rows that break it, where they can be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// One breaking value, masked where the column is classified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
}

/// The verdict on one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleOutcome {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It could not be computed: never a pass.
    Error,
    /// No engine here evaluates it: never a pass, never a breach.
    NotEvaluated,
}

impl GateReport {
    /// Whether no rule of severity error failed.
    pub fn passed(&self) -> bool {
        !self.rules.iter().any(RuleResult::blocks)
    }

    /// Passed rules as a whole percentage of the evaluated ones; 100 if there are none.
    pub fn pass_rate(&self) -> u8 {
        let evaluated = self.rules.iter().filter(|rule| rule.outcome != RuleOutcome::NotEvaluated).count();
        let passed = self.rules.iter().filter(|rule| rule.outcome == RuleOutcome::Passed).count();
        (passed * 100).checked_div(evaluated).and_then(|rate| u8::try_from(rate).ok()).unwrap_or(100)
    }
}

impl RuleResult {
    /// Whether it keeps the candidate from being published.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error && matches!(self.outcome, RuleOutcome::Failed | RuleOutcome::Error)
    }

    /// The breach as one item of a refusal.
    pub fn as_problem(&self) -> Problem {
        let place = match &self.column {
            Some(column) => format!("`{}.{column}`", self.port),
            None => format!("`{}`", self.port),
        };
        let found = self.found.as_deref().unwrap_or("nothing");
        let mut message = format!("{place} breaks `{}`: expected {}, found {found}", self.rule, self.expected);
        if let Some(example) = &self.example {
            message.push_str(&format!(", for example {example}"));
        }
        Problem::new(model::Code::GateRefused, message)
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
