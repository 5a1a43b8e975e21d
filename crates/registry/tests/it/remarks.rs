//! What is said about a request: by whom it concerns, while it waits, as a blob.

use model::{Code, principal::Principal};
use registry::{Command, Done, command::MOST_REMARKS};

use crate::house::House;

async fn say(house: &House, name: &str, request: model::id::RequestId, text: &str) -> Result<Done, model::Problem> {
    house.run(name, Command::Discuss { request, text: text.into() }).await.map(|outcome| outcome.done)
}

#[tokio::test]
async fn those_whom_a_request_concerns_discuss_it_while_it_waits() {
    let house = House::published().await;
    let request = house.request("ana").await;
    for name in ["stella", "ana", "otto"] {
        assert_eq!(say(&house, name, request, " Which regions? ").await.unwrap(), Done::Discussed, "{name}");
    }
    // For others there is no such request: engineers, guild, administrators, strangers.
    for name in ["emil", "gus", "paul", "zoe", "svc-claims", "pam"] {
        assert_eq!(say(&house, name, request, "me too").await.unwrap_err().code(), Code::NotFound, "{name}");
    }
    for (text, code) in [("  ", Code::InvalidValue), (&*"x".repeat(4_097), Code::TooLarge)] {
        assert_eq!(say(&house, "ana", request, text).await.unwrap_err().code(), code);
    }
    let mesh = house.registry.mesh();
    let said: Vec<(&Principal, _)> =
        mesh.request(request).unwrap().remarks.iter().map(|remark| (&remark.by, remark.text)).collect();
    let by: Vec<&str> = said.iter().map(|(by, _)| by.name()).collect();
    assert_eq!(by, ["stella", "ana", "otto"]);
    assert_eq!(house.registry.blob(&said[0].1).await.unwrap(), b"Which regions?");
    let shown = serde_json::to_string(&house.registry.records(1, 1_000).await.unwrap()).unwrap();
    assert!(!shown.contains("Which regions"), "a record holds what was said");
    house.approve("stella", request).await.unwrap();
    assert_eq!(say(&house, "ana", request, "thanks").await.unwrap_err().code(), Code::Conflict);
    // It stays what it was after the decision and in a server that starts.
    let before = mesh.request(request).unwrap().remarks.clone();
    let mut house = house;
    house.reopen().await.unwrap();
    assert_eq!(house.registry.mesh().request(request).unwrap().remarks, before);
}

#[tokio::test]
async fn a_discussion_ends_somewhere() {
    let house = House::published().await;
    let request = house.request("ana").await;
    for number in 0..MOST_REMARKS {
        say(&house, "ana", request, &format!("remark {number}")).await.unwrap();
    }
    assert_eq!(say(&house, "ana", request, "one more").await.unwrap_err().code(), Code::TooLarge);
}
