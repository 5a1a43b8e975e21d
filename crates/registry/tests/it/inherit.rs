//! Classes that arrive later: from a contract or a root to every column that was made of the one they were put on.

use std::collections::BTreeMap;

use model::{Digest, reference::ProductRef};
use registry::{Command, Event};

use crate::{
    house::{Files, House},
    lineage::{chain, products, publish, table},
};

const CHAIN: &[&str] = &["first", "second", "third"];

/// The classes of a product's columns, as they are pinned.
fn classes(house: &House, product: &str) -> BTreeMap<String, Vec<String>> {
    let reference: ProductRef = format!("claims.{product}").parse().unwrap();
    let mesh = house.registry.mesh();
    let publication = mesh.product(&reference).unwrap().publication.clone().unwrap();
    let columns = publication.ports.values().flat_map(|port| port.columns.iter());
    let named = |column: &model::publication::PublishedColumn| {
        let mut tags: Vec<String> = column.tags.iter().map(|tag| tag.class.to_string()).collect();
        tags.sort();
        (column.name.clone(), tags)
    };
    columns.map(named).filter(|(_, tags)| !tags.is_empty()).collect()
}

fn carrying(columns: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    columns
        .iter()
        .map(|(name, tags)| ((*name).to_owned(), tags.iter().map(|tag| (*tag).to_owned()).collect()))
        .collect()
}

/// The files with a tag on a column of a product.
fn tagged(mut files: Files, product: &str, column: &str, tag: &str) -> Files {
    let path = format!("domains/claims/products/{product}/contract.yaml");
    let text = String::from_utf8(files[&path].clone()).unwrap();
    let stated = format!("{{name: {column}, logicalType: string");
    let changed = text.replace(&stated, &format!("{stated}, tags: [{tag}]"));
    assert_ne!(text, changed);
    files.insert(path, changed.into_bytes());
    files
}

/// How often classes were inherited, by the journal.
async fn inherited(house: &House) -> usize {
    let events = house.registry.events(1, 1_000).await.unwrap();
    events.iter().filter(|(_, _, event)| matches!(event, Event::ClassesInherited(_))).count()
}

#[tokio::test]
async fn a_class_reaches_every_product_that_carries_the_column() {
    let mut house = chain().await;
    assert_eq!(classes(&house, "second"), carrying(&[("email", &["pii.email"])]));
    let birth = tagged(products(CHAIN), "first", "claim_id", "pii.birth");
    let before = house.registry.mesh().seq();
    house.apply("otto", &birth).await.unwrap();
    assert_eq!(classes(&house, "second"), carrying(&[("claim_id", &["pii.birth"]), ("email", &["pii.email"])]));
    assert_eq!(
        classes(&house, "third"),
        carrying(&[("email", &["pii.email"]), ("region", &["pii.email"])]),
        "which rows there are carries no class"
    );
    let events = house.registry.events(before + 1, 10).await.unwrap();
    let kinds: Vec<&str> = events.iter().map(|(_, _, event)| event.kind()).collect();
    assert_eq!(kinds, ["applied", "product-declared", "classes-inherited"], "one append");

    // What the journal tells is what is held.
    let (mesh, count) = (house.registry.mesh(), inherited(&house).await);
    house.reopen().await.unwrap();
    assert_eq!(*house.registry.mesh(), *mesh);
    // The same files again give nothing.
    house.apply("otto", &birth).await.unwrap();
    assert_eq!(inherited(&house).await, count);
}

#[tokio::test]
async fn a_class_goes_on_through_what_it_reached() {
    let house = chain().await;
    // `third.region` is made of `second.email`, which is made of `first.email` by way of a silver table.
    let files = tagged(products(CHAIN), "first", "region", "pii.birth");
    let text = String::from_utf8(files["domains/claims/products/first/contract.yaml"].clone()).unwrap();
    let both = text.replace("tags: [pii.email]", "tags: [pii.email, pii.birth]");
    let mut files = files;
    files.insert("domains/claims/products/first/contract.yaml".into(), both.into_bytes());
    house.apply("otto", &files).await.unwrap();
    assert_eq!(classes(&house, "second"), carrying(&[("email", &["pii.birth", "pii.email"])]));
    assert_eq!(
        classes(&house, "third"),
        carrying(&[("email", &["pii.email"]), ("region", &["pii.birth", "pii.email"])])
    );
}

#[tokio::test]
async fn a_label_that_becomes_a_class_reaches_what_was_made_of_it() {
    let house = chain().await;
    let mut files = tagged(products(CHAIN), "first", "claim_id", "staff.note");
    house.apply("otto", &files).await.unwrap();
    assert_eq!(classes(&house, "second"), carrying(&[("email", &["pii.email"])]), "a label is no class");
    let root = "root: staff\nclasses: {note: {mask: {kind: token}}}\n";
    files.insert("governance/classifications/staff.yaml".into(), root.as_bytes().to_vec());
    house.apply("gus", &files).await.unwrap();
    assert_eq!(classes(&house, "second"), carrying(&[("claim_id", &["staff.note"]), ("email", &["pii.email"])]));
}

#[tokio::test]
async fn a_publication_cannot_outrun_a_class() {
    let house = chain().await;
    let birth = tagged(products(CHAIN), "first", "claim_id", "pii.birth");
    house.apply("otto", &birth).await.unwrap();
    // Built before the class was there, pinned after.
    let columns: &[(&str, &[&str])] =
        &[("claim_id", &[]), ("email", &["=claims.first.claims.claim_id"]), ("region", &[])];
    publish(&house, "claims.second", &[], table("claims.second.claims", &[], columns), &["claims.first"]).await;
    assert_eq!(classes(&house, "second"), carrying(&[("email", &["pii.birth", "pii.email"])]));
    // What was made of it before has learnt of it, too.
    assert_eq!(classes(&house, "third")["region"], ["pii.birth", "pii.email"]);
}

