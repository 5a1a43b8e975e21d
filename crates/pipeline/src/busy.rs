//! Who is at work: one run or publication per domain at a time, so that two of them never build the same table.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use model::{Code, Problem, name::DomainName};

/// The domains at work.
#[derive(Debug, Default)]
pub(crate) struct Busy(Mutex<BTreeSet<DomainName>>);

/// Holds a domain until dropped.
#[derive(Debug)]
pub(crate) struct Held {
    busy: Arc<Busy>,
    domain: DomainName,
}

impl Busy {
    /// Takes a domain.
    ///
    /// # Errors
    /// `conflict` when it is taken.
    pub(crate) fn hold(self: &Arc<Self>, domain: &DomainName) -> Result<Held, Problem> {
        let mut domains = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !domains.insert(domain.clone()) {
            return Err(Problem::new(Code::Conflict, format!("the domain `{domain}` is at work already"))
                .with_hint("wait until its run or publication has ended, then try again"));
        }
        Ok(Held { busy: Arc::clone(self), domain: domain.clone() })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.busy.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.domain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_held_by_one_until_it_is_let_go() {
        let busy = Arc::new(Busy::default());
        let claims: DomainName = "claims".parse().unwrap();
        let held = busy.hold(&claims).unwrap();
        assert_eq!(busy.hold(&claims).unwrap_err().code(), Code::Conflict);
        assert!(busy.hold(&"policy".parse().unwrap()).is_ok());
        drop(held);
        assert!(busy.hold(&claims).is_ok());
    }
}
