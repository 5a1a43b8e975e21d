//! Which files of a list can be left out, by the statistics of the manifest.
//!
//! A missing bound, a bound that does not compare, a predicate the engine cannot rewrite: the file stays.

use std::{collections::HashSet, sync::Arc};

use arrow::{
    array::{ArrayRef, BooleanArray, UInt64Array},
    datatypes::SchemaRef,
};
use datafusion::{
    common::{Column, ScalarValue},
    physical_expr::PhysicalExpr,
    physical_optimizer::pruning::{PruningPredicateBuilder, PruningStatistics},
};

use crate::{
    scan::{Bounds, FileFacts},
    statistics::column_of,
};

/// For each file, whether it may hold a row that `predicate` accepts.
pub(crate) fn files(facts: &[FileFacts], schema: &SchemaRef, predicate: Arc<dyn PhysicalExpr>) -> Vec<bool> {
    let all = || vec![true; facts.len()];
    let Some(predicate) = PruningPredicateBuilder::new().with_file_schema(Arc::clone(schema)).build(predicate) else {
        return all();
    };
    predicate.prune(&Facts { facts, schema }).unwrap_or_else(|_| all())
}

struct Facts<'a> {
    facts: &'a [FileFacts],
    schema: &'a SchemaRef,
}

impl Facts<'_> {
    fn bounds(&self, column: &Column, which: impl Fn(&Bounds) -> Option<ScalarValue>) -> Option<ArrayRef> {
        let field = self.schema.field_with_name(column.name()).ok()?;
        let bounds: Vec<Option<ScalarValue>> = self
            .facts
            .iter()
            .map(|facts| match facts.constants.get(column.name()) {
                Some(constant) => (!constant.is_null()).then(|| constant.clone()),
                None => facts.bounds.get(column.name()).and_then(&which),
            })
            .collect();
        column_of(&bounds, field.data_type())
    }
}

impl PruningStatistics for Facts<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |bounds| bounds.min.clone())
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |bounds| bounds.max.clone())
    }

    fn num_containers(&self) -> usize {
        self.facts.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let counts: UInt64Array = self
            .facts
            .iter()
            .map(|facts| match facts.constants.get(column.name()) {
                Some(constant) if constant.is_null() => facts.rows,
                Some(_) => Some(0),
                None => facts.bounds.get(column.name()).and_then(|bounds| bounds.nulls),
            })
            .collect();
        Some(Arc::new(counts))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(self.facts.iter().map(|facts| facts.rows).collect::<UInt64Array>()))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
