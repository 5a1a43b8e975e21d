//! The one scan of the house: `DataSourceExec` with `ParquetSource` over a fixed list of files.
//!
//! What `ListingTable` does with a directory, [`PinnedTable`] does with a manifest: the same source, the same session
//! options, byte ranges split over partitions, projection, limit and filters pushed down, row groups and pages pruned by
//! the files' own statistics. It adds files pruned by the manifest's statistics before anything is opened.
//!
//! INVARIANT: statistics are `Inexact`: they prune and order, they never answer `count`, `min` or `max`.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::{ColumnStatistics, DFSchema, ScalarValue, Statistics, stats::Precision},
    datasource::{
        TableType,
        file_format::{FileFormat as _, parquet::ParquetFormat},
        listing::PartitionedFile,
        physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource},
        table_schema::TableSchema,
    },
    error::{DataFusionError, Result as EngineResult},
    execution::{object_store::ObjectStoreUrl, runtime_env::RuntimeEnv},
    logical_expr::{Expr, TableProviderFilterPushDown, utils::conjunction},
    physical_plan::{ExecutionPlan, PhysicalExpr, empty::EmptyExec},
};
use model::{Digest, Problem, column::Field, manifest::Manifest};
use object_store::ObjectStore;

use crate::{
    arrow_types::{schema_of, session_type},
    beneath::{RelativePath, Root},
    fault,
    pinned::{PinnedFile, PinnedFiles},
    prune,
    seal::Seal,
    statistics,
};

/// How many shapes of one port (column lists) are kept ready.
const SHAPES: usize = 8;

/// What is known of one file besides its bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileFacts {
    pub(crate) rows: Option<u64>,
    pub(crate) bytes: u64,
    /// Values of columns that are constant in this file and not stored in it.
    pub(crate) constants: BTreeMap<String, ScalarValue>,
    pub(crate) bounds: HashMap<String, Bounds>,
}

/// Bounds of one column in one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bounds {
    pub(crate) min: Option<ScalarValue>,
    pub(crate) max: Option<ScalarValue>,
    pub(crate) nulls: Option<u64>,
}

/// A fixed list of files with their facts: what a scan is built from.
#[derive(Debug)]
pub(crate) struct FileList {
    pub(crate) store: Arc<PinnedFiles>,
    pub(crate) url: ObjectStoreUrl,
    pub(crate) facts: Vec<FileFacts>,
    /// Columns that are constant in each file.
    pub(crate) constant_columns: Vec<String>,
}

impl FileList {
    pub(crate) fn new(
        root: Root,
        digest: Digest,
        files: Vec<(PinnedFile, FileFacts)>,
        constant_columns: Vec<String>,
    ) -> Result<Self, Problem> {
        let (files, facts) = files.into_iter().unzip();
        let store = Arc::new(PinnedFiles::new(root, digest, files));
        Ok(Self { url: store.url()?, store, facts, constant_columns })
    }

    /// Makes the files known to a runtime, under their own URL.
    pub(crate) fn register(&self, runtime: &RuntimeEnv) {
        let store = Arc::clone(&self.store) as Arc<dyn ObjectStore>;
        runtime.register_object_store(self.url.as_ref(), store);
    }
}

/// A port at one publication. Holding it is the right to read exactly these files.
#[derive(Debug)]
pub struct PinnedPort {
    manifest: Arc<Manifest>,
    digest: Digest,
    files: Arc<FileList>,
    shapes: Mutex<HashMap<Vec<Field>, Arc<PinnedTable>>>,
}

impl PinnedPort {
    pub(crate) fn new(root: Root, manifest: Arc<Manifest>, digest: Digest) -> Result<Self, Problem> {
        let kinds: HashMap<&str, &Field> = manifest.schema.iter().map(|field| (field.name.as_str(), field)).collect();
        let mut files = Vec::with_capacity(manifest.files.len());
        for file in &manifest.files {
            // SECURITY: a manifest is a document too: its paths are parsed again
            // (test `a_manifest_with_an_escaping_path_opens_nothing`).
            let path = RelativePath::parse(&file.path)
                .map_err(|why| fault::unavailable(format!("the manifest's path {:?} is {why}", file.path)))?;
            let mut facts = FileFacts { rows: Some(file.rows), bytes: file.size, ..FileFacts::default() };
            for name in &manifest.partition_by {
                let field = kinds
                    .get(name.as_str())
                    .ok_or_else(|| fault::unavailable(format!("the partition column {name} is not in the schema")))?;
                let text = file.partition.get(name).cloned().flatten();
                facts.constants.insert(name.clone(), constant(text.as_deref(), field)?);
            }
            for (name, bounds) in &file.statistics {
                let Some(field) = kinds.get(name.as_str()) else { continue };
                let value =
                    |text: &Option<String>| text.as_deref().and_then(|text| statistics::from_text(text, &field.kind));
                facts.bounds.insert(
                    name.clone(),
                    Bounds { min: value(&bounds.min), max: value(&bounds.max), nulls: bounds.nulls },
                );
            }
            let seal = Seal::of_blocks(file.size, &file.blocks);
            files.push((PinnedFile { path, size: file.size, etag: file.etag.clone(), seal }, facts));
        }
        let files = Arc::new(FileList::new(root, digest, files, manifest.partition_by.clone())?);
        Ok(Self { manifest, digest, files, shapes: Mutex::new(HashMap::new()) })
    }

