//! What an answer rests on: the ports it reads and what its reader got from each when it was let through.
//!
//! INVARIANT: no batch is handed to a door, and no portal is resumed, on grounds that have changed (tests
//! `no_batch_is_handed_out_on_grounds_that_changed`, `a_fetch_after_a_narrowing_gives_no_row`).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use model::{Code, Digest, Problem, name::PurposeName, principal::Principal};
use tokio::sync::watch;

use crate::{gateway::Inner, port::Target};

/// How often time alone makes a look necessary: an entitlement may have expired.
const LOOK: Duration = Duration::from_secs(1);

/// The grounds of one answer.
#[derive(Clone)]
pub struct Basis(Arc<Grounds>);

struct Grounds {
    inner: Arc<Inner>,
    principal: Principal,
    purpose: Option<PurposeName>,
    rests_on: Vec<(Target, Digest)>,
}

impl std::fmt::Debug for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Basis").field("principal", &self.0.principal).finish_non_exhaustive()
    }
}

impl Basis {
    pub(super) fn new(
        inner: &Arc<Inner>,
        principal: &Principal,
        purpose: Option<PurposeName>,
        rests_on: Vec<(Target, Digest)>,
    ) -> Self {
        Self(Arc::new(Grounds { inner: Arc::clone(inner), principal: principal.clone(), purpose, rests_on }))
    }

    /// Whether the reader still gets what the answer was made from: not revoked, not expired, not narrowed (M12).
    ///
    /// # Errors
    /// `access-required` when a policy that matters to the answer changed, `credential-expired` when the reader is gone.
    pub fn holds(&self) -> Result<(), Problem> {
        let Grounds { inner, principal, purpose, rests_on } = &*self.0;
        let epoch = inner.epoch(principal)?;
        let changed = rests_on.iter().find(|(target, digest)| epoch.effect(target, purpose.as_ref()) != Some(*digest));
        match changed {
            None => Ok(()),
            Some((target, _)) => Err(Problem::new(
                Code::AccessRequired,
                format!("your access to `{}` changed while its rows were read", target.reference.product),
            )
            .with_hint("run the statement again to see what you may read now")),
        }
    }

    /// Waits until it no longer holds.
    pub(super) async fn broken(&self) -> Problem {
        let mut changes = self.0.inner.parts.registry.changes();
        let mut looks = tokio::time::interval(LOOK);
        looks.tick().await;
        loop {
            if let Err(problem) = self.holds() {
                return problem;
            }
            tokio::select! {
                changed = changes.changed() => if changed.is_err() {
                    return Problem::new(Code::Draining, "the server is stopping");
                },
                _ = looks.tick() => {}
            }
        }
    }

    /// A look at it for whoever hands out batches.
    pub(super) fn eye(&self) -> Eye {
        Eye { basis: self.clone(), changes: self.0.inner.parts.registry.changes(), looked: None }
    }
}

/// Looks at a basis when something may have changed, so that most batches pass for the price of two comparisons.
pub(super) struct Eye {
    basis: Basis,
    changes: watch::Receiver<u64>,
    /// The first batch is always looked at: something may have changed since the statement was let through.
    looked: Option<Instant>,
}

impl Eye {
    /// As [`Basis::holds`].
    pub(super) fn holds(&mut self) -> Result<(), Problem> {
        let moved = self.changes.has_changed().unwrap_or(true);
        if !moved && self.looked.is_some_and(|looked| looked.elapsed() < LOOK) {
            return Ok(());
        }
        self.changes.mark_unchanged();
        self.looked = Some(Instant::now());
        self.basis.holds()
    }
}
