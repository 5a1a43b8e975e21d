//! Files beneath a directory: the capability every other module works with.
//!
//! A [`Root`] stands for a directory that was proven once. Paths are relative, split once into plain components
//! ([`RelativePath`]), and opened one component after the other with `O_NOFOLLOW`, each relative to the descriptor of
//! the one before, from the root of the file system down: no symbolic link, no `..`, no race between a check and the
//! use. No descriptor is kept between two operations, so a thousand zones cost none.

use std::{
    ffi::{OsStr, OsString},
    fmt,
    fs::File,
    io::{self, Write as _},
    os::fd::OwnedFd,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use model::{
    Code, Problem,
    drill::{self, Operation},
};
use rustix::{
    fs::{self, AtFlags, Mode, OFlags, RenameFlags},
    io::Errno,
};

use crate::{fault, opened::Opened};

/// Names of files that are being written; never listed, never read.
pub(crate) const STAGING: &str = ".tmp-";

/// A path beneath a [`Root`], split and checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RelativePath(Vec<String>);

impl RelativePath {
    /// A path one part longer.
    pub(crate) fn join(&self, part: &str) -> Result<Self, &'static str> {
        Self::parse(&format!("{self}/{part}"))
    }

    /// The directory it lies in; `None` for the root itself.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (_, directories) = self.0.split_last()?;
        (!directories.is_empty()).then(|| Self(directories.to_vec()))
    }

    /// Parses a path that is already decoded.
    ///
    /// # Errors
    /// A word saying what is wrong: the path is absolute, a URL, climbs, or has empty or unprintable parts.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.starts_with('/') {
            return Err("absolute");
        }
        // A scheme would make it a URL. Only a first part may hold one; partition directories hold `=`, not `:/`.
        if text.contains(":/") {
            return Err("a URL");
        }
        let mut parts = Vec::new();
        for part in text.split('/') {
            match part {
                "" => return Err("empty in one of its parts"),
                "." | ".." => return Err("not plain: it climbs"),
                _ if part.contains(['\0', '\\']) => return Err("not plain: it has a separator or a zero byte"),
                _ if part.len() > 255 => return Err("longer than a file name can be"),
                _ => parts.push(part.to_owned()),
            }
        }
        Ok(Self(parts))
    }

    /// A path from parts this house made itself.
    pub(crate) fn of(parts: &[&str]) -> Result<Self, Problem> {
        Self::parse(&parts.join("/")).map_err(|why| Problem::internal(format!("a path of ours is {why}")))
    }

    fn split(&self) -> Result<(&[String], &str), Problem> {
        match self.0.split_last() {
            Some((name, directories)) => Ok((directories, name)),
            None => Err(Problem::internal("an empty path")),
        }
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

/// An entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) is_directory: bool,
}

/// A directory: a capability for what lies beneath it.
#[derive(Clone)]
pub(crate) struct Root {
    /// Its components from the root of the file system.
    parts: Arc<[OsString]>,
    /// The same as a path: for messages and drills, never opened.
    path: Arc<Path>,
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Root({})", self.path.display())
    }
}

fn refused(error: Errno) -> io::Error {
    io::Error::from(error)
}

