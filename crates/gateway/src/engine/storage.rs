//! Storage of a statement: only the files it was authorised for, and spill files of its own.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use datafusion::{
    error::{DataFusionError, Result as EngineResult},
    execution::object_store::ObjectStoreRegistry,
};
use object_store::ObjectStore;
use url::Url;

/// The scheme of pinned files; no other is ever resolved.
const PINNED: &str = "tessera-pinned";

/// A registry that knows nothing but what the scans of authorised ports put in. SECURITY: the engine's own default
/// knows the whole host's files and is never used (test `a_statement_resolves_no_other_store`).
#[derive(Debug, Default)]
pub(super) struct Closed {
    stores: RwLock<HashMap<String, Arc<dyn ObjectStore>>>,
}

fn key(url: &Url) -> Option<String> {
    (url.scheme() == PINNED).then(|| url.host_str().unwrap_or_default().to_owned())
}

impl ObjectStoreRegistry for Closed {
    fn register_store(&self, url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        let mut stores = self.stores.write().unwrap_or_else(PoisonError::into_inner);
        key(url).and_then(|key| stores.insert(key, store))
    }

    fn get_store(&self, url: &Url) -> EngineResult<Arc<dyn ObjectStore>> {
        let stores = self.stores.read().unwrap_or_else(PoisonError::into_inner);
        key(url)
            .and_then(|key| stores.get(&key).cloned())
            .ok_or_else(|| DataFusionError::Execution("no such storage for this statement".to_owned()))
    }
}
