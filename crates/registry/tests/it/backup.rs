//! A backup is taken while the mesh works, proves itself, and makes the same mesh somewhere else.

use model::Code;
use registry::{Keys, Registry, backup, journal::verify_dir};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

use crate::house::House;

#[tokio::test]
async fn a_restored_mesh_is_the_mesh() {
    let house = House::published().await;
    let keys = Keys::open(house.path()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("mesh.backup"), folder.path().join("restored"));
    let saved = backup::backup(house.path(), &file).await.unwrap();
    let before = house.registry.mesh();
    // What happens after the backup is not in it.
    house.request("ana").await;
    let restored = backup::restore(&file, &data).await.unwrap();
    assert_eq!(saved, restored);
    assert_eq!(restored.records, before.seq());
    let registry = Registry::open(&data, house.clock.clone()).await.unwrap();
    assert_eq!(*registry.mesh(), *before);
    assert_eq!(format!("{keys:?}"), format!("{:?}", Keys::open(&data).unwrap()));
    assert!(house.registry.mesh().seq() > before.seq());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0, "others can read the backup");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "something is left beside them: {left:?}");
}

#[tokio::test]
async fn a_backup_is_taken_while_others_append() {
    let house = House::published().await;
    let folder = tempfile::tempdir().unwrap();
    let append = async {
        for _ in 0..20 {
            let request = house.request("ana").await;
            house.approve("stella", request).await.unwrap();
        }
    };
    let save = async {
        for round in 0..5 {
            let file = folder.path().join(format!("{round}.backup"));
            backup::backup(house.path(), &file).await.unwrap();
            let data = folder.path().join(format!("{round}"));
            backup::restore(&file, &data).await.unwrap();
            verify_dir(&data).await.unwrap();
        }
    };
    tokio::join!(append, save);
}

#[tokio::test]
async fn a_broken_journal_is_not_saved_and_a_broken_backup_not_restored() {
    let house = House::published().await;
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("mesh.backup"), folder.path().join("restored"));
    backup::backup(house.path(), &file).await.unwrap();
    let attack = |path: std::path::PathBuf, sql: &'static str| async move {
        let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
        assert!(sqlx::raw_sql(sql).execute(&mut connection).await.unwrap().rows_affected() > 0);
    };
    for sql in ["UPDATE records SET at = at + 1 WHERE seq = 7", "DELETE FROM records WHERE seq > 9", "DELETE FROM kept"]
    {
        let copy = folder.path().join("attacked.backup");
        std::fs::copy(&file, &copy).unwrap();
        attack(copy.clone(), sql).await;
        assert_eq!(backup::restore(&copy, &data).await.unwrap_err().code(), Code::JournalBroken, "{sql}");
        assert!(!data.exists(), "{sql}: half a directory is left");
        std::fs::remove_file(copy).unwrap();
    }
    attack(registry::journal::file(house.path()), "UPDATE records SET at = at + 1 WHERE seq = 7").await;
    let again = folder.path().join("again.backup");
    assert_eq!(backup::backup(house.path(), &again).await.unwrap_err().code(), Code::JournalBroken);
    assert!(!again.exists());
}

#[tokio::test]
async fn a_backup_writes_nowhere_else() {
    let house = House::published().await;
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("mesh.backup"), folder.path().join("a/restored"));
    std::fs::create_dir(folder.path().join("a")).unwrap();
    backup::backup(house.path(), &file).await.unwrap();
    let mut connection = SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    for name in ["../escaped", "keys/../../escaped.key", "journal.db", "/tmp/escaped"] {
        let sql = "UPDATE kept SET name = ? WHERE name NOT IN ('journal.head', 'admin-token')";
        sqlx::query("INSERT INTO kept (name, part, bytes) SELECT 'x', 0, x'00' WHERE NOT EXISTS (SELECT 1 FROM kept WHERE name = 'x')")
            .execute(&mut connection)
            .await
            .unwrap();
        sqlx::query("DELETE FROM kept WHERE name NOT IN ('journal.head', 'admin-token', 'x')")
            .execute(&mut connection)
            .await
            .unwrap();
        sqlx::query(sql).bind(name).execute(&mut connection).await.unwrap();
        assert_eq!(backup::restore(&file, &data).await.unwrap_err().code(), Code::JournalBroken, "{name}");
        assert!(!folder.path().join("a/escaped").exists() && !folder.path().join("escaped.key").exists(), "{name}");
    }
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let house = House::published().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mesh.backup");
    backup::backup(house.path(), &file).await.unwrap();
    assert_eq!(backup::backup(house.path(), &file).await.unwrap_err().code(), Code::Conflict);
    assert_eq!(backup::restore(&file, house.path()).await.unwrap_err().code(), Code::Conflict);
    let absent = folder.path().join("absent");
    assert_eq!(backup::backup(&absent, &folder.path().join("x")).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(backup::restore(&absent, &folder.path().join("y")).await.unwrap_err().code(), Code::NotFound);
    assert!(!absent.exists() && !folder.path().join("y").exists());
}
