//! The pipeline of one installation: its parts, its limits, and the use cases that doors call.

use std::{panic::AssertUnwindSafe, path::PathBuf, str::FromStr, sync::Arc};

use futures::FutureExt as _;
use gateway::Gateway;
use model::{
    Code, Problem,
    id::PublicationId,
    name::{DomainName, ProductName, TableName},
    reference::ProductRef,
    time::Clock,
};
use registry::{Context, Registry, Retention};

use crate::{
    profile::{Layer, TableProfile},
    progress::Progress,
    rejects::TableRejects,
    report::{PublishReport, RunReport},
    retention::Tidied,
};

/// What a pipeline is made of.
#[derive(Clone)]
pub struct PipelineParts {
    /// The mesh and its commands.
    pub registry: Registry,
    /// Where foreign products are read, as the domain's service.
    pub gateway: Gateway,
    /// The data directory: drop folders, zones with relative roots, spill files, build notes.
    pub data_dir: PathBuf,
    /// Folders that `mesh.yaml` may name for sources besides those beneath the data directory (`--allow-source`).
    pub allowed_sources: Vec<PathBuf>,
    /// The environment, for the secrets of sources.
    pub environment: Environment,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Bounds on the work.
    pub limits: Limits,
}

/// The environment of the process: asked for one variable at a time, and only for those that bear a domain's name.
#[derive(Clone)]
pub struct Environment(Arc<Lookup>);

/// Answers for one variable.
type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Environment {
    /// From what answers for one variable.
    pub fn new(get: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(get))
    }

    /// The value of a variable.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        (self.0)(name)
    }
}

/// Bounds on the work; listed in `docs/reference/limits.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Memory of one step's plan in bytes; beyond it, sorting and hashing spill.
    pub step_memory: usize,
    /// Disk that one step may spill to, in bytes.
    pub step_spill: u64,
    /// Longest time of one step, in seconds.
    pub step_seconds: u64,
    /// Longest time of one `sql` rule, in seconds.
    pub rule_seconds: u64,
    /// Largest single value or row of a source file, in bytes.
    pub source_row: usize,
    /// Unpacked bytes a compressed source file may have for each packed byte, beyond the first 64 MiB.
    pub expansion: u64,
    /// How long a run waits for a file that changed less than two seconds ago, in milliseconds; zero leaves it to the
    /// next run.
    pub settle_millis: u64,
    /// Longest time until a database of a source is connected, in seconds.
    pub source_connect_seconds: u64,
    /// Longest time in which a table of a database is read, in seconds.
    pub source_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            step_memory: 1 << 30,
            step_spill: 64 << 30,
            step_seconds: 3_600,
            rule_seconds: 60,
            source_row: 16 << 20,
            expansion: 200,
            settle_millis: 2_000,
            source_connect_seconds: 10,
            source_seconds: 3_600,
        }
    }
}

/// What a run builds; what it needs upstream is built first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RunTarget {
    /// Every source table, every silver table, every product's candidate.
    #[default]
    All,
    /// One source table.
    Bronze(TableName),
    /// One silver table.
    Silver(TableName),
    /// One product's candidate.
    Product(ProductName),
}

impl FromStr for RunTarget {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text.split_once('.') {
            Some(("bronze", table)) => table.parse().map(Self::Bronze),
            Some(("silver", table)) => table.parse().map(Self::Silver),
            Some(_) => {
                Err(Problem::new(Code::InvalidValue, format!("`{}` is not something to run", text.escape_debug()))
                    .with_hint("write `bronze.TABLE`, `silver.TABLE` or a product of the domain"))
            }
            None => text.parse().map(Self::Product),
        }
    }
}

/// Ingests, builds, gates and publishes. Cheap to clone.
#[derive(Clone)]
pub struct Pipeline {
    pub(crate) parts: Arc<PipelineParts>,
    pub(crate) busy: Arc<crate::busy::Busy>,
}

impl Pipeline {
    /// A pipeline over its parts. Opens nothing yet.
    pub fn new(parts: PipelineParts) -> Self {
        Self { parts: Arc::new(parts), busy: Arc::default() }
    }

    /// Ingests and builds; `full` builds even what did not change. Steps that do not need a failed one still run; the
    /// failures are told together at the end.
    ///
    /// # Errors
    /// `not-allowed`, `not-found`, `conflict` when the domain is already at work, or what the steps met: one problem
    /// with the single failures as items.
    pub async fn run(
        &self,
        domain: &DomainName,
        target: RunTarget,
        full: bool,
        context: &Context,
        progress: &dyn Progress,
    ) -> Result<RunReport, Problem> {
        caught(crate::run::run(self, domain, target, full, context, progress)).await
    }

    /// Builds the candidate where needed, judges it and pins it. The context's command id is the idempotency key: the
    /// same key gives the same publication. A refused candidate leaves the previous publication serving.
    ///
    /// # Errors
    /// `gate-refused` and `standard-refused` with every miss as an item, `contract-breaking`, or what the build met.
    pub async fn publish(
        &self,
        product: &ProductRef,
        dry_run: bool,
        context: &Context,
        progress: &dyn Progress,
    ) -> Result<PublishReport, Problem> {
        caught(crate::publish::publish(self, product, dry_run, context, progress)).await
    }

    /// Pins an earlier publication again, after proving that its files are still there.
    ///
    /// # Errors
    /// `not-found` when there is no such publication, `publication-retired` when it was given up, `data-unavailable` when
    /// its files are not there.
    pub async fn rollback(
        &self,
        product: &ProductRef,
        to: PublicationId,
        context: &Context,
    ) -> Result<PublicationId, Problem> {
        caught(crate::publish::rollback(self, product, to, context)).await
    }

    /// One round of retention in a domain: gives up, on record, publications that were superseded long enough ago, and
    /// removes the files of its tables that nothing names any more. Never refuses anybody who comes to work meanwhile.
    ///
    /// # Errors
    /// `data-unavailable` while the landing zone cannot be opened, or what the journal says. Tables that had to be left
    /// alone are in the answer.
    pub async fn tidy(&self, domain: &DomainName, retention: Retention) -> Result<Tidied, Problem> {
        caught(crate::retention::tidy(self, domain, retention)).await
    }

    /// What a bronze or silver table holds, for scaffolding a product from it: names, types that every value casts to,
    /// keys, proposed classes. No value.
    ///
    /// # Errors
    /// `not-found` when it is absent or the actor may not build in the domain.
    pub async fn profile(
        &self,
        domain: &DomainName,
        layer: Layer,
        table: &TableName,
        context: &Context,
    ) -> Result<TableProfile, Problem> {
        caught(crate::profile::profile(self, domain, layer, table, context)).await
    }

    /// The rows of a source table that were set aside: counts, reasons and at most `limit` places. No value.
    ///
    /// # Errors
    /// `not-found` when the table is absent or the actor may not build in the domain.
    pub async fn rejects(
        &self,
        domain: &DomainName,
        table: &TableName,
        limit: u32,
        context: &Context,
    ) -> Result<TableRejects, Problem> {
        crate::rejects::rejects(self, domain, table, limit, context).await
    }
}

/// Does some work so that a panic is a fault of ours, never the end of the process: what the work held is given free, and
/// nothing is published, because the record that publishes is the last thing that is written.
async fn caught<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| Err(Problem::internal("the pipeline panicked")))
}
