//! Retention of one table: what is removed, what never is, and what is left alone because nobody can tell.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use lake::{Table, table::retention::Removed};
use model::{Code, Problem, Timestamp, manifest::Manifest};

use crate::support::{columns, data_files, place, rows, value, write};

const DAY: u64 = 86_400;

/// So many seconds ago.
#[expect(clippy::disallowed_methods, reason = "files have the times of the file system")]
fn ago(seconds: u64) -> Timestamp {
    let at = SystemTime::now() - Duration::from_secs(seconds);
    let micros = at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_micros();
    Timestamp::from_micros(i64::try_from(micros).unwrap())
}

/// Makes a file so many seconds old.
#[expect(clippy::disallowed_methods, reason = "files have the times of the file system")]
fn age(path: &Path, seconds: u64) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
}

/// Makes every file beneath a directory so old, as if the table had been written then.
fn age_all(directory: &Path, seconds: u64) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { age_all(&path, seconds) } else { age(&path, seconds) }
    }
}

async fn sweep(table: &Table, before: Timestamp, manifests: &[&Manifest]) -> Result<Removed, Problem> {
    let mut garbage = table.leftovers(before, &[]).await?.beside(manifests.iter().copied());
    let mut all = Removed::default();
    while !garbage.is_empty() {
        let removed = garbage.remove(2).await?;
        all = Removed { files: all.files + removed.files, bytes: all.bytes + removed.bytes };
    }
    Ok(all)
}

async fn count(table: &Table, version: u64) -> Result<String, Problem> {
    value(table.provider_unpinned(version).await?, "SELECT count(*) FROM t").await
}

#[tokio::test]
async fn a_referenced_file_is_never_removed() {
    let place = place();
    let (table, directory) = place.port();
    for version in 0..6 {
        let based_on = (version > 0).then(|| version - 1);
        write(&table, &columns(), &[rows(0..i64::try_from(version).unwrap() + 1)], based_on).await;
    }
    age_all(&directory, 100 * DAY);
    let (one, three) = (table.manifest(1).await.unwrap(), table.manifest(3).await.unwrap());
    assert_eq!(sweep(&table, ago(DAY), &[&one, &three]).await.unwrap().files, 3);
    for (version, is_there) in [(0, false), (1, true), (2, false), (3, true), (4, false), (5, true)] {
        let found = count(&table, version).await;
        match is_there {
            true => assert_eq!(found.unwrap(), (version + 1).to_string()),
            false => assert_eq!(found.unwrap_err().code(), Code::DataUnavailable),
        }
    }
    assert_eq!(table.manifest(1).await.unwrap(), one, "what is pinned did not change");
    assert_eq!(sweep(&table, ago(DAY), &[&one, &three]).await.unwrap(), Removed::default(), "again removes nothing");
    // An earlier version whose files are kept can be the newest again; and then it is what stays.
    assert_eq!(table.restore(3).await.unwrap(), 6);
    age_all(&directory.join("_delta_log"), 50 * DAY);
    assert_eq!(sweep(&table, ago(DAY), &[]).await.unwrap().files, 2);
    assert_eq!(count(&table, 6).await.unwrap(), "4");
    assert_eq!(data_files(&directory).len(), 1);
}

#[tokio::test]
async fn orphans_go_after_their_time_and_never_before() {
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..3)], None).await;
    // What a process leaves behind that was killed: a data file without an entry, half-written files of ours.
    let whole = data_files(&directory).remove(0);
    let left: Vec<PathBuf> =
        ["part-0.parquet", "region=EU/part-1.parquet", "_c=1/part-2.parquet", ".tmp-3", "_delta_log/.tmp-4"]
            .map(|name| directory.join(name))
            .into();
    // What is not ours to know stays: other files, and what engines keep beside their data.
    let kept: Vec<PathBuf> =
        ["README.md", "_change_data/cdc-1.parquet", "_delta_log/_last_checkpoint.crc", ".hidden/x.parquet"]
            .map(|name| directory.join(name))
            .into();
    for path in left.iter().chain(&kept) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(&whole, path).unwrap();
    }
    assert_eq!(sweep(&table, ago(DAY), &[]).await.unwrap(), Removed::default());
    age_all(&directory, 2 * DAY);
    assert_eq!(sweep(&table, ago(3 * DAY), &[]).await.unwrap(), Removed::default());
    age(&left[0], 60);
    let bytes = std::fs::metadata(&whole).unwrap().len();
    assert_eq!(sweep(&table, ago(DAY), &[]).await.unwrap(), Removed { files: 4, bytes: 4 * bytes });
    assert_eq!(left.iter().filter(|path| path.exists()).collect::<Vec<_>>(), [&left[0]]);
    assert!(kept.iter().all(|path| path.exists()));
    assert_eq!(count(&table, 0).await.unwrap(), "3");
}

