//! Execution: rows on their way to a door, within time, size and the policies they rest on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    datatypes::SchemaRef,
};
use datafusion::physical_plan::execute_stream;
use futures::{Stream, StreamExt as _, stream};
use model::{Code, Problem};
use registry::activity::CompletionRecord;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use super::{
    Ticket,
    basis::{Basis, Eye},
    plan::Source,
};
use crate::{fault, gateway::Inner, limits::Limits, session::Session};

/// Batches that wait for a slow reader.
const WAITING: usize = 2;

/// What goes from the executing task to the door.
enum Item {
    Batch(RecordBatch),
    Failed(Problem),
    End,
}

/// Starts the execution; the rows end when the answer is dropped.
pub(super) fn start(
    inner: &Arc<Inner>,
    ticket: Arc<Ticket>,
    session: Session,
    work: (SchemaRef, Source, Basis),
    deadline: Instant,
    started: Instant,
    cancelled: watch::Receiver<bool>,
) -> Result<impl Stream<Item = Result<RecordBatch, Problem>> + Send + 'static, Problem> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let sent = Arc::new(Sent::default());
    let (schema, source, basis) = work;
    let rows = Rows { receiver, eye: basis.eye(), broken: None };
    let work = send(inner.parts.limits, schema, source, sender.clone(), Arc::clone(&sent), Arc::clone(&ticket));
    let execution = Execution {
        inner: Arc::clone(inner),
        work: inner.executors.spawn(&session.principal, super::caught(work))?,
        ticket,
        session,
        basis,
        sender,
        sent,
    };
    // Watched from the door's own threads: those of the executor may be busy with exactly this statement.
    tokio::spawn(execution.watch(deadline, started, cancelled));
    Ok(stream::unfold(Some(rows), |rows| async move {
        let mut rows = rows?;
        match rows.next().await {
            Some(Ok(batch)) => Some((Ok(batch), Some(rows))),
            Some(Err(problem)) => Some((Err(problem), None)),
            None => None,
        }
    }))
}

/// The door's end of the channel.
struct Rows {
    receiver: mpsc::Receiver<Item>,
    eye: Eye,
    /// Why nothing more is handed out: the mark of the end is awaited, so that the record says the same.
    broken: Option<Problem>,
}

impl Rows {
    async fn next(&mut self) -> Option<Result<RecordBatch, Problem>> {
        loop {
            match self.receiver.recv().await {
                Some(Item::Batch(batch)) if self.broken.is_none() => match self.eye.holds() {
                    Ok(()) => return Some(Ok(batch)),
                    Err(problem) => self.broken = Some(problem),
                },
                Some(Item::Batch(_)) => {}
                Some(Item::Failed(problem)) => return Some(Err(self.broken.take().unwrap_or(problem))),
                Some(Item::End) => return self.broken.take().map(Err),
                // An end without its mark is a failure, never a shorter answer (D8).
                None => return Some(Err(Problem::internal("the execution ended without a mark"))),
            }
        }
    }
}

/// Waits until a statement has to end: its time is up or it was cancelled.
pub(super) async fn ended(deadline: Instant, mut cancelled: watch::Receiver<bool>) -> Problem {
    let wait = async {
        if cancelled.wait_for(|cancelled| *cancelled).await.is_err() {
            // Nobody can cancel it any more.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = tokio::time::sleep_until(deadline.into()) => {
            Problem::new(Code::Deadline, "the statement took longer than its time")
                .with_hint("read less at once, or raise `statement_timeout` up to the documented limit")
        }
        () = wait => Problem::new(Code::Cancelled, "the statement was cancelled"),
    }
}

/// What left so far.
#[derive(Debug, Default)]
struct Sent {
    rows: AtomicU64,
    bytes: AtomicU64,
}

/// A statement in execution.
struct Execution {
    inner: Arc<Inner>,
    work: JoinHandle<Result<(), Problem>>,
    ticket: Arc<Ticket>,
    session: Session,
    basis: Basis,
    sender: mpsc::Sender<Item>,
    sent: Arc<Sent>,
}

impl Execution {
    /// Waits for the end, whoever brings it, and records it.
    async fn watch(mut self, deadline: Instant, started: Instant, cancelled: watch::Receiver<bool>) {
        let outcome = tokio::select! {
            outcome = &mut self.work => outcome.unwrap_or_else(|error| Err(Problem::internal(error))),
            problem = ended(deadline, cancelled) => Err(problem),
            problem = self.basis.broken() => Err(problem),
            () = self.sender.closed() => Err(Problem::new(Code::Cancelled, "the reader went away")),
        };
        // Takes effect when the plan next gives way; nothing of it reaches the door after the mark below.
        self.work.abort();
        let Self { inner, work, ticket, session, sender, sent, .. } = self;
        drop(work);
        let error = outcome.as_ref().err().map(Problem::code);
        if let Err(problem) = &outcome {
            inner.note_failure(problem);
        }
        if let Err(problem) = &outcome
            && let Some(cause) = problem.cause()
        {
            tracing::error!(statement = %ticket.id, request = %session.request_id, cause, "a statement failed");
        }
        let record = CompletionRecord {
            id: ticket.id,
            rows: sent.rows.load(Ordering::Relaxed),
            bytes: sent.bytes.load(Ordering::Relaxed),
            error,
            millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        let last = match outcome {
            Ok(()) => Item::End,
            Err(problem) => Item::Failed(problem),
        };
        // The slot is free before the door learns of the end, so that its next statement finds it so.
        drop(ticket);
        // A door that is gone needs no mark.
        let _ = sender.send(last).await;
        if let Err(problem) = inner.parts.activity.finished(record).await {
            tracing::error!(cause = problem.cause(), "a completion record could not be written");
        }
    }
}

/// Executes and sends batch after batch, counting. Holds the ticket for as long as it really works.
async fn send(
    limits: Limits,
    schema: SchemaRef,
    source: Source,
    sender: mpsc::Sender<Item>,
    sent: Arc<Sent>,
    _ticket: Arc<Ticket>,
) -> Result<(), Problem> {
    let mut batches = match source {
        Source::Rows(batch) => stream::iter([Ok(batch)]).boxed(),
        Source::Plan(plan, context) => execute_stream(plan, context).map_err(|error| fault::problem(&error))?,
    };
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(|error| fault::problem(&error))?;
        if batch.num_rows() == 0 {
            continue;
        }
        let rows = batch.num_rows() as u64;
        let rows = sent.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let bytes = size(&batch);
        let bytes = sent.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if rows > limits.rows {
            return Err(Problem::new(Code::LimitRows, format!("the answer has more than {} rows", limits.rows))
                .with_hint("aggregate, filter, or read it in parts"));
        }
        if bytes > limits.bytes {
            return Err(Problem::new(Code::LimitBytes, format!("the answer has more than {} bytes", limits.bytes))
                .with_hint("aggregate, filter, or read it in parts"));
        }
        // The same columns under the names that the door was told.
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let columns = batch.columns().to_vec();
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options);
        if sender.send(Item::Batch(batch.map_err(Problem::internal)?)).await.is_err() {
            return Err(Problem::new(Code::Cancelled, "the reader went away"));
        }
    }
    Ok(())
}

/// Bytes that the values of a batch take, not the buffers they share.
fn size(batch: &RecordBatch) -> u64 {
    let columns = batch.columns().iter();
    columns
        .map(|column| {
            column.to_data().get_slice_memory_size().unwrap_or_else(|_| column.get_array_memory_size()) as u64
        })
        .sum()
}
