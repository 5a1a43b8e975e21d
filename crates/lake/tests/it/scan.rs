//! The scan: the same answers as the engine's own scan of the same files, whatever was pruned.

use std::sync::Arc;

use arrow::{
    array::{
        Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    },
    util::pretty::pretty_format_batches,
};
use datafusion::{
    catalog::TableProvider,
    physical_plan::{
        displayable,
        statistics::{StatisticsArgs, StatisticsContext},
    },
    prelude::{ParquetReadOptions, SessionConfig, SessionContext},
};
use lake::Table;
use model::{
    Code,
    column::{ColumnType, Field},
};

use crate::support::{Place, ask, batch, context, data_files, field, place, value};

fn shape() -> Vec<Field> {
    vec![
        field("id", ColumnType::Integer),
        field("amount", ColumnType::Decimal { precision: 12, scale: 2 }),
        field("score", ColumnType::Number),
        field("name", ColumnType::String),
        field("day", ColumnType::Date),
        field("at", ColumnType::Timestamp),
    ]
}

/// Rows whose values move with `part`, so that files can be told apart by their bounds; every seventh value is NULL.
fn part(part: i64, rows: i64) -> RecordBatch {
    let ids: Vec<i64> = (0..rows).map(|row| part * 1000 + row).collect();
    let some = |id: &i64| id % 7 != 0;
    batch(vec![
        ("id", Arc::new(Int64Array::from(ids.clone()))),
        (
            "amount",
            Arc::new(
                ids.iter()
                    .map(|id| some(id).then_some(i128::from(*id) * 10 - 5000))
                    .collect::<Decimal128Array>()
                    .with_precision_and_scale(12, 2)
                    .unwrap(),
            ),
        ),
        (
            "score",
            Arc::new(
                ids.iter()
                    .map(|id| some(id).then_some(if id % 11 == 0 { f64::NAN } else { *id as f64 / 10.0 - 100.0 }))
                    .collect::<Float64Array>(),
            ),
        ),
        ("name", Arc::new(ids.iter().map(|id| some(id).then(|| format!("n{:06}", id))).collect::<StringArray>())),
        ("day", Arc::new(ids.iter().map(|id| some(id).then_some(*id as i32)).collect::<Date32Array>())),
        (
            "at",
            Arc::new(
                ids.iter()
                    .map(|id| some(id).then_some(id * 86_400_000_000))
                    .collect::<TimestampMicrosecondArray>()
                    .with_timezone("UTC"),
            ),
        ),
    ])
}

/// A table whose files hold parts 0 to 5, and a last one with nothing but NULLs.
async fn parts(place: &Place) -> Table {
    let (table, _) = place.port();
    let mut fields = shape();
    fields.push(field("part", ColumnType::Integer));
    let mut writer = table.writer(&fields, &["part".to_owned()]).await.unwrap();
    for number in 0..6i64 {
        let rows = part(number, 900);
        let mut columns: Vec<(String, arrow::array::ArrayRef)> = rows
            .schema()
            .fields()
            .iter()
            .zip(rows.columns())
            .map(|(field, column)| (field.name().clone(), Arc::clone(column)))
            .collect();
        if number == 5 {
            for (_, column) in &mut columns {
                *column = arrow::array::new_null_array(column.data_type(), 900);
            }
        }
        columns.push(("part".to_owned(), Arc::new(Int64Array::from(vec![number; 900]))));
        writer
            .write(&RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap())
            .await
            .unwrap();
    }
    writer.commit_overwrite(None).await.unwrap();
    table
}

/// The engine's own scan of the same files.
async fn listing(place: &Place) -> SessionContext {
    let (_, directory) = place.port();
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    let options = ParquetReadOptions::default()
        .table_partition_cols(vec![("part".to_owned(), arrow::datatypes::DataType::Int64)]);
    context.register_parquet("t", directory.display().to_string(), options).await.unwrap();
    context
}

