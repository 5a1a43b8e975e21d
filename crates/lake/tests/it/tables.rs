//! Delta tables: whole versions, one winner, restored content, every type and partitions.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray,
        MapBuilder, RecordBatch, StringArray, StringBuilder, StructArray, TimestampMicrosecondArray,
    },
    datatypes::{DataType, Field as ArrowField, Int64Type, Schema},
};
use model::{
    Code,
    column::{ColumnType, Field},
};

use crate::support::{ask, batch, columns, context, data_files, field, place, rows, value, write};

#[tokio::test]
async fn a_write_is_one_version_that_replaces_the_content() {
    let place = place();
    let (table, directory) = place.port();
    assert_eq!(table.head().await.unwrap(), None);
    assert_eq!(write(&table, &columns(), &[rows(0..10), rows(10..15)], None).await, 0);
    assert_eq!(write(&table, &columns(), &[rows(0..3)], Some(0)).await, 1);
    assert_eq!(table.head().await.unwrap(), Some(1));
    let count = "SELECT count(*) FROM t";
    assert_eq!(value(table.provider_unpinned(0).await.unwrap(), count).await.unwrap(), "15");
    assert_eq!(value(table.provider_unpinned(1).await.unwrap(), count).await.unwrap(), "3");
    assert_eq!(data_files(&directory).len(), 2, "the old version stays readable");
    let log = std::fs::read_to_string(directory.join("_delta_log/00000000000000000000.json")).unwrap();
    assert!(log.contains("\"delta.enableExpiredLogCleanup\":\"false\""), "{log}");
}

#[tokio::test]
async fn rows_are_added_to_what_is_there_or_not_at_all() {
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..10)], None).await;
    let mut more = table.writer(&columns(), &[]).await.unwrap();
    let mut late = table.writer(&columns(), &[]).await.unwrap();
    more.write(&rows(10..15)).await.unwrap();
    late.write(&rows(10..15)).await.unwrap();
    assert_eq!(more.commit_append(0).await.unwrap(), 1);
    assert_eq!(late.commit_append(0).await.unwrap_err().code(), Code::Conflict);
    let count = "SELECT count(*) FROM t";
    assert_eq!(value(table.provider_unpinned(1).await.unwrap(), count).await.unwrap(), "15");
    assert_eq!(data_files(&directory).len(), 2, "nothing is written again, and the loser leaves nothing");
    let fewer = table.writer(&columns()[..1], &[]).await.unwrap();
    assert_eq!(fewer.commit_append(1).await.unwrap_err().code(), Code::Internal);
    assert_eq!(table.head().await.unwrap(), Some(1));
    assert_eq!(table.writer(&columns(), &[]).await.unwrap().commit_append(1).await.unwrap(), 2);
    assert_eq!(value(table.provider_unpinned(2).await.unwrap(), count).await.unwrap(), "15");
}

#[tokio::test]
async fn of_two_writers_one_wins() {
    let place = place();
    let (table, directory) = place.port();
    let mut one = table.writer(&columns(), &[]).await.unwrap();
    let mut two = table.writer(&columns(), &[]).await.unwrap();
    one.write(&rows(0..1)).await.unwrap();
    two.write(&rows(0..2)).await.unwrap();
    assert_eq!(one.commit_overwrite(None).await.unwrap(), 0);
    let problem = two.commit_overwrite(None).await.unwrap_err();
    assert_eq!(problem.code(), Code::Conflict);
    assert_eq!(value(table.provider_unpinned(0).await.unwrap(), "SELECT count(*) FROM t").await.unwrap(), "1");
    let mut winners = 0;
    let mut writers = Vec::new();
    for _ in 0..8 {
        let mut writer = table.writer(&columns(), &[]).await.unwrap();
        writer.write(&rows(0..5)).await.unwrap();
        writers.push(tokio::spawn(writer.commit_overwrite(Some(0))));
    }
    for writer in writers {
        match writer.await.unwrap() {
            Ok(version) => {
                winners += 1;
                assert_eq!(version, 1);
            }
            Err(problem) => assert_eq!(problem.code(), Code::Conflict),
        }
    }
    assert_eq!(winners, 1);
    assert_eq!(data_files(&directory).len(), 2, "the losers give their space back");
    let mut ended = table.writer(&columns(), &[]).await.unwrap();
    ended.write(&rows(0..5)).await.unwrap();
    drop(ended);
    assert_eq!(data_files(&directory).len(), 2, "so does a run that ended early");
}

