//! Snapshots of the fold: a cache that makes start-up and `as of` short. One is used only if the chain has its hash at
//! its number and its body matches its own digest; without any, the fold starts at the first record.

use model::{Digest, Problem};
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::{
    record::Position,
    store::{self, signed, unreadable, unwritable},
};
use crate::mesh::Mesh;

/// Records between two snapshots.
pub const EVERY: u64 = 10_000;

/// How many of the newest are kept; of older ones every tenth.
const KEPT: i64 = 4;

/// The format of the body: the digest of the rest, then the mesh as JSON. A change of [`Mesh`] changes this number.
const FORMAT: i64 = 4;

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
    Ok(decode(&body)
        .filter(|mesh| mesh.seq() == number && mesh.hash().is_some_and(|own| own.as_bytes()[..] == hash[..])))
}

/// Stores a snapshot and thins out older ones.
pub(super) async fn store(pool: &SqlitePool, mesh: &Mesh) -> Result<(), Problem> {
    let Some(hash) = mesh.hash() else { return Ok(()) };
    let body = encode(mesh)?;
    sqlx::query("INSERT OR REPLACE INTO snapshots (seq, hash, format, body) VALUES (?, ?, ?, ?)")
        .bind(signed(mesh.seq()))
        .bind(&hash.as_bytes()[..])
        .bind(FORMAT)
        .bind(&body[..])
        .execute(pool)
        .await
        .map_err(unwritable)?;
    sqlx::query(
        "DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?) \
         AND (seq / ?) % 10 <> 0",
    )
    .bind(KEPT)
    .bind(signed(EVERY))
    .execute(pool)
    .await
    .map_err(unwritable)?;
    Ok(())
}

/// The newest snapshot as stored, for comparison with a fold from the first record.
pub(super) async fn newest_position(connection: &mut SqliteConnection) -> Result<Option<Position>, Problem> {
    Ok(newest(connection, u64::MAX).await?.and_then(|mesh| mesh.hash().map(|hash| Position { seq: mesh.seq(), hash })))
}

fn encode(mesh: &Mesh) -> Result<Vec<u8>, Problem> {
    let json = serde_json::to_vec(mesh).map_err(Problem::internal)?;
    let mut body = Digest::of(&json).as_bytes().to_vec();
    body.extend_from_slice(&json);
    Ok(body)
}

fn decode(body: &[u8]) -> Option<Mesh> {
    let (digest, json) = body.split_at_checked(32)?;
    if Digest::of(json).as_bytes()[..] != *digest {
        return None;
    }
    serde_json::from_slice(json).ok()
}
