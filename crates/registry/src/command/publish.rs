//! Publish and roll back: every port of a product pinned at once, with its tags and restrictions.

use std::collections::BTreeMap;

use governance::authorise::Action;
use model::{
    Code, Digest, Problem,
    access::{Origin, Purposes, RowsGrant},
    id::PublicationId,
    name::PortName,
    principal::Subject,
    publication::{PinnedPort, Publication},
    reference::ProductRef,
};

use super::{Case, Decision, Publish};
use crate::{
    event::{Event, GrantFacts, PublicationFacts},
    mesh::ProductState,
};

/// More bytes than any document of a publication has.
const LARGEST_BLOB: usize = 256 << 20;

pub(super) fn start(case: &Case<'_>, product: &ProductRef, contract: Digest) -> Result<Decision, Problem> {
    let state = declared(case, product)?;
    case.authorise(&Action::Publish(product.domain.clone()))?;
    check_contract(state, contract)?;
    Ok(Decision::of(Event::PublicationStarted { product: product.clone(), contract }))
}

pub(super) fn publish(case: &Case<'_>, publish: &Publish) -> Result<Decision, Problem> {
    let state = declared(case, &publish.product)?;
    case.authorise(&Action::Publish(publish.product.domain.clone()))?;
    check_contract(state, publish.contract)?;
    check_base(state, publish)?;
    check_ports(state, publish)?;
    let mut decision = Decision::default();
    for (digest, bytes) in &publish.blobs {
        if bytes.len() > LARGEST_BLOB {
            return Err(Problem::new(Code::TooLarge, "a document of the publication is larger than 256 MiB"));
        }
        if Digest::of(bytes) != *digest {
            return Err(Problem::internal(format!("blob {digest} does not match its digest")));
        }
        decision.blobs.insert(*digest, bytes.as_slice().into());
    }
    decision.events.push(Event::ProductPublished(Box::new(PublicationFacts {
        product: publish.product.clone(),
        version: publish.version.clone(),
        contract: publish.contract,
        ports: publish.ports.clone(),
        gate: publish.gate,
        lineage: publish.lineage,
        regions: publish.regions.clone(),
        inputs: publish.inputs.clone(),
    })));
    if state.recent.is_empty() {
        decision.events.extend(owner_entitlement(case, &publish.product));
    }
    Ok(decision)
}

/// Owners read their own product through an entitlement like everybody else, visible and revocable. It is the domain's
/// owner group, not the contract's team: an engineer who may write contracts must not be able to grant reading.
fn owner_entitlement(case: &Case<'_>, product: &ProductRef) -> Option<Event> {
    let owner = case.mesh.domain(&product.domain)?.file.owner.clone();
    Some(Event::EntitlementGranted(GrantFacts {
        subject: Subject::Group(owner),
        product: product.clone(),
        purposes: Purposes::All,
        rows: RowsGrant::Default,
        clear: Vec::new(),
        until: None,
        origin: Origin::Owner,
        by: None,
        note: None,
    }))
}

pub(super) fn rollback(case: &Case<'_>, product: &ProductRef, to: PublicationId) -> Result<Decision, Problem> {
    let state = declared(case, product)?;
    case.authorise(&Action::Rollback(product.domain.clone()))?;
    let Some(target) = state.recent.iter().find(|publication| publication.id == to) else {
        let known: Vec<_> = state.recent.iter().rev().map(|publication| format!("`{}`", publication.id)).collect();
        let problem = match state.given_up.contains(&to) {
            true => Problem::new(
                Code::PublicationRetired,
                format!("`{to}` of `{product}` was superseded longer ago than publications are kept"),
            ),
            false => Problem::new(Code::NotFound, format!("`{product}` has no publication `{to}` to go back to")),
        };
        return Err(match known.len() {
            0 => problem.with_hint("it was never published"),
            _ => problem.with_hint(format!("it can go back to {}", known.join(", "))),
        });
    };
    if state.publication.as_ref().is_some_and(|current| current.id == to) {
        return Ok(Decision::default());
    }
    let (ports, regions) = pinned_again(target, state.publication.as_deref());
    Ok(Decision::of(Event::ProductRolledBack { product: product.clone(), to, ports, regions }))
}

/// The ports of an earlier publication with everything that today's publication has learnt about them: going back
/// never shows a column with fewer classes, or a port with fewer restrictions, than it has now.
fn pinned_again(target: &Publication, current: Option<&Publication>) -> (BTreeMap<PortName, PinnedPort>, Vec<String>) {
    let mut ports = target.ports.clone();
    let mut regions = target.regions.clone();
    let Some(current) = current else { return (ports, regions) };
    for (name, port) in &mut ports {
        if let Some(today) = current.ports.get(name) {
            governance::derive::learn(port, today);
        }
    }
    if !current.regions.is_empty() {
        match regions.is_empty() {
            true => regions = current.regions.clone(),
            false => regions.retain(|region| current.regions.contains(region)),
        }
    }
    (ports, regions)
}

fn declared<'a>(case: &'a Case<'_>, product: &ProductRef) -> Result<&'a ProductState, Problem> {
    // Whoever may publish belongs to the domain and sees the product; to others it may not exist.
    case.visible_product(product)
}

fn check_contract(state: &ProductState, contract: Digest) -> Result<(), Problem> {
    if state.contract_digest == contract {
        return Ok(());
    }
    Err(Problem::new(
        Code::Conflict,
        format!("the contract of `{}` changed while the candidate was built", state.reference),
    )
    .with_hint(format!("run `tessera publish {}` again", state.reference)))
}

/// F-18: of two publishers that started from the same publication one wins.
fn check_base(state: &ProductState, publish: &Publish) -> Result<(), Problem> {
    let current = state.publication.as_ref().map(|publication| publication.id);
    if current == publish.based_on {
        return Ok(());
    }
    let newer = current.map_or("nothing".to_owned(), |id| format!("`{id}`"));
    Err(Problem::new(
        Code::Conflict,
        format!("`{}` serves {newer} by now, the candidate was built before that", publish.product),
    )
    .with_hint(format!("run `tessera publish {}` again", publish.product)))
}

/// A publication pins exactly the ports of the contract.
fn check_ports(state: &ProductState, publish: &Publish) -> Result<(), Problem> {
    let promised = state.contract.ports.iter().map(|port| &port.name);
    let missing: Vec<_> =
        promised.filter(|port| !publish.ports.contains_key(*port)).map(|p| format!("`{p}`")).collect();
    let extra = publish.ports.keys().find(|port| !state.contract.ports.iter().any(|promised| promised.name == **port));
    if let Some(extra) = extra {
        return Err(Problem::new(
            Code::GateRefused,
            format!("the contract of `{}` has no port `{extra}`", publish.product),
        ));
    }
    if !missing.is_empty() {
        let text = format!("`{}` cannot be published without its ports {}", publish.product, missing.join(", "));
        return Err(Problem::new(Code::GateRefused, text));
    }
    if state.contract.version != publish.version {
        return Err(Problem::new(
            Code::Conflict,
            format!("the contract of `{}` has another version by now", publish.product),
        ));
    }
    Ok(())
}
