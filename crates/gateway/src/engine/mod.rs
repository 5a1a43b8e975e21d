//! The engine a statement runs on: closed storage, bounded memory and disk, a curated list of functions.
//!
//! What is expensive is built once ([`Engine`]); a statement gets a fresh state from the template (E5).

mod bounded;
mod checked;
pub(crate) mod functions;
mod give_way;
mod memory;
mod rank;
mod stack;
mod storage;
mod sum;

use std::{path::PathBuf, sync::Arc};

use datafusion::{
    catalog::MemoryCatalogProviderList,
    execution::{
        SessionState, SessionStateBuilder,
        cache::cache_manager::CacheManagerConfig,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    functions_aggregate::sum::sum_udaf,
    logical_expr::AggregateUDF,
    optimizer::AnalyzerRule,
    prelude::SessionConfig,
};
use model::{Problem, principal::Principal};

pub(crate) use checked::{CheckedIntegers, checked};
pub(crate) use functions::Functions;
pub(crate) use stack::on_big_stack;

use crate::limits::Limits;

/// The arithmetic that statements have, for other sessions of the engine: integers and sums fail beyond their type.
pub fn checked_arithmetic() -> (Arc<dyn AnalyzerRule + Send + Sync>, Arc<AggregateUDF>) {
    (Arc::new(CheckedIntegers), sum::wrap(sum_udaf()))
}

/// What all statements share.
#[derive(Debug)]
pub(crate) struct Engine {
    template: SessionState,
    shared: Arc<RuntimeEnv>,
    pub(crate) functions: Functions,
    memory: memory::Quotas,
    limits: Limits,
    spill_folder: PathBuf,
}

impl Engine {
    /// Builds what is shared.
    pub(crate) fn new(limits: Limits, spill_folder: PathBuf) -> Result<Self, Problem> {
        let shared = RuntimeEnvBuilder::new()
            .with_object_store_registry(Arc::new(storage::Closed::default()))
            .build_arc()
            .map_err(Problem::internal)?;
        let template = SessionStateBuilder::new_with_default_features()
            .with_config(config(&limits))
            .with_runtime_env(Arc::clone(&shared))
            .with_catalog_list(Arc::new(MemoryCatalogProviderList::new()))
            .with_scalar_functions(vec![])
            // Statements look functions up in our list; the engine itself looks here when it rewrites DISTINCT ON.
            .with_aggregate_functions(functions::first_value())
            .with_window_functions(vec![])
            .with_higher_order_functions(vec![])
            .with_table_function_list(vec![])
            .with_file_formats(vec![])
            .with_table_factories(std::collections::HashMap::new())
            .with_analyzer_rule(Arc::new(CheckedIntegers))
            .with_physical_optimizer_rule(Arc::new(give_way::GiveWay))
            .build();
        Ok(Self {
            functions: Functions::curated(&limits)?,
            memory: memory::Quotas::new(limits.statement_memory, limits.principal_memory),
            template,
            shared,
            limits,
            spill_folder,
        })
    }

    /// A fresh state for one statement: its own memory, its own disk, no object store but those it will be given.
    /// `small` is for listings, which are not worth spreading over threads.
    pub(crate) fn state(&self, principal: &Principal, small: bool) -> Result<SessionState, Problem> {
        let caches = &self.shared.cache_manager;
        // Footers are cached by name, and names begin with the digest of their manifest: sharing is safe (E6).
        let caches = CacheManagerConfig::default()
            .with_file_metadata_cache(Some(caches.get_file_metadata_cache()))
            .with_metadata_cache_limit(caches.get_metadata_cache_limit());
        let disk = DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::Directories(vec![self.spill_folder.clone()]))
            .with_max_temp_directory_size(self.limits.spill);
        let runtime = RuntimeEnvBuilder::new()
            .with_object_store_registry(Arc::new(storage::Closed::default()))
            .with_cache_manager(caches)
            .with_disk_manager_builder(disk)
            .with_memory_pool(self.memory.pool(principal))
            .build_arc()
            .map_err(Problem::internal)?;
        let mut builder = SessionStateBuilder::new_from_existing(self.template.clone()).with_runtime_env(runtime);
        if small {
            builder = builder.with_config(config(&self.limits).with_target_partitions(1));
        }
        let mut state = builder.build();
        state.mark_start_execution();
        Ok(state)
    }
}

fn config(limits: &Limits) -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false)
        .with_batch_size(limits.batch_rows);
    if limits.threads > 0 {
        config = config.with_target_partitions(limits.threads);
    }
    let options = config.options_mut();
    options.sql_parser.collect_spans = true;
    options.sql_parser.dialect = datafusion::common::config::Dialect::PostgreSQL;
    options.explain.show_statistics = false;
    options.execution.time_zone = Some("UTC".to_owned());
    config
}

#[cfg(test)]
mod tests;
