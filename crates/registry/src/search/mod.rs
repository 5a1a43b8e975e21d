//! Search: products found by the words of their names, columns, tags, glossary terms and texts.
//!
//! The index lies in memory, is built from the mesh when a server starts, and follows the journal. It holds every product;
//! who may know of which is decided by whoever shows a hit. SECURITY: so that nothing hidden shows in what is visible, a
//! hit's score depends on that product and the question alone: not on how often a word occurs elsewhere (test
//! `what_is_hidden_moves_no_score`).

mod entry;
mod index;
mod words;

use std::{collections::BTreeMap, sync::Arc};

use model::{Digest, Problem, contract::Contract, name::TermName, reference::ProductRef};
use tokio::sync::{Mutex, watch};

use crate::{
    glossary,
    mesh::{Mesh, ProductState},
    registry::Registry,
};

pub use entry::{Entry, Fact, Field};
pub use words::{Filter, Question, Why, Word};

/// Products that are indexed in one commit while the index is built.
const AT_ONCE: usize = 1_000;

/// The index of one mesh. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Search(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    index: index::Index,
    /// What terms mean, by the glossary's digest; held while the index follows the mesh.
    terms: Mutex<(Option<Digest>, Arc<Terms>)>,
    /// Whether every product was looked at once.
    built: watch::Sender<bool>,
}

impl Search {
    /// An empty index.
    ///
    /// # Errors
    /// `internal` if there is no memory or no thread for it.
    pub fn new() -> Result<Self, Problem> {
        Ok(Self(Arc::new(Inner {
            index: index::Index::new()?,
            terms: Mutex::default(),
            built: watch::Sender::new(false),
        })))
    }

    /// Makes the index hold what the mesh has now.
    ///
    /// # Errors
    /// `data-unavailable` if a contract cannot be read: the products it could read are indexed.
    pub async fn follow(&self, registry: &Registry) -> Result<(), Problem> {
        let mut terms = self.0.terms.lock().await;
        let mesh = registry.mesh();
        let mut failed = None;
        if terms.0 != glossary::version(&mesh) {
            match glossary::definitions(registry, &mesh).await {
                Ok(meanings) => *terms = (glossary::version(&mesh), Arc::new(meanings)),
                Err(problem) => failed = Some(problem),
            }
        }
        let mut stale: Vec<(ProductRef, Digest)> = Vec::new();
        let known = self.0.index.versions();
        let mut gone: BTreeMap<&ProductRef, &Digest> = known.iter().collect();
        for product in mesh.products().filter(|product| product.retired.is_none()) {
            let version = version(&mesh, product);
            if gone.remove(&product.reference) != Some(&version) {
                stale.push((product.reference.clone(), version));
            }
        }
        let mut gone: Vec<ProductRef> = gone.into_keys().cloned().collect();
        let mut stale = stale.into_iter().peekable();
        while stale.peek().is_some() || !gone.is_empty() {
            let some: Vec<(ProductRef, Digest)> = stale.by_ref().take(AT_ONCE).collect();
            let sources: Vec<Source> =
                some.into_iter().filter_map(|(product, version)| Source::of(&mesh, product, version)).collect();
            let digests: Vec<Digest> = sources.iter().map(|source| source.contract).collect();
            let (documents, problem) = registry.readable(&digests).await;
            failed = failed.or(problem);
            let (inner, gone) = (Arc::clone(&self.0), std::mem::take(&mut gone));
            let terms = Arc::clone(&terms.1);
            let change = move || {
                let (mut entries, mut failed) = (Vec::with_capacity(sources.len()), None);
                for (source, document) in sources.into_iter().zip(documents) {
                    match document.map(|document| source.read(&document, &terms)).transpose() {
                        Ok(entry) => entries.extend(entry),
                        Err(problem) => failed = Some(problem),
                    }
                }
                inner.index.change(entries, &gone).map(|()| failed)
            };
            failed = tokio::task::spawn_blocking(change).await.map_err(Problem::internal)??.or(failed);
        }
        // One whose contract is damaged keeps nobody from finding the others.
        self.0.built.send_replace(true);
        failed.map_or(Ok(()), Err)
    }

    /// Waits until every product has been looked at once.
    pub async fn built(&self) {
        // The sender lives as long as this does.
        let _ = self.0.built.subscribe().wait_for(|built| *built).await;
    }

    /// The products in which every word of the question is found, with what each is worth for it.
    ///
    /// # Errors
    /// `internal` if the index cannot be read.
    pub fn find(&self, question: &Question) -> Result<Vec<(Arc<Entry>, f32)>, Problem> {
        self.0.index.find(&question.words)
    }

    /// The entry of a product.
    pub fn entry(&self, product: &ProductRef) -> Option<Arc<Entry>> {
        self.0.index.entry(product)
    }
}

/// What terms mean.
type Terms = BTreeMap<TermName, String>;

/// What an entry is made from: the contract that readers are shown, who owns the domain, and the glossary if it is about
/// any of its terms.
fn version(mesh: &Mesh, product: &ProductState) -> Digest {
    let owner = mesh.domain(&product.reference.domain).map(|domain| domain.file.owner.as_str()).unwrap_or_default();
    let contract = product.contract_served();
    let mut columns = contract.ports.iter().flat_map(|port| &port.columns);
    let has_terms = !contract.glossary.is_empty() || columns.any(|column| !column.glossary.is_empty());
    let terms = glossary::version(mesh).filter(|_| has_terms).map(|digest| digest.to_string()).unwrap_or_default();
    Digest::of(format!("{} {owner} {terms}", contract_digest(product)).as_bytes())
}

fn contract_digest(product: &ProductState) -> Digest {
    product.publication.as_ref().map_or(product.contract_digest, |publication| publication.contract)
}

/// A product's texts, not read yet.
struct Source {
    product: ProductRef,
    version: Digest,
    contract: Digest,
    path: String,
    owner: String,
}

impl Source {
    fn of(mesh: &Mesh, product: ProductRef, version: Digest) -> Option<Self> {
        let state = mesh.product(&product)?;
        let owner = mesh.domain(&product.domain).map(|domain| domain.file.owner.to_string()).unwrap_or_default();
        Some(Self { contract: contract_digest(state), path: state.provenance.path.clone(), owner, product, version })
    }

    fn read(self, document: &[u8], terms: &Terms) -> Result<Entry, Problem> {
        let contract = Contract::parse_accepted(document, &self.path)
            .map_err(|problems| Problem::all(problems).unwrap_or_else(|| Problem::internal("a stored contract")))?;
        Ok(Entry::of(self.product, self.version, &contract, self.owner, terms))
    }
}