#[tokio::test]
async fn nothing_written_is_a_table_without_rows() {
    let place = place();
    let (table, _) = place.port();
    assert_eq!(write(&table, &columns(), &[], None).await, 0);
    let manifest = table.manifest(0).await.unwrap();
    assert_eq!((manifest.rows(), manifest.files.len()), (0, 0));
    assert_eq!(manifest.schema, columns());
    let provider = table.provider_unpinned(0).await.unwrap();
    assert_eq!(value(Arc::clone(&provider), "SELECT count(*) FROM t").await.unwrap(), "0");
    assert!(ask(provider, "SELECT id FROM t WHERE name = 'x' ORDER BY 1").await.unwrap().contains("id"));
    write(&table, &columns(), &[rows(0..5)], Some(0)).await;
    write(&table, &columns(), &[], Some(1)).await;
    assert_eq!(table.manifest(2).await.unwrap().rows(), 0);
}

#[tokio::test]
async fn a_restored_version_has_the_old_content_and_columns() {
    let place = place();
    let (table, _) = place.port();
    write(&table, &columns(), &[rows(0..10)], None).await;
    assert_eq!(table.restore(0).await.unwrap(), 0, "HEAD is not ahead");
    let wider = vec![field("id", ColumnType::Integer), field("score", ColumnType::Number)];
    let scores =
        batch(vec![("id", Arc::new(Int64Array::from(vec![1]))), ("score", Arc::new(Float64Array::from(vec![0.5])))]);
    write(&table, &wider, &[scores], Some(0)).await;
    assert_eq!(table.schema(1).await.unwrap(), wider);
    assert_eq!(table.restore(0).await.unwrap(), 2);
    assert_eq!(table.schema(2).await.unwrap(), columns());
    let (old, restored) = (table.manifest(0).await.unwrap(), table.manifest(2).await.unwrap());
    assert_eq!(old.files, restored.files);
    assert_eq!(write(&table, &columns(), &[rows(0..1)], Some(2)).await, 3);
    assert_eq!(table.restore(99).await.unwrap_err().code(), Code::DataUnavailable);
}

#[tokio::test]
async fn a_long_log_loads_through_its_checkpoints() {
    let place = place();
    let (table, directory) = place.port();
    let mut head = write(&table, &columns(), &[rows(0..1)], None).await;
    for turn in 1..=104 {
        head = write(&table, &columns(), &[rows(0..turn)], Some(head)).await;
    }
    assert_eq!(head, 104);
    assert!(directory.join("_delta_log/00000000000000000100.checkpoint.parquet").exists());
    assert!(directory.join("_delta_log/00000000000000000000.json").exists(), "the log is never cleaned up");
    for version in [0, 49, 50, 51, 100, 104] {
        let rows = table.manifest(version).await.unwrap().rows();
        assert_eq!(rows, version.max(1), "version {version}");
    }
}

fn every_type() -> (Vec<Field>, RecordBatch) {
    let nested = vec![field("a", ColumnType::String), field("b", ColumnType::Integer)];
    let kinds = vec![
        field("text", ColumnType::String),
        field("whole", ColumnType::Integer),
        field("real", ColumnType::Number),
        field("money", ColumnType::Decimal { precision: 12, scale: 2 }),
        field("truth", ColumnType::Boolean),
        field("day", ColumnType::Date),
        field("at", ColumnType::Timestamp),
        field("bytes", ColumnType::Binary),
        field("pair", ColumnType::Struct(nested)),
        field("list", ColumnType::List(Box::new(ColumnType::Integer))),
        field("map", ColumnType::Map(Box::new(ColumnType::String))),
    ];
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    map.keys().append_value("k");
    map.values().append_value("v");
    map.append(true).unwrap();
    map.append(false).unwrap();
    let pair = StructArray::from(vec![
        (
            Arc::new(ArrowField::new("a", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec![Some("x"), None])) as ArrayRef,
        ),
        (Arc::new(ArrowField::new("b", DataType::Int64, true)), Arc::new(Int64Array::from(vec![Some(1), None]))),
    ]);
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1), None]), None]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec![Some("Größe, \"x\""), None])),
        Arc::new(Int64Array::from(vec![Some(i64::MIN), None])),
        Arc::new(Float64Array::from(vec![Some(-0.1), None])),
        Arc::new(Decimal128Array::from(vec![Some(-5), None]).with_precision_and_scale(12, 2).unwrap()),
        Arc::new(BooleanArray::from(vec![Some(true), None])),
        Arc::new(Date32Array::from(vec![Some(-20_743), None])),
        Arc::new(TimestampMicrosecondArray::from(vec![Some(1_763_800_000_000_001), None]).with_timezone("UTC")),
        Arc::new(BinaryArray::from_opt_vec(vec![Some(b"\0\xff"), None])),
        Arc::new(pair),
        Arc::new(list),
        Arc::new(map.finish()),
    ];
    let schema: Vec<ArrowField> = kinds
        .iter()
        .zip(&columns)
        .map(|(field, column)| ArrowField::new(&field.name, column.data_type().clone(), true))
        .collect();
    (kinds, RecordBatch::try_new(Arc::new(Schema::new(schema)), columns).unwrap())
}

