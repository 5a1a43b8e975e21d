//! What the files of a repository say about each other.

use std::collections::BTreeSet;

use super::Repository;
use crate::{
    class::Classifications,
    error::Problem,
    name::{DomainName, GroupName, PurposeName, ServiceName, TermName},
};

/// What the mesh knows already, for a domain's own repository and for references to what other repositories declare.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Declared regions.
    pub regions: Vec<String>,
    /// Domains.
    pub domains: BTreeSet<DomainName>,
    /// Groups with at least one person.
    pub groups: BTreeSet<GroupName>,
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
    let _ = (repository, known);
    Findings::default()
}
