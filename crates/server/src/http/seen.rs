//! What one caller may know of the mesh (M1, M17): the one place where the door asks whether a thing is visible.
//!
//! INVARIANT: what is invisible and what does not exist get the same answer (test `unlisted_products_are_absent`).

use std::{collections::BTreeSet, sync::Arc};

use governance::{
    authorise::{Action, RoleView, is_insider, may},
    treatment::{self, Reader},
};
use model::{
    Code, Problem, Timestamp,
    access::Entitlement,
    name::{DomainName, PortName, PurposeName},
    publication::PinnedPort,
    reference::ProductRef,
    treatment::{Outcome, Treatment},
};
use registry::{
    DomainState, Mesh, ProductState,
    effective::{Moment, PortFacts},
    reach::sees_product,
};

use super::{failure::absent, rule::Caller};
use crate::wiring::House;

/// The mesh as one caller sees it, at one epoch.
pub struct Seen {
    /// The mesh of this request.
    pub mesh: Arc<Mesh>,
    /// The caller.
    pub caller: Caller,
    /// The caller as a reader.
    pub reader: Reader,
    /// Who holds which role of the mesh, and of the domains in which the caller holds one.
    pub roles: RoleView,
    /// The present.
    pub now: Timestamp,
    own: BTreeSet<DomainName>,
    /// The products of which an active entitlement is the caller's.
    held: BTreeSet<ProductRef>,
    key_version: u32,
}

impl Seen {
    /// The view of a caller.
    pub fn by(house: &House, caller: Caller) -> Self {
        let mesh = house.registry.mesh();
        let reader = house.reader(&mesh, &caller.signed.principal);
        let roles = mesh.roles_held(&caller.actor.groups);
        let own = roles.domains_of(&caller.actor.principal, &caller.actor.groups);
        let now = house.registry.now();
        let held = mesh.held_by(&reader).filter(|held| held.is_active(now)).map(|held| held.product.clone()).collect();
        Self { caller, reader, roles, now, own, held, key_version: house.keys.current_version(), mesh }
    }

    /// Whether the caller holds a role in the domain or works for it.
    pub fn is_member(&self, domain: &DomainName) -> bool {
        self.own.contains(domain)
    }

    /// Whether the caller may do something.
    pub fn may(&self, action: &Action) -> bool {
        may(&self.caller.actor, action, &self.mesh.roles_for(action, &self.caller.actor.groups)).is_ok()
    }

    /// Whether a product is visible.
    pub fn sees(&self, product: &ProductState) -> bool {
        sees_product(&self.mesh, &self.reader, product, self.is_member(&product.reference.domain), self.now)
    }

    /// A visible product by its two names as typed.
    ///
    /// # Errors
    /// `not-found`, the same for what is absent, invisible and no name at all.
    pub fn product(&self, domain: &str, product: &str) -> Result<&ProductState, Problem> {
        let name = format!("{domain}.{product}");
        let known = name.parse::<ProductRef>().ok().and_then(|reference| self.mesh.product(&reference));
        // SECURITY: one refusal for every reason (test `unlisted_products_are_absent`), but for what was there for all to
        // see (test `a_retired_name_is_told_to_whoever_saw_it`).
        if let Some(at) = known.and_then(|product| self.saw(product)) {
            return Err(gone(&name, at));
        }
        known.filter(|product| self.sees(product)).ok_or_else(|| {
            let visible: Vec<String> = self.products().map(|product| product.reference.to_string()).collect();
            nearest(absent("product", &name), &name, visible.iter().map(String::as_str))
        })
    }

    /// When a product was retired that would be visible to the caller were it not.
    fn saw(&self, product: &ProductState) -> Option<Timestamp> {
        let before = ProductState { retired: None, ..product.clone() };
        product.retired.filter(|_| self.sees(&before))
    }

    /// Every visible product, in the order of their names.
    pub fn products(&self) -> impl Iterator<Item = &ProductState> {
        self.mesh.products().filter(|product| self.sees(product))
    }

    /// Whether a domain is visible: to its members, to the mesh's own roles, and where there is something to see.
    pub fn sees_domain(&self, domain: &DomainState) -> bool {
        domain.retired.is_none()
            && (self.is_member(&domain.name)
                || is_insider(&self.caller.actor, Some(&domain.name), &self.roles)
                || domain.products.values().any(|product| self.sees(product)))
    }

    /// A visible domain by its name as typed.
    ///
    /// # Errors
    /// `not-found`, the same for what is absent, invisible and no name at all.
    pub fn domain(&self, name: &str) -> Result<&DomainState, Problem> {
        name.parse::<DomainName>()
            .ok()
            .and_then(|name| self.mesh.domain(&name))
            .filter(|domain| self.sees_domain(domain))
            .ok_or_else(|| {
                let visible = self.mesh.domains().filter(|domain| self.sees_domain(domain));
                nearest(absent("domain", name), name, visible.map(|domain| domain.name.as_str()))
            })
    }

    /// Whether an active entitlement on a product is the caller's.
    pub fn reads(&self, product: &ProductRef) -> bool {
        self.held.contains(product)
    }

    /// The mesh at this moment, for questions about access.
    pub fn moment(&self) -> Moment<'_> {
        Moment { mesh: &self.mesh, now: self.now, key_version: self.key_version }
    }

    /// What the caller gets from a published port: under the purpose given, or under the first that is theirs.
    pub fn treatment(
        &self,
        product: &ProductState,
        port: &PortName,
        pinned: &PinnedPort,
        purpose: Option<&PurposeName>,
    ) -> Option<Treatment> {
        let entitlements: Vec<&Entitlement> = self.mesh.entitlements_in(product).collect();
        let columns = self.mesh.columns_today(&product.reference.port(port.clone()), &pinned.columns);
        let facts = PortFacts { port, columns: &columns, restrict: &pinned.restrict };
        let moment = self.moment();
        let ask = |purpose: &PurposeName| {
            moment.ask(&self.reader, product, facts, &entitlements, Some(purpose), treatment::decide).ok()
        };
        match purpose {
            Some(purpose) => ask(purpose),
            None => {
                let purposes = moment.ask(&self.reader, product, facts, &entitlements, None, treatment::purposes);
                purposes.ok()?.iter().next().and_then(ask)
            }
        }
    }
}

impl Seen {
    /// The columns of a product that do not exist for the caller, who may read others of it: by port.
    pub fn denied(&self, product: &ProductState) -> BTreeSet<(String, String)> {
        if !self.reads(&product.reference) {
            return BTreeSet::new();
        }
        let ports = product.publication.iter().flat_map(|publication| &publication.ports);
        let mut denied = BTreeSet::new();
        for (name, pinned) in ports {
            let treatment = self.treatment(product, name, pinned, None);
            let columns = treatment.into_iter().flat_map(|treatment| treatment.columns);
            let absent = columns.filter(|column| column.outcome == Outcome::Denied);
            denied.extend(absent.map(|column| (name.to_string(), column.column)));
        }
        denied
    }
}

/// The answer for a product that is no longer there.
pub fn gone(name: &str, at: Timestamp) -> Problem {
    Problem::new(Code::NotFound, format!("`{name}` was retired at {at}; nothing is served under this name any more"))
        .with_hint("auditors can ask how it was with `--as-of`")
}

/// Adds the nearest of what the caller sees.
fn nearest<'a>(absent: Problem, name: &str, visible: impl Iterator<Item = &'a str>) -> Problem {
    match model::suggest::nearest(name, visible) {
        Some(near) => absent.with_hint(format!("did you mean `{near}`?")),
        None => absent,
    }
}
