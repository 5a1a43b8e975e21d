//! Which permissions a change needs: the roles table, read by object.

use governance::authorise::Action;
use model::files::mesh::MeshFile;

use crate::{event::Event, mesh::Mesh, object::Object};

/// The permissions that declaring an object needs.
pub(super) fn of_change(mesh: &Mesh, object: &Object, wanted: &Event, loosens: bool) -> Vec<Action> {
    match (object, wanted) {
        (Object::Mesh, Event::MeshConfigured(declaration)) => of_mesh(mesh.config(), &declaration.facts),
        (Object::People, _) => vec![Action::ChangePeople],
        (Object::Domain(domain), _) if mesh.domain(domain).is_none() => vec![Action::CreateDomain(domain.clone())],
        (Object::Domain(domain), _) => vec![Action::ChangeDomain(domain.clone())],
        (Object::Source(domain, _), _) => vec![Action::ChangeSources(domain.clone())],
        (Object::Silver(domain, _), _) => vec![Action::ChangeSilver(domain.clone())],
        (Object::Product(product), Event::ProductDeclared(wanted)) => {
            let current = mesh.product(product);
            let mut actions = Vec::new();
            let access = current.and_then(|current| current.access_document);
            if access != wanted.access_document {
                actions.push(Action::ChangeAccess(product.domain.clone()));
            }
            // What is left when the access file alone moved is not the product's own change.
            let same_product = current.is_some_and(|current| {
                current.contract_digest == wanted.provenance.document
                    && *current.contract == wanted.contract
                    && current.provenance == wanted.provenance
                    && current.port_steps == wanted.steps
                    && current.samples == wanted.samples
                    && current.readme == wanted.readme
            });
            if !same_product {
                actions.push(Action::ChangeProduct(product.domain.clone()));
            }
            // Rules that moved because `domain.yaml` did: that change is authorised there.
            if actions.is_empty() {
                actions.push(Action::ChangeDomain(product.domain.clone()));
            }
            actions
        }
        _ => vec![Action::ChangeGovernance { loosens }],
    }
}

/// The permissions that retiring an object needs.
pub(super) fn of_retirement(object: &Object) -> Vec<Action> {
    match object {
        Object::People => vec![Action::ChangePeople],
        Object::Mesh => vec![Action::ChangeMeshRules],
        Object::Classification(_) => vec![Action::ChangeGovernance { loosens: true }],
        Object::Purposes | Object::Glossary => vec![Action::ChangeGovernance { loosens: false }],
        Object::Source(domain, _) => vec![Action::ChangeSources(domain.clone())],
        Object::Silver(domain, _) => vec![Action::ChangeSilver(domain.clone())],
        Object::Domain(domain) => vec![Action::Retire(domain.clone())],
        Object::Product(product) => vec![Action::Retire(product.domain.clone())],
    }
}

/// Stores and allowed sources are the admins', the rest of `mesh.yaml` the guild's.
fn of_mesh(current: Option<&MeshFile>, wanted: &MeshFile) -> Vec<Action> {
    let Some(current) = current else { return vec![Action::ChangeMeshRules, Action::ChangeStores] };
    let mut actions = Vec::new();
    if current.stores != wanted.stores || current.sources != wanted.sources {
        actions.push(Action::ChangeStores);
    }
    let rules = MeshFile { stores: wanted.stores.clone(), sources: wanted.sources.clone(), ..current.clone() };
    if rules != *wanted || actions.is_empty() {
        actions.push(Action::ChangeMeshRules);
    }
    actions
}