const PREDICATES: [&str; 26] = [
    "id = 2500",
    "id BETWEEN 1890 AND 2010",
    "id < 0",
    "id IS NULL",
    "amount > 30000.00",
    "amount <= -49.95",
    "amount = 15.00",
    "amount IS NULL AND id > 3000",
    "score > 399.5",
    "score < -50.5 OR score > 350.5",
    "score = -100.0",
    "isnan(score)",
    "name = 'n002500'",
    "name LIKE 'n0030%'",
    "name NOT LIKE 'n0%'",
    "name IN ('n000001', 'n004001', 'x')",
    "name > 'n0048'",
    "name IS DISTINCT FROM 'n000001'",
    "day >= DATE '1981-01-01'",
    "day < DATE '1970-02-01' AND name IS NOT NULL",
    "at > TIMESTAMP '1982-12-01 00:00:00Z'",
    "at = TIMESTAMP '1973-01-01 00:00:00Z'",
    "part = 3",
    "part >= 4 AND id IS NULL",
    "part = 2 AND id < 2003 AND name IS NOT NULL",
    "NOT (part < 5) OR id = 7",
];

#[tokio::test]
async fn pruned_scans_answer_as_the_engines_own_scan() {
    let place = place();
    let table = parts(&place).await;
    let ours = context(table.provider_unpinned(0).await.unwrap());
    let theirs = listing(&place).await;
    for predicate in PREDICATES {
        for columns in ["count(*), count(name), min(id), max(at), sum(amount)", "part, max(day), count(score)"] {
            let group = if columns.starts_with("part") { " GROUP BY part ORDER BY part" } else { "" };
            let sql = format!("SELECT {columns} FROM t WHERE {predicate}{group}");
            let mut answers = Vec::new();
            for context in [&ours, &theirs] {
                let batches = context.sql(&sql).await.unwrap().collect().await.unwrap();
                answers.push(pretty_format_batches(&batches).unwrap().to_string());
            }
            assert_eq!(answers[0], answers[1], "{sql}");
        }
    }
}

/// The optimised physical plan of a question.
async fn plan(table: Arc<dyn TableProvider>, sql: &str) -> String {
    let plan = context(table).sql(sql).await.unwrap().create_physical_plan().await.unwrap();
    displayable(plan.as_ref()).indent(true).to_string()
}

#[tokio::test]
async fn files_are_pruned_by_the_manifest() {
    let place = place();
    let table = parts(&place).await;
    let provider = table.provider_unpinned(0).await.unwrap();
    for (predicate, files) in [
        ("id = 2500", 1),
        ("part = 3", 1),
        ("name >= 'n004000'", 1),
        ("day > DATE '1980-01-01'", 2),
        ("id IS NULL", 1),
        ("id IS NOT NULL", 5),
        ("id < 0", 0),
        ("abs(id) = 2500", 6),
    ] {
        let text = plan(Arc::clone(&provider), &format!("SELECT name FROM t WHERE {predicate}")).await;
        let found = text.matches(".parquet").count();
        assert_eq!(found, files, "{predicate}\n{text}");
    }
}

#[tokio::test]
async fn statistics_never_answer() {
    let place = place();
    let table = parts(&place).await;
    let provider = table.provider_unpinned(0).await.unwrap();
    for sql in [
        "SELECT count(*) FROM t",
        "SELECT min(id), max(id) FROM t",
        "SELECT count(id) FROM t",
        "SELECT max(part) FROM t",
    ] {
        let text = plan(Arc::clone(&provider), sql).await;
        assert!(text.contains("DataSourceExec"), "{sql} is answered without reading\n{text}");
    }
    let state = context(Arc::clone(&provider)).state();
    let scan = provider.scan(&state, None, &[], None).await.unwrap();
    let statistics = StatisticsContext::new().compute(scan.as_ref(), &StatisticsArgs::new()).unwrap();
    assert_eq!(statistics.num_rows.is_exact(), Some(false));
    assert_eq!(statistics.num_rows.get_value(), Some(&5400));
    for column in &statistics.column_statistics {
        for exact in [column.min_value.is_exact(), column.max_value.is_exact(), column.null_count.is_exact()] {
            assert_ne!(exact, Some(true));
        }
    }
}

