//! A domain: its regions, its people, its tables and silver steps.

use std::collections::BTreeMap;

use super::{Checker, Place};
use crate::{error::Code, files::repository::DomainFiles, name::TableName};

impl Checker<'_> {
    pub(super) fn domain(&mut self, domain: &DomainFiles) {
        let place = Place::from(&domain.file);
        let file = &domain.file.value;
        self.regions(domain);
        self.needed_group(&place, "/owner", &file.owner, ": nobody can apply or publish there");
        self.needed_group(&place, "/steward", &file.steward, ": nobody can decide requests");
        if let Some(engineers) = &file.engineers {
            self.group(&place, "/engineers", engineers);
        }
        if file.owner == file.steward {
            let message = format!("owner and steward are one group, `{}`", file.owner);
            let problem = place.problem("/steward", Code::InvalidFile, message);
            self.warn(problem.with_hint("nobody decides on their own request: let another group be the steward"));
        }
        if file.schedule.is_some() {
            let problem = place.not_yet("/schedule", "nothing runs by itself");
            self.warn(problem.with_hint("call `tessera run` and `tessera publish` from a scheduler of your own"));
        }
        self.service(domain);
        self.unique_tables(domain);
        self.sources(domain);
        for (table, step) in &domain.silver {
            self.step(domain, None, table.as_str(), step);
        }
    }

    fn regions(&mut self, domain: &DomainFiles) {
        let place = Place::from(&domain.file);
        let file = &domain.file.value;
        if file.region.is_some() && !file.zones.is_empty() {
            let problem =
                place.problem("/zones", Code::InvalidFile, "a domain has `region` or `zones`, not both".to_owned());
            self.refuse(problem.with_hint("several regions: `zones: {eu: westeurope, in: centralindia}`"));
        }
        let named = file.zones.iter().map(|(zone, region)| (format!("/zones/{zone}"), region));
        let named: Vec<_> = file.region.iter().map(|region| ("/region".to_owned(), region)).chain(named).collect();
        for (pointer, region) in named {
            if !self.known.regions.is_empty() && !self.known.regions.contains(region) {
                let known: Vec<&str> = self.known.regions.iter().map(String::as_str).collect();
                let problem =
                    self.unknown(&place, &pointer, "region", region, known, "add it to `regions` in `mesh.yaml`");
                self.refuse(problem);
            }
        }
    }

    fn service(&mut self, domain: &DomainFiles) {
        let Some(service) = &domain.file.value.service else { return };
        let place = Place::from(&domain.file);
        let own = &domain.file.value.domain;
        match self.known.services.iter().find(|(name, _)| name == service) {
            Some((_, other)) if other == own => {}
            Some((_, other)) => {
                let message = format!("the service `{service}` works for the domain `{other}`");
                let problem = place.problem("/service", Code::InvalidFile, message);
                self.refuse(problem.with_hint(format!("add one of its own: `{{name: svc-{own}, domain: {own}}}`")));
            }
            None => {
                let names: Vec<&str> = self.known.services.iter().map(|(name, _)| name.as_str()).collect();
                let otherwise = "add it under `services` in `people.yaml`";
                let problem = self.unknown(&place, "/service", "service", service.as_str(), names, otherwise);
                self.refuse(problem);
            }
        }
    }

    /// `bronze.<table>` names no source, so tables are unique over a domain's sources.
    fn unique_tables(&mut self, domain: &DomainFiles) {
        let mut seen: BTreeMap<&TableName, &str> = BTreeMap::new();
        for (source, file) in &domain.sources {
            let place = Place::from(file);
            for table in file.value.tables() {
                if let Some(other) = seen.insert(table, source.as_str()) {
                    let message = format!("the table `{table}` is in the source `{other}` already");
                    let problem = place.problem(&format!("/tables/{table}"), Code::InvalidFile, message);
                    self.refuse(problem.with_hint("in SQL both would be `bronze.<table>`: rename one"));
                }
            }
        }
    }
}
