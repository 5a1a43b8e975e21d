//! Every single operation of the journal fails once: nothing is acknowledged that is not durable, the next command is done,
//! and the same key settles what became of the one that failed (F-12).

use model::{
    Code, Problem,
    drill::{self, Fault},
};
use registry::{Command, Done, Outcome};

use crate::house::{House, enriched};

/// What happens after a command failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// The same process goes on.
    GoesOn,
    /// The process ends and another one opens the journal.
    Restarts,
}

fn check_outcome(context: &str, fault: Fault, outcome: &Result<Outcome, Problem>) {
    let Err(problem) = outcome else { return };
    let expected = if fault == Fault::Full { Code::StorageFull } else { Code::DataUnavailable };
    assert_eq!(problem.code(), expected, "{context}: {problem}: {:?}", problem.cause());
}

/// Publications in the journal under one key.
async fn recorded(house: &House, key: &str) -> usize {
    let records = house.registry.records(1, 1_000).await.unwrap();
    records.iter().filter(|record| record.kind == "product-published" && record.command_id == key).count()
}

#[tokio::test]
async fn a_publication_is_recorded_once_whichever_operation_of_the_journal_fails() {
    for (fault, after) in [
        (Fault::Broken, After::GoesOn),
        (Fault::Broken, After::Restarts),
        (Fault::Full, After::GoesOn),
        (Fault::Full, After::Restarts),
    ] {
        let mut failed = 0;
        for n in 1.. {
            let mut house = House::published().await;
            let first = house.current();
            let (command, again) = (house.candidate(2), house.candidate(2));
            let context = format!("{fault:?} {n}, {after:?}");
            let drill = drill::arm(house.path(), fault, n);
            let outcome = house
                .registry
                .execute(Command::Publish(Box::new(command)), house.context_with("svc-claims", "two"))
                .await;
            let happened = drill.happened();
            drop(drill);
            check_outcome(&context, fault, &outcome);
            assert!(recorded(&house, "two").await <= 1, "{context}");
            if after == After::Restarts {
                house.reopen().await.unwrap_or_else(|problem| panic!("{context}: {problem}"));
            }
            match &outcome {
                Ok(_) => assert_ne!(house.current(), first, "{context}: an acknowledged publication is there"),
                // It may have happened; then it is whole, in memory as in the chain.
                Err(_) => {
                    assert_eq!(house.current() != first, recorded(&house, "two").await == 1, "{context}");
                    failed += 1;
                }
            }
            house.request("ana").await;
            let told = house
                .registry
                .execute(Command::Publish(Box::new(again)), house.context_with("svc-claims", "two"))
                .await
                .unwrap_or_else(|problem| panic!("{context}: asked again: {problem}"));
            let Done::Published { publication, .. } = told.done else { panic!("{context}") };
            assert_eq!(house.current(), Some(publication), "{context}");
            assert_eq!(recorded(&house, "two").await, 1, "{context}: one key, one publication");
            house.registry.verify().await.unwrap_or_else(|problem| panic!("{context}: {problem}"));
            house.reopen().await.unwrap();
            assert_eq!(house.current(), Some(publication), "{context}: after the next start");
            if !happened {
                outcome.unwrap();
                break;
            }
        }
        assert!(failed > 10, "{fault:?}, {after:?}: only {failed} operations could fail");
        println!("{fault:?}, {after:?}: {failed} operations");
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_an_error_and_never_another_one() {
    let house = House::published().await;
    let contract = house.registry.mesh().product(&enriched()).unwrap().contract_digest;
    let whole = house.registry.blob(&contract).await.unwrap();
    let drill = drill::arm(house.path(), Fault::Broken, 1);
    let problem = house.registry.blob(&contract).await.unwrap_err();
    assert_eq!(problem.code(), Code::DataUnavailable);
    drop(drill);
    assert_eq!(house.registry.blob(&contract).await.unwrap(), whole);
}
