//! Attacks on the stored chain: each is found, and the first bad record is named.

use model::Code;
use registry::journal::verify_dir;
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::house::House;

pub async fn database(house: &House) -> SqliteConnection {
    SqliteConnectOptions::new().filename(registry::journal::file(house.path())).connect().await.unwrap()
}

/// A mesh with some twenty records.
async fn lived_in() -> House {
    let house = House::published().await;
    for _ in 0..3 {
        let request = house.request("ana").await;
        house.approve("stella", request).await.unwrap();
    }
    let verified = house.registry.verify().await.unwrap();
    let mesh = house.registry.mesh();
    assert_eq!((verified.records, verified.head), (mesh.seq(), mesh.hash()));
    assert!(mesh.seq() > 15);
    house
}

/// Attacks the database behind the registry's back; what verification says, running and stopped, and at a start.
async fn attacked(sql: &str) -> String {
    let house = lived_in().await;
    let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut database(&house).await).await.unwrap();
    assert!(done.rows_affected() > 0, "the attack did nothing: {sql}");
    let problem = house.registry.verify().await.unwrap_err();
    assert_eq!(problem.code(), Code::JournalBroken, "{sql}");
    assert_eq!(verify_dir(house.path()).await.unwrap_err().message(), problem.message(), "{sql}");
    let opened = registry::Registry::open(house.path(), house.clock.clone()).await;
    assert_eq!(opened.unwrap_err().code(), Code::JournalBroken, "{sql}");
    problem.message().to_owned()
}

#[tokio::test]
async fn an_edited_byte_is_named() {
    // One byte of one field each; the chain covers all of them.
    for (field, change) in [
        ("body", "body = CAST(replace(CAST(body AS TEXT), 'local', 'locaL') AS BLOB)"),
        ("at", "at = at + 1"),
        ("actor", "actor = 'user:eve'"),
        ("command", "command_id = command_id || 'x'"),
        ("kind", "kind = 'domain-changed'"),
        ("hash", "hash = zeroblob(32)"),
    ] {
        let message = attacked(&format!("UPDATE records SET {change} WHERE seq = 7")).await;
        assert!(message.contains("record 7:"), "{field}: {message}");
    }
}

#[tokio::test]
async fn two_swapped_records_are_named() {
    let swap = "UPDATE records SET seq = -1 WHERE seq = 5; UPDATE records SET seq = 5 WHERE seq = 9; \
                UPDATE records SET seq = 9 WHERE seq = -1";
    let message = attacked(swap).await;
    assert!(message.contains("record 5:"), "{message}");
}

#[tokio::test]
async fn a_deleted_middle_record_is_named() {
    let message = attacked("DELETE FROM records WHERE seq = 8").await;
    assert!(message.contains("record 8: it is missing"), "{message}");
}

#[tokio::test]
async fn a_deleted_tail_is_named() {
    let message = attacked("DELETE FROM records WHERE seq > 12").await;
    assert!(message.contains("record 13: it and all up to record"), "{message}");
}

#[tokio::test]
async fn a_deleted_journal_is_named() {
    let house = lived_in().await;
    let path = house.path().to_owned();
    for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        let _ = std::fs::remove_file(path.join(name));
    }
    let problem = registry::Registry::open(&path, house.clock.clone()).await.unwrap_err();
    assert_eq!(problem.code(), Code::JournalBroken);
    assert!(problem.message().contains("record 1:"));
    assert_eq!(verify_dir(&path).await.unwrap_err().code(), Code::JournalBroken);
}

#[tokio::test]
async fn an_edited_document_is_found_and_not_served() {
    let house = lived_in().await;
    let digest = house.registry.mesh().product(&crate::house::enriched()).unwrap().contract_digest;
    sqlx::query("UPDATE blobs SET bytes = x'00' WHERE digest = ?")
        .bind(&digest.as_bytes()[..])
        .execute(&mut database(&house).await)
        .await
        .unwrap();
    assert_eq!(house.registry.blob(&digest).await.unwrap_err().code(), Code::DataUnavailable);
    let problem = house.registry.verify().await.unwrap_err();
    assert!(problem.message().contains(&digest.to_string()));
}

#[tokio::test]
async fn an_erased_document_leaves_a_journal_that_holds() {
    let house = lived_in().await;
    let digest = house.registry.mesh().product(&crate::house::enriched()).unwrap().contract_digest;
    sqlx::query("DELETE FROM blobs WHERE digest = ?")
        .bind(&digest.as_bytes()[..])
        .execute(&mut database(&house).await)
        .await
        .unwrap();
    house.registry.verify().await.unwrap();
    assert_eq!(house.registry.blob(&digest).await.unwrap_err().code(), Code::NotFound);
}
