//! The journal: one append-only, hash-chained table, its blobs and snapshots, and its head outside the database.
//!
//! Not for deciding anything: it stores what it is given, if the chain still ends where the caller thinks.
//!
//! INVARIANT: records are never changed or removed; `verify` names the first one that was
//! (tests `chain::*`).

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use model::{Digest, Problem, Timestamp, drill::Operation};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};

mod copy;
mod head;
mod record;
mod snapshot;
mod store;
mod verify;

pub use record::{Command as CommandStamp, Position, RecordView, StoredRecord};
pub use snapshot::is_due as snapshot_is_due;
pub use verify::{Verified, verify_dir};

pub(crate) use copy::{copy, head_of, open_copy, verify_copy};
pub(crate) use record::broken;
pub(crate) use store::unwritable;

use crate::mesh::{Mesh, Stamp};

/// The readable side of a journal; the writer is [`Writer`].
#[derive(Debug, Clone)]
pub struct Journal {
    path: PathBuf,
    pool: SqlitePool,
}

/// The one connection that appends.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    /// Absent after a failure: a connection whose transaction failed half-way is not used again.
    connection: Option<SqliteConnection>,
    head: PathBuf,
    /// Where the chain ends but the head does not say so yet.
    unsaid: Option<Position>,
}

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is durable.
    Done,
    /// Somebody else appended first: follow the new records and decide again.
    LostRace,
}

/// The journal's file in a data directory.
pub fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("journal.db")
}

/// Opens the journal of a data directory, creating an empty one, and folds it.
///
/// # Errors
/// `journal-broken` naming the first record that is missing or does not match its hash; `data-unavailable`.
pub async fn open(data_dir: &Path) -> Result<(Journal, Writer, Mesh), Problem> {
    let path = file(data_dir);
    let head_path = head::path(data_dir);
    let head = head::read(&head_path)?;
    let fresh = !path.exists();
    if fresh && let Some(head) = head.filter(|head| head.seq > 0) {
        return Err(broken(1, &format!("it and all up to record {} are missing", head.seq)));
    }
    let mut connection = store::options(&path, true).connect().await.map_err(store::unreadable)?;
    store::prepare(&mut connection).await?;
    restrict(&path)?;
    let behind = head::is_behind(&mut connection, head).await?;
    let mesh = fold(&mut connection, u64::MAX).await?;
    let mut writer = Writer { path, connection: Some(connection), head: head_path, unsaid: None };
    if behind {
        tracing::info!(seq = mesh.seq(), "the journal's head was one command behind; the chain proves it, repaired");
        writer.unsaid = Some(position(&mesh));
        writer.say_head().await?;
    }
    let journal = Journal { path: writer.path.clone(), pool: store::readers(&writer.path) };
    Ok((journal, writer, mesh))
}

/// Where a mesh stands in the chain.
pub(crate) fn position(mesh: &Mesh) -> Position {
    mesh.hash().map_or(Position::start(), |hash| Position { seq: mesh.seq(), hash })
}

/// The fold of the records up to a number, from the newest usable snapshot on, every record proven by the chain.
async fn fold(connection: &mut SqliteConnection, up_to: u64) -> Result<Mesh, Problem> {
    let mut mesh = snapshot::newest(connection, up_to).await?.unwrap_or_default();
    follow(connection, &mut mesh, up_to).await?;
    Ok(mesh)
}

async fn follow(connection: &mut SqliteConnection, mesh: &mut Mesh, up_to: u64) -> Result<(), Problem> {
    let mut previous = position(mesh);
    store::walk(connection, previous.seq + 1, up_to, |record| {
        record.check_after(previous)?;
        previous = record.position();
        follow_record(mesh, &record)
    })
    .await
}

/// Makes a mesh follow one stored record.
pub(crate) fn follow_record(mesh: &mut Mesh, record: &StoredRecord) -> Result<(), Problem> {
    let actor = record.principal();
    let stamp = Stamp { seq: record.seq, at: record.at, hash: record.hash, actor: actor.as_ref() };
    mesh.follow(stamp, record.event()?)
}

