//! [`GovernedExec`]: row filter, then masks, in one operator that tells the plan above it nothing.

use std::{fmt, sync::Arc};

use arrow::{
    array::{Array as _, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, new_null_array},
    compute::{BatchCoalescer, prep_null_mask_filter},
    datatypes::SchemaRef,
};
use datafusion::{
    common::tree_node::TreeNodeRecursion,
    error::{DataFusionError, Result as EngineResult},
    execution::TaskContext,
    physical_expr::EquivalenceProperties,
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties as _, Partitioning, PhysicalExpr,
        PlanProperties, SendableRecordBatchStream,
        execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions, reset_plan_states},
        stream::RecordBatchStreamAdapter,
    },
};
use futures::{StreamExt as _, stream};
use model::reference::PortRef;

use super::{compact, mask::Mask};

/// One output column.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// Where it lies in the raw scan; `None` if it is not read because it is masked to NULL.
    pub(super) position: Option<usize>,
    pub(super) mask: Mask,
}

/// The operator. SECURITY: everything that is not overridden answers nothing by default: no children, no statistics, no
/// ordering, no pushdown, no metrics (test `the_leaf_answers_nothing`).
pub(crate) struct GovernedExec {
    reference: PortRef,
    raw: Arc<dyn ExecutionPlan>,
    filter: Option<Arc<dyn PhysicalExpr>>,
    columns: Arc<[Shown]>,
    limit: Option<usize>,
    properties: Arc<PlanProperties>,
}

impl GovernedExec {
    pub(super) fn new(
        reference: PortRef,
        raw: Arc<dyn ExecutionPlan>,
        filter: Option<Arc<dyn PhysicalExpr>>,
        columns: Vec<Shown>,
        limit: Option<usize>,
        schema: SchemaRef,
    ) -> Self {
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(raw.output_partitioning().partition_count()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Self { reference, raw, filter, columns: columns.into(), limit, properties }
    }
}

impl fmt::Debug for GovernedExec {
    /// The port and nothing else: neither policy nor files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GovernedExec({})", self.reference)
    }
}

impl DisplayAs for GovernedExec {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GovernedExec: {}", self.reference)
    }
}

impl ExecutionPlan for GovernedExec {
    fn name(&self) -> &'static str {
        "GovernedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![]
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> EngineResult<TreeNodeRecursion>,
    ) -> EngineResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    #[allow(deprecated)]
    fn with_new_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    /// A recursive query starts it again: the raw scan hands out its files once for each run, so it is reset as well.
    fn reset_state(self: Arc<Self>) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let raw = reset_plan_states(Arc::clone(&self.raw))?;
        Ok(Arc::new(Self {
            reference: self.reference.clone(),
            raw,
            filter: self.filter.clone(),
            columns: Arc::clone(&self.columns),
            limit: self.limit,
            properties: Arc::clone(&self.properties),
        }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> EngineResult<SendableRecordBatchStream> {
        let batch_rows = context.session_config().batch_size().max(1);
        let raw = self.raw.execute(partition, context)?;
        let treating = Treating {
            coalescer: self.filter.as_ref().map(|_| BatchCoalescer::new(raw.schema(), batch_rows)),
            raw,
            filter: self.filter.clone(),
            columns: Arc::clone(&self.columns),
            left: self.limit,
            schema: self.schema(),
            ended: false,
        };
        let treated = stream::try_unfold(treating, |mut treating| async move {
            Ok(treating.next().await?.map(|batch| (batch, treating)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), treated)))
    }
}

/// One partition on its way through filter and masks.
struct Treating {
    raw: SendableRecordBatchStream,
    filter: Option<Arc<dyn PhysicalExpr>>,
    coalescer: Option<BatchCoalescer>,
    columns: Arc<[Shown]>,
    left: Option<usize>,
    schema: SchemaRef,
    ended: bool,
}

impl Treating {
    async fn next(&mut self) -> EngineResult<Option<RecordBatch>> {
        while self.left != Some(0) {
            let Some(visible) = self.next_visible().await? else { return Ok(None) };
            if visible.num_rows() == 0 {
                continue;
            }
            // The limit counts visible rows only.
            let visible = match &mut self.left {
                Some(left) if visible.num_rows() >= *left => {
                    let cut = visible.slice(0, *left);
                    *left = 0;
                    cut
                }
                Some(left) => {
                    *left -= visible.num_rows();
                    visible
                }
                None => visible,
            };
            return self.mask(&visible).map(Some);
        }
        Ok(None)
    }

    /// The next rows that pass the filter, gathered into batches of the usual size.
    async fn next_visible(&mut self) -> EngineResult<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.coalescer.as_mut().and_then(BatchCoalescer::next_completed_batch) {
                return Ok(Some(batch));
            }
            if self.ended {
                return Ok(None);
            }
            match self.raw.next().await.transpose()? {
                None => {
                    self.ended = true;
                    match &mut self.coalescer {
                        Some(coalescer) => coalescer.finish_buffered_batch()?,
                        None => return Ok(None),
                    }
                }
                Some(batch) => match (&self.filter, &mut self.coalescer) {
                    (Some(filter), Some(coalescer)) => {
                        let keep = filter.evaluate(&batch)?.into_array(batch.num_rows())?;
                        coalescer.push_batch_with_filter(batch, &only_true(&keep)?)?;
                        // A limit that is reached needs no full batch.
                        if self.left.is_some_and(|left| coalescer.get_buffered_rows() >= left) {
                            coalescer.finish_buffered_batch()?;
                        }
                    }
                    _ => return Ok(Some(batch)),
                },
            }
        }
    }

    fn mask(&self, visible: &RecordBatch) -> EngineResult<RecordBatch> {
        let rows = visible.num_rows();
        let columns: Vec<ArrayRef> = self
            .columns
            .iter()
            .zip(self.schema.fields())
            .map(|(shown, field)| match shown.position.and_then(|position| visible.columns().get(position)) {
                Some(array) => shown.mask.apply(array),
                None => new_null_array(field.data_type(), rows),
            })
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let treated = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        // Without a row filter every row of the clear columns is visible, and masked columns are built anew.
        if self.filter.is_some() { Ok(compact::batch(&treated)?) } else { Ok(treated) }
    }
}

/// The filter's answer with NULL as FALSE: only TRUE passes.
fn only_true(keep: &ArrayRef) -> EngineResult<BooleanArray> {
    let keep = keep
        .as_boolean_opt()
        .ok_or_else(|| DataFusionError::Internal("a row filter that is not a truth value".to_owned()))?;
    Ok(match keep.nulls() {
        Some(_) => prep_null_mask_filter(keep),
        None => keep.clone(),
    })
}
