//! Memory pools: every statement has its own bound, and the statements of one principal share another.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use datafusion::{
    error::{DataFusionError, Result as EngineResult},
    execution::memory_pool::{MemoryLimit, MemoryPool, MemoryReservation},
};
use model::principal::Principal;

/// The bounds and what principals use at the moment.
#[derive(Debug)]
pub(super) struct Quotas {
    statement: usize,
    principal: usize,
    used: Mutex<HashMap<Principal, Weak<AtomicUsize>>>,
}

impl Quotas {
    pub(super) fn new(statement: usize, principal: usize) -> Self {
        Self { statement, principal, used: Mutex::default() }
    }

    /// The pool of one statement.
    pub(super) fn pool(&self, principal: &Principal) -> Arc<dyn MemoryPool> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = match used.get(principal).and_then(Weak::upgrade) {
            Some(shared) => shared,
            None => {
                used.retain(|_, shared| shared.strong_count() > 0);
                let shared = Arc::new(AtomicUsize::new(0));
                used.insert(principal.clone(), Arc::downgrade(&shared));
                shared
            }
        };
        Arc::new(Pool { own: AtomicUsize::new(0), most: self.statement, shared, shared_most: self.principal })
    }
}

#[derive(Debug)]
struct Pool {
    own: AtomicUsize,
    most: usize,
    shared: Arc<AtomicUsize>,
    shared_most: usize,
}

impl Pool {
    /// Adds to a counter unless that passes its bound.
    fn take(counter: &AtomicUsize, additional: usize, most: usize) -> bool {
        counter
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(additional).filter(|used| *used <= most)
            })
            .is_ok()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // What a statement still held goes back to its principal.
        self.shared.fetch_sub(self.own.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement memory")
    }
}

impl MemoryPool for Pool {
    fn name(&self) -> &str {
        "statement"
    }

    fn grow(&self, _reservation: &MemoryReservation, additional: usize) {
        self.own.fetch_add(additional, Ordering::Relaxed);
        self.shared.fetch_add(additional, Ordering::Relaxed);
    }

    fn shrink(&self, _reservation: &MemoryReservation, shrink: usize) {
        self.own.fetch_sub(shrink, Ordering::Relaxed);
        self.shared.fetch_sub(shrink, Ordering::Relaxed);
    }

    fn try_grow(&self, _reservation: &MemoryReservation, additional: usize) -> EngineResult<()> {
        let refused = || DataFusionError::ResourcesExhausted("the memory of this statement is used up".to_owned());
        if !Self::take(&self.own, additional, self.most) {
            return Err(refused());
        }
        if !Self::take(&self.shared, additional, self.shared_most) {
            self.own.fetch_sub(additional, Ordering::Relaxed);
            return Err(refused());
        }
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.own.load(Ordering::Relaxed)
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.most)
    }
}
