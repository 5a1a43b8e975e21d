//! Batch logs: exactly once, under repeated and killed runs.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use lake::{BatchLog, BatchRecord, NewBatch, SourcePosition};
use model::{Code, Digest, Timestamp, column::ColumnType};

use crate::support::{Place, ask, batch, field, place, value};

fn log(place: &Place) -> BatchLog {
    place.zone.batches(&"drops".parse().unwrap(), &"notices".parse().unwrap())
}

fn new(path: &str) -> NewBatch {
    NewBatch {
        position: SourcePosition {
            path: path.into(),
            digest: Digest::of(path.as_bytes()),
            size: 10,
            stamp: "1-2-3".into(),
        },
        replaces: vec![],
        ingested_at: Timestamp::from_micros(1_763_800_000_000_000),
        columns: vec![],
    }
}

fn lines(first: i64, values: &[&str]) -> RecordBatch {
    let count = i64::try_from(values.len()).unwrap();
    batch(vec![
        ("value", Arc::new(StringArray::from(values.to_vec()))),
        ("_line", Arc::new(Int64Array::from_iter_values(first..first + count))),
    ])
}

fn refused(raw: &str, line: i64) -> RecordBatch {
    batch(vec![
        ("raw", Arc::new(StringArray::from(vec![raw]))),
        ("reason", Arc::new(StringArray::from(vec!["too few fields"]))),
        ("_line", Arc::new(Int64Array::from(vec![line]))),
    ])
}

async fn append(log: &BatchLog, path: &str, values: &[&str]) -> BatchRecord {
    let mut writer = log.begin(new(path)).await.unwrap();
    writer.write(&lines(2, values)).await.unwrap();
    writer.finish().await.unwrap()
}

#[tokio::test]
async fn rows_carry_batch_line_and_time() {
    let place = place();
    let log = log(&place);
    append(&log, "a.csv", &["x", "y"]).await;
    append(&log, "b.csv", &["z"]).await;
    let text = ask(log.provider().await.unwrap(), "SELECT * FROM t ORDER BY _batch, _line").await.unwrap();
    insta_like(&text, &["| x     | 1      | 2     | 2025-11-22T08:26:40Z |", "| z     | 2      | 2     |"]);
    assert!(place.data.join("zones/claims/bronze/drops/notices/batches/00000002.json").exists());
    log.verify().await.unwrap();
}

fn insta_like(text: &str, expected: &[&str]) {
    for line in expected {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
}

#[tokio::test]
async fn a_killed_run_leaves_nothing_visible_and_the_next_one_counts_once() {
    let place = place();
    let log = log(&place);
    append(&log, "a.csv", &["x"]).await;
    // Killed after the data was written and the rejected rows recorded, before the record.
    let mut killed = log.begin(new("b.csv")).await.unwrap();
    killed.write(&lines(2, &["y"])).await.unwrap();
    killed.reject(&refused("bad", 3)).await.unwrap();
    std::mem::forget(killed);
    let table = place.data.join("zones/claims/bronze/drops/notices");
    std::fs::write(table.join("batches/.tmp-0199"), "{\"half").unwrap();
    std::fs::write(table.join("data/part-orphan.parquet"), "PAR1").unwrap();
    assert_eq!(value(log.provider().await.unwrap(), "SELECT count(*) FROM t").await.unwrap(), "1");
    let record = append(&log, "b.csv", &["y"]).await;
    assert_eq!(record.batch, 2);
    assert_eq!(value(log.provider().await.unwrap(), "SELECT count(*) FROM t").await.unwrap(), "2");
    assert_eq!(log.records().await.unwrap().len(), 2);
    assert_eq!(value(log.rejected().provider().await.unwrap(), "SELECT count(*) FROM t").await.unwrap(), "0");
}

#[tokio::test]
async fn two_runs_at_once_have_one_winner() {
    let place = place();
    let log = log(&place);
    let mut one = log.begin(new("a.csv")).await.unwrap();
    let mut two = log.begin(new("a.csv")).await.unwrap();
    one.write(&lines(2, &["x"])).await.unwrap();
    two.write(&lines(2, &["x"])).await.unwrap();
    one.finish().await.unwrap();
    assert_eq!(two.finish().await.unwrap_err().code(), Code::Conflict);
    let data = place.data.join("zones/claims/bronze/drops/notices/data");
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1, "the loser gives its space back");
    let mut ended = log.begin(new("b.csv")).await.unwrap();
    ended.write(&lines(2, &["x"])).await.unwrap();
    drop(ended);
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1, "so does a run that ended early");
    assert_eq!(value(log.provider().await.unwrap(), "SELECT count(*) FROM t").await.unwrap(), "1");
}

#[tokio::test]
async fn rejected_rows_count_where_a_batch_names_them() {
    let place = place();
    let log = log(&place);
    append(&log, "a.csv", &["x"]).await;
    let mut writer = log.begin(new("b.csv")).await.unwrap();
    writer.write(&lines(2, &["y"])).await.unwrap();
    writer.reject(&refused("only one", 3)).await.unwrap();
    let record = writer.finish().await.unwrap();
    assert_eq!(record.rejected.unwrap().rows, 1);
    assert_eq!((record.rows, record.batch), (1, 2));
    let text = ask(log.rejected().provider().await.unwrap(), "SELECT * FROM t").await.unwrap();
    // Its own log is at number 1; the rows carry the number of the batch they belong to.
    insta_like(
        &text,
        &["| raw      | reason         | _batch | _line |", "| only one | too few fields | 2      | 3     |"],
    );
    // What a killed run recorded as rejected, but no batch names.
    let stray = log.rejected();
    let mut writer = stray.begin(new("c.csv")).await.unwrap();
    writer.write(&refused("stray", 1)).await.unwrap();
    writer.finish().await.unwrap();
    assert_eq!(value(log.rejected().provider().await.unwrap(), "SELECT count(*) FROM t").await.unwrap(), "1");
}

