//! A repository as the objects it declares, each as the event that declares it.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Code, Digest, Location, Problem,
    access::AccessRules,
    files::{
        domain::DomainFile,
        repository::{DomainFiles, Identity, ProductFiles, Repository, Sourced},
    },
    name::ProductName,
    reference::ProductRef,
};

use super::Verb;
use crate::{
    event::{Declaration, Event, ProductDeclaration, Provenance, StepFacts},
    mesh::{ADMIN, Mesh},
    object::Object,
};

/// The name of the platform's own service: nobody signs in as it.
pub(crate) const PLATFORM: &str = "tessera";

/// One declared object.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// The file that declares it.
    pub(super) path: String,
    /// The event, facts as they will be read back: without free text.
    pub(super) event: Event,
}

/// Everything a repository declares.
pub(super) struct Wanted {
    pub(super) objects: BTreeMap<Object, Wish>,
    pub(super) blobs: BTreeMap<Digest, Arc<[u8]>>,
    pub(super) digest: Digest,
}

impl Wish {
    /// The event to append: a domain that is new is onboarded.
    pub(super) fn event_for(&self, verb: Verb) -> Event {
        match (&self.event, verb) {
            (Event::DomainChanged(declaration), Verb::Create) => Event::DomainOnboarding(declaration.clone()),
            (event, _) => event.clone(),
        }
    }
}

/// Where a file begins, for problems of the whole file.
pub(crate) fn start_of(path: &str) -> Location {
    Location { file: path.to_owned(), line: 1, column: 1 }
}

/// Whether the repository is this mesh's.
pub(super) fn check_identity(mesh: &Mesh, identity: &Identity) -> Result<(), Problem> {
    match (mesh.config(), identity) {
        (Some(config), Identity::Mesh(name)) if config.mesh != *name => Err(Problem::new(
            Code::Conflict,
            format!("the repository is the mesh `{name}`, this mesh is `{}`", config.mesh),
        )
        .at(start_of("mesh.yaml"))
        .with_hint("apply it to its own mesh; a mesh is never renamed")),
        (None, Identity::Domain(name)) => {
            Err(Problem::new(Code::Conflict, format!("the mesh is empty, so the domain `{name}` cannot join it yet"))
                .at(start_of("domain.yaml"))
                .with_hint("apply the mesh's own repository first (`tessera new mesh NAME`)"))
        }
        _ => Ok(()),
    }
}

/// The objects of a repository.
///
/// # Errors
/// Every access file that does not fit its contract, and names that are not the repository's to give.
pub(super) fn of(repository: &Repository) -> Result<Wanted, Problem> {
    let mut builder = Builder { label: repository.identity.label(), objects: BTreeMap::new(), blobs: BTreeMap::new() };
    let mut problems = Vec::new();
    if let Some(file) = &repository.mesh {
        builder.add(Object::Mesh, file, Event::MeshConfigured)?;
    }
    if let Some(file) = &repository.purposes {
        builder.add(Object::Purposes, file, Event::PurposesDeclared)?;
    }
    builder.glossary(repository)?;
    for (root, file) in &repository.classifications {
        builder.add(Object::Classification(root.clone()), file, Event::ClassificationDeclared)?;
    }
    if let Some(file) = &repository.people {
        problems.extend(reserved(repository));
        builder.add(Object::People, file, Event::PeopleDeclared)?;
    }
    for files in repository.domains.values() {
        problems.extend(builder.domain(files)?);
    }
    if let Some(problem) = Problem::all(problems) {
        return Err(problem);
    }
    let mut text = Vec::new();
    for (object, wish) in &builder.objects {
        text.extend_from_slice(object.to_string().as_bytes());
        text.extend(wish.event.encode().map_err(Problem::internal)?.body);
        text.push(b'\n');
    }
    Ok(Wanted { objects: builder.objects, blobs: builder.blobs, digest: Digest::of(&text) })
}

struct Builder {
    label: String,
    objects: BTreeMap<Object, Wish>,
    blobs: BTreeMap<Digest, Arc<[u8]>>,
}

impl Builder {
    fn keep<T>(&mut self, file: &Sourced<T>) -> Digest {
        self.blobs.insert(file.digest, Arc::clone(&file.bytes));
        file.digest
    }

    fn provenance<T>(&mut self, file: &Sourced<T>) -> Provenance {
        let document = self.keep(file);
        Provenance { repository: self.label.clone(), path: file.path.clone(), document }
    }

