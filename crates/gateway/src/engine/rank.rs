//! Ranks, row numbers and tiles as `BIGINT`, as in PostgreSQL: the engine counts them unsigned, so that a difference of two
//! could not be negative and clients were told of a `numeric`.

use std::{ops::Range, sync::Arc};

use arrow::{
    array::ArrayRef,
    compute::{SortOptions, cast_with_options},
    datatypes::{DataType, FieldRef},
};
use datafusion::{
    common::{Result, ScalarValue, format::DEFAULT_CAST_OPTIONS},
    logical_expr::{
        Documentation, LimitEffect, PartitionEvaluator, Signature, WindowUDF, WindowUDFImpl,
        function::{ExpressionArgs, PartitionEvaluatorArgs, WindowUDFFieldArgs},
        window_state::WindowAggState,
    },
    physical_expr_common::physical_expr::PhysicalExpr,
};

/// Those that the engine counts unsigned.
const UNSIGNED: &[&str] = &["dense_rank", "ntile", "rank", "row_number"];

/// The engine's function, signed.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Signed {
    inner: Arc<WindowUDF>,
}

/// The function itself, or one that gives `BIGINT` if it counts.
pub(super) fn wrap(function: Arc<WindowUDF>) -> Arc<WindowUDF> {
    if UNSIGNED.contains(&function.name()) {
        Arc::new(WindowUDF::new_from_impl(Signed { inner: function }))
    } else {
        function
    }
}

impl WindowUDFImpl for Signed {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn expressions(&self, args: ExpressionArgs<'_>) -> Vec<Arc<dyn PhysicalExpr>> {
        self.inner.inner().expressions(args)
    }

    fn partition_evaluator(&self, args: PartitionEvaluatorArgs<'_>) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(SignedEvaluator(self.inner.inner().partition_evaluator(args)?)))
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let field = self.inner.inner().field(args)?;
        Ok(Arc::new(field.as_ref().clone().with_data_type(DataType::Int64)))
    }

    fn sort_options(&self) -> Option<SortOptions> {
        self.inner.inner().sort_options()
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.inner().coerce_types(kinds)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn limit_effect(&self, args: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        self.inner.inner().limit_effect(args)
    }
}

/// The engine's counting of one partition, signed where it is told.
#[derive(Debug)]
struct SignedEvaluator(Box<dyn PartitionEvaluator>);

/// Counts beyond `BIGINT` there are none: no partition has so many rows, and `ntile` takes no more.
fn signed(counts: &ArrayRef) -> Result<ArrayRef> {
    Ok(cast_with_options(counts, &DataType::Int64, &DEFAULT_CAST_OPTIONS)?)
}

impl PartitionEvaluator for SignedEvaluator {
    fn memoize(&mut self, state: &mut WindowAggState) -> Result<()> {
        self.0.memoize(state)
    }

    fn get_range(&self, row: usize, rows: usize) -> Result<Range<usize>> {
        self.0.get_range(row, rows)
    }

    fn is_causal(&self) -> bool {
        self.0.is_causal()
    }

    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        signed(&self.0.evaluate_all(values, rows)?)
    }

    fn evaluate(&mut self, values: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        self.0.evaluate(values, range)?.cast_to(&DataType::Int64)
    }

    fn evaluate_all_with_rank(&self, rows: usize, ranks: &[Range<usize>]) -> Result<ArrayRef> {
        signed(&self.0.evaluate_all_with_rank(rows, ranks)?)
    }

    fn supports_bounded_execution(&self) -> bool {
        self.0.supports_bounded_execution()
    }

    fn uses_window_frame(&self) -> bool {
        self.0.uses_window_frame()
    }

    fn include_rank(&self) -> bool {
        self.0.include_rank()
    }
}
