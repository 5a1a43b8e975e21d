//! The head outside the database: one command behind after a crash is repaired, anything else is not.

use model::Code;

use crate::house::House;

fn head(house: &House) -> std::path::PathBuf {
    house.path().join("journal.head")
}

#[tokio::test]
async fn a_head_one_command_behind_is_repaired() {
    let mut house = House::furnished().await;
    let before = std::fs::read(head(&house)).unwrap();
    house.publish(1).await.unwrap();
    let after = std::fs::read(head(&house)).unwrap();
    assert_ne!(before, after);
    // As after a crash between the commit of two records and the head.
    std::fs::write(head(&house), &before).unwrap();
    house.reopen().await.unwrap();
    assert_eq!(std::fs::read(head(&house)).unwrap(), after);
    house.registry.verify().await.unwrap();
    house.request("ana").await;
}

#[tokio::test]
async fn a_head_of_the_first_command_may_be_absent() {
    let mut house = House::furnished().await;
    std::fs::remove_file(head(&house)).unwrap();
    house.reopen().await.unwrap();
    house.publish(1).await.unwrap();
    std::fs::remove_file(head(&house)).unwrap();
    assert_eq!(house.reopen().await.unwrap_err().code(), Code::JournalBroken);
}

#[tokio::test]
async fn a_head_two_commands_behind_is_refused() {
    let mut house = House::furnished().await;
    let before = std::fs::read(head(&house)).unwrap();
    house.publish(1).await.unwrap();
    house.request("ana").await;
    std::fs::write(head(&house), &before).unwrap();
    let problem = house.reopen().await.unwrap_err();
    assert_eq!(problem.code(), Code::JournalBroken);
    assert!(problem.message().contains("more than one command behind"), "{}", problem.message());
}

#[tokio::test]
async fn a_head_of_another_chain_is_refused() {
    let mut house = House::published().await;
    let text = std::fs::read_to_string(head(&house)).unwrap();
    let hash = house.registry.mesh().hash().unwrap().to_string();
    std::fs::write(head(&house), text.replace(&hash, &"0".repeat(64))).unwrap();
    assert_eq!(house.reopen().await.unwrap_err().code(), Code::JournalBroken);
    std::fs::write(head(&house), "{").unwrap();
    assert_eq!(house.reopen().await.unwrap_err().code(), Code::JournalBroken);
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_is_acknowledged_before_the_head_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let mut house = House::published().await;
    // A folder in the head's place of writing: the rename has nowhere to go, as on a full disk.
    let beside = house.path().join(".journal.head.new");
    std::fs::create_dir(&beside).unwrap();
    let wish = || registry::Command::RequestAccess(crate::house::wish());
    let context = || house.context_with("ana", "one");
    let problem = house.registry.execute(wish(), context()).await.unwrap_err();
    assert_eq!(problem.code(), Code::DataUnavailable);
    // It happened, but every further word waits until the head can be written.
    assert!(house.registry.execute(wish(), context()).await.is_err());
    std::fs::remove_dir(&beside).unwrap();
    let outcome = house.registry.execute(wish(), context()).await.unwrap();
    assert!(outcome.replayed);
    assert_eq!(house.registry.mesh().requests().count(), 1);
    house.reopen().await.unwrap();
    house.registry.verify().await.unwrap();
    let mode = std::fs::metadata(head(&house)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
