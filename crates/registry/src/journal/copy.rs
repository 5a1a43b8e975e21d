//! Copies of a journal's database, made while it is written to.

use std::path::Path;

use model::Problem;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::{
    head,
    record::{Position, broken},
    store,
    verify::{self, Verified},
};

/// Copies a database as one moment saw it, into a file only its owner may read.
pub(crate) async fn copy(from: &Path, to: &Path) -> Result<(), Problem> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(to)
        .map_err(|error| Problem::new(model::Code::DataUnavailable, "the copy cannot be written").with_cause(error))?;
    // As it is: a backup stays one file, a journal that is written to keeps its log.
    let options = SqliteConnectOptions::new().filename(from).create_if_missing(false).disable_statement_logging();
    let mut connection = options.connect().await.map_err(store::unreadable)?;
    let name = to.to_str().ok_or_else(|| Problem::new(model::Code::InvalidValue, "the file's name is no text"))?;
    sqlx::query("VACUUM INTO ?").bind(name).execute(&mut connection).await.map_err(store::unwritable)?;
    connection.close().await.map_err(store::unreadable)
}

/// Opens a copy.
pub(crate) async fn open_copy(path: &Path, read_only: bool) -> Result<SqliteConnection, Problem> {
    store::options(path, false)
        .journal_mode(SqliteJournalMode::Delete)
        .read_only(read_only)
        .connect()
        .await
        .map_err(store::unreadable)
}

/// Where the head of a data directory says that the chain ends.
pub(crate) fn head_of(data_dir: &Path) -> Result<Option<Position>, Problem> {
    head::read(&head::path(data_dir))
}

/// Verifies a copy that was made after its head was read; also gives the bytes of the head it ends with.
pub(crate) async fn verify_copy(
    connection: &mut SqliteConnection,
    head: Option<Position>,
) -> Result<(Verified, Vec<u8>), Problem> {
    let end = store::last(connection).await?.map_or(Position::start(), |record| record.position());
    if let Some(head) = head.filter(|head| head.seq > 0) {
        let found = store::at(connection, head.seq).await?;
        if found.is_none_or(|record| record.hash != head.hash) {
            return Err(broken(head.seq, "it is not the record that `journal.head` remembers"));
        }
    }
    let verified = verify::verify(connection, Some(end)).await?;
    Ok((verified, head::bytes(end)))
}