    /// Puts an event in its place as it will be read back, so that free text never makes a difference later.
    fn put(&mut self, object: Object, path: &str, event: &Event) -> Result<(), Problem> {
        let stored = event.encode().map_err(Problem::internal)?;
        let event = Event::decode(stored.kind, stored.version, &stored.body)
            .map_err(|why| Problem::internal(format!("{object}: {why:?}")))?;
        self.objects.insert(object, Wish { path: path.to_owned(), event });
        Ok(())
    }

    fn add<T: Clone>(
        &mut self,
        object: Object,
        file: &Sourced<T>,
        event: impl FnOnce(Declaration<T>) -> Event,
    ) -> Result<(), Problem> {
        let declaration = Declaration { provenance: self.provenance(file), facts: file.value.clone() };
        self.put(object, &file.path, &event(declaration))
    }

    /// The glossary is one object of many files: its document is the digest of theirs.
    fn glossary(&mut self, repository: &Repository) -> Result<(), Problem> {
        if repository.glossary_files.is_empty() {
            return Ok(());
        }
        let mut list = String::new();
        for (path, file) in &repository.glossary_files {
            self.keep(file);
            list.push_str(&format!("{} {path}\n", file.digest));
        }
        let document = Digest::of(list.as_bytes());
        self.blobs.insert(document, list.into_bytes().into());
        let path = "governance/glossary".to_owned();
        let provenance = Provenance { repository: self.label.clone(), path: path.clone(), document };
        let event = Event::GlossaryDeclared(Declaration { provenance, facts: repository.glossary.clone() });
        self.put(Object::Glossary, &path, &event)
    }

    fn domain(&mut self, files: &DomainFiles) -> Result<Vec<Problem>, Problem> {
        let domain = files.file.value.domain.clone();
        self.add(Object::Domain(domain.clone()), &files.file, Event::DomainChanged)?;
        for (source, file) in &files.sources {
            let declare =
                |declaration| Event::SourceDeclared { domain: domain.clone(), source: source.clone(), declaration };
            self.add(Object::Source(domain.clone(), source.clone()), file, declare)?;
        }
        for (table, file) in &files.silver {
            let provenance = self.provenance(file);
            let event = Event::SilverDeclared { domain: domain.clone(), table: table.clone(), provenance };
            self.put(Object::Silver(domain.clone(), table.clone()), &file.path, &event)?;
        }
        let mut problems = Vec::new();
        for (name, product) in &files.products {
            problems.extend(self.product(&files.file.value, name, product)?);
        }
        Ok(problems)
    }

    fn product(
        &mut self,
        domain: &DomainFile,
        name: &ProductName,
        files: &ProductFiles,
    ) -> Result<Vec<Problem>, Problem> {
        let contract = &files.contract.value;
        let access_file = files.access.as_ref().map(|file| &file.value);
        let access = match AccessRules::resolve(contract, access_file, domain) {
            Ok(access) => access,
            Err(problems) => return Ok(problems),
        };
        let reference = ProductRef::new(domain.domain.clone(), name.clone());
        let mut steps = BTreeMap::new();
        for (port, step) in &files.ports {
            let digest = self.keep(step);
            steps.insert(port.clone(), StepFacts { digest, path: step.path.clone() });
        }
        let samples = files.samples.iter().map(|(port, file)| (port.clone(), self.keep(file))).collect();
        let declaration = ProductDeclaration {
            product: reference.clone(),
            provenance: self.provenance(&files.contract),
            contract: contract.clone(),
            access,
            access_document: files.access.as_ref().map(|file| self.keep(file)),
            steps,
            samples,
            readme: files.readme.as_ref().map(|file| self.keep(file)),
        };
        if let Some(descriptor) = &files.descriptor {
            self.keep(descriptor);
        }
        self.put(Object::Product(reference), &files.contract.path, &Event::ProductDeclared(Box::new(declaration)))?;
        Ok(Vec::new())
    }
}

/// SECURITY: nobody may be declared under the names of the first principal and of the platform itself
/// (test `nobody_is_declared_as_admin`).
fn reserved(repository: &Repository) -> Vec<Problem> {
    let Some(file) = &repository.people else { return Vec::new() };
    let people = file.value.people.iter().map(|person| person.name.as_str());
    let services = file.value.services.iter().map(|service| service.name.as_str());
    let taken = people.chain(services).filter(|name| [ADMIN, PLATFORM].contains(name));
    taken
        .map(|name| {
            Problem::new(Code::InvalidFile, format!("`{name}` is the platform's own name"))
                .at(start_of(&file.path))
                .with_hint("choose another name")
        })
        .collect()
}

/// The digest of everything a repository declares: what a plan was made from.
pub(crate) fn digest_of(repository: &Repository) -> Result<Digest, Problem> {
    of(repository).map(|wanted| wanted.digest)
}
