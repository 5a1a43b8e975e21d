//! `people.yaml` and `mesh.yaml`: names that are one principal each, roles that somebody holds.

use std::collections::BTreeMap;

use super::{Checker, Place};
use crate::{error::Code, files::source::endpoint::Endpoint, yaml::shown};

impl Checker<'_> {
    pub(super) fn people(&mut self) {
        let Some(file) = &self.repository.people else { return };
        let place = Place::from(file);
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        let people = file.value.people.iter().map(|person| ("person", person.name.as_str()));
        let services = file.value.services.iter().map(|service| ("service", service.name.as_str()));
        for (index, (noun, name)) in people.chain(services).enumerate() {
            let pointer = match index.checked_sub(file.value.people.len()) {
                None => format!("/people/{index}/name"),
                Some(index) => format!("/services/{index}/name"),
            };
            if name == "admin" {
                let problem =
                    place.problem(&pointer, Code::InvalidFile, "the name `admin` is the platform's own".to_owned());
                self.refuse(
                    problem.with_hint("give people the role by their group: `roles: {admins: ...}` in `mesh.yaml`"),
                );
            }
            if let Some(other) = seen.insert(name, noun) {
                let message = format!("the {noun} `{name}` has the name of another {other}");
                let problem = place.problem(&pointer, Code::InvalidFile, message);
                self.refuse(problem.with_hint("a name is one person or one service"));
            }
        }
        for (index, person) in file.value.people.iter().enumerate() {
            for (at, group) in person.groups.iter().enumerate().filter(|(_, group)| group.as_str().starts_with("dp-")) {
                self.group(&place, &format!("/people/{index}/groups/{at}"), group);
            }
        }
        for (index, service) in file.value.services.iter().enumerate() {
            if !self.known.domains.contains(&service.domain) {
                let names = self.known.domains.iter().map(|name| name.as_str());
                let pointer = format!("/services/{index}/domain");
                // The domain may live in a repository of its own that is applied later.
                let problem =
                    self.unknown(&place, &pointer, "domain", service.domain.as_str(), names, "add the domain");
                self.warn(problem);
            }
        }
    }

    pub(super) fn mesh(&mut self) {
        let Some(file) = &self.repository.mesh else { return };
        let place = Place::from(file);
        let roles = &file.value.roles;
        for (key, group) in [("admins", &roles.admins), ("guild", &roles.guild), ("auditors", &roles.auditors)] {
            if let Some(group) = group {
                self.group(&place, &format!("/roles/{key}"), group);
            }
        }
        let sources = &file.value.sources;
        for (key, names) in [("files", sources.files.keys()), ("hosts", sources.hosts.keys())] {
            for name in names {
                if !self.known.domains.contains(name) {
                    let known = self.known.domains.iter().map(|name| name.as_str());
                    let pointer = format!("/sources/{key}/{name}");
                    self.warn(self.unknown(&place, &pointer, "domain", name.as_str(), known, "add the domain"));
                }
            }
        }
        for (domain, hosts) in &sources.hosts {
            for (index, host) in hosts.iter().enumerate().filter(|(_, host)| host.parse::<Endpoint>().is_err()) {
                let message = format!("`{}` is not a host and a port", shown(host));
                let problem = place.problem(&format!("/sources/hosts/{domain}/{index}"), Code::InvalidFile, message);
                self.refuse(problem.with_hint("write `ops-db:5432`"));
            }
        }
        for name in file.value.stores.keys().filter(|name| *name != "default") {
            if !self.known.domains.iter().any(|domain| domain.as_str() == name) {
                let known = self.known.domains.iter().map(|name| name.as_str());
                let pointer = format!("/stores/{name}");
                self.warn(self.unknown(&place, &pointer, "domain", name, known, "write `default`, or a domain's name"));
            }
        }
    }
}
