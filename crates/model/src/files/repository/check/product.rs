//! A product: one query per port, classes and terms that are declared, access that fits the contract.

use super::{Checker, Place};
use crate::{
    access::resolve::{Places, resolve},
    column::ColumnType,
    contract::Contract,
    error::{Code, Problem},
    files::repository::{DomainFiles, ProductFiles, Sourced},
    name::{PortName, ProductName},
    suggest,
    yaml::{Node, Position, problem_at, shown},
};

/// Parts of column names that say money.
const MONEY: [&str; 7] = ["amount", "price", "premium", "salary", "balance", "cost", "revenue"];

impl Checker<'_> {
    pub(super) fn product(&mut self, domain: &DomainFiles, name: &ProductName, files: &ProductFiles) {
        let contract = &files.contract.value;
        self.ports(name, files);
        for (port, step) in &files.ports {
            self.step(domain, Some(name), port.as_str(), step);
        }
        // Parsed once more for positions: tags and links are told where they stand.
        let place = Place::from(&files.contract);
        if let Some(document) = place.document() {
            self.terms(document, &files.contract);
            self.tags(document, &files.contract);
        }
        self.money(contract, &files.contract);
        self.placement(domain, files);
        self.access(domain, files);
        if let Some(descriptor) = &files.descriptor {
            let found = descriptor.value.disagreements(name.as_str(), contract, &descriptor.bytes, &descriptor.path);
            self.findings.problems.extend(found);
        }
    }

    /// Every port of the contract has its query, and every query and sample its port.
    fn ports(&mut self, product: &ProductName, files: &ProductFiles) {
        let contract = &files.contract.value;
        let names: Vec<&str> = contract.ports.iter().map(|port| port.name.as_str()).collect();
        for (index, port) in contract.ports.iter().enumerate() {
            if !files.ports.contains_key(&port.name) {
                let path = files.contract.path.replace("contract.yaml", &format!("{}.sql", port.name));
                let message = format!("the port `{}` of `{product}` has no SQL", port.name);
                let problem = Place::from(&files.contract).problem(
                    &format!("/schema/{index}/name"),
                    Code::ReferenceUnknown,
                    message,
                );
                self.refuse(problem.with_hint(format!("write {path}")));
            }
        }
        let steps = files.ports.iter().map(|(port, step)| (port, step.path.as_str()));
        let samples = files.samples.iter().map(|(port, sample)| (port, sample.path.as_str()));
        for (port, path) in steps.chain(samples) {
            self.port_of_file(port, path, &names);
        }
    }

    fn port_of_file(&mut self, port: &PortName, path: &str, names: &[&str]) {
        if !names.contains(&port.as_str()) {
            let message = format!("the contract has no port `{port}`");
            let hint = suggest::hint(port.as_str(), names.iter().copied());
            let problem = problem_at(path, Position::START, Code::ReferenceUnknown, message);
            self.refuse(problem.with_hint(hint.unwrap_or_else(|| "add it to `schema` of the contract".to_owned())));
        }
    }

    /// Glossary links anywhere in the contract.
    fn terms(&mut self, node: &Node, file: &Sourced<Contract>) {
        if node.get("type").and_then(Node::as_text).is_some()
            && let Some(url) = node.get("url")
            && let Some(term) = url.as_text().and_then(|text| text.strip_prefix("glossary:"))
            && !self.known.terms.iter().any(|known| known.as_str() == term)
        {
            let names: Vec<&str> = self.known.terms.iter().map(|term| term.as_str()).collect();
            let hint = suggest::hint(term, names)
                .unwrap_or_else(|| "define it in a file of `governance/glossary/`".to_owned());
            let message = format!("the glossary term `{}` is not defined", shown(term));
            self.refuse(problem_at(&file.path, url.position, Code::ReferenceUnknown, message).with_hint(hint));
        }
        node.items().iter().for_each(|item| self.terms(item, file));
        node.entries().iter().for_each(|entry| self.terms(&entry.value, file));
    }

    /// Tags under a declared root must be declared classes; others are labels.
    fn tags(&mut self, node: &Node, file: &Sourced<Contract>) {
        for tag in node.get("tags").map(Node::items).unwrap_or_default() {
            let Some(text) = tag.as_text() else { continue };
            if let Some(Err(_)) = self.known.classes.class_of_tag(text) {
                let roots = &self.known.classes.roots;
                let all: Vec<String> = roots
                    .iter()
                    .flat_map(|(root, file)| file.classes.keys().map(move |class| format!("{root}.{class}")))
                    .collect();
                let hint = suggest::nearest(text, all.iter().map(String::as_str)).map_or_else(
                    || "declare it in `governance/classifications/`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("the class `{}` is not declared", shown(text));
                self.refuse(problem_at(&file.path, tag.position, Code::ReferenceUnknown, message).with_hint(hint));
            }
        }
        node.items().iter().for_each(|item| self.tags(item, file));
        node.entries().iter().filter(|entry| entry.key != "tags").for_each(|entry| self.tags(&entry.value, file));
    }

    fn money(&mut self, contract: &Contract, file: &Sourced<Contract>) {
        let place = Place::from(file);
        for (at, port) in contract.ports.iter().enumerate() {
            for (index, column) in port.columns.iter().enumerate() {
                let lower = column.name.to_lowercase();
                if column.kind == ColumnType::Number && lower.split(['_', '-', '.']).any(|word| MONEY.contains(&word)) {
                    let message = format!("`{}` looks like money and is a floating number", shown(&column.name));
                    let pointer = format!("/schema/{at}/properties/{index}");
                    let problem = place.problem(&pointer, Code::InvalidFile, message);
                    self.warn(problem.with_hint("add `physicalType: decimal(12,2)`: sums of decimals are exact"));
                }
            }
        }
    }

    /// A product lives in exactly one zone; its regions are the mesh's.
    fn placement(&mut self, domain: &DomainFiles, files: &ProductFiles) {
        let contract = &files.contract.value;
        let zones = &domain.file.value.zones;
        let place = Place::from(&files.contract);
        match &contract.zone {
            Some(zone) if !zones.contains_key(zone) => {
                let names: Vec<&str> = zones.keys().map(String::as_str).collect();
                let problem = self.unknown(
                    &place,
                    "/customProperties",
                    "zone",
                    zone,
                    names,
                    "remove `tessera.zone`: the domain has one zone",
                );
                self.refuse(problem);
            }
            None if zones.len() > 1 => {
                let message = "the domain has several zones, and the product does not say in which it lives".to_owned();
                let problem = place.problem("/customProperties", Code::InvalidFile, message);
                self.refuse(problem.with_hint("add the custom property `tessera.zone`"));
            }
            _ => {}
        }
        for region in &contract.regions {
            if !self.known.regions.is_empty() && !self.known.regions.contains(region) {
                let names: Vec<&str> = self.known.regions.iter().map(String::as_str).collect();
                let problem =
                    self.unknown(&place, "/customProperties", "region", region, names, "add it to `mesh.yaml`");
                self.refuse(problem);
            }
        }
    }

    fn access(&mut self, domain: &DomainFiles, files: &ProductFiles) {
        let Some(file) = &files.access else { return };
        let place = Place::from(file);
        let places = Places { path: &file.path, document: place.document() };
        if let Err(problems) = resolve(&files.contract.value, Some(&file.value), &domain.file.value, &places) {
            self.findings.problems.extend(problems.into_iter().map(|problem| in_file(problem, &file.path)));
        }
        if file.value.direct {
            let problem = place.not_yet("/direct", "nobody reads past the doors");
            self.warn(problem.with_hint("leave it out"));
        }
        for (index, purpose) in file.value.purposes.iter().flatten().enumerate() {
            self.purpose(&place, &format!("/purposes/{index}"), purpose);
        }
        let approve = &file.value.approve;
        if let Some(group) = &approve.by {
            self.group(&place, "/approve/by", group);
        }
        for (index, auto) in approve.auto.iter().enumerate() {
            self.group(&place, &format!("/approve/auto/{index}/group"), &auto.group);
            self.purpose(&place, &format!("/approve/auto/{index}/purpose"), &auto.purpose);
            let outside = file.value.purposes.as_ref().is_some_and(|purposes| !purposes.contains(&auto.purpose));
            if outside && self.known.purposes.contains(&auto.purpose) {
                let message = format!("the purpose `{}` is not one the product may be read for", auto.purpose);
                let problem = place.problem(&format!("/approve/auto/{index}/purpose"), Code::InvalidFile, message);
                self.refuse(problem.with_hint("add it to `purposes` of this file"));
            }
        }
    }
}

fn in_file(problem: Problem, path: &str) -> Problem {
    match problem.location() {
        Some(at) if !at.file.is_empty() => problem,
        _ => {
            let at = problem_at(path, Position::START, problem.code(), String::new());
            match at.location() {
                Some(at) => problem.at(at.clone()),
                None => problem,
            }
        }
    }
}
