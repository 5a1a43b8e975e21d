//! A scan with hints: less is read, and nothing is filtered.

use std::sync::Arc;

use arrow::{array::AsArray as _, compute::concat_batches, datatypes::Int64Type};
use datafusion::{
    logical_expr::{Expr, col, lit},
    physical_plan::{ExecutionPlanProperties as _, collect},
    prelude::{SessionConfig, SessionContext},
};
use lake::PinnedPort;

use crate::support::{Place, columns, place, rows, write};

const ROWS: i64 = 60_000;

async fn port(place: &Place) -> Arc<PinnedPort> {
    let (table, _) = place.port();
    let version = write(&table, &columns(), &[rows(0..ROWS)], None).await;
    let manifest = table.manifest(version).await.unwrap();
    table.pin(Arc::new(manifest)).unwrap()
}

/// The ids that a scan of the second column and the first reads, in order.
async fn read(port: &PinnedPort, hints: &[Expr]) -> Vec<i64> {
    let mut config = SessionConfig::new().with_target_partitions(2);
    // What would make of a hint a filter.
    config.options_mut().execution.parquet.pushdown_filters = true;
    let context = SessionContext::new_with_config(config);
    let plan = port.hinted_scan(&context.state(), &columns(), &[1, 0], hints).await.unwrap();
    let schema = plan.schema();
    assert_eq!((schema.field(0).name().as_str(), schema.field(1).name().as_str()), ("name", "id"));
    let found = concat_batches(&schema, &collect(plan, context.task_ctx()).await.unwrap()).unwrap();
    let mut ids = found.column(1).as_primitive::<Int64Type>().values().to_vec();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn hints_leave_out_pages_and_never_rows() {
    let place = place();
    let port = port(&place).await;
    let all: Vec<i64> = (0..ROWS).collect();
    assert_eq!(read(&port, &[]).await, all);
    let some = read(&port, &[col("id").eq(lit(30_000_i64))]).await;
    assert!(some.len() > 1 && some.len() < all.len() / 2, "pages of {} rows", some.len());
    assert!(some.contains(&30_000));
    // Whole pages: neighbours come along, of a column that no hint speaks of as well.
    assert_eq!(some, (some[0]..=some[some.len() - 1]).collect::<Vec<_>>());
    let both = [col("id").gt_eq(lit(30_000_i64)), col("name").eq(lit("name 30000"))];
    assert!(read(&port, &both).await.contains(&30_000));
    assert_eq!(read(&port, &[col("id").lt(lit(0_i64))]).await, Vec::<i64>::new());
}

#[tokio::test]
async fn a_hint_that_cannot_be_planned_leaves_out_nothing() {
    let place = place();
    let port = port(&place).await;
    assert_eq!(read(&port, &[col("absent").eq(lit(1_i64))]).await.len(), usize::try_from(ROWS).unwrap());
}

#[tokio::test]
async fn a_large_file_is_spread_over_partitions() {
    let place = place();
    let port = port(&place).await;
    let config = SessionConfig::new().with_target_partitions(3).with_repartition_file_min_size(1);
    let context = SessionContext::new_with_config(config);
    let plan = port.hinted_scan(&context.state(), &columns(), &[0], &[]).await.unwrap();
    assert_eq!(plan.output_partitioning().partition_count(), 3);
    let found = collect(plan, context.task_ctx()).await.unwrap();
    assert_eq!(found.iter().map(|batch| batch.num_rows()).sum::<usize>(), usize::try_from(ROWS).unwrap());
}
