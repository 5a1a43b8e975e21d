//! Logs and files of somebody who wants out of the table, or the reader down.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use lake::Table;
use model::{Code, Problem};
use serde_json::{Value, json};

use crate::support::{Place, columns, data_files, place, rows, write};

/// A table with one version, and a second one that the given change to its log entry makes hostile.
async fn tampered(change: impl Fn(&mut Value, &Path)) -> (Place, Table, Problem) {
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..10)], None).await;
    write(&table, &columns(), &[rows(0..5)], Some(0)).await;
    secret(&place);
    let entry = directory.join("_delta_log/00000000000000000001.json");
    let lines: Vec<String> = fs::read_to_string(&entry)
        .unwrap()
        .lines()
        .map(|line| {
            let mut action: Value = serde_json::from_str(line).unwrap();
            change(&mut action, &directory);
            action.to_string()
        })
        .collect();
    fs::write(&entry, lines.join("\n")).unwrap();
    let problem = table.manifest(1).await.unwrap_err();
    assert!(table.provider_unpinned(1).await.is_err());
    assert_eq!(table.manifest(0).await.unwrap().rows(), 10, "the version before is untouched");
    (place, table, problem)
}

/// Somebody else's table beside ours, in the same gold.
fn secret(place: &Place) -> PathBuf {
    let theirs = place.data.join("zones/claims/gold/payroll/salaries");
    fs::create_dir_all(&theirs).unwrap();
    let (_, ours) = place.port();
    let file = data_files(&ours).remove(0);
    fs::copy(file, theirs.join("part.parquet")).unwrap();
    theirs
}

/// Sets a key of the `add` actions.
fn set_add(key: &'static str, value: Value) -> impl Fn(&mut Value, &Path) {
    move |action, _| {
        if let Some(add) = action.get_mut("add") {
            add[key] = value.clone();
        }
    }
}

#[tokio::test]
async fn a_path_that_leaves_the_table_is_refused() {
    for path in [
        "../../payroll/salaries/part.parquet",
        "x/../../../payroll/salaries/part.parquet",
        "./part.parquet",
        "a//part.parquet",
        "",
        "_delta_log/00000000000000000000.json",
    ] {
        let (_place, _, problem) = tampered(set_add("path", json!(path))).await;
        assert_eq!(problem.code(), Code::DataUnavailable, "{path}");
        assert!(!problem.message().contains("payroll"), "{problem}");
    }
}

#[tokio::test]
async fn an_encoded_escape_is_refused() {
    for path in ["%2e%2e/%2e%2e/payroll/salaries/part.parquet", "..%2f..%2fpayroll%2fsalaries%2fpart.parquet"] {
        let (_place, _, problem) = tampered(set_add("path", json!(path))).await;
        assert_eq!(problem.code(), Code::DataUnavailable, "{path}");
    }
    // Encoded twice it is a plain, absent name: decoding stops after once.
    let (_place, _, problem) = tampered(set_add("path", json!("%252e%252e/part.parquet"))).await;
    assert_eq!(problem.message(), "a data file of the table is missing");
}

#[tokio::test]
async fn absolute_paths_are_not_served() {
    for path in
        ["/etc/passwd", "file:///etc/passwd", "s3://bucket/x.parquet", "http://127.0.0.1:1/x.parquet", "%2fetc/x"]
    {
        let (_place, _, problem) = tampered(set_add("path", json!(path))).await;
        assert_eq!(problem.code(), Code::DeltaFeatureUnsupported, "{path}");
    }
}

#[tokio::test]
async fn a_file_named_twice_is_refused() {
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..10)], None).await;
    let entry = directory.join("_delta_log/00000000000000000000.json");
    let text = fs::read_to_string(&entry).unwrap();
    let add = text.lines().find(|line| line.contains("\"add\"")).unwrap();
    fs::write(&entry, format!("{text}\n{}", add.replacen("part-", "p%61rt-", 1))).unwrap();
    let problem = table.manifest(0).await.unwrap_err();
    assert_eq!(problem.message(), "the log of the table names a file twice");
}

#[tokio::test]
async fn deletion_vectors_are_not_served() {
    let vector = json!({
        "storageType": "u", "pathOrInlineDv": "ab^-aqEH.-t@S}K{vb[*k^", "offset": 4, "sizeInBytes": 40, "cardinality": 6
    });
    let (_place, _, problem) = tampered(set_add("deletionVector", vector)).await;
    assert_eq!(problem.code(), Code::DeltaFeatureUnsupported);
}

