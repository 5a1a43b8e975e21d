//! Who would feel a change, and which other objects it reads.

use std::collections::BTreeSet;

use model::reference::ProductRef;

use crate::{
    mesh::{Mesh, ProductState},
    object::Object,
};

/// Readers by entitlement and products built from what the object is.
pub(super) fn by(mesh: &Mesh, object: &Object) -> Vec<String> {
    let mut felt = BTreeSet::new();
    match object {
        Object::Product(product) => {
            readers(mesh, product, &mut felt);
            for other in mesh.products().filter(|other| is_built_from(other, product)) {
                felt.insert(format!("product:{}", other.reference));
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

/// The objects that decide what a change of this one means: a newer record of one of them makes a plan stale.
pub(super) fn reads(mesh: &Mesh, object: &Object) -> Vec<Object> {
    let of_domain = |domain| vec![Object::Domain(domain)];
    match object {
        Object::Domain(_) => vec![Object::Mesh],
        Object::Source(domain, _) | Object::Silver(domain, _) => of_domain(domain.clone()),
        Object::Product(product) => {
            let mut reads = of_domain(product.domain.clone());
            reads.push(Object::Purposes);
            reads.extend(mesh.classes().roots.keys().cloned().map(Object::Classification));
            reads
        }
        Object::Mesh | Object::Purposes | Object::Glossary | Object::Classification(_) | Object::People => Vec::new(),
    }
}
