//! `PinnedFiles`: the files of one manifest, those bytes or an error.

use std::{fs, sync::Arc};

use futures::{StreamExt as _, TryStreamExt as _};
use lake::{GoldReader, PinnedPort};
use model::{Code, manifest::Manifest};
use object_store::{ObjectStore as _, ObjectStoreExt as _, path::Path};

use crate::support::{Place, columns, data_files, location, place, rows, value, write};

/// A published port of ten rows in two files.
async fn published() -> (Place, Arc<PinnedPort>) {
    let place = place();
    let (table, _) = place.port();
    let region = vec!["id".to_owned()];
    let mut writer = table.writer(&columns(), &region).await.unwrap();
    writer.write(&rows(0..2)).await.unwrap();
    writer.commit_overwrite(None).await.unwrap();
    let manifest = table.manifest(0).await.unwrap();
    let port = pin(&place, manifest).unwrap();
    (place, port)
}

fn pin(place: &Place, manifest: Manifest) -> Result<Arc<PinnedPort>, model::Problem> {
    let reader = GoldReader::open(&place.data, &location()).unwrap();
    let digest = manifest.digest();
    reader.pinned(&"claims_enriched".parse().unwrap(), &"claims".parse().unwrap(), Arc::new(manifest), digest)
}

#[tokio::test]
async fn its_own_files_are_served_under_names_that_say_nothing() {
    let (place, port) = published().await;
    let (_, directory) = place.port();
    let store = port.store();
    let listed: Vec<_> = store.list(None).try_collect().await.unwrap();
    assert_eq!(listed.len(), 2);
    for meta in &listed {
        assert!(meta.location.as_ref().starts_with(&port.digest().to_string()));
        assert_eq!(meta.last_modified.timestamp(), 0, "the time of modification says nothing");
        assert!(!meta.location.as_ref().contains("part-"));
    }
    assert_eq!(port.url().as_str(), format!("tessera-pinned://{}/", port.digest()));
    let first = listed[0].location.clone();
    let bytes = store.get(&first).await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, fs::read(&data_files(&directory)[0]).unwrap());
    assert_eq!(store.get_range(&first, 0..4).await.unwrap(), "PAR1");
    assert_eq!(store.get_ranges(&first, &[0..4, 2..4]).await.unwrap(), ["PAR1", "R1"]);
    assert_eq!(store.head(&first).await.unwrap().size, bytes.len() as u64);
    assert!(store.get_ranges(&first, &[0..1 << 40]).await.is_err());
    #[allow(clippy::reversed_empty_ranges)]
    let backwards = store.get_ranges(&first, &[4..2]).await;
    assert!(backwards.is_err());
}

#[tokio::test]
async fn nothing_but_its_own_names_is_served() {
    let (place, port) = published().await;
    let (_, directory) = place.port();
    let digest = port.digest().to_string();
    let file = data_files(&directory)[0].strip_prefix(&directory).unwrap().display().to_string();
    for name in [
        file.clone(),
        format!("{digest}/{file}"),
        format!("{digest}/2.parquet"),
        format!("{digest}/00.parquet"),
        format!("{digest}/+0.parquet"),
        format!("{digest}/0"),
        format!("{digest}/0.parquet/x"),
        format!("x/{digest}/0.parquet"),
        "_delta_log/00000000000000000000.json".to_owned(),
        format!("{}/0.parquet", "0".repeat(64)),
        "0.parquet".to_owned(),
        digest.clone(),
    ] {
        let path = Path::parse(&name).unwrap();
        for error in [
            port.store().get(&path).await.map(|_| ()),
            port.store().head(&path).await.map(|_| ()),
            port.store().get_range(&path, 0..1).await.map(|_| ()),
            port.store().get_ranges(&path, &[0..1]).await.map(|_| ()),
        ] {
            assert!(matches!(error, Err(object_store::Error::NotFound { .. })), "{name}: {error:?}");
        }
    }
    let other = Path::from("0".repeat(64));
    assert_eq!(port.store().list(Some(&other)).count().await, 0);
}

