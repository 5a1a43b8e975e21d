//! Retention of a domain: what is given up, what goes, what stays, and that nobody who works is held up by it.

use std::path::{Path, PathBuf};

use model::{Code, id::PublicationId, time::Span};
use pipeline::{Silent, Tidied};
use registry::Retention;

use crate::{
    files::{self, borrowed, product},
    house::House,
};

const REJECTING: &str = "/* tessera\nreject: \"amount IS NULL\"\n*/\nSELECT claim_id, customer, email, \
    try_cast(amount AS DECIMAL(12,2)) AS amount, region FROM bronze.notices";

/// A house with one publication for each count of rows.
async fn house(publications: usize) -> (House, Vec<PublicationId>) {
    let house = House::with(&borrowed(&product(""))).await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    let mut published = Vec::new();
    for number in 0..publications {
        published.push(next(&house, number).await);
    }
    (house, published)
}

/// One more row, built and published.
async fn next(house: &House, number: usize) -> PublicationId {
    house.drop_file("claims", &format!("notices_{number}.csv"), notice(number));
    house.run("claims").await.unwrap();
    let context = house.context_with("service:svc-claims", &key(number));
    let product = "claims.enriched".parse().unwrap();
    house.pipeline.publish(&product, false, &context, &Silent).await.unwrap().publication.unwrap()
}

/// The idempotency key of the publication with so many more rows.
fn key(number: usize) -> String {
    format!("publish-{number}")
}

fn notice(number: usize) -> String {
    format!("claim_id,customer,email,amount,region\nn{number},k9,x@x.example,1.00,EU\n")
}

async fn tidy(house: &House) -> Tidied {
    let tidied = house.pipeline.tidy(&"claims".parse().unwrap(), Retention::default()).await.unwrap();
    assert!(!tidied.is_unfinished);
    tidied
}

fn done(tidied: &Tidied) -> (u64, u64) {
    assert!(tidied.failed.is_empty(), "{:?}", tidied.failed);
    (tidied.publications, tidied.files)
}

async fn served(house: &House) -> usize {
    house.served("claims.enriched", "claims", "claim_id").await.len()
}

async fn back(house: &House, to: PublicationId) -> Result<PublicationId, model::Problem> {
    let context = house.context("user:carl");
    house.pipeline.rollback(&"claims.enriched".parse().unwrap(), to, &context).await
}

fn zone(house: &House, layer: &str) -> PathBuf {
    house.data().join("zones/claims").join(layer)
}

/// Files beneath a directory, by whether they are data.
fn count(directory: &Path) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("_delta_log") {
            found += count(&path);
        } else if path.extension().is_some_and(|extension| extension == "parquet") {
            found += 1;
        }
    }
    found
}

#[tokio::test]
async fn nobody_goes_back_to_what_was_removed() {
    let (house, published) = house(3).await;
    let bronze = count(&zone(&house, "bronze"));
    assert_eq!(done(&tidy(&house).await), (0, 0), "nothing is old");
    house.turn(Span::from_days(8));
    // Every publication can be gone back to; of silver nobody reads an earlier version.
    assert_eq!(done(&tidy(&house).await), (0, 2));
    assert_eq!((count(&zone(&house, "silver")), count(&zone(&house, "gold"))), (1, 3));
    back(&house, published[0]).await.unwrap();
    assert_eq!(served(&house).await, 4);
    back(&house, published[2]).await.unwrap();
    house.turn(Span::from_days(30));
    assert_eq!(done(&tidy(&house).await), (2, 2));
    assert_eq!((count(&zone(&house, "gold")), count(&zone(&house, "bronze"))), (1, bronze));
    assert_eq!(served(&house).await, 6);
    // A repeated command is told truthfully that it was done.
    let context = house.context_with("service:svc-claims", &key(0));
    let again = house.pipeline.publish(&"claims.enriched".parse().unwrap(), false, &context, &Silent).await.unwrap();
    assert_eq!(again.publication, Some(published[0]));
    let gone = back(&house, published[1]).await.unwrap_err();
    assert_eq!(gone.code(), Code::PublicationRetired);
    assert_eq!(served(&house).await, 6);
    assert_eq!(done(&tidy(&house).await), (0, 0));
    // The tables go on, and what is superseded now can be gone back to.
    let newest = next(&house, 3).await;
    assert_eq!(served(&house).await, 7);
    back(&house, published[2]).await.unwrap();
    assert_eq!(served(&house).await, 6);
    back(&house, newest).await.unwrap();
    house.registry.verify().await.unwrap();
}

