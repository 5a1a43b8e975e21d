//! Activity: what was read and how it ended, and what else was tried in vain, in its own file and its own hash chain
//! (M19, E10).
//!
//! The decision record is durable before the first byte of an answer. Records that arrive while one is being made
//! durable share the next commit, so that many statements cost few of them.
//!
//! INVARIANT: a statement whose record could not be written gets `audit-unavailable` and no data
//! (test `a_failing_disk_refuses_statements`).

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use model::{
    Code, Digest, Problem, Timestamp,
    id::PublicationId,
    name::{PortName, PurposeName},
    principal::Principal,
    reference::ProductRef,
    time::Clock,
};
use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

mod chain;
mod read;
mod uses;
mod writer;

pub use read::{ActivityEntry, ActivityHead, RefusalEntry};
pub use uses::{ColumnUse, DAYS, Use, day_of};

/// How many records wait at most; beyond it, callers wait.
const QUEUE: usize = 4_096;

/// Which way a port was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// The plain scan: nothing had to be done.
    Fast,
    /// Row scopes or masks were applied.
    Treated,
}

/// One port that a statement read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditedObject {
    /// The product.
    #[schema(value_type = String)]
    pub product: ProductRef,
    /// The port.
    #[schema(value_type = String)]
    pub port: PortName,
    /// The publication.
    #[schema(value_type = String)]
    pub publication: PublicationId,
    /// Which way.
    pub lane: Lane,
    /// Columns by outcome (`clear`, `token`, ...).
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// The columns that the statement reads; records of earlier releases do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Vec<String>>,
    /// Names of the row scopes and restrictions that held.
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// Whether a statement was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditDecision {
    /// It was.
    Allowed,
    /// It was not, and why.
    Refused(Code),
}

/// The decision on one statement, written before its first byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StatementRecord {
    /// The statement.
    #[schema(value_type = String)]
    pub id: Uuid,
    /// Who.
    #[schema(value_type = String)]
    pub principal: Principal,
    /// For which purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub purpose: Option<PurposeName>,
    /// The policy epoch it was decided at.
    pub epoch: u64,
    /// What it reads.
    #[serde(default)]
    pub objects: Vec<AuditedObject>,
    /// Fingerprint of the statement's text.
    #[schema(value_type = String)]
    pub fingerprint: Digest,
    /// The text, where the domain keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether it was let through.
    pub decision: AuditDecision,
}

/// How a statement ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CompletionRecord {
    /// The statement.
    #[schema(value_type = String)]
    pub id: Uuid,
    /// Rows that left.
    pub rows: u64,
    /// Bytes that left.
    pub bytes: u64,
    /// What went wrong, if something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Code>,
    /// How long it took.
    pub millis: u64,
}

/// An attempt at something other than a statement that was refused, for the person may not do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRecord {
    /// The attempt: the id its answer carried.
    pub id: Uuid,
    /// Who.
    pub principal: Principal,
    /// What was called: `POST /api/v1/requests/req-7/decision`. Names and ids, no text of the call's body.
    pub call: String,
    /// Why not.
    pub code: Code,
}

/// The activity log of this node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Activity {
    queue: mpsc::Sender<Waiting>,
    pool: SqlitePool,
    began_at: Timestamp,
    uses: Arc<tokio::sync::Mutex<uses::Uses>>,
    readers: Arc<uses::Readers>,
}

/// A record on its way, and who waits for it.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) kind: &'static str,
    pub(crate) statement: Uuid,
    pub(crate) principal: Option<Principal>,
    pub(crate) body: Vec<u8>,
    pub(crate) done: oneshot::Sender<Result<(), Problem>>,
}

/// The log's file in a data directory.
pub fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("activity.db")
}

pub(crate) fn unavailable(cause: impl std::fmt::Display) -> Problem {
    Problem::new(Code::AuditUnavailable, "the audit record cannot be written, so nothing is served")
        .with_hint("tell whoever runs this server; its log has the cause")
        .with_cause(cause)
}

impl Activity {
    /// Opens the log of a data directory, creating an empty one.
    ///
    /// # Errors
    /// `audit-unavailable` if it cannot be opened or its last record does not match its hash.
    pub async fn open(data_dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let path = file(data_dir);
        let writer = writer::Writer::open(&path, clock).await?;
        let began_at = writer.at();
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(writer.serve(waiting));
        Ok(Self { queue, pool: read::pool(&path), began_at, uses: Arc::default(), readers: Arc::default() })
    }

    /// Time of the last record that was there when the log was opened.
    pub fn began_at(&self) -> Timestamp {
        self.began_at
    }

    /// Records the decision on a statement; returns when it is durable.
    ///
    /// # Errors
    /// `audit-unavailable`: the statement must not answer.
    pub async fn statement(&self, record: StatementRecord) -> Result<(), Problem> {
        let body = serde_json::to_vec(&record).map_err(unavailable)?;
        self.put("statement", record.id, Some(record.principal), body).await
    }

    /// Records how a statement ended; returns when it is durable.
    ///
    /// # Errors
    /// `audit-unavailable`.
    pub async fn finished(&self, record: CompletionRecord) -> Result<(), Problem> {
        let body = serde_json::to_vec(&record).map_err(unavailable)?;
        self.put("finished", record.id, None, body).await
    }

    /// Records a refused attempt; returns when it is durable.
    ///
    /// # Errors
    /// `audit-unavailable`.
    pub async fn refusal(&self, record: RefusalRecord) -> Result<(), Problem> {
        let body = serde_json::to_vec(&record).map_err(unavailable)?;
        self.put("refusal", record.id, Some(record.principal), body).await
    }

    async fn put(
        &self,
        kind: &'static str,
        statement: Uuid,
        principal: Option<Principal>,
        body: Vec<u8>,
    ) -> Result<(), Problem> {
        let (done, answer) = oneshot::channel();
        let waiting = Waiting { kind, statement, principal, body, done };
        self.queue.send(waiting).await.map_err(|_| unavailable("the log is closed"))?;
        answer.await.map_err(|_| unavailable("the log is closed"))?
    }
}
