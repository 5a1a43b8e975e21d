//! The desk: what people keep for themselves - saved queries, products they follow, searches. In a file of its own, in
//! the data directory.
//!
//! Not in the journal: nothing of it decides anything, a query's text may hold personal data, and whoever removes
//! something wants it gone. A shared query is text; whoever runs it reads what they may read themselves (M9).
//!
//! INVARIANT: what somebody keeps is told to nobody else but as far as they share it (test `a_desk_is_its_owners`).

mod follows;
mod queries;
mod searches;

use std::path::{Path, PathBuf};

use model::{Code, Problem, principal::Principal};
use sqlx::{
    ConnectOptions as _, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

pub use follows::{Followed, MOST_FOLLOWED};
pub use queries::{Draft, LONGEST_TEXT, MOST_QUERIES, SavedQuery, Share};
pub use searches::{MOST_SEARCHES, SavedSearch};

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 120;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS queries (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, purpose TEXT, shared TEXT,
    changed INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS queries_by_owner ON queries (owner);
CREATE INDEX IF NOT EXISTS queries_by_share ON queries (shared) WHERE shared IS NOT NULL;
CREATE TABLE IF NOT EXISTS follows (
    owner TEXT NOT NULL, product TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (owner, product)
) STRICT;
CREATE TABLE IF NOT EXISTS searches (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, words TEXT NOT NULL, changed INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS searches_by_owner ON searches (owner);
";

/// The desks of everybody. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    pool: SqlitePool,
}

/// The desks' file in a data directory.
pub fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("desk.db")
}

impl Desk {
    /// Opens the desks of a data directory, creating an empty file.
    ///
    /// # Errors
    /// `data-unavailable`, `storage-full`.
    pub async fn open(data_dir: &Path) -> Result<Self, Problem> {
        let path = file(data_dir);
        // `secure_delete`: what is removed leaves no bytes behind.
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("secure_delete", "ON")
            .busy_timeout(std::time::Duration::from_secs(5))
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(2).connect_with(options).await.map_err(failed)?;
        sqlx::raw_sql(TABLES).execute(&pool).await.map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
                .map_err(|error| failed(sqlx::Error::Io(error)))?;
        }
        Ok(Self { pool })
    }

    /// Removes what has an id and is somebody's own; whether there was any.
    async fn drop_own(&self, statement: &'static str, owner: &Principal, id: Uuid) -> Result<bool, Problem> {
        let gone = sqlx::query(statement)
            .bind(id.to_string())
            .bind(owner.to_string())
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        Ok(gone.rows_affected() > 0)
    }

    /// Lets go of the file, last thing before the process ends.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn failed(error: sqlx::Error) -> Problem {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    // SQLITE_FULL, whatever the extended code.
    if code.is_some_and(|code| code & 0xff == 13) {
        return Problem::new(Code::StorageFull, "it cannot be kept: no space is left").with_cause(error);
    }
    Problem::new(Code::DataUnavailable, "what people keep cannot be read or written").with_cause(error)
}

fn broken(cause: impl std::fmt::Display) -> Problem {
    Problem::new(Code::DataUnavailable, "what is kept cannot be understood").with_cause(cause)
}

/// A name that people gave: one line, visible, no longer than it may be.
fn check_name(name: &str) -> Result<&str, Problem> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME || name.chars().any(model::column::is_hidden) {
        return Err(Problem::new(
            Code::InvalidValue,
            format!("a name has 1 to {LONGEST_NAME} characters, all of them visible"),
        ));
    }
    Ok(name)
}

fn too_many(what: &str, most: usize) -> Problem {
    Problem::new(Code::TooLarge, format!("nobody keeps more than {most} {what}"))
        .with_hint("remove some that you no longer need")
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
