//! Reading an activity log: the newest statements, and whether the chain holds.

use std::path::Path;

use futures::TryStreamExt;
use model::{Code, Digest, Problem, Timestamp, principal::Principal};
use serde::Serialize;
use sqlx::{Row, SqliteConnection, SqlitePool, sqlite::SqlitePoolOptions, sqlite::SqliteRow};

use super::{
    Activity, CompletionRecord, RefusalRecord, StatementRecord,
    chain::{self, Link},
    writer,
};

const COLUMNS: &str = "SELECT seq, at, kind, statement, principal, body, hash FROM records";

/// A statement with its end, if it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActivityEntry {
    /// Number of the decision's record.
    pub seq: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// The decision.
    pub statement: StatementRecord,
    /// The end.
    pub finished: Option<CompletionRecord>,
}

/// A refused attempt at something other than a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusalEntry {
    /// Number of the record.
    pub seq: u64,
    /// When it was refused.
    pub at: Timestamp,
    /// The attempt.
    pub refusal: RefusalRecord,
}

/// Where a log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ActivityHead {
    /// The last number; 0 if the log is empty.
    pub seq: u64,
    /// The hash there.
    pub hash: Digest,
}

pub(super) fn pool(path: &Path) -> SqlitePool {
    SqlitePoolOptions::new().max_connections(2).connect_lazy_with(writer::options(path, false))
}

pub(super) fn unreadable(cause: impl std::fmt::Display) -> Problem {
    Problem::new(Code::DataUnavailable, "the activity log cannot be read").with_cause(cause)
}

fn broken(seq: u64, why: &str) -> Problem {
    Problem::new(Code::JournalBroken, format!("the activity log is broken at record {seq}: {why}"))
}

fn link(row: &SqliteRow) -> Result<Link, sqlx::Error> {
    let hash: &[u8] = row.try_get(6)?;
    let hash = <[u8; 32]>::try_from(hash).map(Digest::from_bytes).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Link {
        seq: u64::try_from(row.try_get::<i64, _>(0)?).map_err(|error| sqlx::Error::Decode(error.into()))?,
        at: Timestamp::from_micros(row.try_get(1)?),
        kind: row.try_get(2)?,
        statement: row.try_get(3)?,
        principal: row.try_get(4)?,
        body: row.try_get(5)?,
        hash,
    })
}

pub(super) async fn last(connection: &mut SqliteConnection) -> Result<Option<Link>, Problem> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY seq DESC LIMIT 1"));
    let row = sqlx::query(sql).fetch_optional(connection).await.map_err(super::unavailable)?;
    row.as_ref().map(link).transpose().map_err(super::unavailable)
}

impl Activity {
    /// The newest statements, newest first, of one principal or of everybody. Whether the caller may see them is
    /// [`governance::authorise`]'s to say.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn recent(&self, principal: Option<&Principal>, limit: u32) -> Result<Vec<ActivityEntry>, Problem> {
        let rows = self.newest("statement", principal, limit).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for decided in rows {
            let statement = serde_json::from_slice(&decided.body).map_err(unreadable)?;
            let end: Option<Vec<u8>> =
                sqlx::query_scalar("SELECT body FROM records WHERE statement = ? AND kind = 'finished'")
                    .bind(&decided.statement[..])
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(unreadable)?;
            let finished = end.map(|body| serde_json::from_slice(&body)).transpose().map_err(unreadable)?;
            entries.push(ActivityEntry { seq: decided.seq, at: decided.at, statement, finished });
        }
        Ok(entries)
    }

    /// The newest refused attempts at something other than a statement, as [`Activity::recent`].
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn refusals(&self, principal: Option<&Principal>, limit: u32) -> Result<Vec<RefusalEntry>, Problem> {
        let rows = self.newest("refusal", principal, limit).await?;
        let entry = |row: Link| {
            let refusal = serde_json::from_slice(&row.body).map_err(unreadable)?;
            Ok(RefusalEntry { seq: row.seq, at: row.at, refusal })
        };
        rows.into_iter().map(entry).collect()
    }

    /// The kind stands in the text, for the index of refusals holds for that text only.
    async fn newest(
        &self,
        kind: &'static str,
        principal: Option<&Principal>,
        limit: u32,
    ) -> Result<Vec<Link>, Problem> {
        let sql = sqlx::AssertSqlSafe(match principal {
            Some(_) => format!("{COLUMNS} WHERE kind = '{kind}' AND principal = ? ORDER BY seq DESC LIMIT ?"),
            None => format!("{COLUMNS} WHERE kind = '{kind}' ORDER BY seq DESC LIMIT ?"),
        });
        let mut query = sqlx::query(sql);
        if let Some(principal) = principal {
            query = query.bind(principal.to_string());
        }
        let rows = query.bind(i64::from(limit.min(1_000))).fetch_all(&self.pool).await.map_err(unreadable)?;
        rows.iter().map(|row| link(row).map_err(unreadable)).collect()
    }

    /// Where the log ends: what is anchored in the journal.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn head(&self) -> Result<ActivityHead, Problem> {
        let mut connection = self.pool.acquire().await.map_err(unreadable)?;
        let last = last(&mut connection).await?;
        Ok(last.map_or(ActivityHead { seq: 0, hash: chain::start() }, |link| ActivityHead {
            seq: link.seq,
            hash: link.hash,
        }))
    }

    /// Checks the whole chain, and that it holds what the journal anchored.
    ///
    /// # Errors
    /// `journal-broken` naming the first bad record.
    pub async fn verify(&self, anchor: Option<(u64, Digest)>) -> Result<ActivityHead, Problem> {
        let mut connection = self.pool.acquire().await.map_err(unreadable)?;
        let mut rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY seq"))).fetch(&mut *connection);
        let mut head = ActivityHead { seq: 0, hash: chain::start() };
        while let Some(row) = rows.try_next().await.map_err(unreadable)? {
            let next = link(&row).map_err(|error| broken(head.seq + 1, "its row cannot be read").with_cause(error))?;
            if next.seq != head.seq + 1 {
                return Err(broken(head.seq + 1, "it is missing"));
            }
            if next.hash_after(&head.hash) != next.hash {
                return Err(broken(next.seq, "its content or its place does not match its hash"));
            }
            head = ActivityHead { seq: next.seq, hash: next.hash };
            if let Some((seq, hash)) = anchor
                && seq == head.seq
                && hash != head.hash
            {
                return Err(broken(seq, "it is not the record that the journal anchored"));
            }
        }
        if let Some((seq, _)) = anchor.filter(|(seq, _)| *seq > head.seq) {
            return Err(broken(head.seq + 1, &format!("it and all up to the anchored record {seq} are missing")));
        }
        Ok(head)
    }
}
