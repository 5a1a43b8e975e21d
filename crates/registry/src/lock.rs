//! One process per data directory.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};

use model::{Code, Problem};

/// The lock on a data directory, held until it is dropped or the process ends.
#[derive(Debug)]
pub struct DataLock(#[expect(dead_code, reason = "the lock lives as long as the file is open")] File);

impl DataLock {
    /// Takes the lock, creating the directory.
    ///
    /// # Errors
    /// `data-in-use` naming the process that holds it.
    pub fn acquire(data_dir: &Path) -> Result<Self, Problem> {
        let unavailable = |error: std::io::Error| {
            Problem::new(Code::DataUnavailable, "the data directory cannot be used").with_cause(error)
        };
        std::fs::create_dir_all(data_dir).map_err(unavailable)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(data_dir.join("lock")).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The holder may be writing its number just now; the refusal stands without it.
                let _ = (&mut file).take(32).read_to_string(&mut holder);
                let who = holder.trim();
                let who = if who.is_empty() { "another process".to_owned() } else { format!("process {who}") };
                return Err(Problem::new(
                    Code::DataInUse,
                    format!("{who} uses the data directory `{}`", data_dir.display()),
                )
                .with_hint("stop it, or give this one a directory of its own with `--data DIR`"));
            }
            Err(TryLockError::Error(error)) => return Err(unavailable(error)),
        }
        file.set_len(0).map_err(unavailable)?;
        file.rewind().map_err(unavailable)?;
        file.write_all(std::process::id().to_string().as_bytes()).map_err(unavailable)?;
        Ok(Self(file))
    }
}
