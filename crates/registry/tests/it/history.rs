//! The history of a product: every record that concerns it, and none of another.

use model::Timestamp;
use registry::{Command, Event, History, Verdict, command::Revocation, history::Matter};

use crate::house::{House, enriched};

async fn kinds(house: &House, history: &History) -> Vec<(&'static str, Matter)> {
    let records = history.of(&enriched()).await.unwrap();
    let seqs: Vec<u64> = records.iter().map(|(seq, _)| *seq).collect();
    assert!(seqs.is_sorted());
    let happened = house.registry.happened(&seqs).await.unwrap();
    assert_eq!(happened.iter().map(|happened| happened.seq).collect::<Vec<_>>(), seqs);
    happened.iter().map(|happened| happened.event.kind()).zip(records.into_iter().map(|(_, matter)| matter)).collect()
}

#[tokio::test]
async fn a_history_follows_the_journal_and_knows_what_each_record_is_about() {
    let mut house = House::published().await;
    let history = History::new(house.registry.clone());
    let before = kinds(&house, &history).await;
    assert_eq!(before.first(), Some(&("product-declared", Matter::Declaration)));
    assert!(before.contains(&("product-published", Matter::Publication)), "{before:?}");
    let asked = house.request("ana").await;
    house.approve("stella", asked).await.unwrap();
    let refused = house.request("ana").await;
    house.run("stella", Command::Decide { request: refused, verdict: Verdict::Deny { note: None } }).await.unwrap();
    let taken_back = house.request("ana").await;
    house.run("ana", Command::Revoke(Revocation::Request(taken_back))).await.unwrap();
    house.run("ana", Command::Revoke(Revocation::Request(asked))).await.unwrap();
    let after = kinds(&house, &history).await;
    assert_eq!(after[..before.len()], before);
    let access = |kind: &'static str| (kind, Matter::Access);
    assert_eq!(
        after[before.len()..],
        [
            access("access-requested"),
            access("entitlement-granted"),
            access("access-requested"),
            access("access-denied"),
            access("access-requested"),
            access("request-withdrawn"),
            access("entitlement-ended"),
        ]
    );
    assert_eq!(history.of(&"claims.absent".parse().unwrap()).await.unwrap(), []);
    // A server that starts finds the same.
    house.reopen().await.unwrap();
    assert_eq!(kinds(&house, &History::new(house.registry.clone())).await, after);
}

#[tokio::test]
async fn what_happened_says_who_and_when() {
    let house = House::published().await;
    let asked = house.request("ana").await;
    let happened = house.registry.happened(&[asked.seq(), 1_000_000]).await.unwrap();
    assert_eq!(happened.len(), 1, "a record that is not there is left out");
    assert_eq!(happened[0].actor, "user:ana");
    assert!(happened[0].at > Timestamp::from_micros(0));
    assert!(matches!(&happened[0].event, Event::AccessRequested(facts) if facts.product == enriched()));
}