#[tokio::test]
async fn a_candidate_that_was_never_published_goes_after_its_time() {
    let (house, _) = house(1).await;
    for number in 10..12 {
        house.drop_file("claims", &format!("notices_{number}.csv"), notice(number));
        house.run("claims").await.unwrap();
    }
    let orphan = zone(&house, "gold").join("enriched/claims/part-0190.parquet");
    let staged = zone(&house, "silver").join("claims/_delta_log/.tmp-0190");
    for path in [&orphan, &staged] {
        std::fs::write(path, "left by a process that died").unwrap();
    }
    house.turn(Span::from_seconds(7 * 86_400 - 60));
    assert_eq!(done(&tidy(&house).await), (0, 0));
    house.turn(Span::from_seconds(120));
    // One candidate and the orphan of the port, two versions and the half-written entry of silver.
    assert_eq!(done(&tidy(&house).await), (0, 5));
    assert!(!orphan.exists() && !staged.exists());
    assert_eq!(served(&house).await, 4);
    // What waits to be published is the newest version: it stays, and is published as it is.
    house.publish("claims.enriched").await.unwrap();
    assert_eq!(served(&house).await, 6);
}

#[tokio::test]
async fn rows_set_aside_stay_at_the_version_that_is_read() {
    let house = House::with(&[("domains/claims/silver/claims.sql", REJECTING)]).await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    house.run("claims").await.unwrap();
    let aside = house.zone("claims").silver_rejected(&"claims".parse().unwrap());
    let read = aside.head().await.unwrap().unwrap();
    // A run that ended between the two tables: the newest version set aside belongs to nothing.
    let writer = aside.writer(&aside.schema(read).await.unwrap(), &[]).await.unwrap();
    writer.commit_overwrite(Some(read)).await.unwrap();
    house.turn(Span::from_days(100));
    assert_eq!(done(&tidy(&house).await), (0, 0));
    assert_eq!(aside.manifest(read).await.unwrap().rows(), 1);
}

#[tokio::test]
async fn a_table_that_cannot_be_understood_is_left_alone_and_the_others_are_not() {
    let (house, published) = house(3).await;
    house.turn(Span::from_days(50));
    let gold = zone(&house, "gold").join("enriched/claims/_delta_log/00000000000000000009.json");
    std::fs::write(&gold, "{\"add\":{").unwrap();
    let tidied = tidy(&house).await;
    assert_eq!((tidied.publications, tidied.files), (2, 2));
    let (table, problem) = &tidied.failed[0];
    assert_eq!((table.as_str(), problem.code()), ("claims.enriched.claims", Code::DataUnavailable));
    assert_eq!(count(&zone(&house, "gold")), 3);
    // It was given up on record all the same, and what is served is served.
    assert_eq!(back(&house, published[0]).await.unwrap_err().code(), Code::PublicationRetired);
    assert_eq!(served(&house).await, 6);
    std::fs::remove_file(&gold).unwrap();
    assert_eq!(done(&tidy(&house).await), (0, 2));
}

#[tokio::test]
async fn whoever_works_is_not_refused_because_of_it() {
    let (house, _) = house(2).await;
    house.turn(Span::from_days(50));
    for number in 20..23 {
        house.drop_file("claims", &format!("notices_{number}.csv"), notice(number));
        let domain = "claims".parse().unwrap();
        let (tidied, run) =
            futures::future::join(house.pipeline.tidy(&domain, Retention::default()), house.run("claims")).await;
        tidied.unwrap();
        run.unwrap();
        house.publish("claims.enriched").await.unwrap();
    }
    assert_eq!(served(&house).await, 8);
}
