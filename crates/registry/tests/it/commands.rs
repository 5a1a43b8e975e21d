//! Commands: idempotency, races, callers that go away, the lock, the first start.

use std::sync::Arc;

use model::Code;
use registry::{Command, DataLock, Done, Registry, RequestAccess};

use crate::house::{House, wish};

#[tokio::test]
async fn the_same_id_with_the_same_body_happens_once() {
    let mut house = House::published().await;
    let ask = || Command::RequestAccess(wish());
    let first = house.registry.execute(ask(), house.context_with("ana", "k")).await.unwrap();
    let seq = house.registry.mesh().seq();
    let again = house.registry.execute(ask(), house.context_with("ana", "k")).await.unwrap();
    assert_eq!((again.done.clone(), again.seq, again.replayed), (first.done, first.seq, true));
    house.reopen().await.unwrap();
    let later = house.registry.execute(ask(), house.context_with("ana", "k")).await.unwrap();
    assert_eq!((later.done, house.registry.mesh().seq()), (again.done, seq));
    let other = RequestAccess { reason: "another".into(), ..wish() };
    let problem =
        house.registry.execute(Command::RequestAccess(other), house.context_with("ana", "k")).await.unwrap_err();
    assert_eq!(problem.code(), Code::IdempotencyMismatch);
    // Another's key is another key.
    let zoe = house.registry.execute(ask(), house.context_with("zoe", "k")).await.unwrap();
    assert!(!zoe.replayed);
    for id in ["", "a b", "ä", &"x".repeat(201)] {
        let problem = house.registry.execute(ask(), house.context_with("ana", id)).await.unwrap_err();
        assert_eq!(problem.code(), Code::InvalidValue, "{id:?}");
    }
}

#[tokio::test]
async fn many_callers_with_one_id_get_one_answer() {
    let house = Arc::new(House::published().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let house = Arc::clone(&house);
        tasks.spawn(async move {
            house.registry.execute(Command::RequestAccess(wish()), house.context_with("ana", "k")).await.unwrap()
        });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| answer.done == answers[0].done));
    assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
    assert_eq!(house.registry.mesh().requests().count(), 1);
}

#[tokio::test]
async fn a_lost_race_follows_and_decides_again() {
    let house = House::published().await;
    // Another writer on the same journal, as a second node would be.
    let other = Registry::open(house.path(), house.clock.clone()).await.unwrap();
    let request = house.request("ana").await;
    assert_eq!(other.mesh().request(request), None);
    let context = house.context_with("zoe", "elsewhere");
    other.execute(Command::RequestAccess(wish()), context).await.unwrap();
    assert!(other.mesh().request(request).is_some(), "it followed first");
    house.approve("stella", request).await.unwrap();
    assert_eq!(house.registry.mesh().requests().count(), 2);
    let again =
        other.execute(Command::Decide { request, verdict: crate::house::approval() }, house.context("stan")).await;
    assert_eq!(again.unwrap_err().code(), Code::Conflict);
    assert_eq!(*other.mesh(), *house.registry.mesh());
    house.registry.verify().await.unwrap();
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_the_command() {
    let house = House::published().await;
    let mut changes = house.registry.changes();
    changes.mark_unchanged();
    let pending = house.registry.execute(Command::RequestAccess(wish()), house.context_with("ana", "gone"));
    // Polled once, then dropped.
    let mut pending = Box::pin(pending);
    assert!(futures::poll!(pending.as_mut()).is_pending());
    drop(pending);
    changes.changed().await.unwrap();
    let outcome =
        house.registry.execute(Command::RequestAccess(wish()), house.context_with("ana", "gone")).await.unwrap();
    assert!(outcome.replayed);
}

#[tokio::test]
async fn one_process_holds_a_data_directory() {
    let folder = tempfile::tempdir().unwrap();
    let lock = DataLock::acquire(folder.path()).unwrap();
    let problem = DataLock::acquire(folder.path()).unwrap_err();
    assert_eq!(problem.code(), Code::DataInUse);
    assert!(problem.message().contains(&format!("process {}", std::process::id())), "{}", problem.message());
    drop(lock);
    DataLock::acquire(folder.path()).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::published().await;
    house.registry.bootstrap().await.unwrap();
    registry::Keys::open(house.path()).unwrap();
    for name in ["journal.db", "journal.head", "admin-token", "keys/token-1.key"] {
        let mode = std::fs::metadata(house.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

#[tokio::test]
async fn the_first_start_makes_one_admin_token() {
    let mut house = House::empty().await;
    house.registry.bootstrap_with([7; 32]).await.unwrap();
    let text = std::fs::read_to_string(registry::token_file(house.path())).unwrap();
    let hash = registry::secret::token_hash(text.trim()).unwrap();
    let mesh = house.registry.mesh();
    let token = mesh.token_by_hash(&hash).unwrap();
    assert_eq!((token.principal.to_string(), token.until), ("user:admin".to_owned(), None));
    assert!(mesh.is_empty());
    house.registry.bootstrap_with([8; 32]).await.unwrap();
    house.reopen().await.unwrap();
    house.registry.bootstrap_with([9; 32]).await.unwrap();
    assert_eq!(house.registry.mesh().tokens().count(), 1);
    assert_eq!(std::fs::read_to_string(registry::token_file(house.path())).unwrap(), text);
    // The mesh is still to be founded.
    let outcome = house.apply("admin", &crate::house::files()).await.unwrap();
    assert!(matches!(outcome.done, Done::Applied { .. }));
}

#[tokio::test]
async fn a_crash_between_token_file_and_record_is_healed() {
    let house = House::empty().await;
    let text = registry::secret::token_text(&[5; 32]);
    std::fs::write(registry::token_file(house.path()), format!("{text}\n")).unwrap();
    house.registry.bootstrap_with([6; 32]).await.unwrap();
    let hash = registry::secret::token_hash(&text).unwrap();
    assert!(house.registry.mesh().token_by_hash(&hash).is_some());
}
