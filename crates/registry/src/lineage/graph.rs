//! The graph in memory: what the publications that are served say, so that a question over a whole mesh reads no document.
//!
//! It is filled when a server starts and follows the journal. A document never changes under its digest, so one that is
//! not in it yet is read where it lies and says the same.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use model::{Digest, Problem, lineage::LineageDocument, reference::ProductRef};
use tokio::sync::Mutex;

use super::compact::Compact;
use crate::{mesh::Mesh, registry::Registry};

/// Documents that are read and folded at once.
const AT_ONCE: usize = 500;

/// The documents of what a mesh serves. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Graph(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    known: RwLock<HashMap<Digest, Arc<Compact>>>,
    /// Held while the graph follows the mesh.
    following: Mutex<()>,
}

impl Graph {
    /// The graph of a registry, still without any document.
    pub fn new(registry: Registry) -> Self {
        Self(Arc::new(Inner { registry, known: RwLock::default(), following: Mutex::default() }))
    }

    /// Makes the graph hold what is served now, and nothing else.
    ///
    /// # Errors
    /// `data-unavailable` if a document cannot be read: it holds those that could be.
    pub async fn follow(&self) -> Result<(), Problem> {
        let _alone = self.0.following.lock().await;
        let mesh = self.0.registry.mesh();
        let served: HashSet<Digest> =
            mesh.products().filter_map(|product| lineage(&mesh, &product.reference)).collect();
        let missing: Vec<Digest> = {
            let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
            known.retain(|digest, _| served.contains(digest));
            served.into_iter().filter(|digest| !known.contains_key(digest)).collect()
        };
        let mut failed = None;
        for some in missing.chunks(AT_ONCE) {
            let (documents, problem) = self.0.registry.readable(some).await;
            let found = compact(some.iter().copied().zip(documents).collect()).await?;
            failed = failed.or(problem);
            let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
            for (digest, document) in found {
                match document {
                    Ok(document) => _ = known.insert(digest, document),
                    Err(problem) => failed = Some(problem),
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// The documents of what a mesh serves of some products, in their order; `None` for one that serves nothing.
    pub(super) async fn of(&self, mesh: &Mesh, products: &[&ProductRef]) -> Result<Vec<Option<Arc<Compact>>>, Problem> {
        let wanted: Vec<Option<Digest>> = products.iter().map(|product| lineage(mesh, product)).collect();
        let mut found: HashMap<Digest, Arc<Compact>> = {
            let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
            let of = |digest: &Digest| Some((*digest, Arc::clone(known.get(digest)?)));
            wanted.iter().flatten().filter_map(of).collect()
        };
        let missing: Vec<Digest> =
            wanted.iter().flatten().filter(|digest| !found.contains_key(digest)).copied().collect();
        for some in missing.chunks(AT_ONCE) {
            let documents = self.0.registry.blobs(some).await?;
            let some = some.iter().copied().zip(documents.into_iter().map(Some)).collect();
            for (digest, document) in compact(some).await? {
                found.insert(digest, document?);
            }
        }
        Ok(wanted.iter().map(|digest| digest.and_then(|digest| found.get(&digest).cloned())).collect())
    }
}

/// What a publication of a product is made from, by what a mesh serves.
fn lineage(mesh: &Mesh, product: &ProductRef) -> Option<Digest> {
    let state = mesh.product(product).filter(|state| state.is_served())?;
    state.publication.as_ref().map(|publication| publication.lineage)
}

type Folded = Vec<(Digest, Result<Arc<Compact>, Problem>)>;

/// Folds documents, those that could be read, where it holds up nobody.
async fn compact(some: Vec<(Digest, Option<Vec<u8>>)>) -> Result<Folded, Problem> {
    let work = move || {
        let read = |bytes: &[u8]| match serde_json::from_slice::<LineageDocument>(bytes) {
            Ok(document) => Ok(Arc::new(Compact::of(&document))),
            Err(error) => {
                Err(Problem::new(model::Code::DataUnavailable, "the lineage of a publication cannot be read")
                    .with_cause(error))
            }
        };
        some.iter().filter_map(|(digest, bytes)| Some((*digest, read(bytes.as_deref()?)))).collect()
    };
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
}
