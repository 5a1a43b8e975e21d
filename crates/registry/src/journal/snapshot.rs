//! Snapshots of the fold: a cache that makes start-up and `as of` short. One is used only if the chain has its hash at
//! its number and each of its parts matches its digest; without any, the fold starts at the first record.
//!
//! All of them are kept. One is due when as many records have come as the mesh has products, so that together they weigh
//! no more than the records do, and what has to be folded after one takes about as long as to read it.

use futures::{StreamExt, TryStreamExt, stream};
use model::{Digest, Problem};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::store::{self, signed, unreadable, unwritable};
use crate::mesh::{Frame, Mesh, Part};

/// Fewest records between two snapshots.
const EVERY: u64 = 10_000;

/// How hard parts are pressed: little, for they are written while others work.
const PRESSED: i32 = 1;

/// The format of the body: its digest, then the frame and the digests of the parts as JSON; a part is JSON, too, and
/// everything is pressed (zstd). A change of [`Mesh`] changes this number.
const FORMAT: i64 = 5;

/// What a snapshot's row holds.
#[derive(Serialize, Deserialize)]
struct Body<F> {
    frame: F,
    parts: Vec<Digest>,
}

/// Whether a snapshot is due, by the number of the last one.
pub fn is_due(mesh: &Mesh, last: u64) -> bool {
    let products = u64::try_from(mesh.size()).unwrap_or(u64::MAX);
    mesh.seq().saturating_sub(last) >= EVERY.max(products)
}

/// The number of the newest snapshot; 0 if there is none.
pub(super) async fn last(pool: &SqlitePool) -> Result<u64, Problem> {
    let last: Option<i64> = sqlx::query_scalar("SELECT max(seq) FROM snapshots WHERE format = ?")
        .bind(FORMAT)
        .fetch_one(pool)
        .await
        .map_err(unreadable)?;
    Ok(last.and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0))
}

/// The newest usable snapshot at or before a number.
pub(super) async fn newest(connection: &mut SqliteConnection, up_to: u64) -> Result<Option<Mesh>, Problem> {
    let seqs: Vec<i64> =
        sqlx::query_scalar("SELECT seq FROM snapshots WHERE seq <= ? AND format = ? ORDER BY seq DESC LIMIT 8")
            .bind(signed(up_to))
            .bind(FORMAT)
            .fetch_all(&mut *connection)
            .await
            .map_err(unreadable)?;
    for seq in seqs {
        match load(connection, seq).await? {
            Some(mesh) => return Ok(Some(mesh)),
            None => tracing::warn!(seq, "a snapshot does not match the chain and is ignored"),
        }
    }
    Ok(None)
}

async fn load(connection: &mut SqliteConnection, seq: i64) -> Result<Option<Mesh>, Problem> {
    let row = sqlx::query("SELECT hash, body FROM snapshots WHERE seq = ?")
        .bind(seq)
        .fetch_one(&mut *connection)
        .await
        .map_err(unreadable)?;
    let hash: Vec<u8> = row.try_get(0).map_err(unreadable)?;
    let body: Vec<u8> = row.try_get(1).map_err(unreadable)?;
    let number = u64::try_from(seq).unwrap_or_default();
    let in_chain = store::at(connection, number).await?.is_some_and(|record| record.hash.as_bytes()[..] == hash[..]);
    if !in_chain {
        return Ok(None);
    }
    let Some((digest, body)) = body.split_at_checked(32) else { return Ok(None) };
    let Some(Body { frame, parts }) = read::<Body<Frame>>(body, digest) else { return Ok(None) };
    let Some(parts) = of_parts(connection, seq, &parts).await? else { return Ok(None) };
    let mesh = frame.filled(parts);
    Ok(mesh.filter(|mesh| mesh.seq() == number && mesh.hash().is_some_and(|own| own.as_bytes()[..] == hash[..])))
}

