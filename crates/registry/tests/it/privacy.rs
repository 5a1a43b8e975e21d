//! Texts and personal data are in documents only, so that they can be erased while the chain holds.

use model::Digest;
use registry::Command;

use crate::house::{House, enriched};

const PRIVATE: [&str; 6] = [
    "ana@northpeak.example",
    "a private reason",
    "a private note",
    "Ana's telephone",
    "Motor and home claims",
    "Claims with everything",
];

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn texts_stay_out_of_records() {
    let house = House::published().await;
    let request = house.request("ana").await;
    house.approve("stella", request).await.unwrap();
    let lower = Command::Declassify {
        port: enriched().port("claims".parse().unwrap()),
        column: "email".into(),
        class: "pii.email".parse().unwrap(),
        reason: "a private reason to lower".into(),
    };
    house.run("stella", lower).await.unwrap();
    let token = Command::CreateToken {
        principal: "user:ana".parse().unwrap(),
        label: Some("Ana's telephone".into()),
        scopes: vec![],
        purpose: None,
        until: None,
        hash: Digest::of(b"secret"),
    };
    house.run("paul", token).await.unwrap();
    let mut texts = 0;
    for record in house.registry.records(1, 1_000).await.unwrap() {
        let shown = serde_json::to_vec(&record).unwrap();
        for text in PRIVATE {
            assert!(!holds(&shown, text), "record {} holds `{text}`", record.seq);
        }
        texts += 1;
    }
    assert!(texts > 15);
    let mesh = serde_json::to_vec(&*house.registry.mesh()).unwrap();
    assert!(PRIVATE.iter().all(|text| !holds(&mesh, text)));
    // They are where they belong: in blobs.
    let reason = house.registry.mesh().request(request).unwrap().reason;
    assert_eq!(house.registry.blob(&reason).await.unwrap(), b"a private reason about Mrs Smith");
}

#[tokio::test]
async fn an_erased_text_leaves_no_byte_behind() {
    let house = House::published().await;
    let request = house.request("ana").await;
    let reason = house.registry.mesh().request(request).unwrap().reason;
    let (journal, _writer, _) = registry::journal::open(house.path()).await.unwrap();
    assert!(journal.blob(&reason).await.unwrap().is_some());
    journal.erase(&reason).await.unwrap();
    assert_eq!(house.registry.blob(&reason).await.unwrap_err().code(), model::Code::NotFound);
    for name in ["journal.db", "journal.db-wal"] {
        let bytes = std::fs::read(house.path().join(name)).unwrap_or_default();
        assert!(!holds(&bytes, "Mrs Smith"), "{name}");
    }
    house.registry.verify().await.unwrap();
}
