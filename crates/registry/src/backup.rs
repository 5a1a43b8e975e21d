//! Backup and restore: one file that holds the memory of a mesh - journal, activity log, keys, what people keep - and proves itself.
//!
//! A backup is a copy of the journal's database, taken in one read transaction while the mesh serves, with the other
//! files beside it in a table. It holds what tokens and masks are made of: readable by its owner only. The rows of the
//! landing zones are not in it; they are saved where they lie.
//!
//! INVARIANT: a backup is under its name only after its whole chain was verified, and a restored directory is under its
//! name only when it is whole (tests `backup::*`).

use std::path::{Path, PathBuf};

use model::{Code, Problem};
use sqlx::{Connection as _, Row, SqliteConnection};

use crate::{
    activity, bootstrap, desk, durable,
    journal::{self, Verified},
};

/// Bytes of one row that keeps a part of a file.
const PART: usize = 8 << 20;

const KEPT: &str = "CREATE TABLE kept (name TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, \
                    PRIMARY KEY (name, part)) STRICT";

/// Writes a backup of a data directory, of a mesh that serves or one that is stopped.
///
/// # Errors
/// `conflict` if the file exists, `not-found` if there is no journal, `journal-broken` naming the first bad record,
/// `storage-full`. No file is left then.
pub async fn backup(data_dir: &Path, file: &Path) -> Result<Verified, Problem> {
    if file.exists() {
        return Err(Problem::new(Code::Conflict, format!("`{}` exists already", file.display()))
            .with_hint("give the backup a name of its own"));
    }
    if !journal::file(data_dir).exists() {
        return Err(Problem::new(Code::NotFound, format!("`{}` holds no mesh", data_dir.display()))
            .with_hint("give the directory that `tessera up --data` uses"));
    }
    let beside = Beside::of(file)?;
    let verified = copy(data_dir, &beside.0).await?;
    durable::settle(&beside.0, file).map_err(|error| unwritable(&error))?;
    Ok(verified)
}

