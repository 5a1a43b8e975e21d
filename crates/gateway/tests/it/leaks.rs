//! The leaf from outside: what a hostile plan above it could learn, with every pushdown of the engine switched on.

use std::sync::Arc;

use arrow::array::{Array, ArrayData, RecordBatch};
use datafusion::{
    catalog::TableProvider,
    common::ScalarValue,
    execution::TaskContext,
    logical_expr::{TableProviderFilterPushDown, col, dml::InsertOp, lit},
    physical_plan::{ExecutionPlan, ExecutionPlanProperties as _, collect, displayable},
    prelude::{SessionConfig, SessionContext},
};

use crate::{
    door::{mixed, run, shared},
    f1::{CANARIES, F1},
};

const PORT: &str = "customer.customer_master.customers";

/// The governed table of ana, to be put into an engine of our own.
async fn governed(who: &str, port: &str) -> Arc<dyn TableProvider> {
    governed_in(shared().await, who, port).await
}

async fn governed_in(f1: &F1, who: &str, port: &str) -> Arc<dyn TableProvider> {
    let purpose = "fraud-detection".parse().unwrap();
    let input = f1.gateway.input(&f1.principal(who), Some(&purpose), &port.parse().unwrap()).await.unwrap();
    input.provider
}

fn contexts() -> Vec<SessionContext> {
    [false, true]
        .into_iter()
        .map(|on| {
            let mut config = SessionConfig::new().with_target_partitions(3).with_batch_size(8);
            let options = config.options_mut();
            options.execution.parquet.pushdown_filters = on;
            options.execution.parquet.reorder_filters = on;
            options.optimizer.enable_dynamic_filter_pushdown = on;
            options.optimizer.enable_topk_aggregation = on;
            options.execution.collect_statistics = on;
            SessionContext::new_with_config(config)
        })
        .collect()
}

async fn scan(provider: &Arc<dyn TableProvider>, context: &SessionContext) -> Arc<dyn ExecutionPlan> {
    provider.scan(&context.state(), None, &[], None).await.unwrap()
}

