//! What is looked up follows what is recorded: the marketplace's index, the lineage and the products' histories follow the
//! journal, and from the audit is counted who reads what.

use std::time::Duration;

use model::{Problem, time::Span};
use tokio_util::sync::CancellationToken;

use super::House;

/// How long changes gather before they are followed: many of one moment are one piece of work.
const GATHER: Duration = Duration::from_millis(100);
/// Until what could not be read is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// Between two counts of readers.
const COUNT: Duration = Duration::from_secs(5);
/// Who read no longer ago than so many days counts as a reader.
const LATE_DAYS: u32 = 90;

/// Follows until told to stop.
pub async fn work(house: House, stop: CancellationToken) {
    let work = futures::future::join(follow(&house), count(&house));
    tokio::select! {
        () = stop.cancelled() => {}
        _ = work => {}
    }
}

async fn follow(house: &House) {
    let mut changes = house.registry.changes();
    loop {
        let found = report(house.search.follow(&house.registry).await, "the index does not hold every product");
        let traced = report(house.lineage.follow().await, "the lineage of some products is not at hand");
        let told = report(house.history.follow().await, "what happened to products is not all at hand");
        let whole = found && traced && told;
        let again = async { if whole { std::future::pending().await } else { tokio::time::sleep(AGAIN).await } };
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = again => {}
        }
        tokio::time::sleep(GATHER).await;
    }
}

async fn count(house: &House) {
    loop {
        let since = house.registry.now().minus(Span::from_days(LATE_DAYS));
        report(house.activity.count_readers(since).await, "who reads what could not be counted");
        tokio::time::sleep(COUNT).await;
    }
}

/// Whether something went well; says so if not.
fn report(outcome: Result<(), Problem>, message: &str) -> bool {
    if let Err(problem) = &outcome {
        let (code, cause) = (problem.code().as_str(), problem.cause());
        tracing::error!(code, cause, reason = problem.message(), "{message}");
    }
    outcome.is_ok()
}
