//! [`GovernedTable`]: a port as one principal sees it, under one purpose, at one epoch and publication.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    datasource::TableType,
    error::{DataFusionError, Result as EngineResult},
    logical_expr::{Expr, TableProviderFilterPushDown, dml::InsertOp},
    physical_plan::ExecutionPlan,
};
use lake::{PinnedPort, arrow_types::schema_of};
use model::{
    Code, Problem,
    column::Field,
    publication::PublishedColumn,
    reference::PortRef,
    treatment::{Outcome, Treatment},
};
use registry::Keys;

use super::{
    exec::{GovernedExec, Shown},
    filter::RowFilter,
    hint,
    mask::Mask,
};

/// How a port is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// As stored: the treatment changes nothing but which columns exist.
    Fast,
    /// Through row filter and masks.
    Treated,
}

/// A port as one principal sees it.
#[derive(Debug)]
pub(crate) struct GovernedTable {
    reference: PortRef,
    /// Every published column, in order: what the raw scan may read.
    stored: Vec<Field>,
    /// What exists for the reader: name of the stored column and its mask.
    shown: Vec<(String, Mask)>,
    visible: Vec<Field>,
    schema: SchemaRef,
    filter: Option<RowFilter>,
    lane: Lane,
    /// The files, once the statement is authorised and needs them.
    pinned: OnceLock<Arc<PinnedPort>>,
}

impl GovernedTable {
    /// The table that a treatment makes of a port.
    ///
    /// # Errors
    /// `policy-unavailable` if a key that a mask needs is missing.
    pub(crate) fn new(
        reference: PortRef,
        columns: &[PublishedColumn],
        treatment: &Treatment,
        keys: &Keys,
    ) -> Result<Self, Problem> {
        let stored: Vec<Field> = columns.iter().map(field).collect();
        let mut shown = vec![];
        let mut visible = vec![];
        for column in columns {
            // SECURITY: a column without a decision does not exist (test `a_column_without_a_decision_is_absent`).
            let decided = treatment.columns.iter().find(|decided| decided.column == column.name);
            let Some(decided) = decided.filter(|decided| decided.outcome != Outcome::Denied) else { continue };
            shown.push((column.name.clone(), Mask::new(&decided.apply, &column.kind, keys)?));
            visible.push(field(column));
        }
        let filter = RowFilter::compile(&treatment.rows, &schema_of(&stored));
        let is_clear = shown.iter().all(|(_, mask)| mask.is_clear());
        let lane = if filter.is_none() && is_clear { Lane::Fast } else { Lane::Treated };
        let schema = schema_of(&visible);
        Ok(Self { reference, stored, shown, visible, schema, filter, lane, pinned: OnceLock::new() })
    }

    /// The lane.
    pub(crate) fn lane(&self) -> Lane {
        self.lane
    }

    /// Hands over the files, once.
    pub(crate) fn pin(&self, pinned: Arc<PinnedPort>) {
        // A second hand-over is of the same manifest: the first stays.
        let _ = self.pinned.set(pinned);
    }

    fn pinned(&self) -> EngineResult<&Arc<PinnedPort>> {
        self.pinned.get().ok_or_else(|| external(Problem::internal("a scan before the files were opened")))
    }

    /// Whether a condition may help to leave out what cannot fulfil it: it asks for stored values that are shown as such.
    fn is_hint(&self, filter: &Expr) -> bool {
        hint::is_hint(filter, &|column| {
            let (_, mask) = self.shown.iter().find(|(name, _)| name == column)?;
            let field = self.schema.field_with_name(column).ok()?;
            mask.is_clear().then(|| field.data_type().clone())
        })
    }

    async fn scan_treated(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let wanted: Vec<usize> = projection.cloned().unwrap_or_else(|| (0..self.shown.len()).collect());
        let shown = wanted
            .iter()
            .map(|index| self.shown.get(*index))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| DataFusionError::Internal("a projection beyond the schema".to_owned()))?;
        let asked: Vec<Expr> = filters.iter().filter(|filter| self.is_hint(filter)).cloned().collect();
        let asked_of: BTreeSet<&str> = asked.iter().flat_map(Expr::column_refs).map(|column| column.name()).collect();
        // A column that is masked to NULL is never read; those of the row filter always are, and those of what is asked,
        // which the engine may want no more once it has simplified what stands above.
        let is_read = |name: &str| {
            shown.iter().any(|(column, mask)| column == name && !matches!(mask, Mask::Null))
                || self.filter.as_ref().is_some_and(|filter| filter.columns().contains(name))
                || asked_of.contains(name)
        };
        let read: Vec<usize> = (0..self.stored.len())
            .filter(|index| self.stored.get(*index).is_some_and(|field| is_read(&field.name)))
            .collect();
        let policy = self.filter.iter().map(|filter| filter.expression().clone());
        let hints: Vec<Expr> = policy.chain(asked.iter().cloned()).collect();
        let raw = self.pinned()?.hinted_scan(state, &self.stored, &read, &hints).await?;
        let raw_schema = raw.schema();
        // SECURITY: whether a page is left out depends on hidden rows in it, and then an expression above may not fail over
        // the visible ones. So what is asked filters as well as it prunes: no row that it excludes leaves, read or not
        // (test `generated_statements_tell_no_mixed_world_from_the_other`).
        let filter = self.filter.as_ref().map(|filter| filter.physical(&asked, &raw_schema)).transpose()?;
        let columns = shown
            .into_iter()
            .map(|(name, mask)| Shown { position: raw_schema.index_of(name).ok(), mask: mask.clone() })
            .collect();
        let schema = Arc::new(self.schema.project(&wanted)?);
        Ok(Arc::new(GovernedExec::new(self.reference.clone(), raw, filter, columns, limit, schema)))
    }
}

fn field(column: &PublishedColumn) -> Field {
    Field { name: column.name.clone(), kind: column.kind.clone(), nullable: true, tags: Vec::new() }
}

fn external(problem: Problem) -> DataFusionError {
    DataFusionError::External(Box::new(problem))
}

fn read_only<T>() -> EngineResult<T> {
    Err(external(Problem::new(Code::StatementUnsupported, "ports are read only")))
}

#[async_trait]
impl TableProvider for GovernedTable {
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
        match self.lane {
            Lane::Fast => {
                let provider = self.pinned()?.provider(Some(&self.visible)).map_err(external)?;
                provider.scan(state, projection, filters, limit).await
            }
            Lane::Treated => self.scan_treated(state, projection, filters, limit).await,
        }
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> EngineResult<Vec<TableProviderFilterPushDown>> {
        // SECURITY: a pushed filter would see raw values; a hint is a copy that prunes by clear columns
        // (test `nothing_but_hints_is_pushed_into_the_treated_lane`).
        let pushed = |filter: &&Expr| match self.lane == Lane::Fast || self.is_hint(filter) {
            true => TableProviderFilterPushDown::Inexact,
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(pushed).collect())
    }

    async fn insert_into(
        &self,
        _state: &dyn Session,
        _input: Arc<dyn ExecutionPlan>,
        _insert_op: InsertOp,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        read_only()
    }

    async fn delete_from(&self, _state: &dyn Session, _filters: Vec<Expr>) -> EngineResult<Arc<dyn ExecutionPlan>> {
        read_only()
    }

    async fn update(
        &self,
        _state: &dyn Session,
        _assignments: Vec<(String, Expr)>,
        _filters: Vec<Expr>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        read_only()
    }

    async fn truncate(&self, _state: &dyn Session) -> EngineResult<Arc<dyn ExecutionPlan>> {
        read_only()
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
