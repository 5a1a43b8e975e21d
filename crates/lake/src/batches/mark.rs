//! How far a source was taken that is asked instead of read file by file: where the next run begins, and which of the rows
//! it will meet there were taken already.
//!
//! INVARIANT: a mark is part of the batch record and its digests lie in a file that the record names with a digest of its
//! own, so rows and mark count together or not at all.

use std::io::Read as _;

use model::{Digest, Problem};
use serde::{Deserialize, Serialize};

use super::{BatchLog, BatchRecord};
use crate::{beneath::RelativePath, parquet_files::Unnamed};

/// Bytes of a row's digest: the first of its SHA-256.
pub const KNOWN_BYTES: usize = 16;

/// How far a source was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Digest of what was asked: where something else is asked, nothing is known.
    pub asked: Digest,
    /// Where the next run begins, as the source writes it; absent where it begins at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The rows from there on that were taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<KnownRows>,
}

/// The file with the digests of rows, one after the other, each as often as there is such a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownRows {
    /// Beneath the table's directory.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub digest: Digest,
}

/// What is known of a batch only after its last row.
#[derive(Debug)]
pub struct Ending {
    /// Digest of all that was read.
    pub digest: Digest,
    /// Bytes that were read.
    pub size: u64,
    /// Digest of what was asked.
    pub asked: Digest,
    /// Where the next run begins.
    pub since: Option<String>,
    /// Digests of the rows that it will meet again, [`KNOWN_BYTES`] each.
    pub known: Vec<u8>,
}

impl BatchLog {
    /// The digests of rows that a record names.
    ///
    /// # Errors
    /// `data-unavailable` if they are not those that were written.
    pub async fn known_rows(&self, record: &BatchRecord) -> Result<Vec<u8>, Problem> {
        let Some(known) = record.mark.as_ref().and_then(|mark| mark.known.clone()) else { return Ok(Vec::new()) };
        let (log, batch) = (self.clone(), record.batch);
        tokio::task::spawn_blocking(move || log.read_known(&known, batch)).await.map_err(Problem::internal)?
    }

    pub(super) fn read_known(&self, known: &KnownRows, batch: u64) -> Result<Vec<u8>, Problem> {
        let (path, _) = self.data_file(&known.path, batch)?;
        let file = self.bronze.open(&path).map_err(|error| self.broken(batch, &error))?;
        let mut bytes = Vec::new();
        file.take(known.size.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| self.broken(batch, &error))?;
        if bytes.len() as u64 != known.size || Digest::of(&bytes) != known.digest {
            return Err(self.broken(batch, &"the digests of its rows were altered"));
        }
        Ok(bytes)
    }

    /// Writes the digests of rows; nothing names them yet.
    pub(super) async fn write_known(&self, bytes: Vec<u8>) -> Result<Option<(KnownRows, Unnamed)>, Problem> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let table = self.bronze.make_directory(&self.path(&[])?)?;
        table.make_directory(&RelativePath::of(&["data"])?)?;
        let path = RelativePath::of(&["data", &format!("{}.known", uuid::Uuid::now_v7().simple())])?;
        let known = KnownRows { path: path.to_string(), size: bytes.len() as u64, digest: Digest::of(&bytes) };
        let unnamed = Unnamed::one(table.clone(), path.clone());
        tokio::task::spawn_blocking(move || table.write_durably(&path, &bytes, false))
            .await
            .map_err(Problem::internal)??;
        Ok(Some((known, unnamed)))
    }
}
