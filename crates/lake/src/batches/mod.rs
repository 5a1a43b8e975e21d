//! Bronze as a log of batches: numbered records, each created only if absent, naming raw Parquet files.
//!
//! A record holds the files with their digests, the position in the source, the columns, the counts and the digest of
//! the record before it. Nothing here is ever overwritten or deleted; files that no record names do not exist for any
//! reader, so a killed run leaves nothing visible.
//!
//! On disk: `bronze/<source>/<table>/batches/00000001.json` and `data/*.parquet`; rejected rows are a second log in
//! `<table>__rejected/`, and count only where a record of the first names them. A source that is asked again and again
//! leaves a [`Mark`] in the record, and beside it the digests of rows that will be met again.

mod mark;
mod read;
mod writer;

use model::{
    Digest, Problem, Timestamp,
    column::{ColumnType, Field},
};
use serde::{Deserialize, Serialize};

pub use mark::{Ending, KNOWN_BYTES, KnownRows, Mark};
pub use writer::BatchWriter;

use crate::beneath::{RelativePath, Root};

/// Column with the number of a row's batch record.
pub const BATCH: &str = "_batch";
/// Column with a row's line in its source file; stored in the file.
pub const LINE: &str = "_line";
/// Column with the time a row was taken in.
pub const INGESTED_AT: &str = "_ingested_at";

/// Where in a source a batch came from. A file is known by path and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePosition {
    /// The path beneath the source's root.
    pub path: String,
    /// SHA-256 of the file as it was found.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// What the file system says of it (inode, times): an unchanged stamp saves hashing it again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stamp: String,
}

/// A data file of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchFile {
    /// Beneath the table's directory.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Rows.
    pub rows: u64,
}

/// The batch of rejected rows that belongs to a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedBatch {
    /// Its number in the log of rejected rows.
    pub batch: u64,
    /// Rows in it.
    pub rows: u64,
}

/// One record of the log, as stored. The digest that chains it is that of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRecord {
    /// Format of this document; 1.
    pub format: u32,
    /// Its number, from 1.
    pub batch: u64,
    /// Where the rows came from.
    pub position: SourcePosition,
    /// Earlier batches whose rows these take the place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<u64>,
    /// When the rows were taken in.
    pub ingested_at: Timestamp,
    /// The columns, in order, without the platform's own.
    pub columns: Vec<Field>,
    /// Rows in all.
    pub rows: u64,
    /// Rows that did not parse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<RejectedBatch>,
    /// How far the source was taken, if it is one that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// The data files.
    pub files: Vec<BatchFile>,
    /// Digest of the record before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Digest>,
}

/// What is known of a batch before its first row.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// Where the rows come from.
    pub position: SourcePosition,
    /// Earlier batches whose rows these take the place of.
    pub replaces: Vec<u64>,
    /// The present.
    pub ingested_at: Timestamp,
    /// Columns known beforehand (a CSV header); more may turn up with the rows.
    pub columns: Vec<Field>,
}

/// The log of one bronze table.
#[derive(Debug, Clone)]
pub struct BatchLog {
    bronze: Root,
    source: String,
    table: String,
    kind: LogKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LogKind {
    Rows,
    Rejected,
}

impl BatchLog {
    pub(crate) fn new(bronze: Root, source: &str, table: &str) -> Self {
        Self { bronze, source: source.to_owned(), table: table.to_owned(), kind: LogKind::Rows }
    }

    /// The log of the rows that did not parse: `raw`, `reason`, `_batch`, `_line`.
    #[must_use]
    pub fn rejected(&self) -> Self {
        Self { kind: LogKind::Rejected, ..self.clone() }
    }

    /// Starts a batch. Nothing of it is visible before [`BatchWriter::finish`].
    ///
    /// # Errors
    /// `data-unavailable` if the log does not verify; `storage-full`.
    pub async fn begin(&self, batch: NewBatch) -> Result<BatchWriter, Problem> {
        BatchWriter::begin(self.clone(), batch).await
    }

    /// The name as SQL has it, without the zone.
    pub fn name(&self) -> String {
        match self.kind {
            LogKind::Rows => self.table.clone(),
            LogKind::Rejected => format!("{}__rejected", self.table),
        }
    }

    /// The table's directory beneath bronze.
    fn directory(&self) -> Vec<String> {
        vec![self.source.clone(), self.name()]
    }

    fn path(&self, rest: &[&str]) -> Result<RelativePath, Problem> {
        let directory = self.directory();
        let parts: Vec<&str> = directory.iter().map(String::as_str).chain(rest.iter().copied()).collect();
        RelativePath::of(&parts)
    }

    /// The log of accepted rows that this log belongs to.
    fn rows(&self) -> Self {
        Self { kind: LogKind::Rows, ..self.clone() }
    }
}

/// The columns of a log of rejected rows.
fn rejected_columns() -> Vec<Field> {
    let text =
        |name: &str| Field { name: name.to_owned(), kind: ColumnType::String, nullable: false, tags: Vec::new() };
    vec![text("raw"), text("reason")]
}

/// A column of the platform's own.
fn own_column(name: &str, kind: ColumnType) -> Field {
    Field { name: name.to_owned(), kind, nullable: false, tags: Vec::new() }
}
