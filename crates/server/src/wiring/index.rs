//! The marketplace's index follows the journal.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::House;

/// How long changes gather before the index follows them: many of one moment are one piece of work.
const GATHER: Duration = Duration::from_millis(100);
/// Until the index tries again to read what it could not.
const AGAIN: Duration = Duration::from_secs(5);

/// Follows until told to stop.
pub async fn work(house: House, stop: CancellationToken) {
    let mut changes = house.registry.changes();
    loop {
        let followed = house.search.follow(&house.registry).await;
        if let Err(problem) = &followed {
            let (code, cause) = (problem.code().as_str(), problem.cause());
            tracing::error!(code, cause, message = problem.message(), "the index does not hold every product");
        }
        let again =
            async { if followed.is_ok() { std::future::pending().await } else { tokio::time::sleep(AGAIN).await } };
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
            () = again => {}
        }
        tokio::time::sleep(GATHER).await;
    }
}
