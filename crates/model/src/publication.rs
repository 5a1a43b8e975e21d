//! Publications: one atomic release of a product version, as facts for the journal and the fold.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    column::ColumnType, digest::Digest, id::PublicationId, name::PortName, reference::ProductRef, scope::RowScope,
    time::Timestamp, treatment::CarriedTag,
};

/// One column as published: what the policy decides on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedColumn {
    /// The column.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// Classes: the contract's own and those inherited through lineage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<CarriedTag>,
    /// Tags that are only labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
}

/// One port as pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedPort {
    /// Digest of the manifest, a blob.
    pub manifest: Digest,
    /// The Delta version of the port's own table.
    pub table_version: u64,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// The columns, in order. Publications that have the same share them.
    pub columns: Arc<[PublishedColumn]>,
    /// Restrictions inherited from inputs (M15b), restated on this port's columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrict: Vec<RowScope>,
    /// Digest of the sample, a CSV blob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Digest>,
    /// Newest value of the freshness element, if the contract names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_until: Option<Timestamp>,
}

/// One release: every port, contract, tags, lineage, all or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Its id; the sequence number is that of its record.
    pub id: PublicationId,
    /// When it was committed.
    pub at: Timestamp,
    /// The product.
    pub product: ProductRef,
    /// The contract's version.
    pub version: semver::Version,
    /// Digest of the contract document.
    pub contract: Digest,
    /// The ports.
    pub ports: BTreeMap<PortName, PinnedPort>,
    /// Digest of the gate's report.
    pub gate: Digest,
    /// Digest of the column lineage.
    pub lineage: Digest,
    /// Regions inherited and own: where the rows may be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Inputs: other products by publication.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<(ProductRef, PublicationId)>,
}

impl Publication {
    /// Shares with an earlier publication what is the same in both.
    pub fn share(&mut self, earlier: &Self) {
        for (name, port) in &mut self.ports {
            let before = earlier.ports.get(name).filter(|before| before.columns == port.columns);
            if let Some(before) = before {
                port.columns = Arc::clone(&before.columns);
            }
        }
    }
}
