//! What the files of a repository say about each other and about what the mesh knows.
//!
//! Unknown names are problems with the nearest known one; groups exist through the people in them, so that an empty
//! group is only a warning. Only a domain's owner and steward must be somebody: a group that nobody is in, and that
//! no domain relied on before, is a slip of the pen.

mod columns;
mod cycles;
mod domain;
mod people;
mod product;
mod source;
mod step;

use std::{
    cell::{Cell, OnceCell},
    collections::BTreeSet,
};

pub use columns::columns;

use super::{DomainFiles, Identity, Repository, Sourced};
use crate::{
    class::Classifications,
    error::{Code, Problem},
    name::{DomainName, GroupName, PurposeName, ServiceName, TermName},
    suggest,
    yaml::{self, Node, Position, problem_at},
};

/// What the mesh knows already and whoever asks may know, for a domain's own repository and for references to what other
/// repositories declare.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Declared regions.
    pub regions: Vec<String>,
    /// Domains.
    pub domains: BTreeSet<DomainName>,
    /// Groups with at least one person.
    pub groups: BTreeSet<GroupName>,
    /// Those of them that may be proposed to whoever asks.
    pub proposed: BTreeSet<GroupName>,
    /// Groups that a domain has as its owner or steward, whether anybody is in them or not.
    pub relied_on: BTreeSet<GroupName>,
    /// Services and the domain of each.
    pub services: Vec<(ServiceName, DomainName)>,
    /// Purposes.
    pub purposes: BTreeSet<PurposeName>,
    /// Glossary terms.
    pub terms: BTreeSet<TermName>,
    /// Classes.
    pub classes: Classifications,
}

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// What must be mended.
    pub problems: Vec<Problem>,
    /// What should be looked at.
    pub warnings: Vec<Problem>,
}

/// Compares what the files say about each other and about what the mesh knows.
pub fn check(repository: &Repository, known: &Known) -> Findings {
    let mut checker = Checker {
        repository,
        known: together(repository, known),
        findings: Findings::default(),
        compared: Cell::new(0),
    };
    checker.people();
    checker.mesh();
    checker.governance();
    for domain in repository.domains.values() {
        checker.domain(domain);
        for (name, product) in &domain.products {
            checker.product(domain, name, product);
        }
    }
    checker.cycles();
    sort(&mut checker.findings.problems);
    sort(&mut checker.findings.warnings);
    checker.findings
}

/// In the order in which one would walk through the files.
pub(super) fn sort(problems: &mut [Problem]) {
    problems.sort_by_key(|problem| problem.location().map(|at| (at.file.clone(), at.line, at.column)));
}

/// A mesh's repository declares people and governance itself, whatever an earlier one declared; a domain's own
/// repository refers to the mesh's.
fn together(repository: &Repository, known: &Known) -> Known {
    let mut domains = known.domains.clone();
    domains.extend(repository.domains.keys().cloned());
    if matches!(repository.identity, Identity::Domain(_)) {
        return Known { domains, ..known.clone() };
    }
    let people = repository.people.as_ref().map(|file| &file.value);
    let groups: BTreeSet<GroupName> =
        people.iter().flat_map(|file| &file.people).flat_map(|person| person.groups.iter().cloned()).collect();
    Known {
        regions: repository.mesh.as_ref().map(|file| file.value.regions.clone()).unwrap_or_default(),
        domains,
        relied_on: known.relied_on.clone(),
        proposed: groups.clone(),
        groups,
        services: people
            .iter()
            .flat_map(|file| &file.services)
            .map(|service| (service.name.clone(), service.domain.clone()))
            .collect(),
        purposes: repository.purposes.iter().flat_map(|file| file.value.purposes.keys().cloned()).collect(),
        terms: repository.glossary.keys().cloned().collect(),
        classes: repository.classes(),
    }
}

struct Checker<'a> {
    repository: &'a Repository,
    known: Known,
    findings: Findings,
    compared: Cell<usize>,
}

/// Problems of one file that are told with their places: each is looked for from the top of the file.
const MOST_PLACED: usize = 500;

/// Names that are compared with each other for what was meant: whoever has more slips has another trouble.
const MOST_COMPARED: usize = 20_000;

/// A file at hand for positions: its tree is parsed again, once, where something is told of it.
pub(super) struct Place<'a> {
    path: &'a str,
    bytes: &'a [u8],
    tree: OnceCell<Option<Node>>,
    told: Cell<usize>,
}

impl<'a, T> From<&'a Sourced<T>> for Place<'a> {
    fn from(file: &'a Sourced<T>) -> Self {
        Self::new(&file.path, &file.bytes)
    }
}

impl<'a> Place<'a> {
    pub(super) fn new(path: &'a str, bytes: &'a [u8]) -> Self {
        Self { path, bytes, tree: OnceCell::new(), told: Cell::new(0) }
    }

