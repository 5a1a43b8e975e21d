//! Every single operation on storage fails once: the call says so with its code or is right, what was published is served
//! as it was, nothing torn has a final name, and asking again is all it takes (F-11, F-16).

use std::{fs, path::Path, sync::Arc};

use arrow::array::Int64Array;
use lake::{BatchLog, NewBatch, PinnedPort, SourcePosition, Table};
use model::{
    Code, Digest, Problem, Timestamp,
    drill::{self, Fault},
};
use parquet::file::reader::{FileReader as _, SerializedFileReader};

use crate::support::{Place, batch, columns, data_files, place, rows, step, value, write};

const FAULTS: [Fault; 4] = [Fault::Broken, Fault::Full, Fault::Short, Fault::Ended];

/// The numbers of the operations that fail; few of them need space.
fn steps(fault: Fault) -> impl Iterator<Item = u64> {
    (1..).step_by(step(if fault == Fault::Full { 1 } else { 7 }))
}

/// Rows and their sum: what no other content of these tests has.
const SUM: &str = "SELECT count(*) || ' ' || sum(id) || ' ' || count(name) FROM t";
const COUNT: &str = "SELECT count(*) FROM t";

async fn sum(port: &PinnedPort) -> Result<String, Problem> {
    let counted = value(port.provider(None)?, COUNT).await?;
    let summed = value(port.provider(None)?, SUM).await?;
    assert_eq!(summed.split(' ').next(), Some(counted.as_str()), "two counts of one version");
    Ok(summed)
}

/// What a fault may lead to.
fn check_outcome<T>(fault: Fault, n: u64, outcome: &Result<T, Problem>) {
    let Err(problem) = outcome else { return };
    let expected = match fault {
        Fault::Full => Code::StorageFull,
        Fault::Broken | Fault::Ended => Code::DataUnavailable,
        Fault::Short => panic!("a short read is no fault, but the {n}th gave {problem}: {:?}", problem.cause()),
    };
    assert_eq!(problem.code(), expected, "{fault:?} {n}: {problem}: {:?}", problem.cause());
    let told = serde_json::to_string(problem).unwrap();
    assert!(!told.contains("zones") && !told.contains("part-"), "{fault:?} {n}: {told}");
}

/// Nothing under a final name is torn: every log entry is whole JSON lines, every data file a whole Parquet file.
fn check_files(directory: &Path, context: &str) {
    if !directory.exists() {
        return;
    }
    for file in data_files(directory) {
        let opened = fs::File::open(&file).unwrap();
        let reader = SerializedFileReader::new(opened).unwrap_or_else(|error| panic!("{context}: {file:?}: {error}"));
        assert!(reader.metadata().file_metadata().num_rows() > 0, "{context}");
    }
    let Ok(log) = fs::read_dir(directory.join("_delta_log")) else { return };
    for entry in log {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(!name.starts_with(".tmp-"), "{context}: {name} was left behind");
        if name.ends_with(".json") {
            let text = fs::read_to_string(&path).unwrap();
            let lines: Vec<serde_json::Value> =
                text.lines().map(|line| serde_json::from_str(line).expect(context)).collect();
            assert!(lines.iter().any(|line| line.get("add").is_some()), "{context}: {name} is not whole");
        }
    }
}

/// Builds, lists and reads one version.
async fn build(table: &Table, ids: std::ops::Range<i64>) -> Result<String, Problem> {
    let base = table.head().await?;
    let mut writer = table.writer(&columns(), &[]).await?;
    writer.write(&rows(ids)).await?;
    let version = writer.commit_overwrite(base).await?;
    let manifest = table.manifest(version).await?;
    sum(&*table.pin(Arc::new(manifest))?).await
}

