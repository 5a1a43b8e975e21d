//! Contracts with their free text, parsed once: the fold keeps facts only.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::{Digest, Problem, contract::Contract};
use registry::Registry;

/// Contracts kept at once.
const KEPT: usize = 5_000;

/// Parsed contracts by digest. A digest names one text for ever, so nothing here goes stale.
#[derive(Default)]
pub struct Documents {
    contracts: Mutex<HashMap<Digest, Arc<Contract>>>,
}

impl Documents {
    /// The contract of a digest.
    ///
    /// # Errors
    /// `data-unavailable` when the document is gone, or what its text breaks.
    pub async fn contract(&self, registry: &Registry, digest: &Digest, path: &str) -> Result<Arc<Contract>, Problem> {
        let known = self.lock().get(digest).cloned();
        if let Some(contract) = known {
            return Ok(contract);
        }
        let document = registry.blob(digest).await?;
        let parsed = Contract::parse_accepted(&document, path)
            .map_err(|problems| Problem::all(problems).unwrap_or_else(|| Problem::internal("a stored contract")))?;
        let contract = Arc::new(parsed);
        let mut contracts = self.lock();
        if contracts.len() >= KEPT {
            contracts.clear();
        }
        contracts.insert(*digest, contract.clone());
        Ok(contract)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Digest, Arc<Contract>>> {
        self.contracts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