#[tokio::test]
async fn columns_that_differ_come_together() {
    let place = place();
    let log = log(&place);
    let numbers = |name: &str, values: ArrayRef| {
        let line = Arc::new(Int64Array::from_iter_values(0..i64::try_from(values.len()).unwrap()));
        batch(vec![(name, values), ("_line", line)])
    };
    let mut writer = log.begin(new("a.jsonl")).await.unwrap();
    writer.write(&numbers("n", Arc::new(Int64Array::from(vec![1, 2])))).await.unwrap();
    writer.write(&numbers("n", Arc::new(Float64Array::from(vec![2.5])))).await.unwrap();
    writer.write(&numbers("late", Arc::new(StringArray::from(vec!["x"])))).await.unwrap();
    let record = writer.finish().await.unwrap();
    assert_eq!(record.columns, [field("n", ColumnType::Number), field("late", ColumnType::String)]);
    assert_eq!(record.files.len(), 3);
    let mut writer = log.begin(new("b.jsonl")).await.unwrap();
    writer.write(&numbers("n", Arc::new(StringArray::from(vec!["many"])))).await.unwrap();
    writer.finish().await.unwrap();
    let table = log.provider().await.unwrap();
    let text = ask(table, "SELECT n, late FROM t ORDER BY _batch, late, n").await.unwrap();
    insta_like(&text, &["| 1    |      |", "| 2.5  |      |", "|      | x    |", "| many |      |"]);
}

#[tokio::test]
async fn a_header_without_rows_is_a_batch_and_a_log_without_batches_a_table() {
    let place = place();
    let log = log(&place);
    let text = ask(log.provider().await.unwrap(), "SELECT * FROM t").await.unwrap();
    insta_like(&text, &["| _batch | _line | _ingested_at |"]);
    let mut empty = new("a.csv");
    empty.columns = vec![field("value", ColumnType::String)];
    let record = log.begin(empty).await.unwrap().finish().await.unwrap();
    assert_eq!((record.rows, record.files.len()), (0, 0));
    assert_eq!(value(log.provider().await.unwrap(), "SELECT count(value) FROM t").await.unwrap(), "0");
}

#[tokio::test]
async fn a_replaced_batch_no_longer_counts() {
    let place = place();
    let log = log(&place);
    append(&log, "a.csv", &["old", "older"]).await;
    let mut again = new("a.csv");
    again.replaces = vec![1];
    let mut writer = log.begin(again).await.unwrap();
    writer.write(&lines(2, &["new"])).await.unwrap();
    writer.finish().await.unwrap();
    assert_eq!(value(log.provider().await.unwrap(), "SELECT max(value) || count(*) FROM t").await.unwrap(), "new1");
    let mut nonsense = new("a.csv");
    nonsense.replaces = vec![9];
    assert_eq!(log.begin(nonsense).await.err().unwrap().code(), Code::InvalidValue);
}

#[tokio::test]
async fn an_edited_missing_or_strange_record_is_named() {
    for damage in ["edit", "remove", "stranger", "link"] {
        let place = place();
        let log = log(&place);
        for path in ["a", "b", "c"] {
            append(&log, path, &["x"]).await;
        }
        let batches = place.data.join("zones/claims/bronze/drops/notices/batches");
        let second = batches.join("00000002.json");
        match damage {
            "edit" => {
                let text = std::fs::read_to_string(&second).unwrap();
                std::fs::write(&second, text.replace("\"size\": 10", "\"size\": 11")).unwrap();
            }
            "remove" => std::fs::remove_file(&second).unwrap(),
            "stranger" => std::fs::write(batches.join("00000009.json"), "{}").unwrap(),
            _ => {
                std::fs::rename(&second, batches.join("../kept.json")).unwrap();
                std::os::unix::fs::symlink("../kept.json", &second).unwrap();
            }
        }
        let problem = log.records().await.unwrap_err();
        assert_eq!(problem.code(), Code::DataUnavailable, "{damage}");
        assert!(log.provider().await.is_err(), "{damage}");
        if damage == "edit" {
            assert!(
                problem.message().contains("batch 3"),
                "{problem}: the record after the edited one does not follow"
            );
        }
    }
}

#[tokio::test]
async fn an_altered_data_file_is_found() {
    let place = place();
    let log = log(&place);
    let record = append(&log, "a.csv", &["x", "y"]).await;
    let file = place.data.join("zones/claims/bronze/drops/notices").join(&record.files[0].path);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    assert!(log.verify().await.unwrap_err().message().contains("batch 1"));
    // No batch record has the times of a file: its digest tells.
    let problem = ask(log.provider().await.unwrap(), "SELECT count(_line) FROM t").await.unwrap_err();
    assert_eq!(problem.code(), Code::DataUnavailable, "{problem}");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(log.provider().await.err().unwrap().code(), Code::DataUnavailable);
}

#[tokio::test]
async fn the_platforms_own_columns_cannot_be_brought() {
    let place = place();
    let log = log(&place);
    let mut writer = log.begin(new("a.csv")).await.unwrap();
    let own =
        batch(vec![("_batch", Arc::new(Int64Array::from(vec![7]))), ("_line", Arc::new(Int64Array::from(vec![1])))]);
    assert_eq!(writer.write(&own).await.unwrap_err().code(), Code::InvalidValue);
}
