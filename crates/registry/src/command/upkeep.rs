//! The platform's own records: outcomes of its effects, what expired, anchors.

use model::{Code, Digest, Problem, name::DomainName, reference::ProductRef, zone::ZoneLocation};

use super::{Case, Decision};
use crate::{
    event::{Ending, Event},
    mesh::Retention,
};

/// The outcome of stamping zones: said once per zone and place.
pub(super) fn zone_ready(
    case: &Case<'_>,
    domain: &DomainName,
    locations: &[ZoneLocation],
) -> Result<Decision, Problem> {
    case.only_platform()?;
    let state = case
        .mesh
        .domain(domain)
        .ok_or_else(|| Problem::new(Code::NotFound, format!("domain `{domain}` does not exist")))?;
    if let Some(foreign) = locations.iter().find(|location| location.domain != *domain) {
        return Err(Problem::internal(format!("a zone of {} was stamped for {domain}", foreign.domain)));
    }
    let new: Vec<_> = locations.iter().filter(|location| !state.zones.contains(location)).cloned().collect();
    if new.is_empty() {
        return Ok(Decision::default());
    }
    Ok(Decision::of(Event::DomainReady { domain: domain.clone(), zones: new }))
}

/// Gives up what was superseded long enough ago: said before any of its files goes.
pub(super) fn retire_publications(
    case: &Case<'_>,
    product: &ProductRef,
    retention: Retention,
) -> Result<Decision, Problem> {
    case.only_platform()?;
    let state = case
        .mesh
        .product(product)
        .ok_or_else(|| Problem::new(Code::NotFound, format!("product `{product}` does not exist")))?;
    let publications = state.outdated(retention, case.now);
    if publications.is_empty() {
        return Ok(Decision::default());
    }
    Ok(Decision::of(Event::PublicationsRetired { product: product.clone(), publications }))
}

/// Ends what is past its time, so that a clock that goes back brings nothing back.
pub(super) fn latch_expired(case: &Case<'_>) -> Result<Decision, Problem> {
    case.only_platform()?;
    let mut decision = Decision::default();
    let past = |until: Option<model::Timestamp>| until.is_some_and(|until| until < case.now);
    for entitlement in case.mesh.entitlements().filter(|held| held.ended.is_none() && past(held.until)) {
        decision.events.push(Event::EntitlementEnded { entitlement: entitlement.id, why: Ending::Expired });
    }
    for token in case.mesh.tokens().filter(|token| token.ended.is_none() && past(token.until)) {
        decision.events.push(Event::TokenEnded { token: token.id, why: Ending::Expired });
    }
    Ok(decision)
}

/// Anchors the head of an activity log, if it moved.
pub(super) fn anchor(case: &Case<'_>, node: &str, seq: u64, hash: Digest) -> Result<Decision, Problem> {
    case.only_platform()?;
    if case.mesh.anchor(node) == Some((seq, hash)) || seq == 0 {
        return Ok(Decision::default());
    }
    Ok(Decision::of(Event::ActivityAnchored { node: node.to_owned(), seq, hash }))
}
