//! Who is who: principals, their groups and attributes, by `people.yaml`.

use super::*;

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
