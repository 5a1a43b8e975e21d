//! How much an actor may know of an object (M1, M17): the one decision behind what a plan, an apply and a check tell.
//!
//! INVARIANT: whatever is told of an object that is [`Reach::Hidden`] is the same whether it exists or not (tests
//! `what_is_told_depends_on_reach`, `a_hidden_domain_and_an_absent_one_are_planned_alike`).

use std::collections::BTreeSet;

use governance::{
    authorise::{self, Actor, RoleView},
    treatment::{self, Reader},
};
use model::{
    Timestamp,
    name::{DomainName, GroupName},
    principal::Principal,
};

use crate::{
    mesh::{DomainState, Mesh, ProductState},
    object::Object,
};

/// How much an actor may know of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing, not even whether it exists.
    Hidden,
    /// That it exists, not what is behind it.
    Visible,
    /// Everything that a plan tells: the actor holds a role in its domain, or one of the mesh.
    Full,
}

/// What one actor may know of a mesh. It belongs to the mesh it was made from.
#[derive(Debug, Clone)]
pub struct Sight {
    actor: Actor,
    roles: RoleView,
    own: BTreeSet<DomainName>,
    readers: Vec<Reader>,
    now: Timestamp,
}

impl Sight {
    /// The sight of an actor, with the groups it has in this mesh.
    pub fn of(mesh: &Mesh, actor: &Actor, now: Timestamp) -> Self {
        let actor = mesh.as_declared(actor);
        let roles = mesh.roles_held(&actor.groups);
        let own = roles.domains_of(&actor.principal, &actor.groups);
        // Who builds in a domain names in SQL what the domain's services were granted.
        let services = mesh.services().iter().filter(|service| own.contains(&service.domain));
        let services = services.map(|service| Principal::Service(service.name.clone()));
        let mut readers: Vec<Reader> = services.filter_map(|service| mesh.reader(&service)).collect();
        readers.extend(mesh.reader(&actor.principal));
        Self { actor, roles, own, readers, now }
    }

    /// The actor, with the groups it has in the mesh.
    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Who holds which role of the mesh, and of the domains in which the actor holds one.
    pub(crate) fn roles(&self) -> &RoleView {
        &self.roles
    }

    /// How much of an object the actor may know, whether it exists or not.
    pub fn reach(&self, mesh: &Mesh, object: &Object) -> Reach {
        if authorise::is_insider(&self.actor, object.domain(), &self.roles) {
            return Reach::Full;
        }
        let visible = match object {
            // Everybody lives by them; what they say is in the marketplace as far as it is everybody's.
            Object::Mesh | Object::Purposes | Object::Glossary | Object::Classification(_) | Object::People => true,
            Object::Domain(domain) => mesh.domain(domain).is_some_and(|domain| self.sees_domain(mesh, domain)),
            Object::Product(product) => mesh.product(product).is_some_and(|product| self.sees(mesh, product)),
            Object::Source(..) | Object::Silver(..) => false,
        };
        if visible { Reach::Visible } else { Reach::Hidden }
    }

    /// Whether everything of an object may be told.
    pub(crate) fn is_full(&self, mesh: &Mesh, object: &Object) -> bool {
        self.reach(mesh, object) == Reach::Full
    }

    /// Whether the actor may know of a domain: a member, somebody with a role of the mesh, or where there is something
    /// to see.
    pub fn sees_domain(&self, mesh: &Mesh, domain: &DomainState) -> bool {
        domain.retired.is_none()
            && (self.own.contains(&domain.name)
                || authorise::is_insider(&self.actor, Some(&domain.name), &self.roles)
                || domain.products.values().any(|product| self.sees(mesh, product)))
    }

    /// Groups that may be named to the actor: all of them to roles of the mesh, else its own and those that speak for
    /// what it sees.
    pub(crate) fn groups(&self, mesh: &Mesh) -> BTreeSet<GroupName> {
        let populated = mesh.people().iter().flat_map(|person| &person.groups).cloned().collect();
        if authorise::is_insider(&self.actor, None, &self.roles) {
            return populated;
        }
        let domains = mesh.domains().filter(|domain| self.sees_domain(mesh, domain));
        let mut shown: BTreeSet<&GroupName> =
            domains.flat_map(|domain| [&domain.file.owner, &domain.file.steward]).collect();
        shown.extend(&self.actor.groups);
        shown.extend(self.roles.domains.values().map(|roles| &roles.engineers));
        let roles = &self.roles.mesh;
        shown.extend([&roles.admins, &roles.guild, &roles.auditors].into_iter().flatten());
        populated.into_iter().filter(|group| shown.contains(group)).collect()
    }

    fn sees(&self, mesh: &Mesh, product: &ProductState) -> bool {
        let is_member = self.own.contains(&product.reference.domain);
        self.readers.iter().any(|reader| sees_product(mesh, reader, product, is_member, self.now))
    }
}

/// Whether a reader may know of a product. A draft is its domain's own affair; a retired product is history.
pub fn sees_product(mesh: &Mesh, reader: &Reader, product: &ProductState, is_member: bool, now: Timestamp) -> bool {
    treatment::visible(reader, &product.access, mesh.entitlements_in(product), is_member, now)
        && (is_member || product.publication.is_some())
        && product.retired.is_none()
}
