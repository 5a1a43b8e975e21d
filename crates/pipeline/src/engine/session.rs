//! One session for one step or rule.

use std::{
    collections::BTreeMap,
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use datafusion::{
    arrow::{array::RecordBatch, error::ArrowError},
    catalog::{MemoryCatalogProvider, MemorySchemaProvider, TableProvider},
    common::{ResolvedTableReference, TableReference},
    dataframe::DataFrame,
    error::DataFusionError,
    execution::{
        SendableRecordBatchStream,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::{FairSpillPool, TrackConsumersPool},
        runtime_env::RuntimeEnvBuilder,
    },
    logical_expr::AggregateUDF,
    logical_expr::LogicalPlan,
    prelude::{SessionConfig, SessionContext},
};
use model::{Code, Problem};

use crate::pipeline::Limits;

/// Where names without a catalog resolve; no domain can have this name.
const CATALOG: &str = "tessera";
/// Where one-part names resolve: a contract's own ports, nothing in a step.
const SCHEMA: &str = "ports";

/// Makes sessions.
#[derive(Debug, Clone)]
pub struct Engine {
    spill: PathBuf,
    limits: Limits,
}

/// Tables by the names a query uses for them.
pub(crate) type Tables = BTreeMap<TableReference, Arc<dyn TableProvider>>;

/// One session.
pub(crate) struct Session {
    context: SessionContext,
    seconds: u64,
}

impl Engine {
    /// An engine that spills beneath the data directory.
    pub fn new(data_dir: &Path, limits: Limits) -> Self {
        Self { spill: data_dir.join("spill"), limits }
    }

    /// A fresh session with nothing registered, for a step or the gate's counting.
    pub(crate) fn session(&self) -> Result<Session, Problem> {
        self.open(self.limits.step_seconds)
    }

    /// A fresh session with the time of a `sql` rule.
    pub(crate) fn rule_session(&self) -> Result<Session, Problem> {
        self.open(self.limits.rule_seconds)
    }

    fn open(&self, seconds: u64) -> Result<Session, Problem> {
        std::fs::create_dir_all(&self.spill).map_err(Problem::internal)?;
        let consumers = std::num::NonZeroUsize::new(3).ok_or_else(|| Problem::internal("no consumers to track"))?;
        let pool = TrackConsumersPool::new(FairSpillPool::new(self.limits.step_memory), consumers);
        let disk = DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::Directories(vec![self.spill.clone()]))
            .with_max_temp_directory_size(self.limits.step_spill);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(pool))
            .with_disk_manager_builder(disk)
            .build_arc()
            .map_err(|error| lake::engine_problem(&error))?;
        let mut config = SessionConfig::new()
            .with_default_catalog_and_schema(CATALOG, SCHEMA)
            .with_create_default_catalog_and_schema(true)
            .with_information_schema(false);
        let options = config.options_mut();
        options.sql_parser.dialect = datafusion::config::Dialect::PostgreSQL;
        options.execution.enable_recursive_ctes = false;
        // Statistics prune; they never answer.
        options.execution.collect_statistics = false;
        options.execution.time_zone = Some("UTC".to_owned());
        let context = SessionContext::new_with_config_rt(config, runtime);
        // What is published is computed as what is asked is.
        let (rule, sum) = gateway::checked_arithmetic();
        context.add_analyzer_rule(rule);
        context.register_udaf(AggregateUDF::clone(&sum));
        Ok(Session { context, seconds })
    }
}

impl Session {
    /// The engine's own context. INVARIANT: it never leaves this crate.
    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Registers tables under the names that a query uses for them.
    pub(crate) fn register(&self, tables: &Tables) -> Result<(), Problem> {
        let wrong = |error: DataFusionError| lake::engine_problem(&error);
        for (reference, provider) in tables {
            let ResolvedTableReference { catalog, schema, table } = reference.clone().resolve(CATALOG, SCHEMA);
            let catalog = match self.context.catalog(&catalog) {
                Some(known) => known,
                None => {
                    let new = Arc::new(MemoryCatalogProvider::new());
                    self.context.register_catalog(catalog.as_ref(), Arc::clone(&new) as _);
                    new
                }
            };
            let schema_provider = match catalog.schema(&schema) {
                Some(known) => known,
                None => {
                    let new = Arc::new(MemorySchemaProvider::new());
                    catalog.register_schema(&schema, Arc::clone(&new) as _).map_err(wrong)?;
                    new
                }
            };
            schema_provider.register_table(table.to_string(), Arc::clone(provider)).map_err(wrong)?;
        }
        Ok(())
    }

    /// Runs a frame to its end within the session's time. For small results: aggregates, one example.
    pub(crate) async fn collect(&self, frame: DataFrame) -> Result<Vec<RecordBatch>, Problem> {
        let collected = async { frame.collect().await.map_err(|error| failed(&error)) };
        self.within(collected).await
    }

    /// Starts a plan; its rows come as a stream.
    pub(crate) async fn stream(&self, plan: LogicalPlan) -> Result<SendableRecordBatchStream, Problem> {
        let frame = DataFrame::new(self.context.state(), plan);
        frame.execute_stream().await.map_err(|error| lake::engine_problem(&error))
    }

    /// Bounds some work by the session's time.
    pub(crate) async fn within<T>(&self, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        match tokio::time::timeout(Duration::from_secs(self.seconds), work).await {
            Ok(done) => done,
            Err(_) => Err(Problem::new(Code::Deadline, format!("it took longer than {} seconds", self.seconds))
                .with_hint("let the step read less, or build it in two steps")),
        }
    }
}

/// An error while rows are computed. SECURITY: the engine's text may hold a value, so it goes to the log only
/// (test `an_expression_that_fails_shows_no_value`).
pub(crate) fn failed(error: &DataFusionError) -> Problem {
    if let Some(problem) = lake::storage_problem(error) {
        return problem;
    }
    let expression = |what: &str, hint: &str| {
        Problem::new(Code::ExpressionFailed, format!("an expression fails on a row: {what}"))
            .with_hint(hint.to_owned())
            .with_cause(error)
    };
    match error.find_root() {
        DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
            ArrowError::DivideByZero => expression("division by zero", "divide by `nullif(x, 0)`"),
            ArrowError::ArithmeticOverflow(_) => {
                expression("a number is too large for its type", "cast to a wider type")
            }
            ArrowError::CastError(_) | ArrowError::ParseError(_) => expression(
                "a value does not fit the type it is cast to",
                "use `try_cast`, and `reject:` what gives NULL",
            ),
            ArrowError::ComputeError(_) | ArrowError::InvalidArgumentError(_) => {
                expression("a value is outside what a function takes", "filter or `try_cast` before")
            }
            _ => lake::engine_problem(error),
        },
        DataFusionError::Execution(_) => {
            expression("a value is outside what a function takes", "filter or `try_cast` before")
        }
        _ => lake::engine_problem(error),
    }
}
