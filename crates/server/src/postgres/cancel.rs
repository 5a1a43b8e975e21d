//! Cancel requests: a process number and a secret that only the connection's own client was told.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI32, Ordering},
    },
};

use subtle::ConstantTimeEq;
use tokio::sync::Notify;

/// Secrets and bells by process number.
type Open = HashMap<i32, ([u8; 4], Arc<Notify>)>;

/// The open connections by process number.
#[derive(Clone, Default)]
pub struct Cancels {
    next: Arc<AtomicI32>,
    open: Arc<Mutex<Open>>,
}

/// One connection's entry; dropping it takes it out.
pub struct CancelKey {
    /// The process number.
    pub process: i32,
    /// The secret.
    pub secret: [u8; 4],
    /// Told when the running statement is to end.
    pub wanted: Arc<Notify>,
    cancels: Cancels,
}

impl Cancels {
    /// Enters a connection.
    pub fn enter(&self) -> CancelKey {
        let [a, b, c, d, ..] = registry::secret::random();
        let secret = [a, b, c, d];
        let process = self.next.fetch_add(1, Ordering::Relaxed) & i32::MAX;
        let wanted = Arc::new(Notify::new());
        self.lock().insert(process, (secret, wanted.clone()));
        CancelKey { process, secret, wanted, cancels: self.clone() }
    }

    /// Ends the running statement of the connection whose key this is. Anything else has no effect and no answer.
    pub fn cancel(&self, process: i32, secret: &[u8]) {
        // SECURITY: a guessed key costs a new connection each and is compared in constant time (test
        // `a_guessed_key_cancels_nothing`).
        if let Some((own, wanted)) = self.lock().get(&process)
            && bool::from(own.as_slice().ct_eq(secret))
        {
            wanted.notify_one();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for CancelKey {
    fn drop(&mut self) {
        self.cancels.lock().remove(&self.process);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_guessed_key_cancels_nothing() {
        let cancels = Cancels::default();
        let key = cancels.enter();
        let other = cancels.enter();
        let mut wrong = key.secret;
        wrong[0] ^= 1;
        cancels.cancel(key.process, &wrong);
        cancels.cancel(key.process, &key.secret[..3]);
        cancels.cancel(key.process, &[]);
        cancels.cancel(other.process + 1, &key.secret);
        assert!(key.wanted.notified().now_or_never().is_none());
        cancels.cancel(key.process, &key.secret);
        assert!(key.wanted.notified().now_or_never().is_some());
        assert!(other.wanted.notified().now_or_never().is_none());
        drop((key, other));
        assert!(cancels.open.lock().unwrap().is_empty());
    }
}
