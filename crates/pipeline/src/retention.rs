//! Retention of a domain: publications that were superseded long enough ago are given up on record, then the files of its
//! tables that nothing names any more are removed.
//!
//! Bronze is a record of what came in and is never touched; a port that somebody else writes is theirs to clean up.
//! The work starts from the mesh and the tables as they are, so it can end at any moment and be done again.
//!
//! INVARIANT: the record that gives a publication up is durable before any of its files goes, and what is removed is
//! decided by the mesh that holds it (tests `nobody_goes_back_to_what_was_removed`, `survive::retention`).

use std::collections::BTreeSet;

use lake::{Table, table::retention::Removed};
use model::{Code, Digest, Problem, Timestamp, name::DomainName, reference::ProductRef};
use registry::{Command, Context, Done, Registry, Retention, crash};

use crate::{busy::Upkeep, pipeline::Pipeline, workshop::Workshop};

/// Files removed at once: between two times somebody who wants to work is let in.
const AT_ONCE: usize = 64;
/// Most files of one table removed in one round.
const MOST: u64 = 10_000;

/// What one round of retention did in a domain.
#[derive(Debug, Default)]
pub struct Tidied {
    /// Publications that were given up.
    pub publications: u64,
    /// Files that were removed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether there is more to do: somebody works there, or there was much.
    pub is_unfinished: bool,
    /// Tables that were left alone, and why.
    pub failed: Vec<(String, Problem)>,
}

/// A table whose files may go, and what of it must stay besides its newest version.
struct Place {
    name: String,
    table: Table,
    versions: Vec<u64>,
    manifests: BTreeSet<Digest>,
}

/// One round over a domain.
pub(crate) async fn tidy(pipeline: &Pipeline, domain: &DomainName, retention: Retention) -> Result<Tidied, Problem> {
    let mut tidied = Tidied::default();
    let Some(upkeep) = pipeline.busy.hold_for_upkeep(domain) else {
        tidied.is_unfinished = true;
        return Ok(tidied);
    };
    tidied.publications = give_up(&pipeline.parts.registry, domain, retention).await?;
    // The workshop holds the mesh as it is now: with what was just given up, and without a publication under way.
    let workshop = Workshop::open(pipeline, domain)?;
    let before = earlier(workshop.now, retention);
    for place in places(&workshop, &mut tidied).await? {
        if upkeep.is_wanted() {
            tidied.is_unfinished = true;
            break;
        }
        match sweep(&workshop, &upkeep, &place, before).await {
            Ok((removed, is_unfinished)) => {
                tidied.files += removed.files;
                tidied.bytes += removed.bytes;
                tidied.is_unfinished |= is_unfinished;
            }
            Err(problem) => tidied.failed.push((place.name, problem)),
        }
    }
    Ok(tidied)
}

/// Gives up, product by product, what is no longer kept; how many publications.
async fn give_up(registry: &Registry, domain: &DomainName, retention: Retention) -> Result<u64, Problem> {
    let (mesh, now) = (registry.mesh(), registry.now());
    let Some(state) = mesh.domain(domain) else { return Ok(0) };
    let products = state.products.values().filter(|product| product.retired.is_none());
    let due: Vec<&ProductRef> = products
        .filter(|product| !product.outdated(retention, now).is_empty())
        .map(|product| &product.reference)
        .collect();
    let mut given_up = 0;
    for product in due {
        let context = Context::platform(format!("retire-{product}-{}-{}", mesh.seq(), now.micros()))?;
        let command = Command::RetirePublications { product: product.clone(), retention };
        if let Done::PublicationsRetired { publications, .. } = registry.execute(command, context).await?.done {
            given_up += publications.len() as u64;
            crash::point("retired", "publications");
        }
    }
    Ok(given_up)
}

/// The instant before which what nothing names must have been left alone.
fn earlier(now: Timestamp, retention: Retention) -> Timestamp {
    let kept = i64::try_from(retention.unreferenced.seconds()).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    Timestamp::from_micros(now.micros().saturating_sub(kept))
}

/// The tables that this domain's steps build. One whose zone cannot be opened is told among the failures.
async fn places(workshop: &Workshop<'_>, tidied: &mut Tidied) -> Result<Vec<Place>, Problem> {
    let mut places = Vec::new();
    for name in workshop.state()?.silver.keys() {
        let (table, records) = workshop.silver(name);
        // Rows set aside are read at the version that the record of the kept ones names, which need not be the newest.
        let aside = match table.head().await? {
            Some(version) => records.read(version)?.and_then(|record| record.rejected_version),
            None => None,
        };
        let place = |name: String, table: Table, versions: Vec<u64>| Place {
            name,
            table,
            versions,
            manifests: BTreeSet::new(),
        };
        places.push(place(format!("silver.{name}"), table, Vec::new()));
        let rejected = workshop.zone.silver_rejected(name);
        places.push(place(format!("silver.{name}__rejected"), rejected, aside.into_iter().collect()));
    }
    for product in workshop.products()? {
        for port in product.port_steps.keys() {
            let name = product.reference.port(port.clone()).to_string();
            match workshop.gold(product, port) {
                Ok((table, _)) => {
                    let manifests = product.kept_manifests(port);
                    places.push(Place { name, table, versions: Vec::new(), manifests });
                }
                Err(problem) => tidied.failed.push((name, problem)),
            }
        }
    }
    Ok(places)
}

/// Removes what nothing of one table names; whether something is left.
async fn sweep(
    workshop: &Workshop<'_>,
    upkeep: &Upkeep,
    place: &Place,
    before: Timestamp,
) -> Result<(Removed, bool), Problem> {
    let mut all = Removed::default();
    let leftovers = place.table.leftovers(before, &place.versions).await?;
    if leftovers.is_empty() {
        return Ok((all, false));
    }
    let mut manifests = Vec::with_capacity(place.manifests.len());
    for digest in &place.manifests {
        // Without every manifest nothing is known to be garbage.
        manifests.push(workshop.manifest(digest).await?);
    }
    let mut garbage = leftovers.beside(&manifests);
    while !garbage.is_empty() && !upkeep.is_wanted() && all.files < MOST {
        match garbage.remove(AT_ONCE).await {
            Ok(removed) => {
                all.files += removed.files;
                all.bytes += removed.bytes;
            }
            // An engine outside wrote the table meanwhile: the next round looks again.
            Err(problem) if problem.code() == Code::Conflict => return Ok((all, true)),
            Err(problem) => return Err(problem),
        }
        crash::point("removed", "files");
    }
    Ok((all, !garbage.is_empty()))
}