#[tokio::test]
async fn nothing_can_be_written() {
    let (place, port) = published().await;
    let (_, directory) = place.port();
    let before = data_files(&directory);
    let path = Path::from(format!("{}/0.parquet", port.digest()));
    assert!(port.store().put(&path, "x".into()).await.is_err());
    assert!(port.store().put_multipart(&path).await.is_err());
    assert!(port.store().delete(&path).await.is_err());
    assert!(port.store().copy(&path, &Path::from("y")).await.is_err());
    assert!(port.store().rename(&path, &Path::from("y")).await.is_err());
    assert_eq!(data_files(&directory), before);
}

#[tokio::test]
async fn a_replaced_file_is_refused() {
    let (place, port) = published().await;
    let (_, directory) = place.port();
    let table = port.provider(None).unwrap();
    let sql = "SELECT count(*) || ' ' || max(name) FROM t";
    assert_eq!(value(Arc::clone(&table), sql).await.unwrap(), "2 name 1");
    let files = data_files(&directory);
    // Same size, same content, but another file: it was not examined.
    let bytes = fs::read(&files[0]).unwrap();
    fs::remove_file(&files[0]).unwrap();
    fs::write(&files[0], &bytes).unwrap();
    let problem = value(Arc::clone(&table), sql).await.unwrap_err();
    assert_eq!(problem.code(), Code::DataUnavailable);
    // Another file of the same table in its place.
    fs::copy(&files[1], &files[0]).unwrap();
    assert_eq!(value(table, sql).await.unwrap_err().code(), Code::DataUnavailable);
}

#[tokio::test]
async fn a_missing_file_is_an_error_never_fewer_rows() {
    let (place, port) = published().await;
    let (_, directory) = place.port();
    fs::remove_file(&data_files(&directory)[1]).unwrap();
    let table = port.provider(None).unwrap();
    for sql in ["SELECT count(*) FROM t", "SELECT count(name) FROM t", "SELECT max(id) FROM t", "SELECT * FROM t"] {
        let problem = value(Arc::clone(&table), sql).await.unwrap_err();
        assert_eq!(problem.code(), Code::DataUnavailable, "{sql}");
        assert!(!problem.message().contains("part"), "{problem}");
    }
    // A question that the missing file has no part in is answered.
    assert_eq!(value(table, "SELECT count(*) FROM t WHERE id = 0").await.unwrap(), "1");
}

#[tokio::test]
async fn a_flipped_bit_is_an_error_or_changes_nothing() {
    let (place, port) = published().await;
    let (_, directory) = place.port();
    let file = &data_files(&directory)[0];
    let size = fs::metadata(file).unwrap().len();
    for at in [size / 3, size - 20] {
        let mut bytes = fs::read(file).unwrap();
        bytes[usize::try_from(at).unwrap()] ^= 0x10;
        fs::write(file, &bytes).unwrap();
        let problem = value(port.provider(None).unwrap(), "SELECT count(name) FROM t").await.unwrap_err();
        assert_eq!(problem.code(), Code::DataUnavailable);
    }
}

#[tokio::test]
async fn a_manifest_with_an_escaping_path_opens_nothing() {
    let (place, port) = published().await;
    for path in ["../claims/x.parquet", "/etc/passwd", "file:///etc/passwd"] {
        let mut manifest = (**port.manifest()).clone();
        manifest.files[0].path = path.into();
        assert_eq!(pin(&place, manifest).unwrap_err().code(), Code::DataUnavailable, "{path}");
    }
}

#[tokio::test]
async fn a_reader_sees_its_version_while_the_table_moves_on() {
    let place = place();
    let (table, _) = place.port();
    write(&table, &columns(), &[rows(0..10)], None).await;
    let old = pin(&place, table.manifest(0).await.unwrap()).unwrap();
    write(&table, &columns(), &[rows(0..3)], Some(0)).await;
    let new = pin(&place, table.manifest(1).await.unwrap()).unwrap();
    assert_ne!(old.digest(), new.digest());
    assert_eq!(value(old.provider(None).unwrap(), "SELECT count(*) FROM t").await.unwrap(), "10");
    assert_eq!(value(new.provider(None).unwrap(), "SELECT count(*) FROM t").await.unwrap(), "3");
}
