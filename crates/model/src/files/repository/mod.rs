//! A mesh repository as a value: every file parsed, with its bytes and its digest.
//!
//! [`Repository::load`] parses; [`check`] compares what the files say about each other, [`columns`] what the SQL gives with
//! what the contracts promise. None of them touches a disk: files come in as bytes by path.

mod check;
mod kind;
mod load;

use std::{collections::BTreeMap, sync::Arc};

pub use check::{Findings, Known, check, columns};

use crate::{
    class::{ClassificationFile, Classifications},
    contract::Contract,
    digest::Digest,
    error::Problem,
    files::{
        access::AccessFile,
        descriptor::Descriptor,
        domain::DomainFile,
        governance::{GlossaryFile, PurposesFile, Term},
        mesh::MeshFile,
        people::PeopleFile,
        source::SourceFile,
        sql::SqlStep,
    },
    name::{DomainName, MeshName, PortName, ProductName, SourceName, TableName, TermName},
};

/// Whose repository it is: objects remember it, and an apply looks only at its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// A mesh's: `mesh.yaml` at the root.
    Mesh(MeshName),
    /// One domain's own: `domain.yaml` at the root.
    Domain(DomainName),
}

/// A parsed file: what it says, where it lies, and the bytes as received.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<T> {
    /// Path relative to the root.
    pub path: String,
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// Their digest.
    pub digest: Digest,
    /// What they say.
    pub value: T,
}

/// A repository.
#[derive(Debug, Clone, PartialEq)]
pub struct Repository {
    /// Whose it is.
    pub identity: Identity,
    /// `mesh.yaml`.
    pub mesh: Option<Sourced<MeshFile>>,
    /// `people.yaml`.
    pub people: Option<Sourced<PeopleFile>>,
    /// `governance/purposes.yaml`.
    pub purposes: Option<Sourced<PurposesFile>>,
    /// Every glossary term.
    pub glossary: BTreeMap<TermName, Term>,
    /// The files they stand in, by path.
    pub glossary_files: BTreeMap<String, Sourced<GlossaryFile>>,
    /// Classification files by root.
    pub classifications: BTreeMap<String, Sourced<ClassificationFile>>,
    /// The domains.
    pub domains: BTreeMap<DomainName, DomainFiles>,
}

/// The files of one domain.
#[derive(Debug, Clone, PartialEq)]
pub struct DomainFiles {
    /// `domain.yaml`.
    pub file: Sourced<DomainFile>,
    /// `sources/*.yaml`.
    pub sources: BTreeMap<SourceName, Sourced<SourceFile>>,
    /// `silver/*.sql`.
    pub silver: BTreeMap<TableName, Sourced<SqlStep>>,
    /// `products/*`.
    pub products: BTreeMap<ProductName, ProductFiles>,
}

/// The files of one product.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductFiles {
    /// `contract.yaml`.
    pub contract: Sourced<Contract>,
    /// `access.yaml`.
    pub access: Option<Sourced<AccessFile>>,
    /// `<port>.sql`.
    pub ports: BTreeMap<PortName, Sourced<SqlStep>>,
    /// `sample.<port>.csv`.
    pub samples: BTreeMap<PortName, Sourced<()>>,
    /// `README.md`.
    pub readme: Option<Sourced<()>>,
    /// `product.yaml`.
    pub descriptor: Option<Sourced<Descriptor>>,
}

impl Identity {
    /// `mesh:northpeak`, `domain:claims`.
    pub fn label(&self) -> String {
        match self {
            Self::Mesh(name) => format!("mesh:{name}"),
            Self::Domain(name) => format!("domain:{name}"),
        }
    }
}

impl<T> Sourced<T> {
    /// A parsed file from its bytes.
    pub fn new(path: &str, bytes: &[u8], value: T) -> Self {
        Self { path: path.to_owned(), bytes: bytes.into(), digest: Digest::of(bytes), value }
    }
}

impl Repository {
    /// Parses every file of a repository. Keys are paths relative to its root, with `/`.
    ///
    /// # Errors
    /// Every problem of every file, each with file, line and column.
    pub fn load(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<Problem>> {
        load::load(files)
    }

    /// Every class the repository declares.
    pub fn classes(&self) -> Classifications {
        let roots = self.classifications.iter().map(|(root, file)| (root.clone(), file.value.clone())).collect();
        Classifications { roots }
    }
}
