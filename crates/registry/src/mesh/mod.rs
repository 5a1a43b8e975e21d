//! The mesh: the state folded from the journal. Facts and digests only; documents are loaded from blobs on demand.
//!
//! A value of [`Mesh`] never changes: the fold makes the next one, sharing everything but the path that changed, so a
//! reader holds one consistent epoch for as long as it likes.
//!
//! INVARIANT: a mesh is a function of the stored records up to its `seq` (test `fold_is_deterministic`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use governance::treatment::Reader;
use imbl::OrdMap;
use model::{
    Digest, Timestamp,
    access::{AccessRequest, Entitlement},
    class::{Class, ClassName, ClassificationFile, Classifications},
    files::{
        governance::{Purpose, PurposesFile, Term},
        mesh::MeshFile,
        people::PeopleFile,
    },
    id::{EntitlementId, RequestId, TokenId},
    name::{DomainName, PurposeName, TermName},
    principal::Subject,
    reference::{PortRef, ProductRef},
    time::Clock,
};
use serde::{Deserialize, Serialize};

mod declared;
mod fold;
mod fold_access;
mod identity;
mod parts;
mod retention;
mod shelf;
mod state;
mod today;

pub use fold::Stamp;
pub use identity::ADMIN;
pub use parts::{Frame, Part};
pub use retention::{Retention, Superseded};
pub use shelf::Shelves;
pub use state::{Declared, DomainState, ProductState, Provenance, RECENT, SilverState, Started, StepFacts, Token};

/// The whole state at one sequence number. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mesh {
    seq: u64,
    hash: Option<Digest>,
    at: Timestamp,
    config: Option<Declared<MeshFile>>,
    people: Option<Declared<PeopleFile>>,
    purposes: Option<Declared<PurposesFile>>,
    glossary: Option<Declared<BTreeMap<TermName, Term>>>,
    classes: Arc<Classifications>,
    /// Classes that were declared once, as they were last.
    former: BTreeMap<ClassName, Class>,
    classifications: BTreeMap<String, Declared<ClassificationFile>>,
    /// A persistent map: the next mesh shares all of it but the path to the domain that changed.
    domains: OrdMap<DomainName, Arc<DomainState>>,
    /// Domains with a zone that has yet to be stamped.
    pending: BTreeSet<DomainName>,
    requests: Shelves<AccessRequest>,
    entitlements: Shelves<Entitlement>,
    /// Those that have not ended, by whom they are for. It follows from the others and is not stored.
    #[serde(skip)]
    held: OrdMap<Subject, Arc<BTreeSet<EntitlementId>>>,
    tokens: Shelves<Token>,
    token_hashes: Arc<BTreeMap<Digest, TokenId>>,
    anchors: BTreeMap<String, (u64, Digest)>,
}

impl Mesh {
    /// Sequence number of the last record: the policy epoch.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Hash of the last record; `None` on an empty journal.
    pub fn hash(&self) -> Option<Digest> {
        self.hash
    }

    /// Time of the last record.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The present: never before the last record.
    pub fn now(&self, clock: &dyn Clock) -> Timestamp {
        self.at.max(clock.now())
    }

    /// Whether nothing was ever applied: the one moment at which `admin` may apply a whole repository.
    pub fn is_empty(&self) -> bool {
        self.config.is_none() && self.domains.is_empty() && self.people.is_none()
    }

    /// `mesh.yaml`.
    pub fn config(&self) -> Option<&MeshFile> {
        self.config.as_ref().map(|declared| &*declared.facts)
    }

    /// Every declared domain, retired ones included.
    pub fn domains(&self) -> impl Iterator<Item = &DomainState> {
        self.domains.values().map(|domain| &**domain)
    }

    /// A domain.
    pub fn domain(&self, name: &DomainName) -> Option<&DomainState> {
        self.domains.get(name).map(|domain| &**domain)
    }

    /// Domains whose zones have yet to be stamped: the intents without an outcome.
    pub fn pending_zones(&self) -> impl Iterator<Item = &DomainState> {
        self.pending.iter().filter_map(|name| self.domain(name))
    }

    /// Where a domain's zones go: its own store, else the default one.
    pub fn store_of(&self, domain: &DomainName) -> &str {
        self.config()
            .and_then(|config| config.stores.get(domain.as_str()).or_else(|| config.stores.get("default")))
            .map_or("file:./zones", String::as_str)
    }

    /// Every product of every domain, retired ones included.
    pub fn products(&self) -> impl Iterator<Item = &ProductState> {
        self.domains().flat_map(|domain| domain.products.values().map(|product| &**product))
    }

