//! Delta tables of silver and gold: written as whole new versions, read only through manifests.
//!
//! A write streams files beside the old ones and commits once, on the version it was based on. No write deletes anything
//! and the log is never cleaned up, so every version a manifest names stays readable; what nothing names any more goes
//! later, by [`retention`]. The log entry is synced before it appears under its name, and the data files before that.

mod features;
mod log;
mod manifest;
pub mod retention;
mod writer;

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use model::{Problem, column::Field, manifest::Manifest};

pub use log::delta_type;
pub use manifest::Examined;
pub use writer::TableWriter;

use crate::{
    beneath::{RelativePath, Root},
    fault,
    scan::PinnedPort,
};

/// The directory of a table's log.
const LOG: &str = "_delta_log";

/// One Delta table of a zone; it need not exist yet.
#[derive(Debug, Clone)]
pub struct Table {
    /// Silver or gold.
    layer: Root,
    /// The table's directory beneath it.
    directory: Vec<String>,
}

impl Table {
    pub(crate) fn new(layer: Root, directory: Vec<String>) -> Self {
        Self { layer, directory }
    }

    /// The newest version, published or not; `None` if the table was never written.
    ///
    /// # Errors
    /// `data-unavailable` if the log cannot be listed.
    pub async fn head(&self) -> Result<Option<u64>, Problem> {
        let table = self.clone();
        tokio::task::spawn_blocking(move || match table.root()? {
            Some(root) => log::head(&root),
            None => Ok(None),
        })
        .await
        .map_err(Problem::internal)?
    }

    /// The columns at a version.
    ///
    /// # Errors
    /// `data-unavailable`, `delta-feature-unsupported`, `type-unsupported`.
    pub async fn schema(&self, version: u64) -> Result<Vec<Field>, Problem> {
        Ok(log::load(&self.existing()?, version).await?.schema)
    }

    /// Starts a new content of the table with these columns. All may be NULL: what must not be is checked by the gate.
    ///
    /// # Errors
    /// `invalid-value` for a column name that Delta cannot hold or a partition column that does not exist.
    pub async fn writer(&self, columns: &[Field], partition_by: &[String]) -> Result<TableWriter, Problem> {
        TableWriter::new(self.clone(), columns, partition_by)
    }

    /// Makes the content of an earlier version the newest again, as a new version, if HEAD is ahead of it. Returns the
    /// version a build starts from.
    ///
    /// # Errors
    /// `data-unavailable`, `delta-feature-unsupported`, `conflict` if somebody else wrote meanwhile.
    pub async fn restore(&self, version: u64) -> Result<u64, Problem> {
        log::restore(&self.existing()?, version).await
    }

    /// The exact files of a version: every path decoded once and proven to lie beneath the table, every footer opened,
    /// every block digested.
    ///
    /// # Errors
    /// `delta-feature-unsupported` for deletion vectors, column mapping and absolute paths; `data-unavailable` for a
    /// path that leads out of the table, a symbolic link, a missing, half-written or altered file, a broken log.
    pub async fn manifest(&self, version: u64) -> Result<Manifest, Problem> {
        Ok(self.examine(version).await?.manifest)
    }

    /// As [`Table::manifest`] without digests, for who reads the version now and does not publish it.
    ///
    /// # Errors
    /// As [`Table::manifest`].
    pub async fn manifest_unsealed(&self, version: u64) -> Result<Manifest, Problem> {
        Ok(manifest::examine(&self.existing()?, version, manifest::Seals::LeftOut).await?.manifest)
    }

    /// As [`Table::manifest`], with what else was found.
    ///
    /// # Errors
    /// As [`Table::manifest`].
    pub async fn examine(&self, version: u64) -> Result<Examined, Problem> {
        manifest::examine(&self.existing()?, version, manifest::Seals::Made).await
    }

    /// The scan of one version, published or not.
    ///
    /// # Errors
    /// As [`Table::manifest`].
    pub async fn provider_unpinned(&self, version: u64) -> Result<Arc<dyn TableProvider>, Problem> {
        self.pin(Arc::new(self.manifest_unsealed(version).await?))?.provider(None)
    }

    /// The scan of one manifest of this table: the candidate under the gate.
    ///
    /// # Errors
    /// `data-unavailable` if the table does not exist.
    pub fn pin(&self, manifest: Arc<Manifest>) -> Result<Arc<PinnedPort>, Problem> {
        let digest = manifest.digest();
        PinnedPort::new(self.existing()?, manifest, digest).map(Arc::new)
    }

    fn path(&self) -> Result<RelativePath, Problem> {
        RelativePath::of(&self.directory.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn root(&self) -> Result<Option<Root>, Problem> {
        self.layer.try_directory(&self.path()?)
    }

    fn existing(&self) -> Result<Root, Problem> {
        self.root()?.ok_or_else(|| fault::unreadable("the table was never written", format!("{self:?}")))
    }

    /// The table's directory and its log, made durably if absent.
    fn make(&self) -> Result<Root, Problem> {
        let root = self.layer.make_directory(&self.path()?)?;
        root.make_directory(&RelativePath::of(&[LOG])?)?;
        Ok(root)
    }
}