#[tokio::test]
async fn a_version_is_whole_or_absent_whichever_operation_fails() {
    let whole = "25 5300 25";
    for fault in FAULTS {
        let mut met = 0;
        for n in steps(fault) {
            let place = place();
            let (table, directory) = place.port();
            write(&table, &columns(), &[rows(0..10)], None).await;
            let before = table.pin(Arc::new(table.manifest(0).await.unwrap())).unwrap();
            let drill = drill::arm(&place.data, fault, n);
            let outcome = build(&table, 200..225).await;
            let happened = drill.happened();
            drop(drill);
            check_outcome(fault, n, &outcome);
            if let Ok(found) = &outcome {
                assert_eq!(found, whole, "{fault:?} {n}: other rows");
            }
            assert_eq!(sum(&before).await.unwrap(), "10 45 10", "{fault:?} {n}: what was published");
            check_files(&directory, &format!("{fault:?} {n}"));
            assert_eq!(build(&table, 200..225).await.unwrap(), whole, "{fault:?} {n}: asked again");
            assert_eq!(sum(&before).await.unwrap(), "10 45 10", "{fault:?} {n}: after asking again");
            if !happened {
                outcome.unwrap();
                break;
            }
            met += 1;
        }
        println!("{fault:?}: {met} operations failed");
        assert!(met > 2, "{fault:?}: the drill met {met} operations only");
    }
}