#[tokio::test]
async fn a_lowered_class_stays_lowered() {
    let house = chain().await;
    house.apply("otto", &tagged(products(CHAIN), "first", "claim_id", "pii.birth")).await.unwrap();
    let lower = Command::Declassify {
        port: "claims.second.claims".parse().unwrap(),
        column: "claim_id".into(),
        class: "pii.birth".parse().unwrap(),
        reason: "a number tells no birthday".into(),
    };
    house.run("stella", lower).await.unwrap();
    let columns: &[(&str, &[&str])] =
        &[("claim_id", &["=claims.first.claims.claim_id"]), ("email", &[]), ("region", &[])];
    publish(&house, "claims.second", &[], table("claims.second.claims", &[], columns), &["claims.first"]).await;
    assert_eq!(classes(&house, "second"), carrying(&[("email", &["pii.email"])]));
}

#[tokio::test]
async fn what_could_not_be_followed_inherits_everything() {
    let house = chain().await;
    house.apply("otto", &products(&["first", "second", "third", "fourth"])).await.unwrap();
    let mut unknown = table("claims.fourth.claims", &[], &[("claim_id", &[]), ("email", &[]), ("region", &[])]);
    unknown.inputs = vec!["silver.sums__rejected".to_owned()];
    unknown.columns[2].known = false;
    let silver = table("silver.sums", &[], &[("mail", &["=claims.third.claims.claim_id"])]);
    publish(&house, "claims.fourth", &[silver], unknown, &["claims.third"]).await;
    let all = products(&["first", "second", "third", "fourth"]);
    house.apply("otto", &tagged(all, "third", "claim_id", "pii.birth")).await.unwrap();
    assert_eq!(classes(&house, "fourth"), carrying(&[("email", &["pii.email"]), ("region", &["pii.birth"])]));
}

#[tokio::test]
async fn a_document_that_is_gone_may_have_said_anything() {
    let house = chain().await;
    let all = products(&["first", "second", "third", "fourth"]);
    house.apply("otto", &all).await.unwrap();
    without_document(&house, 1).await;
    let mail: &[&str] = &["pii.email"];
    assert_eq!(classes(&house, "fourth"), carrying(&[("claim_id", mail), ("email", mail), ("region", mail)]));

    let lower = Command::Declassify {
        port: "claims.fourth.claims".parse().unwrap(),
        column: "region".into(),
        class: "pii.birth".parse().unwrap(),
        reason: "a region tells no birthday".into(),
    };
    house.apply("otto", &tagged(all.clone(), "third", "claim_id", "pii.birth")).await.unwrap();
    house.run("stella", lower).await.unwrap();
    let both: &[&str] = &["pii.birth", "pii.email"];
    assert_eq!(classes(&house, "fourth"), carrying(&[("claim_id", both), ("email", both), ("region", both)]));
    without_document(&house, 2).await;
    assert_eq!(classes(&house, "fourth"), carrying(&[("claim_id", both), ("email", both), ("region", mail)]));
}

#[tokio::test]
async fn the_version_before_gains_classes_as_long_as_it_is_served() {
    let house = chain().await;
    let path = "domains/claims/products/second/contract.yaml".to_owned();
    let mut files = products(CHAIN);
    let text = String::from_utf8(files[&path].clone()).unwrap();
    let newer = text
        .replace("version: 1.0.0", "version: 2.0.0")
        .replace("schema:", "customProperties: [{property: tessera.previous_until, value: '2099-12-31'}]\nschema:");
    files.insert(path, newer.into_bytes());
    house.apply("otto", &files).await.unwrap();
    // What is served now is made of nothing; what is served beside it is made of `first`.
    let columns: &[(&str, &[&str])] = &[("claim_id", &[]), ("email", &[]), ("region", &[])];
    publish(&house, "claims.second", &[], table("claims.second.claims", &[], columns), &[]).await;
    house.apply("otto", &tagged(files, "first", "claim_id", "pii.birth")).await.unwrap();
    assert_eq!(classes(&house, "second"), carrying(&[("email", &["pii.email"])]));
    let mesh = house.registry.mesh();
    let state = mesh.product(&"claims.second".parse().unwrap()).unwrap();
    let before = state.recent.iter().find(|publication| publication.version.major == 1).unwrap();
    let column = before.ports.values().flat_map(|port| port.columns.iter()).find(|column| column.name == "claim_id");
    assert_eq!(column.unwrap().tags.iter().map(|tag| tag.class.to_string()).collect::<Vec<_>>(), ["pii.birth"]);
}

/// Publishes `claims.fourth`, made of `claims.third`, with a lineage that nobody has.
async fn without_document(house: &House, version: u64) {
    let mesh = house.registry.mesh();
    let [fourth, third] = ["claims.fourth", "claims.third"].map(|name| mesh.product(&name.parse().unwrap()).unwrap());
    let mut publish = house.candidate(version);
    publish.contract = fourth.contract_digest;
    publish.product = fourth.reference.clone();
    publish.based_on = fourth.publication.as_ref().map(|publication| publication.id);
    publish.lineage = Digest::of(b"never stored");
    publish.inputs = vec![(third.reference.clone(), third.publication.as_ref().unwrap().id)];
    house.run("svc-claims", Command::Publish(Box::new(publish))).await.unwrap();
}