    fn document(&self) -> Option<&Node> {
        self.tree.get_or_init(|| yaml::parse(self.bytes, self.path).ok()).as_ref()
    }

    pub(super) fn problem(&self, pointer: &str, code: Code, message: String) -> Problem {
        self.told.set(self.told.get() + 1);
        let tree = if self.told.get() > MOST_PLACED { None } else { self.document() };
        let position = tree.map_or(Position::START, |node| node.at_pointer(pointer));
        problem_at(self.path, position, code, message)
    }

    /// A key that is read and changes nothing yet: what was written would be waited for.
    fn not_yet(&self, pointer: &str, why: &str) -> Problem {
        let key = pointer.rsplit('/').next().unwrap_or(pointer);
        self.problem(pointer, Code::InvalidFile, format!("{why} yet: `{key}` is read and not carried out"))
    }
}

impl Checker<'_> {
    fn refuse(&mut self, problem: Problem) {
        self.findings.problems.push(problem);
    }

    fn warn(&mut self, problem: Problem) {
        self.findings.warnings.push(problem);
    }

    /// A group exists through its people.
    fn group(&mut self, place: &Place<'_>, pointer: &str, group: &GroupName) {
        if let Some(problem) = self.empty_group(place, pointer, group, "") {
            self.warn(problem);
        }
    }

    /// A group without which something cannot be done.
    fn needed_group(&mut self, place: &Place<'_>, pointer: &str, group: &GroupName, consequence: &str) {
        if let Some(problem) = self.empty_group(place, pointer, group, consequence) {
            // A person may go at any time, and a domain's own repository cannot put another into the group.
            if self.known.relied_on.contains(group) || matches!(self.repository.identity, Identity::Domain(_)) {
                self.warn(problem);
            } else {
                self.refuse(problem);
            }
        }
    }

    /// What there is to say of a group that nobody is in.
    fn empty_group(
        &mut self,
        place: &Place<'_>,
        pointer: &str,
        group: &GroupName,
        consequence: &str,
    ) -> Option<Problem> {
        if group.as_str().starts_with("dp-") {
            let message = format!("the group name `{group}` is the platform's: it stands for readers of a product");
            self.refuse(place.problem(pointer, Code::InvalidFile, message).with_hint("choose another name"));
            return None;
        }
        (!self.known.groups.contains(group)).then(|| {
            let names = self.known.proposed.iter().map(|group| group.as_str());
            let near = self.may_compare(names.clone()).then(|| suggest::nearest(group.as_str(), names)).flatten();
            let hint = near.map_or_else(
                || "put people into it in `people.yaml`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("nobody is in the group `{group}`{consequence}");
            place.problem(pointer, Code::ReferenceUnknown, message).with_hint(hint)
        })
    }

    /// Whether there is time to look among so many for what was meant.
    fn may_compare(&self, candidates: impl Iterator) -> bool {
        let compared = self.compared.get();
        if compared <= MOST_COMPARED {
            self.compared.set(compared.saturating_add(candidates.count()));
        }
        compared <= MOST_COMPARED
    }

    fn unknown<'b>(
        &self,
        place: &Place<'_>,
        pointer: &str,
        noun: &str,
        name: &str,
        candidates: impl IntoIterator<Item = &'b str> + Clone,
        otherwise: &str,
    ) -> Problem {
        let near = self.may_compare(candidates.clone().into_iter()).then(|| suggest::hint(name, candidates)).flatten();
        let hint = near.unwrap_or_else(|| otherwise.to_owned());
        let message = format!("the {noun} `{}` is not declared", yaml::shown(name));
        place.problem(pointer, Code::ReferenceUnknown, message).with_hint(hint)
    }

    fn purpose(&mut self, place: &Place<'_>, pointer: &str, purpose: &PurposeName) {
        if !self.known.purposes.contains(purpose) {
            let names = self.known.purposes.iter().map(|purpose| purpose.as_str());
            let otherwise = "declare it in `governance/purposes.yaml`";
            self.refuse(self.unknown(place, pointer, "purpose", purpose.as_str(), names, otherwise));
        }
    }

    fn governance(&mut self) {
        let repository = self.repository;
        for file in repository.classifications.values() {
            let place = Place::from(file);
            for (class, declared) in &file.value.classes {
                for (index, group) in declared.unmask.iter().enumerate() {
                    self.group(&place, &format!("/classes/{class}/unmask/{index}"), group);
                }
            }
        }
        for file in repository.glossary_files.values() {
            let place = Place::from(file);
            for (name, term) in &file.value.terms {
                if let Some(group) = &term.owner {
                    self.group(&place, &format!("/terms/{name}/owner"), group);
                }
            }
        }
    }

    /// A domain of the repository, or one only the mesh knows.
    fn own(&self, domain: &str) -> Option<&DomainFiles> {
        self.repository.domains.get(domain)
    }
}

#[cfg(test)]
mod tests;
