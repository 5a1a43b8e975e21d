//! Directories made one component after the other, never through a symbolic link, durable before they are reported.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    os::fd::OwnedFd,
    path::{Component, Path},
};

use model::{Code, Problem};
use rustix::{
    fs::{self, AtFlags, Mode, OFlags},
    io::Errno,
};

const DIRECTORY: OFlags = OFlags::DIRECTORY.union(OFlags::RDONLY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// A step on the way: needs no right to list the directory, only to pass.
const STEP: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const PRIVATE: Mode = Mode::RWXU;

/// An open directory.
pub(crate) struct Directory(OwnedFd);

impl Directory {
    /// Opens an absolute path none of whose components is a symbolic link.
    pub(crate) fn open(path: &Path) -> Result<Self, Problem> {
        let refused = |error| failed(error, path);
        let mut directory = fs::open("/", STEP, Mode::empty()).map_err(refused)?;
        for component in path.components() {
            match component {
                Component::RootDir => {}
                Component::Normal(part) => {
                    directory = fs::openat(&directory, part, STEP, Mode::empty()).map_err(refused)?;
                }
                _ => return Err(refused(Errno::INVAL)),
            }
        }
        fs::openat(&directory, ".", DIRECTORY, Mode::empty()).map(Self).map_err(refused)
    }

    /// Opens a child.
    ///
    /// # Errors
    /// `not-allowed` if a symbolic link or a file is in the way.
    pub(crate) fn child(&self, name: &str) -> Result<Option<Self>, Problem> {
        match fs::openat(&self.0, name, DIRECTORY, Mode::empty()) {
            Ok(child) => Ok(Some(Self(child))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(failed(error, name)),
        }
    }

    /// Makes a child with mode 0700 unless it exists. The name is durable after [`Directory::sync`].
    pub(crate) fn make(&self, name: &str) -> Result<Self, Problem> {
        match fs::mkdirat(&self.0, name, PRIVATE) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(failed(error, name)),
        }
        let child = fs::openat(&self.0, name, DIRECTORY, Mode::empty()).map_err(|error| failed(error, name))?;
        // The umask may have taken rights away, and an older directory may have given more.
        fs::fchmod(&child, PRIVATE).map_err(|error| failed(error, name))?;
        Ok(Self(child))
    }

    /// Makes the names in this directory durable.
    pub(crate) fn sync(&self) -> Result<(), Problem> {
        fs::fsync(&self.0).map_err(|error| failed(error, "a directory"))
    }

    /// Whether there is nothing in it but what an interrupted [`Directory::write`] of `file` left.
    pub(crate) fn is_empty_but_for(&self, file: &str) -> Result<bool, Problem> {
        let staged = staged(file);
        let expected = |name: &[u8]| matches!(name, b"." | b"..") || name == staged.as_bytes();
        let mut entries = fs::Dir::read_from(&self.0).map_err(|error| failed(error, "a directory"))?;
        Ok(!entries.any(|entry| entry.map_or(true, |entry| !expected(entry.file_name().to_bytes()))))
    }

    /// The content of a small file, if it exists.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let file = match fs::openat(&self.0, name, flags, Mode::empty()) {
            Ok(file) => File::from(file),
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(failed(error, name)),
        };
        let mut bytes = Vec::new();
        file.take(1 << 16).read_to_end(&mut bytes).map_err(|error| of_io(&error, name))?;
        Ok(Some(bytes))
    }

    /// Writes a small file, whole and durable or not at all.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Problem> {
        let staged = staged(name);
        let write = || -> io::Result<()> {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mut file = File::from(fs::openat(&self.0, staged.as_str(), flags, Mode::RUSR | Mode::WUSR)?);
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::renameat(&self.0, staged.as_str(), &self.0, name)?;
            Ok(fs::fsync(&self.0)?)
        };
        write().map_err(|error| {
            let _ = fs::unlinkat(&self.0, staged.as_str(), AtFlags::empty());
            of_io(&error, name)
        })
    }
}

/// The name a file has while it is written.
fn staged(name: &str) -> String {
    format!("{name}.new")
}

fn failed(error: Errno, what: impl AsRef<Path>) -> Problem {
    let what = what.as_ref();
    if matches!(error, Errno::LOOP | Errno::NOTDIR) {
        return Problem::new(Code::NotAllowed, "the location of a zone leads through a symbolic link or a file")
            .with_hint("name a directory of its own under `stores` in mesh.yaml")
            .with_cause(format!("{}: {error}", what.display()));
    }
    of_io(&error.into(), &what.display().to_string())
}

fn of_io(error: &io::Error, what: &str) -> Problem {
    let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    let problem = if full {
        Problem::new(Code::StorageFull, "no space left on the volume of the landing zones")
            .with_hint("free space and run the same command again: stamping continues where it stopped")
    } else {
        Problem::new(Code::DataUnavailable, "a landing zone cannot be created at its location")
            .with_hint("check that the location exists and that the server may write there")
    };
    problem.with_cause(format!("{what}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_from_other_faults() {
        assert_eq!(failed(Errno::NOSPC, "x").code(), Code::StorageFull);
        assert_eq!(failed(Errno::DQUOT, "x").code(), Code::StorageFull);
        assert_eq!(failed(Errno::ACCESS, "x").code(), Code::DataUnavailable);
        assert_eq!(failed(Errno::LOOP, "x").code(), Code::NotAllowed);
        assert!(!failed(Errno::ACCESS, "/secret/place").message().contains("secret"));
    }
}