    /// The manifest.
    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.manifest
    }

    /// The manifest's digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The object store of exactly these files.
    pub fn store(&self) -> &Arc<PinnedFiles> {
        &self.files.store
    }

    /// The URL under which an engine finds [`Self::store`].
    pub fn url(&self) -> &ObjectStoreUrl {
        &self.files.url
    }

    /// Makes the files known to one statement's runtime. A scan does it by itself as well.
    pub fn register(&self, runtime: &RuntimeEnv) {
        self.files.register(runtime);
    }

    /// THE scan of these files: with the given columns in the given order, as a contract states them, or with all that
    /// the manifest has. Columns of the files that are not asked for do not exist.
    ///
    /// # Errors
    /// `data-unavailable` if a column is asked for that the manifest does not have.
    pub fn provider(&self, columns: Option<&[Field]>) -> Result<Arc<dyn TableProvider>, Problem> {
        Ok(self.table(columns)?)
    }

    /// The same scan for an operator that keeps the plan above away from it: `hints` leave out files, row groups and
    /// pages in which no row can fulfil all of them, and filter nothing. `read` are positions in `columns`.
    ///
    /// # Errors
    /// As [`Self::provider`], and what the engine says of a position beyond the columns.
    pub async fn hinted_scan(
        &self,
        state: &dyn Session,
        columns: &[Field],
        read: &[usize],
        hints: &[Expr],
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let table = self.table(Some(columns)).map_err(|problem| DataFusionError::External(Box::new(problem)))?;
        let plan = table.plan(state, Some(read), hints, None, Hints::Everywhere).await?;
        // What the engine does with a large file that it sees.
        let config = state.config();
        Ok(plan.repartitioned(config.target_partitions(), config.options())?.unwrap_or(plan))
    }

    fn table(&self, columns: Option<&[Field]>) -> Result<Arc<PinnedTable>, Problem> {
        let columns = columns.unwrap_or(&self.manifest.schema);
        let mut shapes = self.shapes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = shapes.get(columns) {
            return Ok(Arc::clone(table));
        }
        let present: BTreeSet<&str> = self.manifest.schema.iter().map(|field| field.name.as_str()).collect();
        if let Some(absent) = columns.iter().find(|field| !present.contains(field.name.as_str())) {
            return Err(fault::unreadable(
                format!("the published data has no column `{}`", absent.name.escape_debug()),
                self.digest,
            ));
        }
        let table = Arc::new(PinnedTable::new(Arc::clone(&self.files), columns)?);
        if shapes.len() >= SHAPES {
            shapes.clear();
        }
        shapes.insert(columns.to_vec(), Arc::clone(&table));
        Ok(table)
    }
}

/// A constant of a file in the session's type of its column.
fn constant(text: Option<&str>, field: &Field) -> Result<ScalarValue, Problem> {
    let data_type = session_type(&field.kind);
    let value = match text.filter(|text| !text.is_empty()) {
        None => return Ok(statistics::null_of(&data_type)),
        Some(text) => statistics::from_text(text, &field.kind),
    };
    value.and_then(|value| value.cast_to(&data_type).ok()).ok_or_else(|| {
        fault::unreadable(
            format!("a partition value of `{}` is not a {}", field.name.escape_debug(), field.kind),
            "partition value",
        )
    })
}

/// What filters leave out of a scan.
enum Hints {
    /// Files. The engine hands the filters to what is within them itself, from the plan above.
    Files,
    /// Files, row groups and pages: the plan above does not see the scan.
    Everywhere,
}

/// The scan as a table: a list of files and the columns that are shown of them.
#[derive(Debug)]
pub(crate) struct PinnedTable {
    files: Arc<FileList>,
    /// What is shown, in order.
    schema: SchemaRef,
    /// What the files store, then what is constant in each: the engine's order.
    table_schema: TableSchema,
    /// Where each shown column lies in `table_schema`.
    positions: Vec<usize>,
    /// The engine's view of each file.
    parts: Vec<PartitionedFile>,
}

