//! What a check may say of the mesh: no more than its actor may know.
//!
//! INVARIANT: a name that is hidden from the actor is neither proposed nor told apart from one that does not exist
//! (test `a_hidden_domain_and_an_absent_one_are_planned_alike`).

use std::collections::BTreeSet;

use model::{
    files::repository::{Identity, Known, Repository},
    name::{DomainName, GroupName},
};

use crate::{mesh::Mesh, object::Object, reach::Sight};

/// What the mesh knows and the actor may, for the references that files make.
pub(super) fn by(mesh: &Mesh, sight: &Sight, repository: &Repository) -> Known {
    let proposed = sight.groups(mesh);
    let all_groups = || mesh.people().iter().flat_map(|person| person.groups.iter().cloned()).collect();
    let is_full = |domain: &DomainName| sight.is_full(mesh, &Object::Domain(domain.clone()));
    let services = mesh.services().iter().filter(|service| is_full(&service.domain));
    Known {
        regions: mesh.config().map(|config| config.regions.clone()).unwrap_or_default(),
        domains: mesh.domains().filter(|domain| sight.sees_domain(mesh, domain)).map(|d| d.name.clone()).collect(),
        // Whoever works in a domain names groups there, and hears which of those are empty.
        groups: match &repository.identity {
            Identity::Domain(domain) if !is_full(domain) => proposed.clone(),
            _ => all_groups(),
        },
        relied_on: if matches!(repository.identity, Identity::Mesh(_)) {
            relied_on(mesh, sight, repository)
        } else {
            BTreeSet::new()
        },
        proposed,
        services: services.map(|service| (service.name.clone(), service.domain.clone())).collect(),
        purposes: mesh.purposes().keys().cloned().collect(),
        terms: mesh.glossary().keys().cloned().collect(),
        classes: mesh.classes().clone(),
    }
}

/// Owners and stewards without whom the actor's domains go on. In a domain beyond its reach any group may be one that
/// was there before.
fn relied_on(mesh: &Mesh, sight: &Sight, repository: &Repository) -> BTreeSet<GroupName> {
    let is_full = |domain: &DomainName| sight.is_full(mesh, &Object::Domain(domain.clone()));
    let known = mesh.domains().filter(|domain| is_full(&domain.name)).map(|domain| &*domain.file);
    let sent = repository.domains.iter().filter(|(name, _)| !is_full(name)).map(|(_, files)| &files.file.value);
    known.chain(sent).flat_map(|file| [file.owner.clone(), file.steward.clone()]).collect()
}
