//! What happened to each product: the numbers of the records that concern it, so that a page of its history reads those
//! records and no others.
//!
//! It is filled when a server starts and follows the journal. Whom a record may be told is the caller's to decide.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use model::{Problem, Timestamp, reference::ProductRef};
use tokio::sync::Mutex;

use crate::{event::Event, mesh::Mesh, object::Object, registry::Registry};

/// Records that are read at once.
const AT_ONCE: u32 = 1_000;

/// What a record of a product is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Matter {
    /// Its declaration: contract, access rules, steps; its end.
    Declaration,
    /// What is served of it.
    Publication,
    /// Requests, and who may read.
    Access,
    /// The classes of its columns, and restrictions.
    Classes,
}

/// A record of a product.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// Its number.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who: `user:ana`, or the platform.
    pub actor: String,
    /// What.
    pub event: Event,
}

/// The records of every product. Cheap to clone.
#[derive(Debug, Clone)]
pub struct History(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    known: RwLock<Known>,
    /// Held while the history follows the journal.
    following: Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    seq: u64,
    products: HashMap<ProductRef, Vec<(u64, Matter)>>,
}

impl History {
    /// The history of a registry, still without any record.
    pub fn new(registry: Registry) -> Self {
        Self(Arc::new(Inner { registry, known: RwLock::default(), following: Mutex::default() }))
    }

    /// Makes the history hold every record there is.
    ///
    /// # Errors
    /// `data-unavailable` if the journal cannot be read: it holds the records before.
    pub async fn follow(&self) -> Result<(), Problem> {
        let _alone = self.0.following.lock().await;
        loop {
            let mut seq = self.0.known.read().unwrap_or_else(PoisonError::into_inner).seq;
            // Not beyond the mesh: it tells which product a request was about.
            let mesh = self.0.registry.mesh();
            if seq >= mesh.seq() {
                return Ok(());
            }
            let events = self.0.registry.events(seq + 1, AT_ONCE).await?;
            let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
            for (number, _, event) in events.into_iter().take_while(|(number, ..)| *number <= mesh.seq()) {
                if let Some((product, matter)) = concerned(&mesh, &event) {
                    known.products.entry(product).or_default().push((number, matter));
                }
                seq = number;
            }
            known.seq = seq;
        }
    }

    /// The records of a product and what each is about, oldest first, up to now.
    ///
    /// # Errors
    /// As [`History::follow`].
    pub async fn of(&self, product: &ProductRef) -> Result<Vec<(u64, Matter)>, Problem> {
        self.follow().await?;
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        Ok(known.products.get(product).cloned().unwrap_or_default())
    }
}

/// Which product an event concerns, and what it is about; `None` for one of nothing or of more than a product.
fn concerned(mesh: &Mesh, event: &Event) -> Option<(ProductRef, Matter)> {
    let of_request = |request| Some(mesh.request(request)?.product.clone());
    let (product, matter) = match event {
        Event::ProductDeclared(declared) => (declared.product.clone(), Matter::Declaration),
        Event::Retired { object: Object::Product(product) } => (product.clone(), Matter::Declaration),
        Event::ProductPublished(facts) => (facts.product.clone(), Matter::Publication),
        Event::ProductRolledBack { product, .. } | Event::PublicationsRetired { product, .. } => {
            (product.clone(), Matter::Publication)
        }
        Event::AccessRequested(facts) => (facts.product.clone(), Matter::Access),
        Event::EntitlementGranted(facts) => (facts.product.clone(), Matter::Access),
        Event::AccessDenied { request, .. }
        | Event::RequestDiscussed { request, .. }
        | Event::RequestWithdrawn { request } => (of_request(*request)?, Matter::Access),
        Event::EntitlementEnded { entitlement, .. } => {
            (mesh.entitlement(*entitlement)?.product.clone(), Matter::Access)
        }
        Event::Declassified(facts) => (facts.port.product.clone(), Matter::Classes),
        Event::RestrictionWaived(facts) => (facts.port.product.clone(), Matter::Classes),
        Event::ClassesInherited(facts) => (facts.product.clone(), Matter::Classes),
        _ => return None,
    };
    Some((product, matter))
}