#[test]
fn the_leaf_answers_nothing() {
    run(async {
        let provider = governed("ana", PORT).await;
        assert!(provider.statistics().is_none() && provider.constraints().is_none());
        assert!(provider.get_table_definition().is_none() && provider.get_logical_plan().is_none());
        let context = SessionContext::new();
        let plan = scan(&provider, &context).await;
        assert!(plan.children().is_empty() && plan.metrics().is_none() && plan.fetch().is_none());
        assert!(plan.clone().with_fetch(Some(1)).is_none() && plan.downcast_delegate().is_none());
        assert!(plan.output_ordering().is_none());
        assert!(plan.repartitioned(9, context.state().config_options()).unwrap().is_none());
        let mut expressions = 0;
        let _ = plan.apply_expressions(&mut |_| {
            expressions += 1;
            Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
        });
        assert_eq!(expressions, 0);
        for text in [format!("{plan:?}"), displayable(plan.as_ref()).indent(true).to_string()] {
            for secret in ["EU", "parquet", "region", "/"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    });
}

#[test]
fn nothing_but_hints_is_pushed_into_the_treated_lane() {
    run(async {
        let filter = col("customer_id").eq(lit(1_001_i64));
        let masked = col("national_id").eq(lit(ScalarValue::Utf8View(Some("CANARYNID4242".to_owned()))));
        let failing = (lit(1_i64) / col("customer_id")).lt(lit(5_i64));
        let asked = [&filter, &masked, &failing];
        let treated = governed("ana", PORT).await.supports_filters_pushdown(&asked).unwrap();
        let no = TableProviderFilterPushDown::Unsupported;
        assert_eq!(treated, vec![TableProviderFilterPushDown::Inexact, no.clone(), no]);
        let fast = governed("ana", "policy.policies_active.policies").await;
        assert_eq!(fast.supports_filters_pushdown(&[&filter]).unwrap(), vec![TableProviderFilterPushDown::Inexact]);
    });
}

#[test]
fn writes_are_refused() {
    run(async {
        let provider = governed("ana", PORT).await;
        let context = SessionContext::new();
        let state = context.state();
        let plan = scan(&provider, &context).await;
        assert!(provider.insert_into(&state, plan, InsertOp::Append).await.is_err());
        assert!(provider.delete_from(&state, vec![]).await.is_err());
        assert!(provider.update(&state, vec![], vec![]).await.is_err());
        assert!(provider.truncate(&state).await.is_err());
    });
}

#[test]
fn no_probe_sees_a_hidden_row_with_pushdown_on_or_off() {
    let probes: &[(&str, usize)] = &[
        ("SELECT customer_id FROM t WHERE 1/(customer_id - 777001) < 5", 40),
        ("SELECT customer_id FROM t WHERE CAST(notes AS INT) > 0", 40),
        ("SELECT customer_id FROM t ORDER BY 1/(customer_id - 777001), customer_id LIMIT 3", 3),
        ("SELECT max(CAST(notes AS INT)) FROM t", 1),
        ("SELECT a.customer_id FROM t a JOIN t b ON CAST(a.notes AS INT) = CAST(b.notes AS INT)", 40),
        ("SELECT customer_id FROM t ORDER BY updated_at DESC LIMIT 7", 7),
        ("SELECT segment, max(income) m FROM t GROUP BY segment ORDER BY m DESC LIMIT 1", 1),
        (
            "SELECT customer_id FROM t a WHERE (SELECT count(*) FROM t b WHERE b.customer_id = a.customer_id AND CAST(b.notes AS INT) > 0) = 1",
            40,
        ),
        ("SELECT customer_id FROM t WHERE national_id = 'CANARYNID4242' OR full_name = 'CANARYNAME7Q'", 0),
        ("SELECT customer_id FROM t WHERE region = 'US'", 0),
        ("SELECT customer_id FROM t LIMIT 100", 40),
        ("SELECT 1 FROM t", 40),
        (
            "WITH RECURSIVE r(n) AS (SELECT min(customer_id) FROM t UNION ALL SELECT n + 1 FROM r WHERE n < (SELECT max(customer_id) FROM t)) SELECT n FROM r",
            40,
        ),
        (
            "WITH RECURSIVE r(n) AS (SELECT min(customer_id) FROM t UNION ALL SELECT r.n + 1 FROM r JOIN t ON t.customer_id = r.n + 1) SELECT n FROM r",
            40,
        ),
        ("SELECT customer_id FROM t WHERE customer_id IN (SELECT customer_id FROM t WHERE CAST(notes AS INT) > 0)", 40),
    ];
    run(async {
        let provider = governed("ana", PORT).await;
        for context in contexts() {
            context.register_table("t", Arc::clone(&provider)).unwrap();
            for (sql, rows) in probes {
                let batches = context.sql(sql).await.unwrap().collect().await.unwrap_or_else(|e| panic!("{sql}: {e}"));
                let found: usize = batches.iter().map(RecordBatch::num_rows).sum();
                assert_eq!(found, *rows, "{sql}");
            }
            let sql = "EXPLAIN ANALYZE VERBOSE SELECT customer_id FROM t WHERE customer_id = 777001";
            let text = format!("{:?}", context.sql(sql).await.unwrap().collect().await.unwrap());
            for secret in ["bytes_scanned", "row_groups", "parquet", "'EU'", "file_groups"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    });
}

/// S-08: whichever way the engine joins, guesses meet masked values.
#[test]
fn guesses_find_nothing_in_any_join() {
    const GUESSES: &str = "(VALUES ('EU-RAW-1001'), ('CANARYNID4242'), ('US-RAW-2001')) g(n)";
    run(async {
        let provider = governed("ana", PORT).await;
        for (hash, equal) in [(true, "HashJoinExec"), (false, "SortMergeJoinExec")] {
            let mut config = SessionConfig::new().with_target_partitions(3).with_batch_size(8);
            config.options_mut().optimizer.prefer_hash_join = hash;
            let context = SessionContext::new_with_config(config);
            context.register_table("t", Arc::clone(&provider)).unwrap();
            let on = "t.national_id = g.n";
            let near = "t.national_id >= g.n AND t.national_id < g.n || '!'";
            for (join, rows) in
                [("JOIN", 0), ("LEFT SEMI JOIN", 0), ("LEFT ANTI JOIN", 40), ("LEFT JOIN", 40), ("FULL JOIN", 43)]
            {
                for (on, operator) in [(on, equal), (near, "NestedLoopJoinExec")] {
                    let sql = format!("SELECT t.customer_id FROM t {join} {GUESSES} ON {on}");
                    let plan = context.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
                    let text = displayable(plan.as_ref()).indent(true).to_string();
                    assert!(text.contains(operator), "{sql}: {text}");
                    let batches = collect(plan, context.task_ctx()).await.unwrap();
                    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), rows, "{operator}: {sql}");
                }
            }
        }
    });
}

#[test]
fn no_hidden_byte_leaves_the_leaf() {
    run(async {
        let provider = governed_in(mixed().await, "ana", PORT).await;
        for context in contexts() {
            let plan = scan(&provider, &context).await;
            let task: Arc<TaskContext> = context.task_ctx();
            let batches = collect(plan, task).await.unwrap();
            assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 40);
            for column in batches.iter().flat_map(RecordBatch::columns) {
                for text in
                    CANARIES.iter().chain(&["nobody sees", "US-RAW", "hidden.example", "Hidden ", "Person ", "EU-RAW"])
                {
                    assert!(!holds(&column.to_data(), text.as_bytes()), "{text} in a buffer of {}", column.data_type());
                }
            }
        }
    });
}

/// Whether any buffer of an array holds some bytes, pointed to or not.
fn holds(data: &ArrayData, needle: &[u8]) -> bool {
    let own = data.buffers().iter().any(|buffer| buffer.as_slice().windows(needle.len()).any(|part| part == needle));
    own || data.child_data().iter().any(|child| holds(child, needle))
}

#[test]
fn explain_tells_names_and_lanes_and_no_policy() {
    run(async {
        let f1 = shared().await;
        let text = |rows: Vec<Vec<Option<String>>>| rows.into_iter().flatten().flatten().collect::<Vec<_>>().join("\n");
        let login = crate::door::ana();
        let sql = format!("EXPLAIN SELECT email, income FROM {PORT} WHERE customer_id = 777001 ORDER BY 1");
        let plan = text(f1.try_ask(&login, &sql).await.unwrap().rows);
        assert!(plan.contains(&format!("Port {PORT} version 1.0.0 (pub-")), "{plan}");
        assert!(plan.contains("treated lane") && plan.contains("email [partial (email)]"), "{plan}");
        assert!(!plan.contains("'EU'") && !plan.contains("parquet") && !plan.contains("file:"), "{plan}");
        let plan =
            text(f1.try_ask(&login, "EXPLAIN SELECT * FROM policy.policies_active.policies").await.unwrap().rows);
        assert!(plan.contains("fast lane"), "{plan}");
        let plan = text(f1.try_ask(&login, "EXPLAIN SELECT * FROM claims.claims_enriched.claims").await.unwrap().rows);
        assert!(!plan.contains("adjuster_notes"), "a denied column is absent: {plan}");
    });
}
