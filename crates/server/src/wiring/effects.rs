//! The work behind the doors: intents of the journal become effects, and effects records again.
//!
//! Landing zones are stamped, ended entitlements and tokens are latched, the head of the activity log is anchored. All of
//! it can be repeated at any time and resumes after a restart, because it starts from the mesh and not from a queue.

use std::time::Duration;

use model::{Problem, name::DomainName};
use registry::{Command, Context, crash};
use tokio_util::sync::CancellationToken;

use super::House;

/// Between two looks at what needs no change of the journal: expiry, anchors, zones that could not be stamped.
const LOOK: Duration = Duration::from_secs(60);
/// The name of this node's activity log.
const NODE: &str = "local";
/// Until a failed stamping is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Works until told to stop.
pub async fn work(house: House, stop: CancellationToken) {
    let mut changes = house.registry.changes();
    let mut upkeep = tokio::time::interval(LOOK);
    loop {
        let stamped = stamp_pending(&house).await;
        let again = async { if stamped { std::future::pending().await } else { tokio::time::sleep(AGAIN).await } };
        tokio::select! {
            () = stop.cancelled() => return latch(&house).await,
            changed = changes.changed() => if changed.is_err() { return },
            () = again => {}
            () = house.authenticator.expired() => latch(&house).await,
            _ = upkeep.tick() => keep_up(&house).await,
        }
    }
}

/// Stamps every pending domain; whether none is left.
async fn stamp_pending(house: &House) -> bool {
    let pending: Vec<DomainName> = house.registry.mesh().pending_zones().map(|domain| domain.name.clone()).collect();
    let mut all = true;
    for domain in pending {
        match stamp(house, &domain).await {
            Ok(()) => house.metrics.zone_stamped(),
            Err(problem) => {
                all = false;
                let (code, cause) = (problem.code().as_str(), problem.cause());
                tracing::error!(%domain, code, cause, message = problem.message(), "zones could not be stamped");
            }
        }
    }
    all
}

async fn stamp(house: &House, domain: &DomainName) -> Result<(), Problem> {
    let mesh = house.registry.mesh();
    let Some(state) = mesh.domain(domain) else { return Ok(()) };
    let (data, store, file) = (house.data.clone(), mesh.store_of(domain).to_owned(), state.file.clone());
    let stamping = move || factory::local::stamp(&data, &store, &file);
    let locations = tokio::task::spawn_blocking(stamping).await.map_err(Problem::internal)??;
    crash::point("stamped", "zones");
    let context = Context::platform(format!("zones-{domain}-{}", state.declared_seq))?;
    house.registry.execute(Command::RecordZoneReady { domain: domain.clone(), locations }, context).await?;
    Ok(())
}

/// Latches what expired and anchors the activity log.
async fn keep_up(house: &House) {
    latch(house).await;
    if let Err(problem) = anchor(house).await {
        tracing::error!(code = problem.code().as_str(), cause = problem.cause(), "the activity log was not anchored");
    }
}

/// Records what has expired, so that a clock that goes back brings nothing back.
async fn latch(house: &House) {
    let seq = house.registry.mesh().seq();
    let context = Context::platform(format!("latch-{seq}-{}", house.registry.now().micros()));
    let latched = match context {
        Ok(context) => house.registry.execute(Command::LatchExpired, context).await.map(|_| ()),
        Err(problem) => Err(problem),
    };
    if let Err(problem) = latched {
        tracing::error!(code = problem.code().as_str(), cause = problem.cause(), "expiry could not be latched");
    }
}

async fn anchor(house: &House) -> Result<(), Problem> {
    let head = house.activity.head().await?;
    if head.seq == 0 || house.registry.mesh().anchor(NODE) == Some((head.seq, head.hash)) {
        return Ok(());
    }
    let context = Context::platform(format!("anchor-{NODE}-{}", head.seq))?;
    let command = Command::AnchorActivity { node: NODE.to_owned(), seq: head.seq, hash: head.hash };
    house.registry.execute(command, context).await?;
    Ok(())
}
