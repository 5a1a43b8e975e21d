//! Who is at work: one run or publication per domain at a time, so that two of them never build the same table.
//!
//! Upkeep takes a domain only while nobody works there, and gives way: somebody who comes to work waits until upkeep
//! saw that it is [wanted](Upkeep::is_wanted) and let go, and is never refused because of it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use model::{Code, Problem, name::DomainName};
use tokio::sync::Notify;

/// The domains at work.
#[derive(Debug, Default)]
pub(crate) struct Busy {
    domains: Mutex<BTreeMap<DomainName, Use>>,
    freed: Notify,
}

#[derive(Debug)]
enum Use {
    Work,
    Upkeep(Arc<AtomicBool>),
}

/// Holds a domain until dropped.
#[derive(Debug)]
pub(crate) struct Held {
    busy: Arc<Busy>,
    domain: DomainName,
}

/// Holds a domain for upkeep until dropped.
#[derive(Debug)]
pub(crate) struct Upkeep {
    _held: Held,
    wanted: Arc<AtomicBool>,
}

impl Upkeep {
    /// Whether somebody waits to work here.
    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Acquire)
    }
}

impl Busy {
    /// Takes a domain for work, as soon as upkeep lets it go.
    ///
    /// # Errors
    /// `conflict` when somebody works there.
    pub(crate) async fn hold(self: &Arc<Self>, domain: &DomainName) -> Result<Held, Problem> {
        loop {
            let mut freed = std::pin::pin!(self.freed.notified());
            // From here on no release is missed.
            freed.as_mut().enable();
            if let Some(held) = self.take(domain)? {
                return Ok(held);
            }
            freed.await;
        }
    }

    /// Takes a domain for work; `None` while upkeep has it, which learns that it is wanted.
    fn take(self: &Arc<Self>, domain: &DomainName) -> Result<Option<Held>, Problem> {
        let mut domains = self.domains();
        match domains.get(domain) {
            Some(Use::Work) => Err(Problem::new(Code::Conflict, format!("the domain `{domain}` is at work already"))
                .with_hint("wait until its run or publication has ended, then try again")),
            Some(Use::Upkeep(wanted)) => {
                wanted.store(true, Ordering::Release);
                Ok(None)
            }
            None => {
                domains.insert(domain.clone(), Use::Work);
                Ok(Some(self.held(domain)))
            }
        }
    }

    /// Takes a domain for upkeep, unless anybody has it.
    pub(crate) fn hold_for_upkeep(self: &Arc<Self>, domain: &DomainName) -> Option<Upkeep> {
        let mut domains = self.domains();
        if domains.contains_key(domain) {
            return None;
        }
        let wanted = Arc::new(AtomicBool::new(false));
        domains.insert(domain.clone(), Use::Upkeep(Arc::clone(&wanted)));
        Some(Upkeep { _held: self.held(domain), wanted })
    }

    fn held(self: &Arc<Self>, domain: &DomainName) -> Held {
        Held { busy: Arc::clone(self), domain: domain.clone() }
    }

    fn domains(&self) -> MutexGuard<'_, BTreeMap<DomainName, Use>> {
        self.domains.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.busy.domains().remove(&self.domain);
        self.busy.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> DomainName {
        "claims".parse().unwrap()
    }

    #[tokio::test]
    async fn a_domain_is_held_by_one_until_it_is_let_go() {
        let busy = Arc::new(Busy::default());
        let held = busy.hold(&claims()).await.unwrap();
        assert_eq!(busy.hold(&claims()).await.unwrap_err().code(), Code::Conflict);
        assert!(busy.hold_for_upkeep(&claims()).is_none());
        assert!(busy.hold(&"policy".parse().unwrap()).await.is_ok());
        drop(held);
        assert!(busy.hold(&claims()).await.is_ok());
    }

    #[tokio::test]
    async fn upkeep_gives_way_and_refuses_nobody() {
        let busy = Arc::new(Busy::default());
        let upkeep = busy.hold_for_upkeep(&claims()).unwrap();
        assert!(!upkeep.is_wanted());
        let claims = claims();
        let mut waiting = std::pin::pin!(busy.hold(&claims));
        assert!(futures::poll!(waiting.as_mut()).is_pending());
        assert!(upkeep.is_wanted());
        assert!(busy.hold_for_upkeep(&claims).is_none());
        drop(upkeep);
        assert!(waiting.await.is_ok());
        assert!(busy.hold_for_upkeep(&claims).is_some());
    }
}
