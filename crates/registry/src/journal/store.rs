//! The tables of a journal and the statements on them. SQLite, WAL, synchronous=FULL.

use std::{collections::HashMap, path::Path, time::Duration};

use futures::TryStreamExt;
use model::{
    Code, Digest, Problem, Timestamp,
    drill::{self, Operation},
};
use sqlx::{
    ConnectOptions, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};

use super::record::{Position, StoredRecord, broken};
use crate::crash;

/// The version of these tables, in `user_version`.
const SCHEMA: i64 = 1;

/// Blobs that one statement asks for.
const BLOBS_AT_ONCE: usize = 250;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    command_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    request BLOB NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (command_id, actor, part)
) STRICT;
CREATE TABLE IF NOT EXISTS blobs (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS snapshots (
    seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, format INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS snapshot_parts (
    seq INTEGER NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (seq, part)
) STRICT;
CREATE TABLE IF NOT EXISTS cursors (subscriber TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
";

const COLUMNS: &str = "SELECT seq, at, actor, command_id, part, request, kind, version, body, hash FROM records";

/// How a journal's file is opened. `secure_delete`: an erased blob leaves no bytes behind.
pub(super) fn options(path: &Path, create: bool) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging()
}

/// The pool for reads beside the writer.
pub(super) fn readers(path: &Path) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(10))
        .connect_lazy_with(options(path, false))
}

pub(super) async fn prepare(connection: &mut SqliteConnection) -> Result<(), Problem> {
    let version: i64 =
        sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await.map_err(unreadable)?;
    match version {
        // Tables that only make something faster may be missing.
        SCHEMA => sqlx::raw_sql(TABLES).execute(&mut *connection).await.map(|_| ()).map_err(unwritable),
        0 => {
            sqlx::raw_sql(TABLES).execute(&mut *connection).await.map_err(unwritable)?;
            sqlx::raw_sql("PRAGMA user_version = 1").execute(&mut *connection).await.map_err(unwritable)?;
            Ok(())
        }
        other => {
            Err(Problem::new(Code::JournalBroken, format!("the journal has format {other}, this build knows {SCHEMA}"))
                .with_hint("start the build that wrote it, or a newer one"))
        }
    }
}

/// A row as a record. A row that cannot even be read is a broken record.
pub(super) fn record(row: &SqliteRow) -> Result<StoredRecord, Problem> {
    let seq: i64 = row.try_get(0).map_err(unreadable)?;
    let seq = u64::try_from(seq).map_err(|_| broken(1, "its number is negative"))?;
    let read = || -> Result<StoredRecord, sqlx::Error> {
        let digest = |bytes: &[u8]| {
            <[u8; 32]>::try_from(bytes).map(Digest::from_bytes).map_err(|e| sqlx::Error::Decode(e.into()))
        };
        let small = |number: i64| u32::try_from(number).map_err(|error| sqlx::Error::Decode(error.into()));
        Ok(StoredRecord {
            seq,
            at: Timestamp::from_micros(row.try_get(1)?),
            actor: row.try_get(2)?,
            command_id: row.try_get(3)?,
            part: small(row.try_get(4)?)?,
            request: digest(row.try_get(5)?)?,
            kind: row.try_get(6)?,
            version: small(row.try_get(7)?)?,
            body: row.try_get(8)?,
            hash: digest(row.try_get(9)?)?,
        })
    };
    read().map_err(|error| broken(seq, "its row cannot be read").with_cause(error))
}

/// The last record.
pub(super) async fn last(connection: &mut SqliteConnection) -> Result<Option<StoredRecord>, Problem> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY seq DESC LIMIT 1"));
    sqlx::query(sql).fetch_optional(connection).await.map_err(unreadable)?.as_ref().map(record).transpose()
}

/// One record.
pub(super) async fn at(connection: &mut SqliteConnection, seq: u64) -> Result<Option<StoredRecord>, Problem> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE seq = ?"));
    sqlx::query(sql)
        .bind(signed(seq))
        .fetch_optional(connection)
        .await
        .map_err(unreadable)?
        .as_ref()
        .map(record)
        .transpose()
}

/// Some records by their numbers, in order; one that is not there is left out.
pub(super) async fn some(connection: &mut SqliteConnection, seqs: &[u64]) -> Result<Vec<StoredRecord>, Problem> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq"));
    let list = serde_json::to_string(seqs).map_err(Problem::internal)?;
    let rows = sqlx::query(sql).bind(list).fetch_all(connection).await.map_err(unreadable)?;
    rows.iter().map(record).collect()
}

/// Records with `from <= seq <= to` in order, each handed to `each`.
pub(super) async fn walk(
    connection: &mut SqliteConnection,
    from: u64,
    to: u64,
    mut each: impl FnMut(StoredRecord) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE seq >= ? AND seq <= ? ORDER BY seq"));
    let mut rows = sqlx::query(sql).bind(signed(from)).bind(signed(to)).fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(unreadable)? {
        each(record(&row)?)?;
    }
    Ok(())
}

/// The records of a command.
pub(super) async fn of_command(
    connection: &mut SqliteConnection,
    actor: &str,
    command_id: &str,
) -> Result<Vec<StoredRecord>, Problem> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE command_id = ? AND actor = ? ORDER BY part"));
    let rows = sqlx::query(sql).bind(command_id).bind(actor).fetch_all(connection).await.map_err(unreadable)?;
    rows.iter().map(record).collect()
}

/// An operation on the journal at `path` is about to happen, or has just happened unnoticed: the moment in which a drill
/// lets it fail.
pub(super) fn pass(path: &Path, operation: Operation) -> Result<(), sqlx::Error> {
    drill::pass(path, operation).map_err(sqlx::Error::Io)
}