#[tokio::test]
async fn newer_protocols_and_features_are_not_served() {
    for protocol in [
        json!({"minReaderVersion": 4, "minWriterVersion": 7}),
        json!({"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["v2Checkpoint"], "writerFeatures": ["v2Checkpoint"]}),
        json!({"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["fromTheFuture"], "writerFeatures": ["fromTheFuture"]}),
    ] {
        let place = place();
        let (table, directory) = place.port();
        write(&table, &columns(), &[rows(0..10)], None).await;
        let entry = directory.join("_delta_log/00000000000000000000.json");
        let text = fs::read_to_string(&entry).unwrap();
        let changed: Vec<String> =
            text.lines()
                .map(|line| {
                    if line.contains("\"protocol\"") { json!({"protocol": protocol}).to_string() } else { line.into() }
                })
                .collect();
        fs::write(&entry, changed.join("\n")).unwrap();
        let problem = table.manifest(0).await.unwrap_err();
        assert_eq!(problem.code(), Code::DeltaFeatureUnsupported, "{protocol}: {problem} {:?}", problem.cause());
    }
}

#[tokio::test]
async fn a_checkpoint_that_names_other_files_is_refused() {
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..10)], None).await;
    let log = directory.join("_delta_log");
    fs::create_dir(log.join("_sidecars")).unwrap();
    assert_eq!(table.manifest(0).await.unwrap_err().code(), Code::DeltaFeatureUnsupported);
    fs::remove_dir(log.join("_sidecars")).unwrap();
    let second = log.join("00000000000000000000.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json");
    fs::write(&second, "{}").unwrap();
    assert_eq!(table.manifest(0).await.unwrap_err().code(), Code::DeltaFeatureUnsupported);
    fs::remove_file(second).unwrap();
    // A classic name with the content of the second kind.
    let sidecar = crate::support::batch(vec![(
        "sidecar",
        std::sync::Arc::new(arrow::array::StringArray::from(vec!["http://127.0.0.1:1/x.parquet"])),
    )]);
    let file = fs::File::create(log.join("00000000000000000000.checkpoint.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, sidecar.schema(), None).unwrap();
    writer.write(&sidecar).unwrap();
    writer.close().unwrap();
    assert_eq!(table.manifest(0).await.unwrap_err().code(), Code::DeltaFeatureUnsupported);
    assert_eq!(table.manifest(0).await.unwrap_err().message(), "the table uses checkpoints with sidecar files");
}

#[tokio::test]
async fn a_link_as_data_file_is_refused() {
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..10)], None).await;
    let theirs = secret(&place).join("part.parquet");
    let file = data_files(&directory).remove(0);
    fs::remove_file(&file).unwrap();
    symlink(&theirs, &file).unwrap();
    assert_eq!(table.manifest(0).await.unwrap_err().code(), Code::DataUnavailable);
    fs::remove_file(&file).unwrap();
    fs::hard_link(&theirs, &file).unwrap();
    // A hard link is another name of the same file, made by someone who could read it: content, not a way out.
    assert_eq!(table.manifest(0).await.unwrap().rows(), 10);
}

#[tokio::test]
async fn a_link_as_log_is_refused() {
    for component in ["_delta_log", "_delta_log/00000000000000000000.json", ""] {
        let place = place();
        let (table, directory) = place.port();
        write(&table, &columns(), &[rows(0..10)], None).await;
        let path = if component.is_empty() { directory.clone() } else { directory.join(component) };
        let moved = place.data.join("moved");
        fs::rename(&path, &moved).unwrap();
        symlink(&moved, &path).unwrap();
        assert!(table.manifest(0).await.is_err(), "{component:?}");
        assert!(table.head().await.is_err(), "{component:?}");
        assert!(table.writer(&columns(), &[]).await.is_err() || component.ends_with("json"), "{component:?}");
        assert!(!moved.join("00000000000000000001.json").exists());
    }
}

#[tokio::test]
async fn half_written_and_foreign_files_are_told_apart_from_data() {
    type Damage = fn(&mut Vec<u8>);
    let cases: [(&str, Damage); 6] = [
        ("half", |bytes| bytes.truncate(bytes.len() / 2)),
        ("empty", Vec::clear),
        ("no end", |bytes| bytes.truncate(bytes.len() - 1)),
        ("zeros", |bytes| bytes.fill(0)),
        ("huge footer", |bytes| {
            let at = bytes.len() - 8;
            bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        }),
        ("broken footer", |bytes| {
            let at = bytes.len() - 60;
            bytes[at..at + 40].fill(0xff);
        }),
    ];
    for (name, damage) in cases {
        let place = place();
        let (table, directory) = place.port();
        write(&table, &columns(), &[rows(0..1000)], None).await;
        let file = data_files(&directory).remove(0);
        let mut bytes = fs::read(&file).unwrap();
        let size = bytes.len();
        damage(&mut bytes);
        fs::write(&file, &bytes).unwrap();
        let entry = directory.join("_delta_log/00000000000000000000.json");
        let text = fs::read_to_string(&entry).unwrap();
        // The log agrees with the size, so that only the footer can tell.
        fs::write(&entry, text.replace(&format!("\"size\":{size}"), &format!("\"size\":{}", bytes.len()))).unwrap();
        let problem = table.manifest(0).await.unwrap_err();
        assert_eq!(problem.code(), Code::DataUnavailable, "{name}");
        assert!(problem.message().contains("not a whole Parquet file"), "{name}: {problem}");
        assert!(!problem.message().contains("zones"), "{problem}");
    }
}

