//! The one writer of an activity log: takes what waits, makes it durable in one commit, tells whoever waited.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use model::{
    Digest, Problem, Timestamp,
    drill::{self, Operation},
    time::Clock,
};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::mpsc;

use super::{
    Waiting,
    chain::{self, Link},
    read, unavailable,
};

/// The most records of one commit.
const BATCH: usize = 512;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    statement TEXT NOT NULL,
    principal TEXT NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS records_by_statement ON records (statement);
CREATE INDEX IF NOT EXISTS records_by_principal ON records (principal, seq);
CREATE INDEX IF NOT EXISTS refusals ON records (seq) WHERE kind = 'refusal';
";

pub(super) fn options(path: &Path, create: bool) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging()
}

pub(super) struct Writer {
    path: PathBuf,
    options: SqliteConnectOptions,
    clock: Arc<dyn Clock>,
    /// Absent after a failure, until the log could be opened again.
    open: Option<Open>,
}

struct Open {
    connection: SqliteConnection,
    seq: u64,
    at: Timestamp,
    hash: Digest,
}

impl Writer {
    pub(super) async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let options = options(path, true);
        let mut connection = options.connect().await.map_err(unavailable)?;
        sqlx::raw_sql(TABLES).execute(&mut connection).await.map_err(unavailable)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(unavailable)?;
        }
        let open = Open::new(connection).await?;
        Ok(Self { path: path.to_owned(), options, clock, open: Some(open) })
    }

    /// Time of the last record.
    pub(super) fn at(&self) -> Timestamp {
        self.open.as_ref().map_or(Timestamp::default(), |open| open.at)
    }

    /// Serves until every sender is gone.
    pub(super) async fn serve(mut self, mut queue: mpsc::Receiver<Waiting>) {
        let mut batch = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut batch, BATCH).await > 0 {
            let answer = self.write(&batch).await;
            if let Err(problem) = &answer {
                tracing::error!(cause = problem.cause(), records = batch.len(), "activity cannot be recorded");
                // The commit may have happened: only the file knows where the chain ends now.
                self.open = None;
            }
            for waiting in batch.drain(..) {
                // Nobody may be waiting any more; the record stands all the same.
                let _ = waiting.done.send(answer.clone());
            }
        }
        if let Some(open) = self.open {
            let _ = open.connection.close().await;
        }
    }

    async fn write(&mut self, batch: &[Waiting]) -> Result<(), Problem> {
        let now = self.clock.now();
        // A moment in which a drill lets the disk fail.
        let step = || drill::pass(&self.path, Operation::Grows).map_err(unavailable);
        let open = match &mut self.open {
            Some(open) => open,
            missing => {
                step()?;
                let connection = self.options.clone().create_if_missing(false).connect().await.map_err(unavailable)?;
                missing.insert(Open::new(connection).await?)
            }
        };
        let at = now.max(open.at);
        let (mut seq, mut hash) = (open.seq, open.hash);
        step()?;
        let mut transaction = open.connection.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        for waiting in batch {
            seq += 1;
            let mut link = Link {
                seq,
                at,
                kind: waiting.kind.to_owned(),
                statement: waiting.statement.to_string(),
                principal: waiting.principal.as_ref().map(ToString::to_string).unwrap_or_default(),
                body: waiting.body.clone(),
                hash,
            };
            link.hash = link.hash_after(&hash);
            hash = link.hash;
            step()?;
            insert(&mut transaction, &link).await?;
        }
        step()?;
        transaction.commit().await.map_err(unavailable)?;
        // It may have happened and be told as a failure.
        step()?;
        (open.seq, open.at, open.hash) = (seq, at, hash);
        Ok(())
    }
}

impl Open {
    async fn new(mut connection: SqliteConnection) -> Result<Self, Problem> {
        let last = read::last(&mut connection).await?;
        let (seq, at, hash) =
            last.map_or((0, Timestamp::default(), chain::start()), |link| (link.seq, link.at, link.hash));
        Ok(Self { connection, seq, at, hash })
    }
}

async fn insert(connection: &mut SqliteConnection, link: &Link) -> Result<(), Problem> {
    sqlx::query("INSERT INTO records (seq, at, kind, statement, principal, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .bind(i64::try_from(link.seq).unwrap_or(i64::MAX))
        .bind(link.at.micros())
        .bind(&link.kind[..])
        .bind(&link.statement[..])
        .bind(&link.principal[..])
        .bind(&link.body[..])
        .bind(&link.hash.as_bytes()[..])
        .execute(connection)
        .await
        .map_err(unavailable)?;
    Ok(())
}
