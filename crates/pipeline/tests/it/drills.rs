//! Every single operation on storage and on the journal fails once while a file is taken, built, published and read: what
//! was published serves exactly its rows, an error has its code, and asking again gives the right rows (F-11, F-12).

use model::{
    Code, Problem,
    drill::{self, Fault},
};
use pipeline::{RunTarget, Silent};

use crate::{
    files::{self, borrowed, product},
    house::House,
};

const BEFORE: [&str; 3] = ["c1|10.50", "c2|20.00", "c3|-"];
const AFTER: [&str; 5] = ["c1|10.50", "c2|20.00", "c3|-", "c4|1.00", "c5|2.00"];

/// The numbers of the operations that fail: every one with `TESSERA_DRILL_STEP=1`.
fn steps(otherwise: usize) -> impl Iterator<Item = u64> {
    #[expect(clippy::disallowed_methods, reason = "the length of a test, read by the test")]
    let step = std::env::var("TESSERA_DRILL_STEP").ok().and_then(|step| step.parse().ok()).unwrap_or(otherwise);
    (1..).step_by(step)
}

/// A mesh with a publication and a file that waits.
async fn house() -> House {
    let files = product("");
    let house = House::with(&borrowed(&files)).await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    house.publish("claims.enriched").await.unwrap();
    house.drop_file(
        "claims",
        "notices2.csv",
        "claim_id,customer,email,amount,region\nc4,k4,d@x.example,1.00,EU\nc5,k5,e@x.example,2.00,EU\n",
    );
    house
}

async fn take_and_publish(house: &House) -> Result<(), Problem> {
    house.run_target("claims", RunTarget::All, false).await?;
    let context = house.context_with("service:svc-claims", "the-second");
    house.pipeline.publish(&"claims.enriched".parse().unwrap(), false, &context, &Silent).await?;
    Ok(())
}

async fn served(house: &House) -> Vec<String> {
    house.served("claims.enriched", "claims", "claim_id, amount").await
}

/// The publications in the journal.
async fn publications(house: &House) -> usize {
    let records = house.registry.records(1, 1_000).await.unwrap();
    records.iter().filter(|record| record.kind == "product-published").count()
}

async fn drill_all(fault: Fault, step: usize) {
    let made = house().await;
    let mut met = 0;
    for n in steps(step) {
        let context = format!("{fault:?} {n}");
        let house = made.copy().await;
        let drill = drill::arm(&house.data(), fault, n);
        let outcome = take_and_publish(&house).await;
        let happened = drill.happened();
        drop(drill);
        let rows = served(&house).await;
        match &outcome {
            Ok(()) => assert_eq!(rows, AFTER, "{context}: what is told as published is served"),
            Err(problem) => {
                let code = if fault == Fault::Full { Code::StorageFull } else { Code::DataUnavailable };
                assert_eq!(problem.code(), code, "{context}: {problem}: {:?}", problem.cause());
                let told = serde_json::to_string(problem).unwrap();
                assert!(!told.contains(".tmp") && !told.contains("part-"), "{context}: {told}");
                // The record of a publication may stand although nobody was told; then it serves, whole.
                let recorded = publications(&house).await == 2;
                assert_eq!(rows, if recorded { AFTER.to_vec() } else { BEFORE.to_vec() }, "{context}");
            }
        }
        take_and_publish(&house).await.unwrap_or_else(|problem| {
            panic!("{context}: asked again: {problem}: {:?} {:?}", problem.cause(), problem.items())
        });
        assert_eq!(served(&house).await, AFTER, "{context}: asked again");
        assert_eq!(publications(&house).await, 2, "{context}: one key, one publication");
        house.registry.verify().await.unwrap();
        if !happened {
            outcome.unwrap();
            break;
        }
        met += 1;
    }
    println!("{fault:?}: {met} operations failed");
    assert!(met > 2, "{fault:?}: the drill met {met} operations only");
}

#[tokio::test]
async fn a_publication_is_the_old_or_the_new_one_whichever_operation_breaks() {
    drill_all(Fault::Broken, 7).await;
}

#[tokio::test]
async fn a_publication_is_the_old_or_the_new_one_wherever_space_ends() {
    drill_all(Fault::Full, 1).await;
}

#[tokio::test]
async fn a_publication_is_the_old_or_the_new_one_wherever_a_file_ends_early() {
    drill_all(Fault::Ended, 7).await;
}
