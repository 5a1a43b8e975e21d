//! From paths and bytes to a [`Repository`]: every path has its kind, every kind its reader.

use std::collections::BTreeMap;

use super::{DomainFiles, Identity, ProductFiles, Repository, Sourced};
use crate::{
    class::ClassificationFile,
    contract::Contract,
    error::{Code, Problem},
    files::{
        access::AccessFile,
        descriptor::Descriptor,
        domain::DomainFile,
        governance::{GlossaryFile, PurposesFile, Term},
        mesh::MeshFile,
        people::PeopleFile,
        repository::{
            check::Place,
            kind::{DomainKind, Kind, ProductKind, kind_of},
        },
        source::{self, SourceFile},
        sql::SqlStep,
    },
    name::{DomainName, Name, PortName, ProductName, SourceName, TableName, TermName},
    yaml::{self, Position, problem_at, shown},
};

/// A domain whose files are still arriving.
#[derive(Default)]
struct OpenDomain {
    file: Option<Sourced<DomainFile>>,
    sources: BTreeMap<SourceName, Sourced<SourceFile>>,
    silver: BTreeMap<TableName, Sourced<SqlStep>>,
    products: BTreeMap<ProductName, OpenProduct>,
    /// A path of it, for messages.
    path: String,
}

/// A product whose files are still arriving.
#[derive(Default)]
struct OpenProduct {
    contract: Option<Sourced<Contract>>,
    /// Whether a contract was there but did not read.
    broken: bool,
    access: Option<Sourced<AccessFile>>,
    ports: BTreeMap<PortName, Sourced<SqlStep>>,
    samples: BTreeMap<PortName, Sourced<()>>,
    readme: Option<Sourced<()>>,
    descriptor: Option<Sourced<Descriptor>>,
    path: String,
}

#[derive(Default)]
struct Loader {
    problems: Vec<Problem>,
    mesh: Option<Sourced<MeshFile>>,
    people: Option<Sourced<PeopleFile>>,
    purposes: Option<Sourced<PurposesFile>>,
    glossary: BTreeMap<TermName, Term>,
    glossary_files: BTreeMap<String, Sourced<GlossaryFile>>,
    classifications: BTreeMap<String, Sourced<ClassificationFile>>,
    domains: BTreeMap<DomainName, OpenDomain>,
}

pub(super) fn load(files: &BTreeMap<String, Vec<u8>>) -> Result<Repository, Vec<Problem>> {
    let identity = identity(files).map_err(|problem| vec![problem])?;
    let own = match &identity {
        Some(Identity::Domain(name)) => Some(name.clone()),
        _ => None,
    };
    let mut loader = Loader::default();
    for (path, bytes) in files {
        match kind_of(path, own.as_ref()) {
            Ok(Some(kind)) => loader.take(kind, path, bytes),
            Ok(None) => {}
            Err(problem) => loader.problems.push(problem),
        }
    }
    loader.finish(identity)
}

/// Whose repository it is. `None` if the file that says so does not read, which its own reading tells.
fn identity(files: &BTreeMap<String, Vec<u8>>) -> Result<Option<Identity>, Problem> {
    let named = |path: &str, key: &str| {
        files
            .get(path)
            .map(|bytes| yaml::parse(bytes, path).ok().and_then(|node| Some(node.get(key)?.as_text()?.to_owned())))
    };
    match (named("mesh.yaml", "mesh"), named("domain.yaml", "domain")) {
        (Some(_), Some(_)) => Err(problem_at(
            "domain.yaml",
            Position::START,
            Code::InvalidFile,
            "a repository is a mesh's or a domain's, not both".to_owned(),
        )
        .with_hint("move it to `domains/<name>/domain.yaml`")),
        (None, None) => Err(problem_at(
            "mesh.yaml",
            Position::START,
            Code::InvalidFile,
            "the repository has no `mesh.yaml`".to_owned(),
        )
        .with_hint("start one with `tessera new mesh NAME`; a domain's own repository has `domain.yaml` at its root")),
        (Some(name), None) => Ok(name.and_then(|name| name.parse().ok()).map(Identity::Mesh)),
        (None, Some(name)) => {
            // Without a name there is no domain its files belong to, so that this problem is told alone.
            let Some(name) = name else {
                let bytes = files.get("domain.yaml").map(Vec::as_slice).unwrap_or_default();
                return yaml::read::<DomainFile>(bytes, "domain.yaml").map(|file| Some(Identity::Domain(file.domain)));
            };
            let name = name.parse().map_err(|problem: Problem| {
                let told = problem_at("domain.yaml", Position::START, Code::InvalidFile, problem.message().to_owned());
                told.with_hint(problem.hint().unwrap_or_default())
            })?;
            Ok(Some(Identity::Domain(name)))
        }
    }
}