    /// A product.
    pub fn product(&self, reference: &ProductRef) -> Option<&ProductState> {
        self.product_arc(reference).map(|product| &**product)
    }

    /// A product that may be held beyond this mesh.
    pub fn product_arc(&self, reference: &ProductRef) -> Option<&Arc<ProductState>> {
        self.domain(&reference.domain)?.products.get(&reference.product)
    }

    /// The entitlements of a product that have not ended; expiry is the reader's to check.
    pub fn entitlements_of<'a>(&'a self, product: &ProductRef) -> impl Iterator<Item = &'a Entitlement> + use<'a> {
        self.product(product).into_iter().flat_map(|product| self.entitlements_in(product))
    }

    /// As [`Mesh::entitlements_of`], of a product of this mesh.
    pub fn entitlements_in<'a>(&'a self, product: &'a ProductState) -> impl Iterator<Item = &'a Entitlement> {
        product.entitlements.iter().filter_map(|id| self.entitlement(*id))
    }

    /// The entitlements of somebody and of the groups they are in, those that have not ended; expiry is the caller's to
    /// check.
    pub fn held_by<'a>(&'a self, reader: &'a Reader) -> impl Iterator<Item = &'a Entitlement> {
        let groups = reader.groups.iter().cloned().map(Subject::Group);
        let subjects = std::iter::once(Subject::Principal(reader.principal.clone())).chain(groups);
        let held = subjects.filter_map(|subject| self.held.get(&subject)).flat_map(|held| held.iter());
        held.filter_map(|id| self.entitlement(*id))
    }

    /// One entitlement, ended ones included.
    pub fn entitlement(&self, id: EntitlementId) -> Option<&Entitlement> {
        self.entitlements.get(id.seq()).map(|entitlement| &**entitlement)
    }

    /// Every entitlement, ended ones included, oldest first.
    pub fn entitlements(&self) -> impl DoubleEndedIterator<Item = &Entitlement> {
        self.entitlements.values().map(|entitlement| &**entitlement)
    }

    /// One request.
    pub fn request(&self, id: RequestId) -> Option<&AccessRequest> {
        self.requests.get(id.seq()).map(|request| &**request)
    }

    /// Every request, oldest first.
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = &AccessRequest> {
        self.requests.values().map(|request| &**request)
    }

    /// A class that is no longer declared, as it was declared last.
    pub fn former_class(&self, name: &ClassName) -> Option<&Class> {
        self.former.get(name)
    }

    /// The declared classes.
    pub fn classes(&self) -> &Classifications {
        &self.classes
    }

    /// The declared purposes.
    pub fn purposes(&self) -> &BTreeMap<PurposeName, Purpose> {
        static NONE: BTreeMap<PurposeName, Purpose> = BTreeMap::new();
        self.purposes.as_ref().map_or(&NONE, |declared| &declared.facts.purposes)
    }

    /// The glossary; definitions are in the document's blob.
    pub fn glossary(&self) -> &BTreeMap<TermName, Term> {
        static NONE: BTreeMap<TermName, Term> = BTreeMap::new();
        self.glossary.as_ref().map_or(&NONE, |declared| &*declared.facts)
    }

    /// One token.
    pub fn token(&self, id: TokenId) -> Option<&Token> {
        self.tokens.get(id.seq()).map(|token| &**token)
    }

    /// Every token, ended ones included, oldest first.
    pub fn tokens(&self) -> impl DoubleEndedIterator<Item = &Token> {
        self.tokens.values().map(|token| &**token)
    }

    /// The token with a hash, ended ones included.
    pub fn token_by_hash(&self, hash: &Digest) -> Option<&Token> {
        self.token(*self.token_hashes.get(hash)?)
    }

    /// Whether a steward lowered a class on a column.
    pub fn declassified(&self, port: &PortRef, column: &str, class: &ClassName) -> bool {
        self.product(&port.product).is_some_and(|product| {
            !product.declassified.is_empty()
                && product.declassified.contains(&(port.port.clone(), column.to_owned(), class.clone()))
        })
    }

    /// Whether a steward waived a restriction that a port's rows lost on the way.
    pub fn waived(&self, port: &PortRef, restriction: &Digest) -> bool {
        self.product(&port.product).is_some_and(|product| product.waived.contains(&(port.port.clone(), *restriction)))
    }

    /// The anchored head of a node's activity log.
    pub fn anchor(&self, node: &str) -> Option<(u64, Digest)> {
        self.anchors.get(node).copied()
    }
}
