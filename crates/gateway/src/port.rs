//! One epoch of one principal: which ports there are for it and what it gets from each.
//!
//! INVARIANT: everything a statement decides comes from one [`Epoch`], so a change of policy is seen by the next
//! statement whole or not at all.

use std::{collections::BTreeSet, sync::Arc};

use governance::{
    purpose::PurposeNeeds,
    treatment::{self, Reader, TreatmentQuestion},
};
use model::{
    Code, Digest, Problem, Timestamp,
    access::Entitlement,
    name::PurposeName,
    principal::Principal,
    publication::{PinnedPort as PinFacts, Publication, PublishedColumn},
    reference::PortRef,
    treatment::Treatment,
};
use registry::{
    Mesh,
    effective::{Moment, PortFacts},
    mesh::ProductState,
};

/// The mesh as one principal's statement sees it.
#[derive(Debug, Clone)]
pub(crate) struct Epoch {
    pub(crate) mesh: Arc<Mesh>,
    pub(crate) reader: Reader,
    pub(crate) now: Timestamp,
    pub(crate) key_version: u32,
}

/// A port of one publication: what a name means.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) reference: PortRef,
    pub(crate) product: Arc<ProductState>,
    pub(crate) publication: Arc<Publication>,
    pub(crate) facts: PinFacts,
}

impl Epoch {
    /// The present epoch for a principal.
    ///
    /// # Errors
    /// `credential-expired` if nobody of that name is declared any more.
    pub(crate) fn open(
        mesh: Arc<Mesh>,
        principal: &Principal,
        now: Timestamp,
        key_version: u32,
    ) -> Result<Self, Problem> {
        let reader = mesh
            .reader(principal)
            .ok_or_else(|| Problem::new(Code::CredentialExpired, "the principal of this session is gone"))?;
        Ok(Self { mesh, reader, now, key_version })
    }

    /// The port of what is served now, or of the newest publication of a major version.
    pub(crate) fn target(&self, reference: &PortRef, major: Option<u64>) -> Option<Target> {
        let product = self.mesh.product_arc(&reference.product)?;
        let current = product.publication.as_ref().filter(|_| product.is_served())?;
        let publication = match major {
            None => current,
            Some(major) if current.version.major == major => current,
            Some(major) => product.recent.iter().rev().find(|publication| publication.version.major == major)?,
        };
        let mut facts = publication.ports.get(&reference.port)?.clone();
        if publication.id != current.id {
            // What is gone today is gone, unless the contract announced until when it is still served; and what was
            // learnt since holds for older values and rows too (M14).
            let until = product.served_until(publication);
            if until.is_some_and(|until| until < self.now) {
                return None;
            }
            match current.ports.get(&reference.port) {
                Some(today) => {
                    if until.is_none() {
                        let is_there =
                            |column: &&PublishedColumn| today.columns.iter().any(|now| now.name == column.name);
                        facts.columns = facts.columns.iter().filter(is_there).cloned().collect();
                    }
                    governance::derive::learn(&mut facts, today);
                }
                None => _ = until?,
            }
        }
        // SECURITY: a class added to the contract masks from the next statement on, not from the next publication
        // (test `a_class_added_to_the_contract_masks_at_once`).
        facts.columns = self.mesh.columns_today(reference, &facts.columns);
        Some(Target {
            reference: reference.clone(),
            product: Arc::clone(product),
            publication: Arc::clone(publication),
            facts,
        })
    }

    /// Whether the reader may know of the product.
    pub(crate) fn sees(&self, product: &ProductState) -> bool {
        let entitlements = self.mesh.entitlements_in(product);
        treatment::visible(&self.reader, &product.access, entitlements, self.is_member(product), self.now)
    }

    /// The purposes under which the reader may read the port.
    ///
    /// # Errors
    /// As [`treatment::purposes`].
    pub(crate) fn purposes(&self, target: &Target) -> Result<BTreeSet<PurposeName>, Problem> {
        self.ask(target, None, treatment::purposes)
    }

    /// What the reader gets from the port under a purpose.
    ///
    /// # Errors
    /// As [`treatment::decide`].
    pub(crate) fn treat(&self, target: &Target, purpose: Option<&PurposeName>) -> Result<Treatment, Problem> {
        self.ask(target, purpose, treatment::decide)
    }

    /// The columns that exist for the reader, under the stated purpose or any of its own.
    ///
    /// # Errors
    /// As [`treatment::decide`].
    pub(crate) fn columns(&self, target: &Target, purpose: Option<&PurposeName>) -> Result<BTreeSet<String>, Problem> {
        self.ask(target, purpose, treatment::visible_columns)
    }

    /// What the table means for the statement's purpose; `read` are the columns it reads.
    ///
    /// # Errors
    /// As [`treatment::purposes`].
    pub(crate) fn needs<'a>(
        &self,
        target: &Target,
        read: impl IntoIterator<Item = &'a PublishedColumn>,
    ) -> Result<PurposeNeeds, Problem> {
        Ok(PurposeNeeds {
            product: target.reference.product.to_string(),
            granted: self.purposes(target)?,
            reads_personal: governance::purpose::reads_personal(read, self.mesh.classes()),
        })
    }

    /// The digest of what the reader gets: changes when a policy that matters to it does.
    pub(crate) fn effect(&self, target: &Target, purpose: Option<&PurposeName>) -> Option<Digest> {
        let product = self.mesh.product_arc(&target.reference.product)?;
        let current = product.publication.as_ref().filter(|_| product.is_served())?;
        match product.served_until(&target.publication) {
            Some(until) if until < self.now => return None,
            Some(_) => {}
            None => _ = current.ports.get(&target.reference.port)?,
        }
        let mut same = Target { product: Arc::clone(product), ..target.clone() };
        // A class that was added since then, or that its columns have inherited since, masks the rest as well.
        let pinned = product.recent.iter().chain([current]).filter(|held| held.id == target.publication.id);
        for port in pinned.filter_map(|held| held.ports.get(&target.reference.port)) {
            governance::derive::learn(&mut same.facts, port);
        }
        same.facts.columns = self.mesh.columns_today(&target.reference, &same.facts.columns);
        self.treat(&same, purpose).ok().map(|treatment| treatment.digest())
    }

    fn is_member(&self, product: &ProductState) -> bool {
        self.mesh.is_member(&self.reader, &product.reference.domain)
    }

    fn ask<T>(
        &self,
        target: &Target,
        purpose: Option<&PurposeName>,
        question: impl FnOnce(&TreatmentQuestion<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let product = &target.product;
        let entitlements: Vec<&Entitlement> = self.mesh.entitlements_of(&product.reference).collect();
        let facts = PortFacts {
            port: &target.reference.port,
            columns: &target.facts.columns,
            restrict: &target.facts.restrict,
        };
        let moment = Moment { mesh: &self.mesh, now: self.now, key_version: self.key_version };
        moment.ask(&self.reader, product, facts, &entitlements, purpose, question)
    }
}