/// SECURITY: the journal holds who reads what; only the owner of the process may read it (test `files_are_private`).
fn restrict(path: &Path) -> Result<(), Problem> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(Problem::internal)?;
    }
    Ok(())
}

impl Writer {
    /// Appends records and blobs in one transaction, then says so in the head.
    ///
    /// # Errors
    /// `storage-full`, `data-unavailable`: the caller follows the chain again before the next append, because the
    /// append may or may not have happened.
    pub async fn append(
        &mut self,
        expected: Position,
        records: &[StoredRecord],
        blobs: &[(Digest, Vec<u8>)],
    ) -> Result<Appended, Problem> {
        self.say_head().await?;
        let path = self.path.clone();
        let connection = self.connection().await?;
        match store::append(&path, connection, expected, records, blobs).await {
            Ok(true) => {}
            Ok(false) => return Ok(Appended::LostRace),
            Err(problem) => {
                self.connection = None;
                return Err(problem);
            }
        }
        self.unsaid = records.last().map(StoredRecord::position);
        Ok(Appended::Done)
    }

    /// The connection, opened again after a failure.
    async fn connection(&mut self) -> Result<&mut SqliteConnection, Problem> {
        store::pass(&self.path, Operation::Plain).map_err(store::unreadable)?;
        if self.connection.is_none() {
            self.connection = Some(store::options(&self.path, false).connect().await.map_err(store::unreadable)?);
        }
        self.connection.as_mut().ok_or_else(|| Problem::internal("a connection that was just opened is gone"))
    }

    /// Makes the head say where the chain ends. Nothing is acknowledged before it does.
    pub async fn say_head(&mut self) -> Result<(), Problem> {
        if let Some(position) = self.unsaid {
            head::write(&self.head, position).await?;
            self.unsaid = None;
        }
        Ok(())
    }

    /// Closes the connection; whatever is asked next opens one.
    pub async fn close(&mut self) {
        use sqlx::Connection as _;
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the journal was not closed cleanly; nothing of it is lost");
        }
    }

    /// The records of an earlier command with this id.
    pub async fn of_command(&mut self, actor: &str, command_id: &str) -> Result<Vec<StoredRecord>, Problem> {
        store::of_command(self.connection().await?, actor, command_id).await
    }

    /// Follows records that somebody else appended.
    pub async fn catch_up(&mut self, mesh: &mut Mesh) -> Result<(), Problem> {
        follow(self.connection().await?, mesh, u64::MAX).await
    }

    /// Appends many commands in one transaction without deciding anything; for rehearsals of large journals only.
    pub(crate) async fn pour(&mut self, records: &[StoredRecord], blobs: &[(Digest, Vec<u8>)]) -> Result<(), Problem> {
        use sqlx::Connection;
        let mut transaction = self.connection().await?.begin_with("BEGIN IMMEDIATE").await.map_err(unwritable)?;
        for record in records {
            store::insert(&mut transaction, record).await?;
        }
        for (digest, bytes) in blobs {
            store::insert_blob(&mut transaction, digest, bytes).await?;
        }
        transaction.commit().await.map_err(unwritable)?;
        self.unsaid = records.last().map(StoredRecord::position);
        self.say_head().await
    }
}

impl Journal {
    /// Closes the connections of readers.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A blob; `None` if it was never stored or was erased.
    pub async fn blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, Problem> {
        store::pass(&self.path, Operation::Plain).map_err(store::unreadable)?;
        store::blob(&self.pool, digest).await
    }

    /// Several blobs at once, those that are stored.
    pub async fn blobs(&self, digests: &[Digest]) -> Result<HashMap<Digest, Vec<u8>>, Problem> {
        store::pass(&self.path, Operation::Plain).map_err(store::unreadable)?;
        store::blobs(&self.pool, digests).await
    }