/// Appends in one transaction if the chain still ends where the caller thinks; `false` if it does not.
pub(super) async fn append(
    path: &Path,
    connection: &mut SqliteConnection,
    expected: Position,
    records: &[StoredRecord],
    blobs: &[(Digest, Vec<u8>)],
) -> Result<bool, Problem> {
    use sqlx::Connection;
    let step = || pass(path, Operation::Grows).map_err(unwritable);
    step()?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(unwritable)?;
    pass(path, Operation::Plain).map_err(unreadable)?;
    let end = last(&mut transaction).await?.map_or(Position::start(), |record| record.position());
    if end != expected {
        transaction.rollback().await.map_err(unwritable)?;
        return Ok(false);
    }
    for (digest, bytes) in blobs {
        step()?;
        insert_blob(&mut transaction, digest, bytes).await?;
    }
    let kind = records.first().map_or("", |record| &record.kind);
    crash::point("blobs", kind);
    for record in records {
        step()?;
        insert(&mut transaction, record).await?;
    }
    step()?;
    transaction.commit().await.map_err(unwritable)?;
    step()?;
    crash::point("committed", kind);
    Ok(true)
}

pub(super) async fn insert_blob(
    connection: &mut SqliteConnection,
    digest: &Digest,
    bytes: &[u8],
) -> Result<(), Problem> {
    let statement = sqlx::query("INSERT OR IGNORE INTO blobs (digest, bytes) VALUES (?, ?)");
    statement.bind(&digest.as_bytes()[..]).bind(bytes).execute(connection).await.map_err(unwritable)?;
    Ok(())
}

pub(super) async fn insert(connection: &mut SqliteConnection, record: &StoredRecord) -> Result<(), Problem> {
    sqlx::query(
        "INSERT INTO records (seq, at, actor, command_id, part, request, kind, version, body, hash) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(signed(record.seq))
    .bind(record.at.micros())
    .bind(&record.actor[..])
    .bind(&record.command_id[..])
    .bind(i64::from(record.part))
    .bind(&record.request.as_bytes()[..])
    .bind(&record.kind[..])
    .bind(i64::from(record.version))
    .bind(&record.body[..])
    .bind(&record.hash.as_bytes()[..])
    .execute(connection)
    .await
    .map_err(unwritable)?;
    Ok(())
}

/// Several blobs at once, those that are there.
pub(super) async fn blobs(pool: &SqlitePool, digests: &[Digest]) -> Result<HashMap<Digest, Vec<u8>>, Problem> {
    let mut found = HashMap::with_capacity(digests.len());
    for some in digests.chunks(BLOBS_AT_ONCE) {
        let marks = vec!["?"; some.len()].join(", ");
        let sql = sqlx::AssertSqlSafe(format!("SELECT digest, bytes FROM blobs WHERE digest IN ({marks})"));
        let mut query = sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>(sql);
        for digest in some {
            query = query.bind(&digest.as_bytes()[..]);
        }
        for (digest, bytes) in query.fetch_all(pool).await.map_err(unreadable)? {
            let own = Digest::of(&bytes);
            if own.as_bytes()[..] != digest[..] {
                return Err(altered(&own));
            }
            found.insert(own, bytes);
        }
    }
    Ok(found)
}

/// A blob, proven to be what its digest says.
pub(super) async fn blob(pool: &SqlitePool, digest: &Digest) -> Result<Option<Vec<u8>>, Problem> {
    let found: Option<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM blobs WHERE digest = ?")
        .bind(&digest.as_bytes()[..])
        .fetch_optional(pool)
        .await
        .map_err(unreadable)?;
    match found {
        Some(bytes) if Digest::of(&bytes) != *digest => Err(altered(digest)),
        found => Ok(found),
    }
}

fn altered(digest: &Digest) -> Problem {
    Problem::new(Code::DataUnavailable, "a stored document no longer matches its digest")
        .with_hint("run `tessera journal verify`")
        .with_cause(format!("blob {digest}"))
}

/// Erases a blob: `secure_delete` overwrites its pages, the checkpoint empties the log that still holds them.
pub(super) async fn erase(pool: &SqlitePool, digest: &Digest) -> Result<(), Problem> {
    sqlx::query("DELETE FROM blobs WHERE digest = ?")
        .bind(&digest.as_bytes()[..])
        .execute(pool)
        .await
        .map_err(unwritable)?;
    let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await.map_err(unwritable)?;
    if busy != 0 {
        return Err(Problem::new(
            Code::Conflict,
            "a reader still holds the journal's log, so the text is not erased yet",
        )
        .with_hint("try again in a moment"));
    }
    Ok(())
}

pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A read that failed.
pub(super) fn unreadable(error: sqlx::Error) -> Problem {
    Problem::new(Code::DataUnavailable, "the journal cannot be read").with_cause(error)
}

/// A write that failed. Whether it happened is told by asking again with the same key.
pub(crate) fn unwritable(error: sqlx::Error) -> Problem {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    // SQLITE_FULL, whatever the extended code.
    let is_full = code.is_some_and(|code| code & 0xff == 13)
        || matches!(&error, sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull);
    let problem = if is_full {
        Problem::new(Code::StorageFull, "the journal cannot be written: no space is left")
            .with_hint("free space on the data volume, then repeat the command with the same idempotency key")
    } else {
        Problem::new(Code::DataUnavailable, "the journal cannot be written")
            .with_hint("repeat the command with the same idempotency key: it happens once")
    };
    problem.with_cause(error)
}