/// A step on the way: needs no right to list the directory, only to pass.
const STEP: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// A directory that is listed or synced.
const DIRECTORY: OFlags = OFlags::DIRECTORY.union(OFlags::RDONLY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

impl Root {
    /// The data directory. Its own path is the operator's and may lead through symbolic links.
    pub(crate) fn of_data_directory(path: &Path) -> Result<Self, Problem> {
        let at = path.canonicalize().map_err(|error| fault::of_io(&error, &format!("open {}", path.display())))?;
        Self::open_absolute(&at)
    }

    /// An absolute directory none of whose components is a symbolic link.
    pub(crate) fn open_absolute(path: &Path) -> Result<Self, Problem> {
        let mut parts = Vec::new();
        for component in path.components() {
            match component {
                Component::RootDir => {}
                Component::Normal(part) => parts.push(part.to_owned()),
                _ => return Err(location_refused(path)),
            }
        }
        if !path.is_absolute() {
            return Err(location_refused(path));
        }
        let root = Self::of_parts(parts);
        root.descend(&[]).map_err(|error| fault::of_io(&refused(error), &format!("open {}", path.display())))?;
        Ok(root)
    }

    fn of_parts(parts: Vec<OsString>) -> Self {
        let path = Path::new("/").join(parts.iter().collect::<PathBuf>());
        Self { parts: parts.into(), path: path.into() }
    }

    fn child(&self, path: &RelativePath) -> Self {
        Self::of_parts(self.parts.iter().cloned().chain(path.0.iter().map(OsString::from)).collect())
    }

    /// An operation is about to happen: the moment in which a drill lets it fail.
    fn pass(&self, operation: Operation) -> Result<(), Errno> {
        drill::pass(&self.path, operation).map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
    }

    /// A directory beneath this one.
    pub(crate) fn directory(&self, path: &RelativePath) -> Result<Self, Problem> {
        self.try_directory(path)?.ok_or_else(|| fault::unavailable(format!("{self:?} has no directory {path}")))
    }

    /// A directory beneath this one, if it exists.
    pub(crate) fn try_directory(&self, path: &RelativePath) -> Result<Option<Self>, Problem> {
        match self.descend(&path.0) {
            Ok(_) => Ok(Some(self.child(path))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(self.fault(error, "open", path)),
        }
    }

    /// A directory beneath this one, made durably with mode 0700 if absent.
    pub(crate) fn make_directory(&self, path: &RelativePath) -> Result<Self, Problem> {
        let failed = |error: Errno| self.fault(error, "make", path);
        let mut directory = self.descend(&[]).map_err(failed)?;
        for part in &path.0 {
            self.pass(Operation::Grows).map_err(failed)?;
            match fs::mkdirat(&directory, part.as_str(), Mode::from_raw_mode(0o700)) {
                Ok(()) => self.sync_open(&directory).map_err(|error| {
                    // What is not durable must not be taken for it the next time, when the name would be there.
                    let _ = fs::unlinkat(&directory, part.as_str(), AtFlags::REMOVEDIR);
                    failed(error)
                })?,
                Err(Errno::EXIST) => {}
                Err(error) => return Err(failed(error)),
            }
            directory = fs::openat(&directory, part.as_str(), STEP, Mode::empty()).map_err(failed)?;
        }
        Ok(self.child(path))
    }

    /// Opens a regular file for reading; `None` if it does not exist.
    pub(crate) fn try_open(&self, path: &RelativePath) -> io::Result<Option<Opened>> {
        let (directories, name) = path.0.split_last().map(|(n, d)| (d, n)).ok_or(io::ErrorKind::InvalidInput)?;
        let opened = self.descend(directories).and_then(|directory| {
            fs::openat(
                &directory,
                name.as_str(),
                OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY,
                Mode::empty(),
            )
        });
        let file = match opened {
            Ok(descriptor) => self.opened(descriptor),
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(refused(error)),
        };
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        Ok(Some(file))
    }

    /// Opens a regular file for reading.
    pub(crate) fn open(&self, path: &RelativePath) -> io::Result<Opened> {
        self.try_open(path)?.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Creates a file that must not exist, with mode 0600.
    pub(crate) fn create(&self, path: &RelativePath) -> Result<Opened, Problem> {
        let (directories, name) = path.split()?;
        self.descend(directories)
            .and_then(|directory| {
                self.pass(Operation::Grows)?;
                fs::openat(
                    &directory,
                    name,
                    OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC,
                    Mode::from_raw_mode(0o600),
                )
            })
            .map(|descriptor| self.opened(descriptor))
            .map_err(|error| self.fault(error, "create", path))
    }

    /// Writes a whole file so that it exists under its name completely and durably, or not at all.
    ///
    /// # Errors
    /// `conflict` if the name exists and `replace` is false; `storage-full`.
    pub(crate) fn write_durably(&self, path: &RelativePath, bytes: &[u8], replace: bool) -> Result<(), Problem> {
        let (directories, name) = path.split()?;
        let failed = |error: io::Error| fault::of_io(&error, &format!("write {path} beneath {}", self.path.display()));
        let directory = self.descend(directories).map_err(|error| failed(refused(error)))?;
        let staged = format!("{STAGING}{}", uuid::Uuid::now_v7().simple());
        let written = (|| {
            self.pass(Operation::Grows)?;
            let mut file = self.opened(fs::openat(
                &directory,
                staged.as_str(),
                OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC,
                Mode::from_raw_mode(0o600),
            )?);
            file.write_all(bytes)?;
            file.sync_all()?;
            self.pass(Operation::Grows)?;
            if replace {
                return Ok(fs::renameat(&directory, staged.as_str(), &directory, name)?);
            }
            match fs::linkat(&directory, staged.as_str(), &directory, name, AtFlags::empty()) {
                // Some file systems have no hard links.
                Err(Errno::PERM | Errno::NOTSUP | Errno::NOSYS | Errno::MLINK) => {
                    Ok(fs::renameat_with(&directory, staged.as_str(), &directory, name, RenameFlags::NOREPLACE)?)
                }
                other => Ok(other?),
            }
        })();
        // Whatever happened, the staging name goes; if the process dies before this line it stays and is ignored.
        let _ = fs::unlinkat(&directory, staged.as_str(), AtFlags::empty());
        written.and_then(|()| Ok(self.sync_open(&directory)?)).map_err(|error: io::Error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                return Problem::new(Code::Conflict, "somebody else wrote first")
                    .with_hint("run the command again")
                    .with_cause(format!("{path} exists beneath {}", self.path.display()));
            }
            failed(error)
        })
    }

    /// Removes a file of ours that nothing names. Best effort: what stays is an orphan, which harms nobody.
    pub(crate) fn remove_orphan(&self, path: &RelativePath) {
        if !self.remove(path).unwrap_or(false) {
            tracing::debug!(%path, "an unnamed data file was not removed");
        }
    }

    /// Removes the name of a file; whether there was one. [`Root::sync_directory`] makes that durable.
    pub(crate) fn remove(&self, path: &RelativePath) -> Result<bool, Problem> {
        let (directories, name) = path.split()?;
        let removed = self.descend(directories).and_then(|directory| {
            self.pass(Operation::Plain)?;
            fs::unlinkat(&directory, name, AtFlags::empty())
        });
        match removed {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(self.fault(error, "remove", path)),
        }
    }

    /// Makes the names in a directory beneath this one durable.
    pub(crate) fn sync_directory(&self, path: &RelativePath) -> Result<(), Problem> {
        self.descend(&path.0)
            .and_then(|directory| self.sync_open(&directory))
            .map_err(|error| self.fault(error, "sync", path))
    }

    /// Makes the names in this directory durable.
    pub(crate) fn sync(&self) -> Result<(), Problem> {
        self.descend(&[])
            .and_then(|directory| self.sync_open(&directory))
            .map_err(|error| fault::of_io(&refused(error), &format!("sync {}", self.path.display())))
    }

    /// The entries of this directory by name, without files that are being written.
    ///
    /// # Errors
    /// `data-unavailable` if one of them is a symbolic link or a special file.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, Problem> {
        self.list(|name| !name.starts_with(STAGING))
    }

    /// As [`Root::entries`], with files that are being written, or were when a process died.
    pub(crate) fn every_entry(&self) -> Result<Vec<Entry>, Problem> {
        self.list(|_| true)
    }

    fn list(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Entry>, Problem> {
        let failed = |error: Errno| fault::of_io(&refused(error), &format!("list {}", self.path.display()));
        let directory = self.descend(&[]).map_err(failed)?;
        let directory = fs::openat(&directory, ".", DIRECTORY, Mode::empty()).map_err(failed)?;
        self.pass(Operation::Plain).map_err(failed)?;
        let listing = fs::Dir::read_from(&directory).map_err(failed)?;
        let mut entries = Vec::new();
        for entry in listing {
            let entry = entry.map_err(failed)?;
            let Ok(name) = entry.file_name().to_str() else {
                return Err(fault::unavailable(format!("{} holds a name that is not UTF-8", self.path.display())));
            };
            if matches!(name, "." | "..") || !is_wanted(name) {
                continue;
            }
            let kind = match entry.file_type() {
                fs::FileType::Unknown => fs::statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW)
                    .map(|stat| fs::FileType::from_raw_mode(stat.st_mode))
                    .map_err(failed)?,
                known => known,
            };
            match kind {
                fs::FileType::Directory => entries.push(Entry { name: name.to_owned(), is_directory: true }),
                fs::FileType::RegularFile => entries.push(Entry { name: name.to_owned(), is_directory: false }),
                // SECURITY: a link is never followed and never passed over in silence
                // (tests `a_link_as_data_file_is_refused`, `a_link_as_log_is_refused`).
                other => return Err(fault::unavailable(format!("{}/{name} is {other:?}", self.path.display()))),
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn opened(&self, descriptor: OwnedFd) -> Opened {
        Opened::new(File::from(descriptor), Arc::clone(&self.path))
    }

    /// Makes the names in an open directory durable.
    fn sync_open(&self, directory: &OwnedFd) -> Result<(), Errno> {
        self.pass(Operation::Grows)?;
        fs::fsync(fs::openat(directory, ".", DIRECTORY, Mode::empty())?)
    }

    fn descend(&self, parts: &[String]) -> Result<OwnedFd, Errno> {
        self.pass(Operation::Plain)?;
        let mut directory = fs::open("/", STEP, Mode::empty())?;
        for part in self.parts.iter().map(OsString::as_os_str).chain(parts.iter().map(OsStr::new)) {
            directory = fs::openat(&directory, part, STEP, Mode::empty())?;
        }
        Ok(directory)
    }

    fn fault(&self, error: Errno, verb: &str, path: &RelativePath) -> Problem {
        fault::of_io(&refused(error), &format!("{verb} {path} beneath {}", self.path.display()))
    }
}

fn location_refused(path: &Path) -> Problem {
    Problem::new(Code::InvalidValue, "a zone's location must be an absolute directory without `..`")
        .with_cause(path.display())
}

/// The entity tag of a file: modification time and size. Not the inode: zones that were saved and put back with their
/// times are the zones that were published, and whoever can write a file in place keeps its inode anyway.
pub(crate) fn etag(metadata: &std::fs::Metadata) -> String {
    let modified = metadata
        .modified()
        .ok()
        .and_then(|at| at.duration_since(std::time::SystemTime::UNIX_EPOCH).ok())
        .unwrap_or_default()
        .as_micros();
    format!("{modified:x}-{:x}", metadata.len())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn root() -> (tempfile::TempDir, Root) {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::of_data_directory(directory.path()).unwrap();
        (directory, root)
    }

    fn path(text: &str) -> RelativePath {
        RelativePath::parse(text).unwrap()
    }

    #[test]
    fn only_plain_relative_paths_parse() {
        for text in ["a", "a/b.parquet", "region=EU/x", "..a", "a..", "%2e%2e/x", "a b"] {
            assert!(RelativePath::parse(text).is_ok(), "{text}");
        }
        for text in
            ["", "/", "/etc/passwd", "..", "a/../b", "./a", "a//b", "a/", "file:///x", "s3://b/x", "a\0b", "a\\b"]
        {
            assert!(RelativePath::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_link_anywhere_on_the_way_is_refused() {
        let (directory, root) = root();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        std::os::unix::fs::symlink(outside.path(), directory.path().join("way")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), directory.path().join("file")).unwrap();
        assert!(root.open(&path("way/secret")).is_err());
        assert!(root.open(&path("file")).is_err());
        assert!(root.directory(&path("way")).is_err());
        assert!(root.make_directory(&path("way/new")).is_err());
        assert!(root.create(&path("way/new")).is_err());
        assert!(root.write_durably(&path("way/new"), b"x", false).is_err());
        assert!(root.entries().is_err());
        assert!(!outside.path().join("new").exists());
        assert!(Root::open_absolute(&directory.path().join("way")).is_err());
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all_and_never_twice() {
        let (directory, root) = root();
        root.make_directory(&path("a/b")).unwrap();
        root.write_durably(&path("a/b/one"), b"first", false).unwrap();
        let again = root.write_durably(&path("a/b/one"), b"second", false).unwrap_err();
        assert_eq!(again.code(), Code::Conflict);
        let mut text = String::new();
        root.open(&path("a/b/one")).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "first");
        root.write_durably(&path("a/b/one"), b"second", true).unwrap();
        assert_eq!(std::fs::read(directory.path().join("a/b/one")).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(directory.path().join("a/b")).unwrap().count(), 1);
    }

    #[test]
    fn a_special_file_is_not_data() {
        let (directory, root) = root();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            directory.path().join("pipe"),
            rustix::fs::FileType::Fifo,
            Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        assert!(root.open(&path("pipe")).is_err());
        assert!(root.entries().is_err());
    }
}
