//! Column lineage of an executed plan: which input columns each output column came from, and how.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{name::PortName, treatment::CarriedTag};

/// An input column: a bronze, silver or own-port table, or a foreign port, and its column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InputColumn {
    /// `bronze.claims`, `silver.claims`, `policy.policies_active.policies`.
    pub table: String,
    /// The column.
    pub column: String,
}

/// How a value depends on its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dependence {
    /// The value itself, unchanged.
    Copy,
    /// Computed from it.
    Derived,
}

/// Where one output column comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnLineage {
    /// The output column.
    pub column: String,
    /// Its inputs; empty for a literal.
    pub from: Vec<(InputColumn, Dependence)>,
    /// Whether the plan could be followed all the way; if not, every tag of every input is inherited (M15).
    pub known: bool,
    /// The classes it carries as a result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<CarriedTag>,
}

/// An input of which one output row may hold values of several rows: it is joined with itself, read by a subquery beside,
/// or its neighbours are looked at by a window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mixed {
    /// The input.
    pub table: String,
    /// Its columns in which those rows agree; empty if they need not agree in any.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub agree: BTreeSet<String>,
}

/// The lineage of one built table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableLineage {
    /// `silver.claims`, `claims.claims_enriched.claims`.
    pub table: String,
    /// Every table that was read, whether or not a column came from it.
    pub inputs: Vec<String>,
    /// Columns whose values decided which rows exist (filters, joins, grouping): influence without copying.
    pub influenced_by: Vec<InputColumn>,
    /// The columns, in order.
    pub columns: Vec<ColumnLineage>,
    /// Inputs whose rows are mixed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mixed: Vec<Mixed>,
}

/// The lineage of a publication: the blob it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineageDocument {
    /// Format of this document; 1.
    pub format: u32,
    /// The ports.
    pub ports: BTreeMap<PortName, TableLineage>,
    /// The silver tables on the way, so that a column can be followed down to bronze.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableLineage>,
}
