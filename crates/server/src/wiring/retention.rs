//! Retention behind the doors: domain by domain, what is kept long enough is given up and removed.
//!
//! A round starts from the mesh and the tables, so a server that ended in the middle of one begins it again at its start.

use std::time::Duration;

use model::name::DomainName;
use tokio_util::sync::CancellationToken;

use super::House;

/// Longest wait between two rounds.
const SELDOM: Duration = Duration::from_secs(3_600);
/// Shortest wait between two rounds: also where one left something undone.
const SOON: Duration = Duration::from_secs(60);

/// Works until told to stop.
pub async fn work(house: House, stop: CancellationToken) {
    loop {
        let wait = tokio::select! {
            () = stop.cancelled() => return,
            is_unfinished = round(&house) => if is_unfinished { SOON } else { pause(&house) },
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// As often as something can get old enough, within bounds.
fn pause(house: &House) -> Duration {
    let shortest = house.retention.publications.min(house.retention.unreferenced);
    Duration::from_secs(shortest.seconds()).clamp(SOON, SELDOM)
}

/// Every domain once; whether something is left to do.
async fn round(house: &House) -> bool {
    let mesh = house.registry.mesh();
    let live = mesh.domains().filter(|domain| domain.retired.is_none() && !domain.zones.is_empty());
    let domains: Vec<DomainName> = live.map(|domain| domain.name.clone()).collect();
    let mut is_unfinished = false;
    for domain in domains {
        let tidied = match house.pipeline.tidy(&domain, house.retention).await {
            Ok(tidied) => tidied,
            Err(problem) => {
                let (code, cause) = (problem.code().as_str(), problem.cause());
                tracing::error!(%domain, code, cause, message = problem.message(), "retention could not be done");
                continue;
            }
        };
        is_unfinished |= tidied.is_unfinished;
        house.metrics.removed(tidied.files, tidied.bytes);
        for (table, problem) in &tidied.failed {
            let (code, cause) = (problem.code().as_str(), problem.cause());
            tracing::warn!(table, code, cause, message = problem.message(), "a table was not cleaned up");
        }
        if tidied.files > 0 || tidied.publications > 0 {
            let (publications, files, bytes) = (tidied.publications, tidied.files, tidied.bytes);
            tracing::info!(%domain, publications, files, bytes, "what nothing names any more was removed");
        }
    }
    house.metrics.tidied();
    is_unfinished
}