#[tokio::test]
async fn a_size_that_differs_from_the_log_is_refused() {
    let (_place, _, problem) = tampered(set_add("size", json!(1))).await;
    assert!(problem.message().contains("another size"), "{problem}");
}

#[tokio::test]
async fn a_bomb_is_refused_by_its_footer() {
    // A footer that promises a terabyte in a column of some hundred bytes.
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..1000)], None).await;
    let file = data_files(&directory).remove(0);
    let mut reader = parquet::file::metadata::ParquetMetaDataReader::new();
    reader.try_parse(&fs::File::open(&file).unwrap()).unwrap();
    let metadata = reader.finish().unwrap();
    let group = metadata.row_group(0);
    let chunk = group.column(0).clone().into_builder().set_total_uncompressed_size(1 << 40).build().unwrap();
    let chunks = vec![chunk, group.column(1).clone()];
    let group = group.clone().into_builder().set_column_metadata(chunks).build().unwrap();
    let metadata = metadata.into_builder().set_row_groups(vec![group]).build();
    let bytes = fs::read(&file).unwrap();
    let footer = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap()) as usize;
    let mut changed = bytes[..bytes.len() - 8 - footer].to_vec();
    parquet::file::metadata::ParquetMetaDataWriter::new(&mut changed, &metadata).finish().unwrap();
    let entry = directory.join("_delta_log/00000000000000000000.json");
    let text = fs::read_to_string(&entry).unwrap();
    let text = text.replace(&format!("\"size\":{}", bytes.len()), &format!("\"size\":{}", changed.len()));
    fs::write(&file, &changed).unwrap();
    fs::write(&entry, text).unwrap();
    let problem = table.manifest(0).await.unwrap_err();
    assert!(problem.message().contains("promises far more"), "{problem}");
}

#[tokio::test]
async fn a_broken_log_is_an_error_and_never_another_version() {
    for garbage in ["", "{", "not json", "{\"add\":{}}", "{\"add\":{\"path\":7}}"] {
        let place = place();
        let (table, directory) = place.port();
        write(&table, &columns(), &[rows(0..10)], None).await;
        fs::write(directory.join("_delta_log/00000000000000000001.json"), garbage).unwrap();
        match table.manifest(1).await {
            Err(problem) => assert_eq!(problem.code(), Code::DataUnavailable, "{garbage}: {:?}", problem.cause()),
            // An entry without actions changes nothing; that is what the log says.
            Ok(manifest) => assert!(manifest.rows() == 10 && garbage.is_empty(), "{garbage}"),
        }
        assert_eq!(table.manifest(0).await.unwrap().rows(), 10);
    }
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..10)], None).await;
    write(&table, &columns(), &[rows(0..5)], Some(0)).await;
    write(&table, &columns(), &[rows(0..3)], Some(1)).await;
    fs::remove_file(directory.join("_delta_log/00000000000000000001.json")).unwrap();
    assert_eq!(table.manifest(2).await.unwrap_err().code(), Code::DataUnavailable, "a gap");
    assert_eq!(table.manifest(7).await.unwrap_err().code(), Code::DataUnavailable, "a version that does not exist");
}

#[tokio::test]
async fn columns_the_table_does_not_declare_are_reported_and_not_served() {
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..10)], None).await;
    let entry = directory.join("_delta_log/00000000000000000000.json");
    let text = fs::read_to_string(&entry).unwrap();
    let narrower = text.replace(
        ",{\\\"name\\\":\\\"name\\\",\\\"type\\\":\\\"string\\\",\\\"nullable\\\":true,\\\"metadata\\\":{}}",
        "",
    );
    assert_ne!(text, narrower);
    fs::write(&entry, narrower).unwrap();
    let examined = table.examine(0).await.unwrap();
    assert_eq!(examined.undeclared.into_iter().collect::<Vec<_>>(), ["name"]);
    let provider = table.provider_unpinned(0).await.unwrap();
    assert_eq!(provider.schema().fields().len(), 1);
}