impl Loader {
    /// Keeps a value, or its problem.
    fn keep<T>(&mut self, path: &str, bytes: &[u8], read: Result<T, Problem>) -> Option<Sourced<T>> {
        match read {
            Ok(value) => Some(Sourced::new(path, bytes, value)),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn refuse(&mut self, place: &Place<'_>, pointer: &str, message: String, hint: &str) {
        self.problems.push(place.problem(pointer, Code::InvalidFile, message).with_hint(hint));
    }

    fn take(&mut self, kind: Kind, path: &str, bytes: &[u8]) {
        match kind {
            Kind::Mesh => self.take_mesh(path, bytes),
            Kind::People => self.people = self.keep(path, bytes, yaml::read(bytes, path)),
            Kind::Purposes => self.purposes = self.keep(path, bytes, yaml::read(bytes, path)),
            Kind::Glossary => self.take_glossary(path, bytes),
            Kind::Classification => self.take_classification(path, bytes),
            Kind::Domain(name, kind) => {
                let domain = self.domains.entry(name.clone()).or_default();
                domain.path = path.to_owned();
                self.take_domain(&name, kind, path, bytes);
            }
        }
    }

    fn take_mesh(&mut self, path: &str, bytes: &[u8]) {
        let place = Place::new(path, bytes);
        let mesh: Option<Sourced<MeshFile>> = self.keep(path, bytes, yaml::read(bytes, path));
        if let Some(mesh) = &mesh
            && mesh.value.format != 1
        {
            let message = format!("the format {} of the repository is not known", mesh.value.format);
            self.refuse(&place, "/format", message, "write `format: 1`, or update tessera");
        }
        self.mesh = mesh;
    }

    fn take_glossary(&mut self, path: &str, bytes: &[u8]) {
        let place = Place::new(path, bytes);
        let Some(file) = self.keep::<GlossaryFile>(path, bytes, yaml::read(bytes, path)) else { return };
        for (name, term) in &file.value.terms {
            if self.glossary.insert(name.clone(), term.clone()).is_some() {
                let message = format!("the term `{name}` is defined in another file already");
                self.refuse(&place, &format!("/terms/{name}"), message, "a word means one thing: keep one");
            }
        }
        self.glossary_files.insert(path.to_owned(), file);
    }

    fn take_classification(&mut self, path: &str, bytes: &[u8]) {
        let place = Place::new(path, bytes);
        let Some(file) = self.keep::<ClassificationFile>(path, bytes, yaml::read(bytes, path)) else { return };
        let root = file.value.root.clone();
        for class in file.value.classes.keys() {
            if let Err(problem) = format!("{root}.{class}").parse::<crate::class::ClassName>() {
                let hint = "lower-case letters, digits and `_`, starting with a letter";
                self.refuse(&place, &format!("/classes/{class}"), problem.message().to_owned(), hint);
            }
        }
        if self.classifications.insert(root.clone(), file).is_some() {
            let message = format!("the root `{}` stands in another file already", shown(&root));
            self.refuse(&place, "/root", message, "one file declares a root and all its classes");
        }
    }

    fn take_domain(&mut self, name: &DomainName, kind: DomainKind, path: &str, bytes: &[u8]) {
        let place = Place::new(path, bytes);
        match kind {
            DomainKind::File => {
                let file: Option<Sourced<DomainFile>> = self.keep(path, bytes, yaml::read(bytes, path));
                if let Some(file) = &file
                    && file.value.domain != *name
                {
                    let message = format!("the domain `{}` lies in the folder of `{name}`", file.value.domain);
                    self.refuse(&place, "/domain", message, "folder and `domain:` have one name");
                }
                self.domain(name).file = file;
            }
            DomainKind::Source => {
                let Some(file) = self.keep::<SourceFile>(path, bytes, source::read(bytes, path)) else { return };
                let source = file.value.name().clone();
                if self.domain(name).sources.insert(source.clone(), file).is_some() {
                    let message = format!("the source `{source}` stands in another file already");
                    self.refuse(&place, "/source", message, "one file describes a source");
                }
            }
            DomainKind::Silver(table) => {
                let step = self.keep(path, bytes, SqlStep::parse(bytes, path));
                let silver = &mut self.domain(name).silver;
                silver.extend(step.map(|step| (table, step)));
            }
            DomainKind::Product(product, kind) => self.take_product(name, &product, kind, path, bytes),
        }
    }

    fn domain(&mut self, name: &DomainName) -> &mut OpenDomain {
        self.domains.entry(name.clone()).or_default()
    }

    fn take_product(
        &mut self,
        domain: &DomainName,
        product: &ProductName,
        kind: ProductKind,
        path: &str,
        bytes: &[u8],
    ) {
        let mut open = self.domain(domain).products.remove(product).unwrap_or_default();
        open.path = path.to_owned();
        match kind {
            ProductKind::Contract => match Contract::parse(bytes, path) {
                Ok(contract) => open.contract = Some(Sourced::new(path, bytes, contract)),
                Err(problems) => {
                    open.broken = true;
                    self.problems.extend(problems);
                }
            },
            ProductKind::Access => open.access = self.keep(path, bytes, yaml::read(bytes, path)),
            ProductKind::Port(port) => {
                let step = self.keep(path, bytes, SqlStep::parse(bytes, path));
                open.ports.extend(step.map(|step| (port, step)));
            }
            ProductKind::Sample(port) => {
                let text = yaml::text(bytes, path).map(|_| ());
                open.samples.extend(self.keep(path, bytes, text).map(|sample| (port, sample)));
            }
            ProductKind::Readme => open.readme = self.keep(path, bytes, yaml::text(bytes, path).map(|_| ())),
            ProductKind::Descriptor => match Descriptor::parse(bytes, path) {
                Ok(descriptor) => open.descriptor = Some(Sourced::new(path, bytes, descriptor)),
                Err(problems) => self.problems.extend(problems),
            },
        }
        self.domain(domain).products.insert(product.clone(), open);
    }

    fn finish(mut self, identity: Option<Identity>) -> Result<Repository, Vec<Problem>> {
        let mut domains = BTreeMap::new();
        for (name, open) in std::mem::take(&mut self.domains) {
            if let Some(domain) = self.close(&name, open) {
                domains.insert(name, domain);
            }
        }
        match identity {
            Some(identity) if self.problems.is_empty() => Ok(Repository {
                identity,
                mesh: self.mesh,
                people: self.people,
                purposes: self.purposes,
                glossary: self.glossary,
                glossary_files: self.glossary_files,
                classifications: self.classifications,
                domains,
            }),
            _ => {
                super::check::sort(&mut self.problems);
                Err(self.problems)
            }
        }
    }

    fn close(&mut self, name: &DomainName, open: OpenDomain) -> Option<DomainFiles> {
        let mut products = BTreeMap::new();
        for (product, open) in open.products {
            match open.contract {
                Some(contract) => {
                    let OpenProduct { access, ports, samples, readme, descriptor, .. } = open;
                    let files = ProductFiles { contract, access, ports, samples, readme, descriptor };
                    products.insert(product, files);
                }
                None if open.broken => {}
                None => self.problems.push(
                    problem_at(
                        &open.path,
                        Position::START,
                        Code::InvalidFile,
                        format!("the product `{product}` has no `contract.yaml`"),
                    )
                    .with_hint(format!("write one, or start with `tessera new product {name}.{product}`")),
                ),
            }
        }
        // A file that did not read has told its own problem.
        if open.file.is_none() && !self.problems.iter().any(|problem| is_domain_file(problem, name)) {
            self.problems.push(
                problem_at(
                    &open.path,
                    Position::START,
                    Code::InvalidFile,
                    format!("the domain `{name}` has no `domain.yaml`"),
                )
                .with_hint(format!("write one, or start with `tessera new domain {name}`")),
            );
        }
        let file = open.file?;
        Some(DomainFiles { file, sources: open.sources, silver: open.silver, products })
    }
}

fn is_domain_file(problem: &Problem, name: &Name<crate::name::kind::Domain>) -> bool {
    let own = format!("domains/{name}/domain.yaml");
    problem.location().is_some_and(|at| at.file == own || at.file == "domain.yaml")
}
