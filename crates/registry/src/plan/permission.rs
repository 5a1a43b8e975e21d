//! Whether the actor may make a change of a plan, and the words of the refusal.

use governance::authorise::{self, Action, Actor, DomainRoles, RoleView};
use model::{Code, Problem, principal::Principal};

use super::DraftChange;
use crate::{event::Event, mesh::Mesh, object::Object, reach::Sight};

/// Decides every change of a draft, and tells which are not the actor's to make.
pub(super) fn decide(mesh: &Mesh, sight: &Sight, changes: &mut [DraftChange]) {
    let roles = roles(mesh, changes);
    for draft in changes.iter_mut().filter(|draft| draft.refusal.is_none()) {
        let refusal = draft.actions.iter().find_map(|action| authorise::may(sight.actor(), action, &roles).err());
        draft.refusal = refusal.or_else(|| gives_itself(mesh, sight.actor(), draft));
        draft.change.refused = draft.refusal.as_ref().map(words);
    }
}

/// The refusal of a change that puts its own author into a group: whoever may change people reads no rows by it.
/// SECURITY: test `nobody_puts_themselves_into_a_group`.
fn gives_itself(mesh: &Mesh, actor: &Actor, draft: &DraftChange) -> Option<Problem> {
    let Some(Event::PeopleDeclared(declaration)) = &draft.event else { return None };
    let Principal::User(author) = &actor.principal else { return None };
    let own = declaration.facts.people.iter().find(|person| person.name == *author).filter(|_| !actor.genesis)?;
    let before = mesh.groups_of(&actor.principal);
    let new = own.groups.iter().find(|group| !before.contains(*group))?;
    Some(
        Problem::new(Code::NotAllowed, format!("it puts you into `{new}`, and nobody gives themselves a group"))
            .with_hint("somebody else who may change people applies it"),
    )
}

/// Why, as a plan says it.
pub(super) fn words(refusal: &Problem) -> String {
    refusal.message().to_owned()
}

/// What changing an object of the mesh's own takes, whatever it says now; `None` for an object in a domain.
pub(super) fn of_mesh_object(object: &Object) -> Option<Action> {
    match object {
        Object::Mesh => Some(Action::ChangeMeshRules),
        Object::People => Some(Action::ChangePeople),
        Object::Purposes | Object::Glossary | Object::Classification(_) => {
            Some(Action::ChangeGovernance { loosens: false })
        }
        Object::Domain(_) | Object::Source(..) | Object::Silver(..) | Object::Product(_) => None,
    }
}

/// The roles that count: those of the mesh as it is, and for a domain that is new those its file names. SECURITY: a
/// changed `domain.yaml` gives nobody a role within its own apply (test `an_apply_cannot_give_itself_a_role`).
fn roles(mesh: &Mesh, changes: &[DraftChange]) -> RoleView {
    let mut roles = mesh.roles_of_mesh();
    for domain in changes.iter().filter_map(|change| mesh.domain(change.change.object.domain()?)) {
        roles.domains.insert(domain.name.clone(), DomainRoles::from(&*domain.file));
    }
    for change in changes {
        if let Some(Event::DomainOnboarding(declaration)) = &change.event {
            let name = declaration.facts.domain.clone();
            roles.domains.entry(name).or_insert_with(|| DomainRoles::from(&declaration.facts));
        }
    }
    roles
}

impl DraftChange {
    /// The refusal with the object and, for a loosening, what would be loosened; `None` for what the actor may change.
    pub(crate) fn refused(&self) -> Option<Problem> {
        let problem = self.refusal.as_ref()?;
        let text = match self.change.loosens.as_slice() {
            [] => format!("`{}`: {}", self.change.object, problem.message()),
            loosens => format!("`{}`: {} ({})", self.change.object, problem.message(), loosens.join("; ")),
        };
        let explained = Problem::new(problem.code(), text).at(super::wanted::start_of(&self.change.path));
        Some(match problem.hint() {
            Some(hint) => explained.with_hint(hint),
            None => explained,
        })
    }
}