#[tokio::test]
async fn every_type_comes_back() {
    let place = place();
    let (table, _) = place.port();
    let (kinds, rows) = every_type();
    write(&table, &kinds, &[rows], None).await;
    let manifest = table.manifest(0).await.unwrap();
    assert_eq!(manifest.schema, kinds);
    let provider = table.provider_unpinned(0).await.unwrap();
    assert_eq!(provider.schema(), lake::arrow_types::schema_of(&kinds));
    let text = ask(provider, "SELECT * FROM t ORDER BY whole NULLS LAST").await.unwrap();
    for shown in [
        "Größe, \"x\"",
        "-9223372036854775808",
        "-0.1",
        "-0.05",
        "true",
        "1913-03-18",
        "2025-11-22T08:26:40.000001Z",
        "00ff",
        "{a: x, b: 1}",
        "[1, ]",
        "{k: v}",
    ] {
        assert!(text.contains(shown), "{shown}\n{text}");
    }
}

#[tokio::test]
async fn foreign_types_are_cast_and_what_does_not_fit_is_an_error() {
    let place = place();
    let (table, _) = place.port();
    let columns = vec![field("n", ColumnType::Integer), field("d", ColumnType::Decimal { precision: 4, scale: 2 })];
    let fits = batch(vec![
        ("d", Arc::new(Float64Array::from(vec![1.25]))),
        ("n", Arc::new(arrow::array::Int32Array::from(vec![7]))),
    ]);
    write(&table, &columns, &[fits], None).await;
    assert!(ask(table.provider_unpinned(0).await.unwrap(), "SELECT * FROM t").await.unwrap().contains("| 7 | 1.25 |"));
    let mut writer = table.writer(&columns, &[]).await.unwrap();
    let large =
        batch(vec![("d", Arc::new(Float64Array::from(vec![100.5]))), ("n", Arc::new(Int64Array::from(vec![7])))]);
    let problem = writer.write(&large).await.unwrap_err();
    assert_eq!(problem.code(), Code::ExpressionFailed);
    assert!(problem.message().contains("`d`") && !problem.message().contains("100.5"), "{problem}");
    for wrong in [rows(0..1), batch(vec![("n", Arc::new(Int64Array::from(vec![7])))])] {
        assert_eq!(writer.write(&wrong).await.unwrap_err().code(), Code::InvalidValue);
    }
}

#[tokio::test]
async fn column_names_that_delta_cannot_hold_are_refused() {
    let place = place();
    let (table, _) = place.port();
    for names in [["a b", "c"], ["a", "A"], ["_batch", "c"], ["", "c"]] {
        let fields: Vec<Field> = names.iter().map(|name| field(name, ColumnType::String)).collect();
        assert_eq!(table.writer(&fields, &[]).await.err().unwrap().code(), Code::InvalidValue, "{names:?}");
    }
    let absent = table.writer(&columns(), &["region".to_owned()]).await;
    assert_eq!(absent.err().unwrap().code(), Code::InvalidValue);
    assert_eq!(table.head().await.unwrap(), None);
}

