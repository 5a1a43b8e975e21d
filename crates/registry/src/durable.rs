//! Files that are whole or absent: written beside their place, made durable, then moved into it.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use model::drill::{self, Operation};

/// Writes a file atomically and durably, readable by its owner only.
///
/// After `Ok` the new content survives a crash; before it, the old content does.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    let beside = folder.join(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let step = || drill::pass(path, Operation::Grows);
    step()?;
    let mut file = options.open(&beside)?;
    step()?;
    file.write_all(bytes)?;
    step()?;
    file.sync_all()?;
    drop(file);
    step()?;
    std::fs::rename(&beside, path)?;
    step()?;
    File::open(folder)?.sync_all()
}

/// Gives a whole file or folder its name, durably. A name that is taken by anything but an empty folder is an error.
pub fn settle(beside: &Path, path: &Path) -> io::Result<()> {
    if path.is_file() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    sync_all(beside)?;
    std::fs::rename(beside, path)?;
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Syncs a file, or a folder with everything in it.
fn sync_all(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            sync_all(&entry?.path())?;
        }
    }
    match File::open(path) {
        // A database that is closed takes its empty log with it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        opened => opened?.sync_all(),
    }
}

/// Reads a file; `None` if there is none.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_the_whole_file_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        assert_eq!(read(&path).unwrap(), None);
        write(&path, b"one").unwrap();
        write(&path, b"2").unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), b"2");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