/// The parts of a snapshot; `None` if one is missing or damaged.
async fn of_parts(connection: &mut SqliteConnection, seq: i64, parts: &[Digest]) -> Result<Option<Vec<Part>>, Problem> {
    let bodies = sqlx::query_scalar::<_, Vec<u8>>("SELECT body FROM snapshot_parts WHERE seq = ? ORDER BY part")
        .bind(seq)
        .fetch(connection);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let read: Vec<Option<Part>> = bodies
        .map_err(unreadable)
        .zip(stream::iter(parts.to_vec()))
        .map(|(body, digest)| async move {
            let body = body?;
            let work = move || read::<Part>(&body, digest.as_bytes());
            tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
        })
        .buffered(threads)
        .try_collect()
        .await?;
    Ok(if read.len() == parts.len() { read.into_iter().collect() } else { None })
}

/// Stores a snapshot: its parts, then the row that makes them one. Whoever writes to the journal waits for one part at
/// most.
pub(super) async fn store(pool: &SqlitePool, mesh: &Mesh) -> Result<(), Problem> {
    let Some(hash) = mesh.hash() else { return Ok(()) };
    let seq = signed(mesh.seq());
    // What an earlier format or an unfinished snapshot left behind.
    sqlx::query("DELETE FROM snapshots WHERE format < ? OR seq = ?")
        .bind(FORMAT)
        .bind(seq)
        .execute(pool)
        .await
        .map_err(unwritable)?;
    sqlx::query("DELETE FROM snapshot_parts WHERE seq NOT IN (SELECT seq FROM snapshots)")
        .execute(pool)
        .await
        .map_err(unwritable)?;
    let (frame, parts) = mesh.apart();
    let mut digests = Vec::with_capacity(parts.len());
    for (number, part) in (0_i64..).zip(parts) {
        let (digest, body) = pressed(part).await?;
        sqlx::query("INSERT INTO snapshot_parts (seq, part, body) VALUES (?, ?, ?)")
            .bind(seq)
            .bind(number)
            .bind(body)
            .execute(pool)
            .await
            .map_err(unwritable)?;
        digests.push(digest);
    }
    let (digest, pressed) = pressed(Body { frame, parts: digests }).await?;
    let mut body = digest.as_bytes().to_vec();
    body.extend_from_slice(&pressed);
    sqlx::query("INSERT INTO snapshots (seq, hash, format, body) VALUES (?, ?, ?, ?)")
        .bind(seq)
        .bind(&hash.as_bytes()[..])
        .bind(FORMAT)
        .bind(body)
        .execute(pool)
        .await
        .map_err(unwritable)?;
    Ok(())
}

/// The numbers of the records that snapshots are kept of, in their order.
pub(super) async fn kept(connection: &mut SqliteConnection) -> Result<Vec<u64>, Problem> {
    let seqs: Vec<i64> = sqlx::query_scalar("SELECT seq FROM snapshots WHERE format = ? ORDER BY seq")
        .bind(FORMAT)
        .fetch_all(connection)
        .await
        .map_err(unreadable)?;
    Ok(seqs.into_iter().filter_map(|seq| u64::try_from(seq).ok()).collect())
}

/// The snapshot of a record, if it would be used.
pub(super) async fn of(connection: &mut SqliteConnection, seq: u64) -> Result<Option<Mesh>, Problem> {
    load(connection, signed(seq)).await
}

/// Something as it is stored, and the digest of that.
async fn pressed<T: Serialize + Send + 'static>(value: T) -> Result<(Digest, Vec<u8>), Problem> {
    let press = move || {
        let json = serde_json::to_vec(&value).map_err(Problem::internal)?;
        let body = zstd::bulk::compress(&json, PRESSED).map_err(Problem::internal)?;
        Ok((Digest::of(&body), body))
    };
    tokio::task::spawn_blocking(press).await.map_err(Problem::internal)?
}

/// Reads what is stored; `None` if it does not match its digest.
fn read<T: DeserializeOwned>(body: &[u8], digest: &[u8]) -> Option<T> {
    if Digest::of(body).as_bytes()[..] != *digest {
        return None;
    }
    serde_json::from_slice(&zstd::stream::decode_all(body).ok()?).ok()
}
