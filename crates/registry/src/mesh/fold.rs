//! The fold: one record makes the next mesh. Total over what `decide` lets through; anything else is a broken journal.

use std::sync::Arc;

use model::{
    Code, Digest, Problem, Timestamp,
    class::{ClassName, ClassificationFile},
    files::domain::DomainFile,
    name::DomainName,
    principal::Principal,
    reference::ProductRef,
};

use super::{Declared, DomainState, Mesh, ProductState, SilverState, Started};
use crate::{
    event::{Declaration, Event, ProductDeclaration, PublicationFacts},
    object::Object,
};

/// What the fold needs to know of a record besides its event.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// Its number.
    pub seq: u64,
    /// Its time.
    pub at: Timestamp,
    /// Its hash.
    pub hash: Digest,
    /// Who caused it; `None` where the name no longer parses.
    pub actor: Option<&'a Principal>,
}

/// Why a record cannot follow the state: it names something that is not there.
pub(super) fn misfit(seq: u64, what: &str) -> Problem {
    Problem::new(Code::JournalBroken, format!("record {seq} does not follow from the records before it: {what}"))
        .with_hint("run `tessera journal verify`; restore the journal from a backup if it is damaged")
}

impl<T> Declared<T> {
    fn of(declaration: Declaration<T>, seq: u64) -> Self {
        Self { facts: Arc::new(declaration.facts), provenance: declaration.provenance, seq }
    }
}

impl Mesh {
    /// Follows one record.
    ///
    /// # Errors
    /// `journal-broken` when the record does not follow from the state.
    pub fn follow(&mut self, stamp: Stamp<'_>, event: Event) -> Result<(), Problem> {
        if stamp.seq != self.seq + 1 {
            return Err(misfit(stamp.seq, &format!("the record before it should be {}", stamp.seq.wrapping_sub(1))));
        }
        self.change(stamp, event)?;
        self.seq = stamp.seq;
        self.hash = Some(stamp.hash);
        self.at = self.at.max(stamp.at);
        Ok(())
    }

    fn change(&mut self, stamp: Stamp<'_>, event: Event) -> Result<(), Problem> {
        let seq = stamp.seq;
        match event {
            Event::Applied(_) => {}
            Event::MeshConfigured(declaration) => self.config = Some(Declared::of(declaration, seq)),
            Event::PurposesDeclared(declaration) => self.purposes = Some(Declared::of(declaration, seq)),
            Event::GlossaryDeclared(declaration) => self.glossary = Some(Declared::of(declaration, seq)),
            Event::PeopleDeclared(declaration) => self.people = Some(Declared::of(declaration, seq)),
            Event::ClassificationDeclared(declaration) => {
                let root = declaration.facts.root.clone();
                self.remember_classes(&declaration.facts);
                Arc::make_mut(&mut self.classes).roots.insert(root.clone(), declaration.facts.clone());
                self.classifications.insert(root, Declared::of(declaration, seq));
            }
            Event::DomainOnboarding(declaration) | Event::DomainChanged(declaration) => {
                let name = declaration.facts.domain.clone();
                self.declare_domain(seq, declaration);
                self.note_pending(&name);
            }
            Event::DomainReady { domain, zones } => {
                let state = self.domain_mut(&domain).ok_or_else(|| misfit(seq, "its domain is unknown"))?;
                for zone in zones {
                    state.zones.retain(|known| known.zone != zone.zone);
                    state.zones.push(zone);
                }
                self.note_pending(&domain);
            }
            Event::SourceDeclared { domain, source, declaration } => {
                let state = self.domain_mut(&domain).ok_or_else(|| misfit(seq, "its domain is unknown"))?;
                state.sources.insert(source, Declared::of(declaration, seq));
            }
            Event::SilverDeclared { domain, table, provenance } => {
                let state = self.domain_mut(&domain).ok_or_else(|| misfit(seq, "its domain is unknown"))?;
                state.silver.insert(table, SilverState { provenance, seq });
            }
            Event::ProductDeclared(declaration) => self.declare_product(seq, *declaration)?,
            Event::Retired { object } => self.retire(stamp, &object)?,
            Event::PublicationStarted { product, contract } => {
                self.product_mut(seq, &product)?.started = Some(Started { seq, at: stamp.at, contract });
            }
            Event::ProductPublished(facts) => self.publish(stamp, *facts)?,
            Event::ProductRolledBack { product, to, ports, regions } => {
                let state = self.product_mut(seq, &product)?;
                let earlier = state.recent.iter().find(|publication| publication.id == to);
                let mut publication =
                    earlier.ok_or_else(|| misfit(seq, "the publication is not at hand"))?.as_ref().clone();
                (publication.ports, publication.regions) = (ports, regions);
                state.serve(Arc::new(publication), stamp);
            }
            Event::PublicationsRetired { product, publications } => {
                self.product_mut(seq, &product)?.give_up(seq, &publications)?;
            }
            Event::ClassesInherited(facts) => {
                self.product_mut(seq, &facts.product)?;
                self.inherit(&facts);
            }
            other => self.change_access(stamp, other)?,
        }
        Ok(())
    }