    /// Erases a blob so that no byte of it is left in the database or its log; the chain holds without it.
    pub async fn erase(&self, digest: &Digest) -> Result<(), Problem> {
        store::erase(&self.pool, digest).await
    }

    /// At most `limit` records from a number on.
    pub async fn records(&self, from: u64, limit: u32) -> Result<Vec<StoredRecord>, Problem> {
        store::pass(&self.path, Operation::Plain).map_err(store::unreadable)?;
        let mut connection = self.pool.acquire().await.map_err(store::unreadable)?;
        let mut found = Vec::new();
        let to = from.saturating_add(u64::from(limit)).saturating_sub(1);
        store::walk(&mut connection, from, to, |record| {
            found.push(record);
            Ok(())
        })
        .await?;
        Ok(found)
    }

    /// Some records by their numbers, in order; one that is not there is left out.
    pub async fn some(&self, seqs: &[u64]) -> Result<Vec<StoredRecord>, Problem> {
        store::pass(&self.path, Operation::Plain).map_err(store::unreadable)?;
        let mut connection = self.pool.acquire().await.map_err(store::unreadable)?;
        store::some(&mut connection, seqs).await
    }

    /// The last record at or before an instant, of those up to `last`; 0 if there is none.
    pub async fn last_at(&self, at: Timestamp, last: u64) -> Result<u64, Problem> {
        let mut connection = self.pool.acquire().await.map_err(store::unreadable)?;
        // Times never fall along the chain, so the last record at or before the instant is found by halving.
        let (mut low, mut high) = (0, last);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            match store::at(&mut connection, middle).await? {
                Some(record) if record.at <= at => low = middle,
                Some(_) => high = middle - 1,
                None => return Err(broken(middle, "it is missing")),
            }
        }
        Ok(low)
    }

    /// The mesh as it was after a record.
    pub async fn past(&self, seq: u64) -> Result<Mesh, Problem> {
        if seq == 0 {
            return Ok(Mesh::default());
        }
        let mut connection = self.pool.acquire().await.map_err(store::unreadable)?;
        fold(&mut connection, seq).await
    }

    /// The number of the newest snapshot; 0 if there is none.
    pub async fn last_snapshot(&self) -> Result<u64, Problem> {
        snapshot::last(&self.pool).await
    }

    /// Stores a snapshot of the fold.
    pub async fn keep_snapshot(&self, mesh: &Mesh) -> Result<(), Problem> {
        snapshot::store(&self.pool, mesh).await
    }

    /// Checks every record, the head, every blob and every snapshot.
    ///
    /// # Errors
    /// `journal-broken` naming the first bad record.
    pub async fn verify(&self, data_dir: &Path) -> Result<Verified, Problem> {
        let mut connection = self.pool.acquire().await.map_err(store::unreadable)?;
        verify::verify(&mut connection, head::read(&head::path(data_dir))?).await
    }

    /// Where a subscriber stands; 0 if it never ran.
    pub async fn cursor(&self, subscriber: &str) -> Result<u64, Problem> {
        let found: Option<i64> = sqlx::query_scalar("SELECT seq FROM cursors WHERE subscriber = ?")
            .bind(subscriber)
            .fetch_optional(&self.pool)
            .await
            .map_err(store::unreadable)?;
        Ok(found.and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0))
    }

    /// Remembers where a subscriber stands; saved after its effect, so that an effect may repeat but is never lost.
    pub async fn advance(&self, subscriber: &str, seq: u64) -> Result<(), Problem> {
        sqlx::query(
            "INSERT INTO cursors (subscriber, seq) VALUES (?, ?) \
             ON CONFLICT (subscriber) DO UPDATE SET seq = max(seq, excluded.seq)",
        )
        .bind(subscriber)
        .bind(store::signed(seq))
        .execute(&self.pool)
        .await
        .map_err(unwritable)?;
        Ok(())
    }
}