async fn copy(data_dir: &Path, to: &Path) -> Result<Verified, Problem> {
    // Records only follow: whatever the head names now is in a copy that is made later.
    let head = journal::head_of(data_dir)?;
    journal::copy(&journal::file(data_dir), to).await?;
    let mut connection = journal::open_copy(to, false).await?;
    let (verified, end) = journal::verify_copy(&mut connection, head).await?;
    run(&mut connection, KEPT).await?;
    keep(&mut connection, "journal.head", &end).await?;
    let keys = data_dir.join("keys");
    let entries =
        if keys.exists() { Some(std::fs::read_dir(&keys).map_err(|error| unreadable(&error))?) } else { None };
    for entry in entries.into_iter().flatten() {
        let path = entry.map_err(|error| unreadable(&error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.ends_with(".key") {
            keep(&mut connection, &format!("keys/{name}"), &read(&path)?).await?;
        }
    }
    let token = bootstrap::token_file(data_dir);
    if token.exists() {
        keep(&mut connection, "admin-token", &read(&token)?).await?;
    }
    for (name, file) in [("activity.db", activity::file(data_dir)), ("desk.db", desk::file(data_dir))] {
        if file.exists() {
            let beside = Beside::of(&to.with_extension(name))?;
            journal::copy(&file, &beside.0).await?;
            keep(&mut connection, name, &read(&beside.0)?).await?;
        }
    }
    // One file, with nothing left in a log beside it.
    run(&mut connection, "PRAGMA journal_mode = DELETE").await?;
    connection.close().await.map_err(|error| unreadable(&error))?;
    Ok(verified)
}

/// Makes a data directory from a backup. The directory must not exist, or be empty.
///
/// # Errors
/// `conflict` if it holds anything, `not-found` if the file is absent, `journal-broken` if it is no whole backup,
/// `storage-full`. No directory is left then.
pub async fn restore(file: &Path, data_dir: &Path) -> Result<Verified, Problem> {
    if !file.is_file() {
        return Err(Problem::new(Code::NotFound, format!("the backup `{}` does not exist", file.display())));
    }
    let is_empty = |dir: &Path| std::fs::read_dir(dir).map(|mut entries| entries.next().is_none());
    if data_dir.exists() && !is_empty(data_dir).map_err(|error| unreadable(&error))? {
        return Err(Problem::new(Code::Conflict, format!("`{}` is not empty", data_dir.display()))
            .with_hint("restore into a directory of its own, and start it with `tessera up --data DIR`"));
    }
    let beside = Beside::of(data_dir)?;
    make_folder(&beside.0)?;
    let verified = unpack(file, &beside.0).await?;
    durable::settle(&beside.0, data_dir).map_err(|error| unwritable(&error))?;
    Ok(verified)
}

async fn unpack(file: &Path, data_dir: &Path) -> Result<Verified, Problem> {
    let mut backup = journal::open_copy(file, true).await?;
    let whole = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM kept WHERE name = 'journal.head'")
        .fetch_one(&mut backup)
        .await;
    if !matches!(whole, Ok(1)) {
        return Err(Problem::new(Code::JournalBroken, format!("`{}` is no backup of a mesh", file.display()))
            .with_hint("give a file that `tessera backup` wrote"));
    }
    let journal = journal::file(data_dir);
    journal::copy(file, &journal).await?;
    let mut connection = journal::open_copy(&journal, false).await?;
    run(&mut connection, "DROP TABLE kept").await?;
    make_folder(&data_dir.join("keys"))?;
    let names: Vec<String> = sqlx::query_scalar("SELECT DISTINCT name FROM kept ORDER BY name")
        .fetch_all(&mut backup)
        .await
        .map_err(|error| unreadable(&error))?;
    for name in names {
        // SECURITY: a backup names files, so only names that this program gives are followed (test `a_backup_writes_nowhere_else`).
        let is_key = name.strip_prefix("keys/").is_some_and(|key| {
            key.ends_with(".key") && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
        });
        if !is_key && !["journal.head", "admin-token", "activity.db", "desk.db"].contains(&name.as_str()) {
            return Err(
                Problem::new(Code::JournalBroken, "the backup holds a file that is no part of a mesh").with_cause(name)
            );
        }
        let parts = sqlx::query("SELECT bytes FROM kept WHERE name = ? ORDER BY part")
            .bind(&name)
            .fetch_all(&mut backup)
            .await
            .map_err(|error| unreadable(&error))?;
        let mut bytes = Vec::new();
        for part in parts {
            bytes.extend_from_slice(part.try_get(0).map_err(|error| unreadable(&error))?);
        }
        durable::write(&data_dir.join(&name), &bytes).map_err(|error| unwritable(&error))?;
    }
    for connection in [connection, backup] {
        connection.close().await.map_err(|error| unreadable(&error))?;
    }
    journal::verify_dir(data_dir).await
}

/// Where something is made before it gets its name; removed unless it did.
struct Beside(PathBuf);

impl Beside {
    fn of(path: &Path) -> Result<Self, Problem> {
        let mut name = std::ffi::OsString::from(".");
        name.push(
            path.file_name().ok_or_else(|| {
                Problem::new(Code::InvalidValue, format!("`{}` is no name of a file", path.display()))
            })?,
        );
        name.push(format!(".{}.part", std::process::id()));
        let beside = Self(path.with_file_name(name));
        beside.remove();
        Ok(beside)
    }

    fn remove(&self) {
        if self.0.is_dir() {
            _ = std::fs::remove_dir_all(&self.0);
        } else {
            _ = std::fs::remove_file(&self.0);
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.remove();
    }
}

async fn keep(connection: &mut SqliteConnection, name: &str, bytes: &[u8]) -> Result<(), Problem> {
    for (part, bytes) in bytes.chunks(PART).enumerate() {
        sqlx::query("INSERT INTO kept (name, part, bytes) VALUES (?, ?, ?)")
            .bind(name)
            .bind(i64::try_from(part).unwrap_or(i64::MAX))
            .bind(bytes)
            .execute(&mut *connection)
            .await
            .map_err(journal::unwritable)?;
    }
    Ok(())
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), Problem> {
    sqlx::raw_sql(sql).execute(connection).await.map_err(journal::unwritable)?;
    Ok(())
}

fn make_folder(path: &Path) -> Result<(), Problem> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| unwritable(&error))
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(path).map_err(|error| unreadable(&error))
}

fn unreadable(error: &dyn std::error::Error) -> Problem {
    Problem::new(Code::DataUnavailable, "what is to be copied cannot be read").with_cause(error)
}

fn unwritable(error: &std::io::Error) -> Problem {
    let code = if error.kind() == std::io::ErrorKind::StorageFull { Code::StorageFull } else { Code::DataUnavailable };
    Problem::new(code, "the copy cannot be written").with_hint("free space, or write it elsewhere").with_cause(error)
}
