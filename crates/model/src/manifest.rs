//! Manifests: the exact files of one port's publication. The digest of the canonical form is what the journal pins.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{column::Field, digest::Digest};

/// Bytes of a block of a data file; the last one may be shorter.
pub const BLOCK: u64 = 1 << 20;

/// One data file of a port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Path beneath the port's table root, decoded once, proven to lie beneath it.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// The store's entity tag at the time the footer was read.
    pub etag: String,
    /// The digest of each block of [`BLOCK`] bytes, in order: no byte is served whose block has another one. Empty for a
    /// version that is not published, and for those published before there were digests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Digest>,
    /// Rows by the file's footer.
    pub rows: u64,
    /// Partition values by column, as Delta writes them; `None` is NULL.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub partition: BTreeMap<String, Option<String>>,
    /// Statistics per column from the footer. They prune; they never answer a question.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statistics: BTreeMap<String, ColumnStatistics>,
}

/// Bounds of one column in one file, as text in the form of the column's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ColumnStatistics {
    /// A lower bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// An upper bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// NULLs counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<u64>,
}

/// The exact content of one port at one publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Format of this document; 1.
    pub format: u32,
    /// The Delta version the files belong to.
    pub table_version: u64,
    /// The columns, in order; partition columns included.
    pub schema: Vec<Field>,
    /// Partition columns, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partition_by: Vec<String>,
    /// The files, ordered by path.
    pub files: Vec<ManifestFile>,
}

impl Manifest {
    /// The bytes that are stored and hashed: compact JSON, files ordered by path.
    pub fn canonical(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The digest that the journal pins.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.canonical())
    }

    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Bytes in all.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }
}