impl PinnedTable {
    pub(crate) fn new(files: Arc<FileList>, columns: &[Field]) -> Result<Self, Problem> {
        let schema = schema_of(columns);
        let is_constant = |name: &str| files.constant_columns.iter().any(|constant| constant == name);
        let (constants, stored): (Vec<_>, Vec<_>) =
            schema.fields().iter().cloned().partition(|field| is_constant(field.name()));
        let file_schema: SchemaRef = Arc::new(Schema::new(stored));
        let table_schema =
            TableSchema::builder(Arc::clone(&file_schema)).with_table_partition_cols(constants.clone()).build();
        let positions = schema
            .fields()
            .iter()
            .map(|field| table_schema.table_schema().index_of(field.name()).map_err(Problem::internal))
            .collect::<Result<Vec<_>, _>>()?;
        let parts = files
            .facts
            .iter()
            .enumerate()
            .map(|(index, facts)| {
                let meta = files.store.meta(index).ok_or_else(|| Problem::internal("a file without facts"))?;
                let values = constants
                    .iter()
                    .map(|field| facts.constants.get(field.name()).cloned())
                    .collect::<Option<Vec<_>>>()
                    .ok_or_else(|| Problem::internal("a file without its constants"))?;
                let mut part = PartitionedFile::new_from_meta(meta).with_partition_values(values);
                // Not `with_statistics`: it would call a constant NULL never NULL, and prune it away.
                part.statistics = Some(Arc::new(inexact(facts, table_schema.table_schema())));
                Ok(part)
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        Ok(Self { files, schema, table_schema, positions, parts })
    }

    /// The files that may hold a row that every filter accepts.
    fn candidates(&self, state: &dyn Session, filters: &[Expr]) -> Vec<PartitionedFile> {
        let Some(predicate) = self.predicate(state, filters, &self.schema) else { return self.parts.clone() };
        let keep = prune::files(&self.files.facts, &self.schema, predicate);
        self.parts.iter().zip(keep).filter(|(_, keep)| *keep).map(|(part, _)| part.clone()).collect()
    }

    /// All filters as one over a schema. Those that cannot be planned prune nothing: the filter itself is evaluated above
    /// the scan.
    fn predicate(&self, state: &dyn Session, filters: &[Expr], schema: &SchemaRef) -> Option<Arc<dyn PhysicalExpr>> {
        let filter = conjunction(filters.iter().cloned())?;
        state.create_physical_expr(filter, &DFSchema::try_from(Arc::clone(schema)).ok()?).ok()
    }

    /// The scan of some columns of the files that may hold a row which every filter accepts.
    async fn plan(
        &self,
        state: &dyn Session,
        projection: Option<&[usize]>,
        filters: &[Expr],
        limit: Option<usize>,
        hints: Hints,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let positions = match projection {
            None => self.positions.clone(),
            Some(wanted) => wanted
                .iter()
                .map(|index| self.positions.get(*index).copied())
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| DataFusionError::Internal("a projection beyond the schema".to_owned()))?,
        };
        let parts = self.candidates(state, filters);
        if parts.is_empty() {
            let projected = self.table_schema.table_schema().project(&positions)?;
            return Ok(Arc::new(EmptyExec::new(Arc::new(projected))));
        }
        self.files.register(state.runtime_env());
        let statistics = Statistics::try_merge_iter(
            parts.iter().filter_map(|part| part.statistics.as_deref()),
            self.table_schema.table_schema(),
        )?;
        let groups = FileGroup::new(parts).split_files(state.config().target_partitions().max(1));
        let mut options = state.default_table_options().parquet;
        let mut source = ParquetSource::new(self.table_schema.clone());
        if matches!(hints, Hints::Everywhere) {
            // SECURITY: a hint never filters rows (test `hints_leave_out_pages_and_never_rows`).
            options.global.pushdown_filters = false;
            if let Some(hint) = self.predicate(state, filters, self.table_schema.table_schema()) {
                source = source.with_predicate(hint);
            }
        }
        let format = ParquetFormat::default().with_options(options);
        let scan = FileScanConfigBuilder::new(self.files.url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(Some(positions))?
            .with_limit(limit)
            .build();
        // The format adds the session's Parquet options and its footer cache, as for any table of the engine.
        format.create_physical_plan(state, scan).await
    }
}

/// What the facts say about the columns, as estimates.
fn inexact(facts: &FileFacts, schema: &Schema) -> Statistics {
    let number = |count: Option<u64>| match count.and_then(|count| usize::try_from(count).ok()) {
        Some(count) => Precision::Inexact(count),
        None => Precision::Absent,
    };
    let column_statistics = schema
        .fields()
        .iter()
        .map(|field| {
            if let Some(constant) = facts.constants.get(field.name()) {
                let nulls = if constant.is_null() { facts.rows } else { Some(0) };
                let value = (!constant.is_null()).then(|| constant.clone());
                let value = value.map_or(Precision::Absent, Precision::Inexact);
                return ColumnStatistics {
                    null_count: number(nulls),
                    min_value: value.clone(),
                    max_value: value,
                    ..ColumnStatistics::new_unknown()
                };
            }
            let Some(bounds) = facts.bounds.get(field.name()) else { return ColumnStatistics::new_unknown() };
            let value = |bound: &Option<ScalarValue>| match bound {
                Some(value) => value.cast_to(field.data_type()).map_or(Precision::Absent, Precision::Inexact),
                None => Precision::Absent,
            };
            ColumnStatistics {
                null_count: number(bounds.nulls),
                min_value: value(&bounds.min),
                max_value: value(&bounds.max),
                ..ColumnStatistics::new_unknown()
            }
        })
        .collect();
    Statistics { num_rows: number(facts.rows), total_byte_size: number(Some(facts.bytes)), column_statistics }
}

#[async_trait]
impl TableProvider for PinnedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        self.plan(state, projection.map(Vec::as_slice), filters, limit, Hints::Files).await
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> EngineResult<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }
}
