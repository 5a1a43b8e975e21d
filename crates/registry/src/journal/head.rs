//! `DATA/journal.head`: the last record's number and hash, outside the database, so that a deleted tail is seen.

use std::path::{Path, PathBuf};

use model::{Code, Digest, Problem};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::{
    record::{Position, StoredRecord, broken},
    store,
};
use crate::durable;

#[derive(Serialize, Deserialize)]
struct Head {
    seq: u64,
    hash: Digest,
}

/// Where the head of a data directory is.
pub(super) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("journal.head")
}

/// Reads the head; `None` if the file is absent.
pub(super) fn read(path: &Path) -> Result<Option<Position>, Problem> {
    let unreadable = |cause: String| {
        Problem::new(Code::JournalBroken, "`journal.head` cannot be read")
            .with_hint("restore DATA from a backup (`tessera restore FILE`)")
            .with_cause(cause)
    };
    let Some(bytes) = durable::read(path).map_err(|error| unreadable(error.to_string()))? else { return Ok(None) };
    let head: Head = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    Ok(Some(Position { seq: head.seq, hash: head.hash }))
}

/// The head's file for a position.
pub(super) fn bytes(position: Position) -> Vec<u8> {
    let head = Head { seq: position.seq, hash: position.hash };
    let mut bytes = serde_json::to_vec(&head).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Rewrites the head atomically.
pub(super) async fn write(path: &Path, position: Position) -> Result<(), Problem> {
    let path = path.to_owned();
    let written = tokio::task::spawn_blocking(move || durable::write(&path, &bytes(position)));
    written.await.map_err(Problem::internal)?.map_err(|error| {
        let code =
            if error.kind() == std::io::ErrorKind::StorageFull { Code::StorageFull } else { Code::DataUnavailable };
        Problem::new(code, "the journal's head cannot be written")
            .with_hint("what was recorded is kept; repeat the command with the same idempotency key")
            .with_cause(error)
    })
}

/// Compares the head with the end of the chain. `true` if it must be rewritten: a crash between the append and the
/// head leaves it exactly one command behind, and the chain from the head on proves that nothing else happened.
///
/// # Errors
/// `journal-broken` naming the first record that is missing or does not match.
pub(super) async fn is_behind(connection: &mut SqliteConnection, head: Option<Position>) -> Result<bool, Problem> {
    let end = store::last(connection).await?.map_or(Position::start(), |record| record.position());
    let known = head.unwrap_or(Position::start());
    if known == end {
        return Ok(head.is_none() && end.seq > 0);
    }
    if end.seq < known.seq {
        return Err(broken(end.seq + 1, &format!("it and all up to record {} are missing", known.seq)));
    }
    if known.seq > 0 && store::at(connection, known.seq).await?.is_none_or(|record| record.hash != known.hash) {
        return Err(broken(known.seq, "it is not the record that `journal.head` remembers"));
    }
    let mut previous = known;
    let mut command: Option<(String, String)> = None;
    store::walk(connection, known.seq + 1, end.seq, |record: StoredRecord| {
        record.check_after(previous)?;
        previous = record.position();
        let of = (record.actor.clone(), record.command_id.clone());
        match &command {
            Some(first) if *first != of => {
                Err(broken(record.seq, "`journal.head` is more than one command behind; a crash leaves it one behind"))
            }
            _ => {
                command = Some(of);
                Ok(())
            }
        }
    })
    .await?;
    Ok(true)
}
