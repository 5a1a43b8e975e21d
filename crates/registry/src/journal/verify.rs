//! Verification: the whole chain, the head, the blobs and every snapshot.

use std::path::Path;

use futures::TryStreamExt;
use model::{Digest, Problem};
use serde::Serialize;
use sqlx::{ConnectOptions, Row, SqliteConnection};

use super::{
    follow_record, head, position,
    record::{Position, broken},
    snapshot, store,
};
use crate::mesh::Mesh;

/// A journal that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How many records.
    pub records: u64,
    /// The last record's hash; absent on an empty journal.
    pub head: Option<Digest>,
    /// How many blobs.
    pub blobs: u64,
}

/// Verifies the journal of a mesh that is not running.
///
/// # Errors
/// `journal-broken` naming the first bad record.
pub async fn verify_dir(data_dir: &Path) -> Result<Verified, Problem> {
    let path = super::file(data_dir);
    let head = head::read(&head::path(data_dir))?;
    if !path.exists() {
        return Err(match head {
            Some(head) if head.seq > 0 => broken(1, &format!("it and all up to record {} are missing", head.seq)),
            _ => Problem::new(model::Code::NotFound, format!("`{}` holds no journal", data_dir.display()))
                .with_hint("give the directory that `tessera up --data` uses"),
        });
    }
    let mut connection = store::options(&path, false).connect().await.map_err(store::unreadable)?;
    verify(&mut connection, head).await
}

pub(super) async fn verify(connection: &mut SqliteConnection, head: Option<Position>) -> Result<Verified, Problem> {
    let kept = snapshot::kept(connection).await?;
    let mut mesh = Mesh::default();
    for up_to in kept.into_iter().chain([u64::MAX]) {
        let from = mesh.seq() + 1;
        store::walk(connection, from, up_to, |record| {
            record.check_after(position(&mesh))?;
            follow_record(&mut mesh, &record)
        })
        .await?;
        // One that does not belong to the chain is never used.
        if mesh.seq() == up_to && snapshot::of(connection, up_to).await?.is_some_and(|kept| kept != mesh) {
            return Err(broken(up_to, "the snapshot kept there is not what the records before it make"));
        }
    }
    // A running mesh may be between an append and its head; more than one command behind is a broken journal.
    head::is_behind(connection, head).await?;
    let blobs = blobs(connection).await?;
    Ok(Verified { records: mesh.seq(), head: mesh.hash(), blobs })
}

async fn blobs(connection: &mut SqliteConnection) -> Result<u64, Problem> {
    let mut rows = sqlx::query("SELECT digest, bytes FROM blobs").fetch(connection);
    let mut count = 0;
    while let Some(row) = rows.try_next().await.map_err(store::unreadable)? {
        let digest: &[u8] = row.try_get(0).map_err(store::unreadable)?;
        let bytes: &[u8] = row.try_get(1).map_err(store::unreadable)?;
        if Digest::of(bytes).as_bytes()[..] != *digest {
            let named = <[u8; 32]>::try_from(digest).map(|digest| Digest::from_bytes(digest).to_string());
            return Err(Problem::new(
                model::Code::JournalBroken,
                format!("the document `{}` no longer matches its digest", named.unwrap_or_default()),
            )
            .with_hint("restore DATA from a backup (`tessera restore FILE`)"));
        }
        count += 1;
    }
    Ok(count)
}
