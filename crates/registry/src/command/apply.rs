//! Apply: the mesh becomes what a repository says, in one append.

use std::collections::BTreeSet;

use model::{Code, Problem, name::DomainName};

use super::{Apply, Case, Decision};
use crate::{
    event::{Applied, Event},
    object::Object,
    plan::{self, Draft, PlanBasis, Verb, confirmed},
    reach::Sight,
};

pub(super) fn decide(case: &Case<'_>, apply: &Apply) -> Result<Decision, Problem> {
    let sight = Sight::of(case.mesh, &case.context.actor, case.now);
    let mut draft = plan::draft(case.mesh, &sight, &apply.repository, &apply.confirmed)?;
    if let Some(expected) = &apply.expected {
        check_basis(case, &sight, expected, &draft)?;
    }
    authorise(&mut draft, apply.allowed_only)?;
    if let Some(problem) = confirmed::missing(&draft.changes) {
        if !apply.allowed_only {
            return Err(problem);
        }
        draft.changes.retain(|change| change.change.confirm.is_none());
    }
    let mut decision = Decision { plan: Some(draft.plan(case.mesh)), ..Decision::default() };
    let events: Vec<Event> = draft.changes.iter().filter_map(|change| change.event.clone()).collect();
    if events.is_empty() {
        return Ok(decision);
    }
    let genesis = case.actor().genesis;
    decision.events.push(Event::Applied(Applied {
        repository: draft.repository,
        commit: apply.commit.clone(),
        dirty: apply.dirty,
        genesis,
    }));
    decision.events.extend(events);
    decision.blobs = draft.blobs;
    Ok(decision)
}

/// A plan is stale if its files, or a record of an object it changes or reads, have moved.
fn check_basis(case: &Case<'_>, sight: &Sight, expected: &PlanBasis, draft: &Draft) -> Result<(), Problem> {
    if expected.files != draft.basis.files {
        return Err(Problem::new(Code::PlanStale, "the files are not those the plan was made from")
            .with_hint("run `tessera plan` again and look at what it says"));
    }
    // SECURITY: what is expected of somebody else's object is not answered (test
    // `an_expected_basis_asks_nothing_about_others`).
    let told = |object: &Object| object.domain().is_none() || sight.is_full(case.mesh, object);
    let objects = expected.objects.iter().chain(&draft.basis.objects).filter(|(object, _)| told(object));
    let moved: BTreeSet<String> = objects
        .filter(|(object, _)| {
            let seq = case.mesh.seq_of(object);
            expected.objects.get(*object).is_none_or(|known| *known != seq)
        })
        .map(|(object, _)| format!("`{object}`"))
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    let names = moved.into_iter().collect::<Vec<_>>().join(", ");
    Err(Problem::new(Code::PlanStale, format!("{names} changed after the plan was made"))
        .with_hint("run `tessera plan` again and look at what it says"))
}

/// Checks every change; with `allowed_only`, those the actor may not make are left out with what lies in them.
fn authorise(draft: &mut Draft, allowed_only: bool) -> Result<(), Problem> {
    let mut refusals: Vec<Problem> = Vec::new();
    let mut left_out: BTreeSet<DomainName> = BTreeSet::new();
    draft.changes.retain(|draft| {
        let refusal = draft.refused();
        let orphan = draft.change.object.domain().is_some_and(|domain| left_out.contains(domain));
        if refusal.is_none() && !orphan {
            return true;
        }
        if let (Object::Domain(domain), Verb::Create) = (&draft.change.object, draft.change.verb) {
            left_out.insert(domain.clone());
        }
        refusals.extend(refusal);
        false
    });
    if allowed_only {
        draft.warnings.extend(refusals);
        return Ok(());
    }
    Problem::all(refusals).map_or(Ok(()), Err)
}