#[tokio::test]
async fn a_false_bound_never_changes_an_answer_that_does_not_use_it() {
    let place = place();
    let table = parts(&place).await;
    let mut manifest = table.manifest(0).await.unwrap();
    for file in &mut manifest.files {
        file.rows = 1;
        file.statistics.clear();
    }
    let provider = table.pin(Arc::new(manifest)).unwrap().provider(None).unwrap();
    assert_eq!(value(Arc::clone(&provider), "SELECT count(*) FROM t").await.unwrap(), "5400");
    assert_eq!(value(Arc::clone(&provider), "SELECT count(*) FROM (SELECT * FROM t LIMIT 100)").await.unwrap(), "100");
    assert_eq!(value(provider, "SELECT count(*) FROM t WHERE id = 2500").await.unwrap(), "1");
}

#[tokio::test]
async fn the_contract_says_which_columns_exist_and_in_which_order() {
    let place = place();
    let table = parts(&place).await;
    let manifest = Arc::new(table.manifest(0).await.unwrap());
    let port = table.pin(manifest).unwrap();
    let asked =
        vec![field("part", ColumnType::Integer), field("name", ColumnType::String), field("id", ColumnType::Number)];
    let provider = port.provider(Some(&asked)).unwrap();
    let text = ask(Arc::clone(&provider), "SELECT * FROM t WHERE id = 2501").await.unwrap();
    assert!(text.contains("| part | name    | id     |"), "{text}");
    assert!(text.contains("| 2    | n002501 | 2501.0 |"), "{text}");
    assert_eq!(value(Arc::clone(&provider), "SELECT count(*) FROM t WHERE part = 2").await.unwrap(), "900");
    assert!(context(provider).sql("SELECT amount FROM t").await.is_err());
    let absent = port.provider(Some(&[field("ssn_raw", ColumnType::String)]));
    assert_eq!(absent.err().unwrap().code(), Code::DataUnavailable);
}

#[tokio::test]
async fn limits_offsets_and_empty_projections_keep_their_rows() {
    let place = place();
    let table = parts(&place).await;
    let provider = table.provider_unpinned(0).await.unwrap();
    for (sql, answer) in [
        ("SELECT count(*) FROM (SELECT 1 FROM t LIMIT 5000)", "5000"),
        ("SELECT count(*) FROM (SELECT part FROM t OFFSET 5399)", "1"),
        ("SELECT count(*) FROM (SELECT name FROM t WHERE id >= 4000 LIMIT 10000)", "900"),
        ("SELECT count(*) FROM t a JOIN t b ON a.id = b.id", "4500"),
    ] {
        assert_eq!(value(Arc::clone(&provider), sql).await.unwrap(), answer, "{sql}");
    }
}

#[tokio::test]
async fn one_large_file_is_read_by_every_partition() {
    let place = place();
    let (table, directory) = place.port();
    let mut writer = table.writer(&shape(), &[]).await.unwrap();
    for number in 0..300i64 {
        writer.write(&part(number, 1000)).await.unwrap();
    }
    writer.commit_overwrite(None).await.unwrap();
    assert_eq!(data_files(&directory).len(), 1);
    let config = SessionConfig::new().with_target_partitions(4).with_repartition_file_min_size(1);
    let context = SessionContext::new_with_config(config);
    context.register_table("t", table.provider_unpinned(0).await.unwrap()).unwrap();
    let plan = context.sql("SELECT sum(id) FROM t").await.unwrap().create_physical_plan().await.unwrap();
    let text = displayable(plan.as_ref()).indent(true).to_string();
    assert!(text.contains("4 groups"), "{text}");
    let found = context.sql("SELECT sum(id) FROM t").await.unwrap().collect().await.unwrap();
    let expected: i64 = (0..300_000i64).sum();
    assert_eq!(found[0].column(0).as_ref(), &Int64Array::from(vec![expected]) as &dyn arrow::array::Array);
}