#[tokio::test]
async fn partitions_split_files_and_come_back_as_columns() {
    let place = place();
    let (table, directory) = place.port();
    let columns =
        vec![field("region", ColumnType::String), field("id", ColumnType::Integer), field("day", ColumnType::Date)];
    let rows = batch(vec![
        ("region", Arc::new(StringArray::from(vec![Some("EU"), Some("a/../b %"), None, Some("EU")]))),
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        ("day", Arc::new(Date32Array::from(vec![Some(20_454), Some(20_454), None, Some(20_455)]))),
    ]);
    let by = ["region".to_owned(), "day".to_owned()];
    let mut writer = table.writer(&columns, &by).await.unwrap();
    writer.write(&rows).await.unwrap();
    writer.commit_overwrite(None).await.unwrap();
    assert!(directory.join("region=EU/day=2026-01-01").is_dir());
    assert!(directory.join("region=__HIVE_DEFAULT_PARTITION__").is_dir());
    let manifest = table.manifest(0).await.unwrap();
    assert_eq!((manifest.files.len(), manifest.partition_by.clone()), (4, by.to_vec()));
    let provider = table.provider_unpinned(0).await.unwrap();
    assert_eq!(provider.schema().field(0).name(), "region", "the order of the columns is the table's");
    let text = ask(Arc::clone(&provider), "SELECT * FROM t ORDER BY id").await.unwrap();
    for line in ["| EU       | 1  | 2026-01-01 |", "| a/../b % | 2  | 2026-01-01 |", "|          | 3  |            |"] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    for (filter, ids) in [
        ("region = 'EU'", "[1, 4]"),
        ("region IS NULL", "[3]"),
        ("region IS NOT NULL AND day = DATE '2026-01-01'", "[1, 2]"),
        ("region <> 'EU'", "[2]"),
        ("day > DATE '2026-01-01' OR id = 3", "[3, 4]"),
        ("region IS DISTINCT FROM 'EU'", "[2, 3]"),
    ] {
        let sql = format!("SELECT array_agg(id ORDER BY id) FROM t WHERE {filter}");
        assert_eq!(value(Arc::clone(&provider), &sql).await.unwrap(), ids, "{filter}");
    }
    let empty = batch(vec![
        ("region", Arc::new(StringArray::from(vec![""]))),
        ("id", Arc::new(Int64Array::from(vec![1]))),
        ("day", Arc::new(Date32Array::from(vec![1]))),
    ]);
    let mut writer = table.writer(&columns, &by).await.unwrap();
    assert_eq!(writer.write(&empty).await.unwrap_err().code(), Code::ExpressionFailed);
}

#[tokio::test]
async fn many_partitions_need_few_open_files() {
    let place = place();
    let (table, _) = place.port();
    let columns = vec![field("part", ColumnType::Integer), field("id", ColumnType::Integer)];
    let mut writer = table.writer(&columns, &["part".to_owned()]).await.unwrap();
    for turn in 0..4i64 {
        let parts: Int64Array = (0..400i64).map(|row| Some(row % 100)).collect();
        let ids: Int64Array = (0..400i64).map(|row| Some(turn * 400 + row)).collect();
        writer.write(&batch(vec![("part", Arc::new(parts)), ("id", Arc::new(ids))])).await.unwrap();
    }
    writer.commit_overwrite(None).await.unwrap();
    let provider = table.provider_unpinned(0).await.unwrap();
    let sql = "SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || count(DISTINCT part) FROM t";
    assert_eq!(value(provider, sql).await.unwrap(), "1600 1600 100");
}

#[tokio::test]
async fn a_wide_table_is_written_and_read() {
    let place = place();
    let (table, _) = place.port();
    let columns: Vec<Field> = (0..1500).map(|index| field(&format!("c{index}"), ColumnType::Integer)).collect();
    let arrays: Vec<(String, ArrayRef)> = (0..1500i64)
        .map(|index| (format!("c{index}"), Arc::new(Int64Array::from(vec![index, -index])) as ArrayRef))
        .collect();
    let rows = RecordBatch::try_from_iter(arrays).unwrap();
    write(&table, &columns, &[rows], None).await;
    let context = context(table.provider_unpinned(0).await.unwrap());
    let found = context.sql("SELECT c1499 FROM t WHERE c7 < 0").await.unwrap().collect().await.unwrap();
    assert_eq!(found[0].column(0).as_ref(), &Int64Array::from(vec![-1499]) as &dyn arrow::array::Array);
}
