//! Checkpoints and the hints beside them: broken, of another shape, sent elsewhere, saying something else than the log.

use std::{fs, sync::Arc};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, StructArray};
use serde_json::json;

use super::{
    Case, Expect, UNAVAILABLE, UNSUPPORTED, case,
    scene::{Scene, deep_file},
};
use crate::support::batch;

const AT_0: &str = "00000000000000000000.checkpoint.parquet";
const AT_1: &str = "00000000000000000001.checkpoint.parquet";

fn put(name: &'static str, bytes: impl Into<Vec<u8>>) -> impl Fn(&Scene) {
    let bytes = bytes.into();
    move |scene| fs::write(scene.log().join(name), &bytes).unwrap()
}

fn parquet_of(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// A checkpoint of rows nobody asked for.
fn of_numbers() -> Vec<u8> {
    parquet_of(&batch(vec![("x", Arc::new(Int64Array::from(vec![1, 2, 3])) as ArrayRef)]))
}

/// A checkpoint with a file's path in its column for additions, and nothing else.
fn of_additions(path: &str) -> Vec<u8> {
    let path: ArrayRef = Arc::new(StringArray::from(vec![path]));
    let size: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let field =
        |name: &str, array: &ArrayRef| Arc::new(arrow::datatypes::Field::new(name, array.data_type().clone(), true));
    let add =
        StructArray::from(vec![(field("path", &path), Arc::clone(&path)), (field("size", &size), Arc::clone(&size))]);
    parquet_of(&batch(vec![("add", Arc::new(add) as ArrayRef)]))
}

fn of_sidecars(url: String) -> Vec<u8> {
    parquet_of(&batch(vec![("sidecar", Arc::new(StringArray::from(vec![url])) as ArrayRef)]))
}

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        case("a checkpoint of garbage", UNAVAILABLE, put(AT_1, "garbage")),
        case("an empty checkpoint", UNAVAILABLE, put(AT_1, "")),
        case("a checkpoint of zeros", UNAVAILABLE, put(AT_1, vec![0; 4096])),
        case("a checkpoint with another schema", UNAVAILABLE, put(AT_1, of_numbers())),
        case("an older checkpoint with another schema", UNAVAILABLE, put(AT_0, of_numbers())),
        case(
            "a checkpoint that adds somebody's file",
            UNAVAILABLE,
            put(AT_1, of_additions("../../payroll/salaries/part.parquet")),
        ),
        case(
            "a checkpoint of one part of two",
            UNSUPPORTED,
            put("00000000000000000001.checkpoint.0000000001.0000000002.parquet", of_numbers()),
        ),
        case(
            "a checkpoint of the second kind",
            UNSUPPORTED,
            put("00000000000000000001.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json", "{}"),
        ),
        case(
            "a checkpoint of the second kind in Parquet",
            UNSUPPORTED,
            put("00000000000000000001.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet", of_numbers()),
        ),
        case(
            "a checkpoint of a later version",
            Expect::Harmless,
            put("00000000000000000007.checkpoint.parquet", "garbage"),
        ),
    ];
    cases.push(case("a checkpoint whose schema nests without end", UNAVAILABLE, |scene| {
        fs::write(scene.log().join(AT_1), deep_file(200_000)).unwrap();
    }));
    cases.push(case("a checkpoint whose texts nest without end", UNAVAILABLE, |scene| {
        let text: ArrayRef = Arc::new(StringArray::from(vec!["[".repeat(100_000)]));
        let field = Arc::new(arrow::datatypes::Field::new("schemaString", text.data_type().clone(), true));
        let rows = batch(vec![("metaData", Arc::new(StructArray::from(vec![(field, text)])) as ArrayRef)]);
        fs::write(scene.log().join(AT_1), parquet_of(&rows)).unwrap();
    }));
    cases.push(case("half a checkpoint", UNAVAILABLE, |scene| {
        let bytes = of_additions("x");
        fs::write(scene.log().join(AT_1), &bytes[..bytes.len() / 2]).unwrap();
    }));
    cases.push(case("sidecar files", UNSUPPORTED, |scene| fs::create_dir(scene.log().join("_sidecars")).unwrap()));
    cases.push(case("a checkpoint that names sidecars by URL", UNSUPPORTED, |scene| {
        fs::write(scene.log().join(AT_1), of_sidecars(format!("{}/x.parquet", scene.url()))).unwrap();
    }));
    cases.push(case("a checkpoint that names somebody's file as its sidecar", UNSUPPORTED, |scene| {
        fs::write(scene.log().join(AT_1), of_sidecars(scene.canaries[0].display().to_string())).unwrap();
    }));
    for hint in [
        json!({"version": 0, "size": 1}),
        json!({"version": 1, "size": 1}),
        json!({"version": 1, "size": 1, "parts": 2}),
        json!({"version": 1, "size": 1, "v2Checkpoint": {"path": "../../../payroll/salaries/part.parquet"}}),
    ] {
        cases.push(case(format!("a hint {hint} without its checkpoint"), UNAVAILABLE, move |scene| {
            fs::write(scene.log().join("_last_checkpoint"), hint.to_string()).unwrap();
        }));
    }
    for hint in [
        json!("garbage"),
        json!({}),
        json!({"version": 7, "size": 1}),
        json!({"version": -1, "size": -1}),
        json!({"version": i64::MAX, "size": i64::MAX, "parts": i32::MAX}),
    ] {
        let name = format!("a hint {hint} without its checkpoint");
        cases.push(case(name, Expect::Harmless, move |scene| {
            fs::write(scene.log().join("_last_checkpoint"), hint.to_string()).unwrap();
        }));
    }
    cases.push(case(
        "a compaction of the log that is garbage",
        Expect::Harmless,
        put("00000000000000000000.00000000000000000001.compacted.json", "garbage"),
    ));
    cases.push(case(
        "a checksum of the version that is garbage",
        Expect::Harmless,
        put("00000000000000000001.crc", "garbage"),
    ));
    cases.push(case(
        "a checksum of the version that says otherwise",
        Expect::Harmless,
        put(
            "00000000000000000001.crc",
            json!({"tableSizeBytes": 0, "numFiles": 0, "numMetadata": 1, "numProtocol": 1}).to_string(),
        ),
    ));
    cases
}
