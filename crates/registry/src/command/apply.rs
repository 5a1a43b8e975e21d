//! Apply: the mesh becomes what a repository says, in one append.

use std::collections::BTreeSet;

use governance::authorise::{self, DomainRoles, RoleView};
use model::{Code, Problem, name::DomainName, principal::Principal};

use super::{Apply, Case, Decision};
use crate::{
    event::{Applied, Event},
    object::Object,
    plan::{self, Draft, DraftChange, PlanBasis, Verb, confirmed},
};

pub(super) fn decide(case: &Case<'_>, apply: &Apply) -> Result<Decision, Problem> {
    let mut draft = plan::draft(case.mesh, &apply.repository, &apply.confirmed)?;
    if let Some(expected) = &apply.expected {
        check_basis(case, expected, &draft)?;
    }
    authorise(case, &mut draft, apply.allowed_only)?;
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
fn check_basis(case: &Case<'_>, expected: &PlanBasis, draft: &Draft) -> Result<(), Problem> {
    if expected.files != draft.basis.files {
        return Err(Problem::new(Code::PlanStale, "the files are not those the plan was made from")
            .with_hint("run `tessera plan` again and look at what it says"));
    }
    let objects = expected.objects.iter().chain(&draft.basis.objects);
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
fn authorise(case: &Case<'_>, draft: &mut Draft, allowed_only: bool) -> Result<(), Problem> {
    let actor = case.actor();
    let roles = roles(case, draft);
    let mut refusals: Vec<Problem> = Vec::new();
    let mut left_out: BTreeSet<DomainName> = BTreeSet::new();
    draft.changes.retain(|draft| {
        let refusal = draft.actions.iter().find_map(|action| authorise::may(&actor, action, &roles).err());
        let refusal = refusal.or_else(|| gives_itself(case, draft));
        let orphan = draft.change.object.domain().is_some_and(|domain| left_out.contains(domain));
        if refusal.is_none() && !orphan {
            return true;
        }
        if let (Object::Domain(domain), Verb::Create) = (&draft.change.object, draft.change.verb) {
            left_out.insert(domain.clone());
        }
        refusals.extend(refusal.map(|problem| explain(draft, &problem)));
        false
    });
    if allowed_only {
        draft.warnings.extend(refusals);
        return Ok(());
    }
    Problem::all(refusals).map_or(Ok(()), Err)
}

/// The refusal of a change that puts its own author into a group: whoever may change people reads no rows by it.
/// SECURITY: test `nobody_puts_themselves_into_a_group`.
fn gives_itself(case: &Case<'_>, draft: &DraftChange) -> Option<Problem> {
    let Some(Event::PeopleDeclared(declaration)) = &draft.event else { return None };
    if case.actor().genesis {
        return None;
    }
    let Principal::User(author) = case.principal() else { return None };
    let own = declaration.facts.people.iter().find(|person| person.name == *author)?;
    let before = case.mesh.groups_of(case.principal());
    let new = own.groups.iter().find(|group| !before.contains(*group))?;
    Some(
        Problem::new(Code::NotAllowed, format!("it puts you into `{new}`, and nobody gives themselves a group"))
            .with_hint("somebody else who may change people applies it"),
    )
}

/// The refusal with the object and, for a loosening, what would be loosened.
fn explain(draft: &DraftChange, problem: &Problem) -> Problem {
    let text = match draft.change.loosens.as_slice() {
        [] => format!("`{}`: {}", draft.change.object, problem.message()),
        loosens => format!("`{}`: {} ({})", draft.change.object, problem.message(), loosens.join("; ")),
    };
    let explained = Problem::new(problem.code(), text).at(plan::wanted::start_of(&draft.change.path));
    match problem.hint() {
        Some(hint) => explained.with_hint(hint),
        None => explained,
    }
}

/// The roles that count: those of the mesh as it is, and for a domain that is new those its file names. SECURITY: a
/// changed `domain.yaml` gives nobody a role within its own apply (test `an_apply_cannot_give_itself_a_role`).
fn roles(case: &Case<'_>, draft: &Draft) -> RoleView {
    let mut roles = case.mesh.roles_of_mesh();
    for domain in draft.changes.iter().filter_map(|change| case.mesh.domain(change.change.object.domain()?)) {
        roles.domains.insert(domain.name.clone(), DomainRoles::from(&*domain.file));
    }
    for change in &draft.changes {
        if let Some(Event::DomainOnboarding(declaration)) = &change.event {
            let name = declaration.facts.domain.clone();
            roles.domains.entry(name).or_insert_with(|| DomainRoles::from(&declaration.facts));
        }
    }
    roles
}