#[tokio::test]
async fn what_was_a_part_of_the_table_until_lately_stays() {
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..1)], None).await;
    write(&table, &columns(), &[rows(0..2)], Some(0)).await;
    // The file is old, but a reader may have found it a moment ago: its version was replaced just now.
    age_all(&directory, 100 * DAY);
    age(&directory.join("_delta_log/00000000000000000001.json"), 60);
    assert_eq!(sweep(&table, ago(DAY), &[]).await.unwrap(), Removed::default());
    age(&directory.join("_delta_log/00000000000000000001.json"), 2 * DAY);
    assert_eq!(sweep(&table, ago(DAY), &[]).await.unwrap().files, 1);
}

#[tokio::test]
async fn a_version_that_something_else_names_stays() {
    let place = place();
    let (table, directory) = place.port();
    for version in 0..3 {
        write(&table, &columns(), &[rows(0..2)], u64::checked_sub(version, 1)).await;
    }
    age_all(&directory, 100 * DAY);
    let mut garbage = table.leftovers(ago(DAY), &[1]).await.unwrap().beside([]);
    assert_eq!(garbage.remove(usize::MAX).await.unwrap().files, 1);
    assert_eq!(count(&table, 1).await.unwrap(), "2");
}

#[tokio::test]
async fn a_table_that_moved_on_is_left_alone() {
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..1)], None).await;
    write(&table, &columns(), &[rows(0..2)], Some(0)).await;
    age_all(&directory, 100 * DAY);
    let mut garbage = table.leftovers(ago(DAY), &[]).await.unwrap().beside([]);
    assert!(!garbage.is_empty());
    table.restore(0).await.unwrap();
    assert_eq!(garbage.remove(10).await.unwrap_err().code(), Code::Conflict);
    assert_eq!(count(&table, 2).await.unwrap(), "1");
}

#[tokio::test]
async fn a_log_that_cannot_be_read_leaves_everything() {
    let entry = |action: &str, path: &str| {
        format!(
            "{{\"{action}\":{{\"path\":\"{path}\",\"size\":1,\"partitionValues\":{{}},\"modificationTime\":0,\"dataChange\":true}}}}\n"
        )
    };
    for (name, text) in [
        ("half an entry", "{\"add\":{\"pa".to_owned()),
        ("another name of the same file", entry("add", "./part-0.parquet")),
        ("an absolute name", entry("add", "/etc/passwd")),
        ("an encoded climb", entry("add", "x/%2e%2e/part-0.parquet")),
    ] {
        let place = place();
        let (table, directory) = place.port();
        write(&table, &columns(), &[rows(0..1)], None).await;
        std::fs::copy(&data_files(&directory)[0], directory.join("part-0.parquet")).unwrap();
        std::fs::write(directory.join("_delta_log/00000000000000000001.json"), text).unwrap();
        age_all(&directory, 100 * DAY);
        let before = data_files(&directory);
        for seconds in [60, 100 * DAY] {
            age(&directory.join("_delta_log/00000000000000000001.json"), seconds);
            let problem = sweep(&table, ago(DAY), &[]).await.unwrap_err();
            assert_eq!(problem.code(), Code::DataUnavailable, "{name}");
        }
        assert_eq!(data_files(&directory), before, "{name}");
    }
    // A link beneath the table, wherever it leads.
    let place = place();
    let (table, directory) = place.port();
    write(&table, &columns(), &[rows(0..1)], None).await;
    write(&table, &columns(), &[rows(0..1)], Some(0)).await;
    age_all(&directory, 100 * DAY);
    let before = data_files(&directory);
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("x.parquet"), "x").unwrap();
    std::os::unix::fs::symlink(outside.path(), directory.join("away")).unwrap();
    assert!(sweep(&table, ago(DAY), &[]).await.is_err());
    std::fs::remove_file(directory.join("away")).unwrap();
    assert_eq!(data_files(&directory), before);
    assert!(outside.path().join("x.parquet").exists());
}

#[tokio::test]
async fn a_partitioned_table_keeps_exactly_what_is_named() {
    let place = place();
    let (table, directory) = place.port();
    for version in 0..3_u64 {
        let mut writer = table.writer(&columns(), &["name".to_owned()]).await.unwrap();
        writer.write(&rows(0..4)).await.unwrap();
        writer.commit_overwrite(version.checked_sub(1)).await.unwrap();
    }
    age_all(&directory, 100 * DAY);
    let pinned = table.manifest(0).await.unwrap();
    assert_eq!(sweep(&table, ago(DAY), &[&pinned]).await.unwrap().files, 4);
    let left: BTreeSet<PathBuf> = data_files(&directory).into_iter().collect();
    let named = table.manifest(2).await.unwrap();
    let wanted = pinned.files.iter().chain(&named.files).map(|file| directory.join(&file.path)).collect();
    assert_eq!(left, wanted);
}
