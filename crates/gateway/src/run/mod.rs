//! One statement from text to rows: authorise, plan, audit, execute. The only place where plans for principals are made
//! and run (D3).
//!
//! A statement reads one epoch; its plan is made anew every time (M13); its decision is durable before the first byte
//! (M19); it ends at its deadline, when it is cancelled, or when a policy it rests on changes (M12).

mod basis;
mod plan;
mod stream;

pub use basis::Basis;

use std::{
    sync::{Arc, PoisonError},
    time::Instant,
};

use arrow::{
    array::{RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use futures::{FutureExt as _, StreamExt as _};
use model::{Code, Problem};
use tokio::sync::watch;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    answer::{Answer, Description},
    audit::Draft,
    explain,
    gateway::{Inner, Running},
    session::Session,
    statement::{Kind, Statement},
};

/// Runs a statement that answers with rows.
///
/// What was begun goes on to its first row when nobody waits any more, and ends there: a decision that was recorded has an
/// end, whenever its asker left (test `a_decision_has_its_end_whenever_the_asker_left`).
pub(crate) async fn run(
    inner: &Arc<Inner>,
    session: &Session,
    statement: &Statement,
    parameters: &[Option<String>],
    hints: &[Option<DataType>],
) -> Result<Answer, Problem> {
    let (inner, session, statement) = (Arc::clone(inner), session.clone(), statement.clone());
    let (parameters, hints) = (parameters.to_vec(), hints.to_vec());
    let work = async move { begin(&inner, &session, &statement, &parameters, &hints).await };
    tokio::spawn(work.in_current_span()).await.map_err(Problem::internal)?
}

async fn begin(
    inner: &Arc<Inner>,
    session: &Session,
    statement: &Statement,
    parameters: &[Option<String>],
    hints: &[Option<DataType>],
) -> Result<Answer, Problem> {
    let id = Uuid::now_v7();
    let started = Instant::now();
    let draft = Draft::new(id, session, statement, inner.parts.registry.mesh().seq());
    let (ticket, cancelled) = match Ticket::take(inner, id, session) {
        Ok((ticket, cancelled)) => (Arc::new(ticket), cancelled),
        Err(problem) => return Err(refuse(inner, draft, problem).await),
    };
    let deadline = started + session.timeout(&inner.parts.limits);
    let work = plan::prepare(inner, session, statement, parameters, hints, draft.clone(), Arc::clone(&ticket));
    let prepared = tokio::select! {
        prepared = work => prepared,
        problem = stream::ended(deadline, cancelled.clone()) => Err(problem),
    };
    let ready = match prepared {
        Ok(ready) => ready,
        Err(problem) => return Err(refuse(inner, draft, problem).await),
    };
    let plan::Ready { schema, source, policies, masked, purpose, rests_on } = ready;
    let basis = Basis::new(inner, &session.principal, purpose.clone(), rests_on);
    let work = (Arc::clone(&schema), source, basis.clone());
    let batches = stream::start(inner, ticket, session.clone(), work, deadline, started, cancelled)?;
    Ok(Answer { id, schema, batches: batches.boxed(), policies, masked, purpose, basis })
}

/// What a statement needs and gives.
pub(crate) async fn describe(
    inner: &Arc<Inner>,
    session: &Session,
    statement: &Statement,
    hints: &[Option<DataType>],
) -> Result<Description, Problem> {
    let described = match Ticket::take(inner, Uuid::now_v7(), session) {
        Ok((ticket, _cancelled)) => plan::describe(inner, session, statement, hints, Arc::new(ticket)).await,
        Err(problem) => Err(problem),
    };
    match described {
        Err(problem) => {
            let draft = Draft::new(Uuid::now_v7(), session, statement, inner.parts.registry.mesh().seq());
            Err(refuse(inner, draft, problem).await)
        }
        described => described,
    }
}

/// Records the refusal of a text that is not run: it cannot be read, or it is not one statement, or none for this door.
pub(crate) async fn refuse_text(inner: &Inner, session: &Session, sql: &str, problem: Problem) -> Problem {
    let statement = Statement::unreadable(sql);
    refuse(inner, Draft::new(Uuid::now_v7(), session, &statement, inner.parts.registry.mesh().seq()), problem).await
}

/// Records a refusal; a refusal that cannot be recorded is `audit-unavailable`.
async fn refuse(inner: &Inner, draft: Draft, problem: Problem) -> Problem {
    inner.note_failure(&problem);
    match draft.refused(&inner.parts.activity, &problem).await {
        Ok(()) => problem,
        Err(unavailable) => unavailable,
    }
}

/// The right to run one statement: counted for its principal, known for cancelling.
#[derive(Debug)]
pub(crate) struct Ticket {
    inner: Arc<Inner>,
    pub(crate) id: Uuid,
}

impl Ticket {
    fn take(inner: &Arc<Inner>, id: Uuid, session: &Session) -> Result<(Self, watch::Receiver<bool>), Problem> {
        let (cancel, cancelled) = watch::channel(false);
        let mut running = inner.running.lock().unwrap_or_else(PoisonError::into_inner);
        let own = running.values().filter(|running| running.principal == session.principal).count();
        if own >= inner.parts.limits.concurrency {
            return Err(Problem::new(Code::LimitConcurrency, format!("{own} of your statements are running already"))
                .with_hint("wait for one of them, or cancel it"));
        }
        running.insert(id, Running { principal: session.principal.clone(), cancel });
        drop(running);
        Ok((Self { inner: Arc::clone(inner), id }, cancelled))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.inner.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// The answer to `SHOW`.
pub(crate) fn show(session: &Session, name: &str) -> Result<RecordBatch, Problem> {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    if name == "all" {
        let (names, values): (Vec<_>, Vec<_>) = session.show_all().into_iter().unzip();
        let schema = Arc::new(Schema::new(vec![text("name"), text("setting")]));
        let columns = [names, values].map(|column| Arc::new(StringArray::from(column)) as _);
        return RecordBatch::try_new(schema, columns.to_vec()).map_err(Problem::internal);
    }
    let value = session.show(name).ok_or_else(|| {
        Problem::new(Code::NotFound, format!("unrecognized setting `{}`", name.escape_debug()))
            .with_sqlstate("42704")
            .with_hint("`SHOW ALL` lists the settings of a session")
    })?;
    let schema = Arc::new(Schema::new(vec![text(name)]));
    RecordBatch::try_new(schema, vec![Arc::new(StringArray::from(vec![value]))]).map_err(Problem::internal)
}

/// The schema of the answer to `SHOW` and `EXPLAIN`, known without a plan.
pub(crate) fn fixed_schema(session: &Session, kind: &Kind) -> Result<Option<arrow::datatypes::SchemaRef>, Problem> {
    Ok(match kind {
        Kind::Show(name) => Some(show(session, name)?.schema()),
        Kind::Explain => Some(explain::schema()),
        _ => None,
    })
}

/// Runs a future so that a panic is a fault of ours, never the end of the process.
pub(crate) async fn caught<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    std::panic::AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Problem::internal("the execution panicked")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_while_executing_is_internal_and_tells_nothing() {
        let problem = caught::<()>(async { panic!("secret") }).await.unwrap_err();
        assert_eq!((problem.code(), problem.sqlstate()), (Code::Internal, "XX000"));
        assert!(!problem.to_string().contains("secret"));
    }
}