#[tokio::test]
async fn the_first_version_is_whole_or_absent_whichever_operation_fails() {
    for fault in [Fault::Broken, Fault::Full] {
        for n in steps(fault) {
            let place = place();
            let (table, directory) = place.port();
            let drill = drill::arm(&place.data, fault, n);
            let outcome = build(&table, 0..10).await;
            let happened = drill.happened();
            drop(drill);
            check_outcome(fault, n, &outcome);
            check_files(&directory, &format!("{fault:?} {n}"));
            assert_eq!(build(&table, 0..10).await.unwrap(), "10 45 10", "{fault:?} {n}");
            if !happened {
                outcome.unwrap();
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_checkpoint_that_cannot_be_written_keeps_no_version_back() {
    let made = place();
    let (table, _) = made.port();
    let mut head = write(&table, &columns(), &[rows(0..1)], None).await;
    while head < 49 {
        head = write(&table, &columns(), &[rows(0..2)], Some(head)).await;
    }
    let mut stood_without = 0;
    for n in steps(Fault::Full) {
        let place = made.copy();
        let (table, directory) = place.port();
        let drill = drill::arm(&place.data, Fault::Full, n);
        let outcome = build(&table, 200..225).await;
        let happened = drill.happened();
        drop(drill);
        check_outcome(Fault::Full, n, &outcome);
        let checkpoint = directory.join("_delta_log/00000000000000000050.checkpoint.parquet");
        if let Ok(bytes) = fs::read(&checkpoint) {
            assert!(bytes.ends_with(b"PAR1"), "{n}: half a checkpoint has its name");
        }
        let entry = directory.join("_delta_log/00000000000000000050.json").exists();
        assert!(entry || outcome.is_err(), "{n}: a version that is told as done is in the log");
        stood_without += usize::from(happened && outcome.is_ok());
        assert_eq!(build(&table, 200..225).await.unwrap(), "25 5300 25", "{n}: asked again");
        if !happened {
            assert!(checkpoint.exists(), "the use case without a fault writes a checkpoint");
            break;
        }
    }
    assert!(stood_without > 0, "no fault met the checkpoint alone");
}

#[tokio::test]
async fn a_statement_is_right_or_refused_whichever_operation_fails() {
    let place = place();
    let (table, _) = place.port();
    let mut writer = table.writer(&columns(), &["id".to_owned()]).await.unwrap();
    writer.write(&rows(0..4)).await.unwrap();
    writer.commit_overwrite(None).await.unwrap();
    let manifest = Arc::new(table.manifest(0).await.unwrap());
    for (sql, expected) in [
        (COUNT, "4"),
        ("SELECT count(name) FROM t", "4"),
        ("SELECT max(name) FROM t", "name 3"),
        ("SELECT sum(id) FROM t", "6"),
        ("SELECT count(*) FROM t WHERE name <> 'name 2'", "3"),
    ] {
        for fault in FAULTS {
            for n in steps(fault) {
                let port = table.pin(Arc::clone(&manifest)).unwrap();
                let drill = drill::arm(&place.data, fault, n);
                let answer = value(port.provider(None).unwrap(), sql).await;
                let happened = drill.happened();
                drop(drill);
                check_outcome(fault, n, &answer);
                if let Ok(answer) = &answer {
                    assert_eq!(answer, expected, "{sql}: {fault:?} {n}");
                }
                // The same port, not a fresh one: nothing that failed may be remembered.
                assert_eq!(value(port.provider(None).unwrap(), sql).await.unwrap(), expected, "{sql}: {fault:?} {n}");
                if !happened {
                    break;
                }
            }
        }
    }
}

fn position(path: &str) -> SourcePosition {
    SourcePosition { path: path.to_owned(), digest: Digest::of(path.as_bytes()), size: 1, stamp: String::new() }
}

/// Takes one file of the source if it was not taken yet, as a run does, and reads all.
async fn take(log: &BatchLog, path: &str, ids: std::ops::Range<i64>) -> Result<String, Problem> {
    if log.records().await?.iter().all(|record| record.position.path != path) {
        let at = Timestamp::from_micros(1_790_000_000_000_000);
        let new = NewBatch { position: position(path), replaces: Vec::new(), ingested_at: at, columns: Vec::new() };
        let mut writer = log.begin(new).await?;
        let lines = |ids: std::ops::Range<i64>| Arc::new(Int64Array::from_iter_values(ids));
        let all = rows(ids.clone());
        let taken = batch(vec![
            ("id", Arc::clone(all.column(0))),
            ("name", Arc::clone(all.column(1))),
            ("_line", lines(ids.clone())),
        ]);
        writer.write(&taken).await?;
        let reasons = Arc::new(arrow::array::StringArray::from(vec!["no number"]));
        let raw = Arc::new(arrow::array::StringArray::from(vec!["x,y"]));
        writer.reject(&batch(vec![("raw", raw), ("reason", reasons), ("_line", lines(0..1))])).await?;
        writer.finish().await?;
    }
    log.verify().await?;
    let kept = value(log.provider().await?, SUM).await?;
    let aside = value(log.rejected().provider().await?, COUNT).await?;
    Ok(format!("{kept}, {aside} aside"))
}

#[tokio::test]
async fn a_batch_counts_once_or_not_at_all_whichever_operation_fails() {
    let log_of = |place: &Place| place.zone.batches(&"drops".parse().unwrap(), &"notices".parse().unwrap());
    let (one, both) = ("10 45 10, 1 aside", "15 555 15, 2 aside");
    for fault in FAULTS {
        for n in steps(fault) {
            let place = place();
            let log = log_of(&place);
            assert_eq!(take(&log, "one.csv", 0..10).await.unwrap(), one);
            let drill = drill::arm(&place.data, fault, n);
            let outcome = take(&log, "two.csv", 100..105).await;
            let happened = drill.happened();
            drop(drill);
            check_outcome(fault, n, &outcome);
            if let Ok(found) = &outcome {
                assert_eq!(found, both, "{fault:?} {n}");
            }
            for directory in ["notices", "notices__rejected"] {
                check_files(&place.data.join("zones/claims/bronze/drops").join(directory), &format!("{fault:?} {n}"));
            }
            let told = log.records().await.unwrap().len();
            assert!(told == 1 || told == 2, "{fault:?} {n}");
            assert_eq!(take(&log, "two.csv", 100..105).await.unwrap(), both, "{fault:?} {n}: asked again");
            assert_eq!(log.records().await.unwrap().len(), 2, "{fault:?} {n}: the file counts once");
            if !happened {
                break;
            }
        }
    }
}
