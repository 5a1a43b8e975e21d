//! Contracts: what a product promises, the enforced facts of an ODCS document.
//!
//! The document itself is stored as the bytes received; this is what the platform reads from it. Free text is read
//! but never serialised: it stays in the document's blob, so that the journal holds facts only.

mod column;
pub mod compare;
pub mod document;
mod parse;
mod promise;
mod rule;

use serde::{Deserialize, Serialize};

use crate::{
    column::ColumnType,
    error::Problem,
    name::{PortName, TermName},
    time::{Span, Timestamp},
};

/// The enforced facts of one contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// ODCS `id`.
    pub id: String,
    /// ODCS `version`, semantic.
    pub version: semver::Version,
    /// ODCS `status`.
    pub status: String,
    /// ODCS `name`.
    #[serde(default, skip_serializing)]
    pub title: Option<String>,
    /// `description.purpose`.
    #[serde(default, skip_serializing)]
    pub purpose: Option<String>,
    /// `description.limitations`.
    #[serde(default, skip_serializing)]
    pub limitations: Option<String>,
    /// `description.usage`.
    #[serde(default, skip_serializing)]
    pub usage: Option<String>,
    /// The owning team by ODCS `team`; the domain's owner if absent.
    #[serde(default)]
    pub owner: Option<String>,
    /// Linked glossary terms.
    #[serde(default)]
    pub glossary: Vec<TermName>,
    /// `tessera.tier`: 1, 2 or 3.
    pub tier: u8,
    /// `tessera.regions`.
    #[serde(default)]
    pub regions: Vec<String>,
    /// `tessera.zone`.
    #[serde(default)]
    pub zone: Option<String>,
    /// `tessera.previous_until`: how long the major version before is served beside this one, with every column it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_until: Option<Timestamp>,
    /// Tags of the whole product: labels.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Freshness promises; other service levels stay in the document.
    #[serde(default)]
    pub freshness: Vec<Freshness>,
    /// The ports.
    pub ports: Vec<PortContract>,
}

/// `slaProperties` `freshness` or `latency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    /// The promise.
    pub within: Span,
    /// `port.column` whose newest value is the data's age; absent means the publication's time.
    #[serde(default)]
    pub element: Option<(PortName, String)>,
}

/// One output port.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortContract {
    /// Its name.
    pub name: PortName,
    /// What it holds.
    #[serde(default, skip_serializing)]
    pub description: Option<String>,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// Rules on the whole port.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Partition columns by `partitionKeyPosition`.
    #[serde(default)]
    pub partition_by: Vec<String>,
    /// `tessera.sort` of the port.
    #[serde(default)]
    pub sort: Vec<String>,
}

/// One promised column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether NULL is a breach.
    #[serde(default)]
    pub required: bool,
    /// Whether duplicates are a breach.
    #[serde(default)]
    pub unique: bool,
    /// Position in the primary key, from 1.
    #[serde(default)]
    pub primary_key: Option<u32>,
    /// What it means.
    #[serde(default, skip_serializing)]
    pub description: Option<String>,
    /// Tags as written: classes and labels.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Rules on this column: its own `quality` and those that `logicalTypeOptions` state.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Linked glossary terms.
    #[serde(default)]
    pub glossary: Vec<TermName>,
    /// Permitted values, for samples.
    #[serde(default, skip_serializing)]
    pub permitted: Vec<String>,
    /// Example values, for samples.
    #[serde(default, skip_serializing)]
    pub examples: Vec<String>,
}

/// What a rule measures. Every metric is a number, compared by [`Rule::must`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Rows of the port.
    RowCount,
    /// NULLs of the column.
    NullValues,
    /// NULLs and the listed stand-ins (`None` among them is NULL).
    MissingValues {
        /// What counts as missing.
        values: Vec<Option<String>>,
    },
    /// Values outside the list or not matching the pattern; NULL is not invalid.
    InvalidValues {
        /// Permitted values.
        #[serde(default)]
        valid: Option<Vec<String>>,
        /// A regular expression that the whole value matches.
        #[serde(default)]
        pattern: Option<String>,
        /// Shortest text.
        #[serde(default)]
        min_length: Option<u64>,
        /// Longest text.
        #[serde(default)]
        max_length: Option<u64>,
        /// Smallest value, as written, and whether it is itself excluded.
        #[serde(default)]
        minimum: Option<(String, bool)>,
        /// Largest value, as written, and whether it is itself excluded.
        #[serde(default)]
        maximum: Option<(String, bool)>,
    },
    /// Rows beyond the first of each equal combination of the columns.
    DuplicateValues {
        /// The columns; one for a column rule.
        columns: Vec<String>,
    },
    /// The single number a query gives. `{object}`, `{table}`, `{model}` are the port, `{property}`, `{column}` the column.
    Sql {
        /// The text.
        query: String,
    },
    /// Declared, but no engine here evaluates it: listed as not evaluated, never as passed.
    NotEvaluated {
        /// `text`, `custom` and its engine, or an unknown metric.
        why: String,
    },
}

/// What the number must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Must {
    /// `mustBe`
    Be(f64),
    /// `mustNotBe`
    NotBe(f64),
    /// `mustBeGreaterThan`
    BeGreater(f64),
    /// `mustBeGreaterOrEqualTo`
    BeGreaterOrEqual(f64),
    /// `mustBeLessThan`
    BeLess(f64),
    /// `mustBeLessOrEqualTo`
    BeLessOrEqual(f64),
    /// `mustBeBetween`, both included (as `datacontract-cli` tests it; the text of the standard says excluded).
    BeBetween(f64, f64),
    /// `mustNotBeBetween`, both included.
    NotBeBetween(f64, f64),
}

/// Whether a breach blocks publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A breach blocks.
    #[default]
    Error,
    /// A breach is reported (`info`, `warning`, `warn`, `low`, `minor`, `trivial`).
    Warning,
}

/// One quality rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Stable within the contract: the rule's `id` or `name`, or made of port, column and metric.
    pub id: String,
    /// What is measured.
    pub metric: Metric,
    /// What it must be; absent for rules that are not evaluated.
    #[serde(default)]
    pub must: Option<Must>,
    /// Whether the number is a percentage of the rows.
    #[serde(default)]
    pub percent: bool,
    /// Whether a breach blocks.
    #[serde(default)]
    pub severity: Severity,
}

impl Contract {
    /// Reads an ODCS document of any 3.x version, YAML or JSON, and the facts in it that are enforced.
    ///
    /// # Errors
    /// Every problem, each with its position: `invalid-file` where the document breaks the standard or a fact cannot
    /// be enforced as written, `type-unsupported` for types that are not served.
    pub fn parse(bytes: &[u8], path: &str) -> Result<Self, Vec<Problem>> {
        parse::parse(bytes, path)
    }

    /// Reads a document that was accepted before, without trying it on the standard's schema again.
    ///
    /// # Errors
    /// As [`Contract::parse`], if it was not.
    pub fn parse_accepted(bytes: &[u8], path: &str) -> Result<Self, Vec<Problem>> {
        parse::parse_accepted(bytes, path)
    }

    /// A port by name.
    pub fn port(&self, name: &PortName) -> Option<&PortContract> {
        self.ports.iter().find(|port| port.name == *name)
    }
}

impl PortContract {
    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The primary key's columns, in its order.
    pub fn primary_key(&self) -> Vec<&Column> {
        let mut key: Vec<_> = self.columns.iter().filter(|column| column.primary_key.is_some()).collect();
        key.sort_by_key(|column| column.primary_key);
        key
    }
}
