//! Declared objects as the events that would declare them again: what an apply compares a repository with.

use std::collections::BTreeMap;

use model::files::repository::Identity;

use super::{Declared, DomainState, Mesh, Provenance};
use crate::{
    event::{Declaration, Event, ProductDeclaration},
    object::Object,
};

impl<T: Clone> Declared<T> {
    fn again(&self) -> Declaration<T> {
        Declaration { provenance: self.provenance.clone(), facts: (*self.facts).clone() }
    }
}

impl Mesh {
    /// The record that declared an object last; 0 if it is absent.
    pub fn seq_of(&self, object: &Object) -> u64 {
        let found = match object {
            Object::Mesh => self.config.as_ref().map(|declared| declared.seq),
            Object::Purposes => self.purposes.as_ref().map(|declared| declared.seq),
            Object::Glossary => self.glossary.as_ref().map(|declared| declared.seq),
            Object::People => self.people.as_ref().map(|declared| declared.seq),
            Object::Classification(root) => self.classifications.get(root).map(|declared| declared.seq),
            Object::Domain(domain) => self.domain(domain).map(|state| state.declared_seq),
            Object::Source(domain, source) => {
                self.domain(domain).and_then(|state| state.sources.get(source)).map(|declared| declared.seq)
            }
            Object::Silver(domain, table) => {
                self.domain(domain).and_then(|state| state.silver.get(table)).map(|silver| silver.seq)
            }
            Object::Product(product) => self.product(product).map(|state| state.declared_seq),
        };
        found.unwrap_or(0)
    }

    /// Where an object came from.
    pub fn provenance_of(&self, object: &Object) -> Option<&Provenance> {
        match object {
            Object::Mesh => self.config.as_ref().map(|declared| &declared.provenance),
            Object::Purposes => self.purposes.as_ref().map(|declared| &declared.provenance),
            Object::Glossary => self.glossary.as_ref().map(|declared| &declared.provenance),
            Object::People => self.people.as_ref().map(|declared| &declared.provenance),
            Object::Classification(root) => self.classifications.get(root).map(|declared| &declared.provenance),
            Object::Domain(domain) => self.domain(domain).map(|state| &state.provenance),
            Object::Source(domain, source) => {
                self.domain(domain)?.sources.get(source).map(|declared| &declared.provenance)
            }
            Object::Silver(domain, table) => self.domain(domain)?.silver.get(table).map(|silver| &silver.provenance),
            Object::Product(product) => self.product(product).map(|state| &state.provenance),
        }
    }

    /// Whether an object was retired: its name is never used again.
    pub fn is_retired(&self, object: &Object) -> bool {
        match object {
            Object::Domain(domain) => self.domain(domain).is_some_and(|state| state.retired.is_some()),
            Object::Product(product) => self.product(product).is_some_and(|state| state.retired.is_some()),
            _ => false,
        }
    }

    /// The event that would declare the object as it is; `None` if it is absent or retired.
    pub fn declaration_of(&self, object: &Object) -> Option<Event> {
        if self.is_retired(object) {
            return None;
        }
        Some(match object {
            Object::Mesh => Event::MeshConfigured(self.config.as_ref()?.again()),
            Object::Purposes => Event::PurposesDeclared(self.purposes.as_ref()?.again()),
            Object::Glossary => Event::GlossaryDeclared(self.glossary.as_ref()?.again()),
            Object::People => Event::PeopleDeclared(self.people.as_ref()?.again()),
            Object::Classification(root) => Event::ClassificationDeclared(self.classifications.get(root)?.again()),
            Object::Domain(domain) => {
                let state = self.domain(domain)?;
                Event::DomainChanged(Declaration { provenance: state.provenance.clone(), facts: (*state.file).clone() })
            }
            Object::Source(domain, source) => Event::SourceDeclared {
                domain: domain.clone(),
                source: source.clone(),
                declaration: self.domain(domain)?.sources.get(source)?.again(),
            },
            Object::Silver(domain, table) => Event::SilverDeclared {
                domain: domain.clone(),
                table: table.clone(),
                provenance: self.domain(domain)?.silver.get(table)?.provenance.clone(),
            },
            Object::Product(product) => {
                let state = self.product(product)?;
                Event::ProductDeclared(Box::new(ProductDeclaration {
                    product: product.clone(),
                    provenance: state.provenance.clone(),
                    contract: (*state.contract).clone(),
                    access: (*state.access).clone(),
                    access_document: state.access_document,
                    steps: state.port_steps.clone(),
                    samples: state.samples.clone(),
                    readme: state.readme,
                }))
            }
        })
    }

    /// Every object that a repository declares and that is not retired, with where it came from. A domain's own
    /// repository declares that domain and what lies in it, so that nothing else is looked through.
    pub fn declared_by(&self, repository: &Identity) -> BTreeMap<Object, &Provenance> {
        let label = repository.label();
        if let Identity::Domain(name) = repository {
            let state = self.domain(name).filter(|state| state.retired.is_none());
            return state
                .into_iter()
                .flat_map(DomainState::declared)
                .filter(|(_, at)| at.repository == label)
                .collect();
        }
        let of_mesh = [Object::Mesh, Object::Purposes, Object::Glossary, Object::People];
        let roots = self.classifications.keys().cloned().map(Object::Classification);
        let of_mesh = of_mesh.into_iter().chain(roots).filter_map(|object| {
            let provenance = self.provenance_of(&object)?;
            Some((object, provenance))
        });
        let of_domains = self.domains().filter(|domain| domain.retired.is_none()).flat_map(DomainState::declared);
        of_mesh.chain(of_domains).filter(|(_, at)| at.repository == label).collect()
    }
}

impl DomainState {
    /// The domain and everything declared in it that is not retired.
    fn declared(&self) -> impl Iterator<Item = (Object, &Provenance)> {
        let name = &self.name;
        let sources = self.sources.iter();
        let sources = sources.map(|(key, source)| (Object::Source(name.clone(), key.clone()), &source.provenance));
        let silver = self.silver.iter();
        let silver = silver.map(|(key, table)| (Object::Silver(name.clone(), key.clone()), &table.provenance));
        let products = self.products.values().filter(|product| product.retired.is_none());
        let products = products.map(|product| (Object::Product(product.reference.clone()), &product.provenance));
        std::iter::once((Object::Domain(name.clone()), &self.provenance)).chain(sources).chain(silver).chain(products)
    }
}
