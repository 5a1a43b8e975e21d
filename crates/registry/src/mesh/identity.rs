//! Who is who: principals, their groups and attributes, by `people.yaml`.

use std::collections::BTreeSet;

use governance::{
    authorise::{Action, Actor, DomainRoles, RoleView},
    treatment::Reader,
};
use model::{
    files::people::{Person, Service},
    name::{DomainName, GroupName, ServiceName},
    principal::Principal,
};

use super::Mesh;

/// The name of the first principal: in the admins group for ever, whatever `people.yaml` says.
pub const ADMIN: &str = "admin";

impl Mesh {
    /// The declared people.
    pub fn people(&self) -> &[Person] {
        self.people.as_ref().map_or(&[], |declared| &declared.facts.people)
    }

    /// The declared services.
    pub fn services(&self) -> &[Service] {
        self.people.as_ref().map_or(&[], |declared| &declared.facts.services)
    }

    /// The principal with a bare name: a person and a service never share one.
    pub fn principal_named(&self, name: &str) -> Option<Principal> {
        if name == ADMIN {
            return name.parse().ok().map(Principal::User);
        }
        let person = self.people().iter().find(|person| person.name.as_str() == name);
        let service = || self.services().iter().find(|service| service.name.as_str() == name);
        person
            .map(|person| Principal::User(person.name.clone()))
            .or_else(|| service().map(|service| Principal::Service(service.name.clone())))
    }

    /// Whether a principal is declared.
    pub fn knows(&self, principal: &Principal) -> bool {
        self.principal_named(principal.name()).as_ref() == Some(principal)
    }

    /// The groups of a principal; none for a stranger.
    pub fn groups_of(&self, principal: &Principal) -> BTreeSet<GroupName> {
        let Principal::User(name) = principal else { return BTreeSet::new() };
        let declared = self.people().iter().find(|person| person.name == *name);
        let mut groups: BTreeSet<GroupName> = declared.map(|p| p.groups.iter().cloned().collect()).unwrap_or_default();
        if name.as_str() == ADMIN {
            groups.extend(self.config().and_then(|config| config.roles.admins.clone()));
        }
        groups
    }

    /// Somebody with the groups it has in this mesh, and with what is `admin`'s while it is empty.
    pub(crate) fn as_declared(&self, actor: &Actor) -> Actor {
        let is_admin = matches!(&actor.principal, Principal::User(name) if name.as_str() == ADMIN);
        Actor { genesis: self.is_empty() && is_admin, groups: self.groups_of(&actor.principal), ..actor.clone() }
    }

    /// The principal as a reader; `None` for a stranger, who reads nothing.
    pub fn reader(&self, principal: &Principal) -> Option<Reader> {
        let groups = self.groups_of(principal);
        let (attributes, home_domain) = match principal {
            Principal::User(name) => {
                let person = self.people().iter().find(|person| person.name == *name);
                if person.is_none() && name.as_str() != ADMIN {
                    return None;
                }
                (person.map(|person| person.attributes.clone()).unwrap_or_default(), None)
            }
            Principal::Service(name) => {
                let service = self.services().iter().find(|service| service.name == *name)?;
                (service.attributes.clone(), Some(service.domain.clone()))
            }
        };
        Some(Reader { principal: principal.clone(), groups, attributes, home_domain })
    }

    /// Everybody who is declared, as a reader.
    pub fn readers(&self) -> impl Iterator<Item = Reader> {
        let admin = self.principal_named(ADMIN).and_then(|admin| self.reader(&admin));
        let people = self.people().iter().filter(|person| person.name.as_str() != ADMIN).map(|person| Reader {
            principal: Principal::User(person.name.clone()),
            groups: person.groups.iter().cloned().collect(),
            attributes: person.attributes.clone(),
            home_domain: None,
        });
        let services = self.services().iter().map(|service| Reader {
            principal: Principal::Service(service.name.clone()),
            groups: BTreeSet::new(),
            attributes: service.attributes.clone(),
            home_domain: Some(service.domain.clone()),
        });
        admin.into_iter().chain(people).chain(services)
    }

    /// Who holds the roles that an action of somebody with these groups is decided by.
    pub fn roles_for(&self, action: &Action, groups: &BTreeSet<GroupName>) -> RoleView {
        let mut view = match action {
            Action::Plan | Action::RequestAccess { .. } => return self.roles_held(groups),
            _ => self.roles_of_mesh(),
        };
        if let Some(state) = action.domain().and_then(|domain| self.domain(domain)) {
            view.domains.insert(state.name.clone(), DomainRoles::from(&*state.file));
        }
        view
    }

    /// The roles of the mesh, nobody's of a domain.
    pub(crate) fn roles_of_mesh(&self) -> RoleView {
        RoleView {
            mesh: self.config().map(|config| config.roles.clone()).unwrap_or_default(),
            domains: Default::default(),
            services: self.services().iter().map(|service| (service.name.clone(), service.domain.clone())).collect(),
        }
    }

    /// Who holds which role of the mesh, and of the domains in which one of the groups holds one.
    pub fn roles_held(&self, groups: &BTreeSet<GroupName>) -> RoleView {
        let held = self.domains().filter(|domain| {
            let file = &domain.file;
            [&file.owner, &file.steward, file.engineers()].into_iter().any(|group| groups.contains(group))
        });
        RoleView {
            domains: held.map(|domain| (domain.name.clone(), DomainRoles::from(&*domain.file))).collect(),
            ..self.roles_of_mesh()
        }
    }

    /// Whether somebody holds a role in a domain or works for it.
    pub fn is_member(&self, reader: &Reader, domain: &DomainName) -> bool {
        let roles = self.domain(domain).map(|state| DomainRoles::from(&*state.file));
        let held = roles.is_some_and(|roles| {
            [&roles.owner, &roles.steward, &roles.engineers].into_iter().any(|group| reader.groups.contains(group))
        });
        held || reader.home_domain.as_ref() == Some(domain)
    }

    /// The domain a service works for.
    pub fn domain_of_service(&self, name: &ServiceName) -> Option<&DomainName> {
        self.services().iter().find(|service| service.name == *name).map(|service| &service.domain)
    }

    /// The service a domain's pipelines run as: the one its file names, else its only one.
    pub fn service_of(&self, domain: &DomainName) -> Option<&ServiceName> {
        if let Some(service) = self.domain(domain).and_then(|state| state.file.service.as_ref()) {
            return self.services().iter().find(|s| s.name == *service && s.domain == *domain).map(|s| &s.name);
        }
        let mut own = self.services().iter().filter(|service| service.domain == *domain);
        match (own.next(), own.next()) {
            (Some(only), None) => Some(&only.name),
            _ => None,
        }
    }
}
