//! The activity log: durable before it is acknowledged, chained, private, and refusing when it cannot be written.

use std::sync::Arc;

use model::{
    Code, Digest,
    drill::{self, Fault},
    id::PublicationId,
    principal::Principal,
};
use registry::{
    Activity,
    activity::{AuditDecision, AuditedObject, CompletionRecord, Lane, StatementRecord, file},
};
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use uuid::Uuid;

use crate::house::{Hands, enriched};

async fn open() -> (TempDir, Activity) {
    let folder = tempfile::tempdir().unwrap();
    let activity = Activity::open(folder.path(), Hands::new()).await.unwrap();
    (folder, activity)
}

fn statement(number: u128, who: &str) -> StatementRecord {
    StatementRecord {
        id: Uuid::from_u128(number),
        principal: who.parse().unwrap(),
        purpose: Some("fraud-detection".parse().unwrap()),
        epoch: 7,
        objects: vec![AuditedObject {
            product: enriched(),
            port: "claims".parse().unwrap(),
            publication: PublicationId::new(5),
            lane: Lane::Treated,
            columns: [("token".to_owned(), vec!["email".to_owned()])].into(),
            read: None,
            scopes: vec!["eu".into()],
        }],
        fingerprint: Digest::of(b"select"),
        text: None,
        decision: AuditDecision::Allowed,
    }
}

async fn database(folder: &TempDir) -> SqliteConnection {
    SqliteConnectOptions::new().filename(file(folder.path())).connect().await.unwrap()
}

#[tokio::test]
async fn statements_are_listed_with_their_ends() {
    let (folder, activity) = open().await;
    activity.statement(statement(1, "user:ana")).await.unwrap();
    activity.statement(statement(2, "user:zoe")).await.unwrap();
    let end = CompletionRecord { id: Uuid::from_u128(1), rows: 3, bytes: 90, error: Some(Code::Cancelled), millis: 4 };
    activity.finished(end.clone()).await.unwrap();
    let all = activity.recent(None, 10).await.unwrap();
    assert_eq!(all.iter().map(|entry| entry.statement.id.as_u128()).collect::<Vec<_>>(), [2, 1]);
    let ana: Principal = "user:ana".parse().unwrap();
    let own = activity.recent(Some(&ana), 10).await.unwrap();
    assert_eq!((own.len(), &own[0].statement, &own[0].finished), (1, &statement(1, "user:ana"), &Some(end)));
    let head = activity.verify(None).await.unwrap();
    assert_eq!((head.seq, head), (3, activity.head().await.unwrap()));
    drop(activity);
    let activity = Activity::open(folder.path(), Hands::new()).await.unwrap();
    activity.statement(statement(3, "user:ana")).await.unwrap();
    assert_eq!(activity.verify(Some((3, head.hash))).await.unwrap().seq, 4);
}

#[tokio::test]
async fn a_thousand_statements_share_commits_and_keep_one_chain() {
    let (_folder, activity) = open().await;
    let activity = Arc::new(activity);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..1_000 {
        let activity = Arc::clone(&activity);
        tasks.spawn(async move { activity.statement(statement(number, "user:ana")).await });
    }
    for answer in tasks.join_all().await {
        answer.unwrap();
    }
    assert_eq!(activity.verify(None).await.unwrap().seq, 1_000);
}

#[tokio::test]
async fn tampering_is_named() {
    for (attack, named) in [
        ("UPDATE records SET principal = 'user:eve' WHERE seq = 2", "record 2:"),
        (
            "UPDATE records SET body = CAST(replace(CAST(body AS TEXT), 'email', 'emaiL') AS BLOB) WHERE seq = 3",
            "record 3:",
        ),
        (
            "UPDATE records SET seq = -1 WHERE seq = 2; UPDATE records SET seq = 2 WHERE seq = 3; \
             UPDATE records SET seq = 3 WHERE seq = -1",
            "record 2:",
        ),
        ("DELETE FROM records WHERE seq = 2", "record 2: it is missing"),
        ("DELETE FROM records WHERE seq > 2", "record 3: it and all up to the anchored record 4"),
    ] {
        let (folder, activity) = open().await;
        for number in 0..4 {
            activity.statement(statement(number, "user:ana")).await.unwrap();
        }
        let head = activity.head().await.unwrap();
        sqlx::raw_sql(attack).execute(&mut database(&folder).await).await.unwrap();
        let problem = activity.verify(Some((head.seq, head.hash))).await.unwrap_err();
        assert_eq!(problem.code(), Code::JournalBroken);
        assert!(problem.message().contains(named), "{attack}: {}", problem.message());
    }
}

/// Whichever operation on the log fails: what was acknowledged is there once, the next record is taken, the chain holds.
#[tokio::test]
async fn what_is_acknowledged_is_recorded_whichever_operation_fails() {
    for fault in [Fault::Broken, Fault::Full] {
        let mut refused = 0;
        for n in 1.. {
            let context = format!("{fault:?} {n}");
            let (folder, activity) = open().await;
            activity.statement(statement(1, "user:ana")).await.unwrap();
            let drill = drill::arm(folder.path(), fault, n);
            let mut acknowledged = vec![1];
            for number in [2, 3] {
                match activity.statement(statement(number, "user:ana")).await {
                    Ok(()) => acknowledged.push(number),
                    Err(problem) => {
                        assert_eq!(problem.code(), Code::AuditUnavailable, "{context}");
                        refused += 1;
                    }
                }
            }
            let happened = drill.happened();
            drop(drill);
            activity.statement(statement(4, "user:ana")).await.unwrap_or_else(|problem| panic!("{context}: {problem}"));
            acknowledged.push(4);
            drop(activity);
            let activity = Activity::open(folder.path(), Hands::new()).await.unwrap();
            activity.verify(None).await.unwrap_or_else(|problem| panic!("{context}: {problem}"));
            let mut found: Vec<u128> =
                activity.recent(None, 10).await.unwrap().iter().map(|entry| entry.statement.id.as_u128()).collect();
            found.reverse();
            // One that was refused may stand there: it was made durable, and then something else failed.
            let told: Vec<u128> = found.iter().copied().filter(|id| acknowledged.contains(id)).collect();
            assert_eq!(told, acknowledged, "{context}: {found:?}");
            assert!(found.is_sorted() && found.iter().all(|id| (1..=4).contains(id)), "{context}: {found:?}");
            if !happened {
                assert_eq!(found, [1, 2, 3, 4]);
                break;
            }
        }
        assert!(refused >= 4, "{fault:?}: only {refused}");
    }
}

#[tokio::test]
async fn a_failing_disk_refuses_statements() {
    let (folder, activity) = open().await;
    activity.statement(statement(1, "user:ana")).await.unwrap();
    let mut connection = database(&folder).await;
    // Every write fails, as on a disk that is full or gone.
    let trigger = "CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'disk full'); END";
    sqlx::raw_sql(trigger).execute(&mut connection).await.unwrap();
    let problem = activity.statement(statement(2, "user:ana")).await.unwrap_err();
    assert_eq!(problem.code(), Code::AuditUnavailable);
    assert!(!problem.to_string().contains("disk full"), "the cause is for the log");
    sqlx::raw_sql("DROP TRIGGER full").execute(&mut connection).await.unwrap();
    activity.statement(statement(3, "user:ana")).await.unwrap();
    let listed = activity.recent(None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|entry| entry.statement.id.as_u128()).collect::<Vec<_>>(), [3, 1]);
    activity.verify(None).await.unwrap();
}