    /// Keeps what a declaration leaves out, so that it cannot come back weaker unseen.
    fn remember_classes(&mut self, wanted: &ClassificationFile) {
        let name = |class: &str| ClassName::from_tag(&format!("{}.{class}", wanted.root));
        let before = self.classes.roots.get(&wanted.root).map(|file| &file.classes);
        for (class, declared) in before.into_iter().flatten() {
            if !wanted.classes.contains_key(class) {
                self.former.insert(name(class), declared.clone());
            }
        }
        for class in wanted.classes.keys() {
            self.former.remove(&name(class));
        }
    }

    fn declare_domain(&mut self, seq: u64, declaration: Declaration<DomainFile>) {
        let name = declaration.facts.domain.clone();
        let file = Arc::new(declaration.facts);
        if let Some(state) = self.domains.get_mut(&name) {
            let state = Arc::make_mut(state);
            (state.file, state.provenance, state.declared_seq) = (file, declaration.provenance, seq);
            return;
        }
        let state = DomainState {
            name: name.clone(),
            file,
            provenance: declaration.provenance,
            declared_seq: seq,
            zones: Vec::new(),
            sources: Default::default(),
            silver: Default::default(),
            products: Default::default(),
            retired: None,
        };
        self.domains.insert(name, Arc::new(state));
    }

    fn declare_product(&mut self, seq: u64, declaration: ProductDeclaration) -> Result<(), Problem> {
        let reference = declaration.product.clone();
        let domain = self.domain_mut(&reference.domain).ok_or_else(|| misfit(seq, "its domain is unknown"))?;
        let earlier = domain.products.remove(&reference.product).map(Arc::unwrap_or_clone);
        let state = match earlier {
            Some(earlier) => ProductState {
                contract: Arc::new(declaration.contract),
                contract_digest: declaration.provenance.document,
                access: Arc::new(declaration.access),
                access_document: declaration.access_document,
                port_steps: declaration.steps,
                samples: declaration.samples,
                readme: declaration.readme,
                provenance: declaration.provenance,
                declared_seq: seq,
                ..earlier
            },
            None => ProductState {
                reference: reference.clone(),
                contract: Arc::new(declaration.contract),
                contract_digest: declaration.provenance.document,
                access: Arc::new(declaration.access),
                access_document: declaration.access_document,
                port_steps: declaration.steps,
                samples: declaration.samples,
                readme: declaration.readme,
                provenance: declaration.provenance,
                declared_seq: seq,
                started: None,
                publication: None,
                published_contract: None,
                recent: Vec::new(),
                superseded: Default::default(),
                given_up: Default::default(),
                pinned_seq: 0,
                entitlements: Default::default(),
                declassified: Default::default(),
                waived: Default::default(),
                retired: None,
            },
        };
        domain.products.insert(reference.product, Arc::new(state));
        Ok(())
    }

    fn publish(&mut self, stamp: Stamp<'_>, facts: PublicationFacts) -> Result<(), Problem> {
        let state = self.product_mut(stamp.seq, &facts.product)?;
        let mut publication = facts.publication(stamp.seq, stamp.at);
        if let Some(earlier) = state.recent.last() {
            publication.share(earlier);
        }
        let publication = Arc::new(publication);
        state.recent.push(Arc::clone(&publication));
        state.forget_old();
        state.serve(publication, stamp);
        state.published_contract = Some(Arc::clone(&state.contract));
        state.started = None;
        Ok(())
    }

    fn retire(&mut self, stamp: Stamp<'_>, object: &Object) -> Result<(), Problem> {
        let unknown = || misfit(stamp.seq, "the retired object is unknown");
        match object {
            Object::Mesh => return Err(misfit(stamp.seq, "a mesh is never retired")),
            Object::Purposes => self.purposes = None,
            Object::Glossary => self.glossary = None,
            Object::People => self.people = None,
            Object::Classification(root) => {
                self.classifications.remove(root).ok_or_else(unknown)?;
                Arc::make_mut(&mut self.classes).roots.remove(root);
            }
            Object::Domain(domain) => {
                let state = self.domain_mut(domain).ok_or_else(unknown)?;
                (state.retired, state.declared_seq) = (Some(stamp.at), stamp.seq);
                self.note_pending(domain);
            }
            Object::Source(domain, source) => {
                self.domain_mut(domain).and_then(|state| state.sources.remove(source)).ok_or_else(unknown)?;
            }
            Object::Silver(domain, table) => {
                self.domain_mut(domain).and_then(|state| state.silver.remove(table)).ok_or_else(unknown)?;
            }
            Object::Product(product) => {
                let state = self.product_mut(stamp.seq, product)?;
                (state.retired, state.declared_seq) = (Some(stamp.at), stamp.seq);
                for entitlement in std::mem::take(&mut state.entitlements) {
                    self.end(entitlement, stamp.at);
                }
            }
        }
        Ok(())
    }

    /// Keeps the list of domains with work for the factory.
    fn note_pending(&mut self, name: &DomainName) {
        if self.domain(name).is_some_and(DomainState::is_pending) {
            self.pending.insert(name.clone());
        } else {
            self.pending.remove(name);
        }
    }

    pub(super) fn domain_mut(&mut self, name: &DomainName) -> Option<&mut DomainState> {
        self.domains.get_mut(name).map(Arc::make_mut)
    }

    pub(super) fn product_mut(&mut self, seq: u64, product: &ProductRef) -> Result<&mut ProductState, Problem> {
        self.domain_mut(&product.domain)
            .and_then(|domain| domain.products.get_mut(&product.product))
            .map(Arc::make_mut)
            .ok_or_else(|| misfit(seq, "its product is unknown"))
    }
}
