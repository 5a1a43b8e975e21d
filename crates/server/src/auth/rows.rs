//! Rows under way end with the token they are read with: a stream that a revoked token opened is not finished (S-45).

use std::time::Duration;

use arrow::record_batch::RecordBatch;
use futures::{StreamExt, stream, stream::BoxStream};
use model::Problem;
use tokio::sync::watch;

use super::{Authenticator, SignedIn};

/// How often time alone makes a look necessary: the token may have expired.
const LOOK: Duration = Duration::from_secs(1);

/// Batches on their way to a door.
pub type Batches = BoxStream<'static, Result<RecordBatch, Problem>>;

impl Authenticator {
    /// The batches for as long as the token is good; then the problem that says why there are no more.
    pub fn while_good(&self, signed: &SignedIn, batches: Batches) -> Batches {
        // SECURITY: no batch is handed out after the token's end (test `a_revoked_token_ends_its_running_statements`).
        let guard = Guard { authenticator: self.clone(), signed: signed.clone(), changes: self.registry.changes() };
        stream::unfold(Some((batches, guard)), |state| async move {
            let (mut batches, mut guard) = state?;
            tokio::select! {
                biased;
                problem = guard.ended() => Some((Err(problem), None)),
                batch = batches.next() => match batch? {
                    Ok(batch) => Some((Ok(batch), Some((batches, guard)))),
                    Err(problem) => Some((Err(problem), None)),
                },
            }
        })
        .boxed()
    }
}

struct Guard {
    authenticator: Authenticator,
    signed: SignedIn,
    changes: watch::Receiver<u64>,
}

impl Guard {
    /// Waits until the token is no longer good.
    async fn ended(&mut self) -> Problem {
        loop {
            if let Err(problem) = self.authenticator.check_token(&self.signed) {
                return problem;
            }
            // Either way there is something to look at; the registry outlives the doors.
            let _ = tokio::time::timeout(LOOK, self.changes.changed()).await;
        }
    }
}
