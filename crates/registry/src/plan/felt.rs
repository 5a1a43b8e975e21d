//! Who would feel a change, and which other objects it reads.

use std::collections::BTreeSet;

use model::{
    files::{
        repository::{DomainFiles, Repository, Sourced},
        source::SourceFile,
        sql::SqlStep,
    },
    name::{DomainName, SourceName},
    reference::ProductRef,
};

use crate::{
    mesh::{Mesh, ProductState},
    object::Object,
    reach::{Reach, Sight},
};

/// Readers by entitlement, and products built from what the object is as far as the actor may know of these.
pub(super) fn by(mesh: &Mesh, sight: &Sight, object: &Object) -> Vec<String> {
    let mut felt = BTreeSet::new();
    match object {
        Object::Product(product) => {
            readers(mesh, product, &mut felt);
            for other in mesh.products().filter(|other| is_built_from(other, product)) {
                let other = Object::Product(other.reference.clone());
                // SECURITY: whose input it is may be nobody's to know (test `an_owner_is_not_told_of_a_hidden_reader`).
                if sight.reach(mesh, &other) != Reach::Hidden {
                    felt.insert(other.to_string());
                }
            }
        }
        Object::Domain(domain) => {
            for product in mesh.domain(domain).into_iter().flat_map(|state| state.products.values()) {
                readers(mesh, &product.reference, &mut felt);
            }
        }
        Object::Classification(root) => {
            for product in mesh.products().filter(|product| product.is_served() && carries(product, root)) {
                felt.insert(format!("product:{}", product.reference));
                readers(mesh, &product.reference, &mut felt);
            }
        }
        Object::Mesh | Object::Purposes | Object::Glossary | Object::People => {}
        Object::Source(..) | Object::Silver(..) => {}
    }
    felt.into_iter().collect()
}

fn readers(mesh: &Mesh, product: &ProductRef, felt: &mut BTreeSet<String>) {
    let active = mesh.entitlements_of(product).filter(|entitlement| entitlement.is_active(mesh.at()));
    felt.extend(active.map(|entitlement| entitlement.subject.to_string()));
}

fn is_built_from(other: &ProductState, product: &ProductRef) -> bool {
    let inputs = other.publication.iter().flat_map(|publication| publication.inputs.iter());
    other.retired.is_none() && inputs.into_iter().any(|(input, _)| input == product)
}

fn carries(product: &ProductState, root: &str) -> bool {
    let ports = product.publication.iter().flat_map(|publication| publication.ports.values());
    ports
        .flat_map(|port| port.columns.iter())
        .flat_map(|column| column.tags.iter())
        .any(|tag| tag.class.parts().0 == root)
}

/// The objects that decide what a change of this one means: a newer record of one of them makes a plan stale. Other
/// domains' products are not among them: their contracts are asked when a step is built, and whether they exist is not
/// everybody's to know.
pub(super) fn reads(mesh: &Mesh, repository: &Repository, object: &Object) -> Vec<Object> {
    match object {
        Object::Domain(_) => vec![Object::Mesh, Object::People],
        // Where files may come from is said by the mesh.
        Object::Source(domain, _) => vec![Object::Domain(domain.clone()), Object::Mesh],
        Object::Silver(domain, table) => {
            let files = repository.domains.get(domain);
            let step = files.and_then(|files| files.silver.get(table)).map(|step| &step.value);
            tables(domain, files, step).chain([Object::Domain(domain.clone())]).collect()
        }
        Object::Product(product) => {
            let files = repository.domains.get(&product.domain);
            let steps = files.and_then(|files| files.products.get(&product.product)).map(|product| &product.ports);
            let steps = steps.into_iter().flat_map(|ports| ports.values()).map(|step| &step.value);
            let mut reads: Vec<Object> = steps.flat_map(|step| tables(&product.domain, files, Some(step))).collect();
            reads.extend([Object::Domain(product.domain.clone()), Object::Purposes, Object::Glossary]);
            reads.extend(mesh.classes().roots.keys().cloned().map(Object::Classification));
            reads.retain(|read| read != object);
            reads
        }
        Object::Mesh | Object::Purposes | Object::Glossary | Object::Classification(_) | Object::People => Vec::new(),
    }
}

/// What a step of a domain reads in the domain itself.
fn tables<'a>(
    domain: &'a DomainName,
    files: Option<&'a DomainFiles>,
    step: Option<&SqlStep>,
) -> impl Iterator<Item = Object> + use<'a> {
    let read = step.map(SqlStep::tables).unwrap_or_default();
    read.into_iter().filter_map(move |table| {
        let files = files?;
        let parts: Vec<&str> = table.parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["bronze", table] => {
                let source = |(_, file): &(&SourceName, &Sourced<SourceFile>)| {
                    file.value.tables().iter().any(|known| known.as_str() == *table)
                };
                let (name, _) = files.sources.iter().find(source)?;
                Some(Object::Source(domain.clone(), name.clone()))
            }
            ["silver", table] => table.parse().ok().map(|table| Object::Silver(domain.clone(), table)),
            [product, _] => product.parse().ok().map(|name| Object::Product(ProductRef::new(domain.clone(), name))),
            [owner, product, _] if *owner == domain.as_str() => {
                product.parse().ok().map(|name| Object::Product(ProductRef::new(domain.clone(), name)))
            }
            _ => None,
        }
    })
}
