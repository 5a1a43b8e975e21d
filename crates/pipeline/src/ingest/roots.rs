//! The folders a domain may ingest from, held open: its drop folder, and what `mesh.yaml` names for it beneath the data
//! directory or a folder that the operator allowed.
//!
//! INVARIANT: a file is opened one component after the other from an open folder, never through a symbolic link, never
//! through `..`; a folder never overlaps a landing zone or what the platform keeps for itself.

use std::{
    ffi::OsStr,
    fs::File,
    os::fd::OwnedFd,
    path::{Component, Path, PathBuf},
};

use model::{Code, Problem, name::DomainName, zone::ZoneLocation};
use rustix::{
    fs::{Dir, FileType, Mode, OFlags},
    io::Errno,
};

/// Folders of the data directory that no source may lie in or hold.
const OWN_FOLDERS: [&str; 5] = ["keys", "secrets", "zones", "spill", "builds"];

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::RDONLY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
// NONBLOCK: opening a pipe must not wait for its other end; a pipe is then refused as not a file.
const FILE: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC).union(OFlags::NONBLOCK);

/// One folder a domain may ingest from.
#[derive(Debug)]
pub(crate) struct Root {
    /// As people write it; part of a file's identity. Empty for the drop folder.
    pub(crate) label: String,
    /// Where it lies, resolved once.
    at: PathBuf,
    folder: OwnedFd,
}

/// What decides which folders are allowed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Confinement<'a> {
    /// The data directory.
    pub(crate) data_dir: &'a Path,
    /// Folders the operator allowed (`--allow-source`).
    pub(crate) allowed: &'a [PathBuf],
    /// The landing zones of every domain.
    pub(crate) zones: &'a [ZoneLocation],
}

impl Confinement<'_> {
    /// The open folders of a domain. A folder that does not exist is left out.
    ///
    /// # Errors
    /// `source-unavailable` when a folder lies where it may not.
    pub(crate) fn open(&self, domain: &DomainName, named: &[String]) -> Result<Vec<Root>, Problem> {
        let mut roots = Vec::new();
        let drop_folder = self.data_dir.join("drop").join(domain.as_str());
        if let Some(root) = self.root("", &drop_folder)? {
            roots.push(root);
        }
        for label in named {
            if let Some(root) = self.root(label, &self.data_dir.join(label))?
                && !roots.iter().any(|known: &Root| known.at == root.at)
            {
                roots.push(root);
            }
        }
        Ok(roots)
    }

    fn root(&self, label: &str, path: &Path) -> Result<Option<Root>, Problem> {
        let at = match path.canonicalize() {
            Ok(at) => at,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(label, "cannot be opened").with_cause(error)),
        };
        self.check_place(label, &at)?;
        let folder = open_absolute(&at).map_err(|error| refused(label, "cannot be opened").with_cause(error))?;
        Ok(Some(Root { label: label.to_owned(), at, folder }))
    }

    /// SECURITY: tests `a_folder_outside_every_allowed_root_is_refused`, `a_folder_that_overlaps_a_zone_is_refused`.
    fn check_place(&self, label: &str, at: &Path) -> Result<(), Problem> {
        let data =
            self.data_dir.canonicalize().map_err(|error| refused(label, "cannot be checked").with_cause(error))?;
        let overlaps = |other: &Path| at.starts_with(other) || other.starts_with(at);
        for zone in self.zones {
            let path = zone.root.strip_prefix("file://").unwrap_or(&zone.root);
            let path = data.join(path);
            if overlaps(&path.canonicalize().unwrap_or(path)) {
                return Err(refused(label, &format!("overlaps the landing zone of `{}`", zone.domain)));
            }
        }
        if at == data || OWN_FOLDERS.iter().any(|own| overlaps(&data.join(own))) {
            return Err(refused(label, "overlaps what the platform keeps for itself"));
        }
        let allowed = at.starts_with(&data)
            || self.allowed.iter().filter_map(|root| root.canonicalize().ok()).any(|root| at.starts_with(root));
        if allowed {
            return Ok(());
        }
        Err(refused(label, "lies outside every allowed folder").with_hint(
            "the operator allows a folder with `tessera up --allow-source DIR`; or use the domain's drop folder",
        ))
    }
}

fn refused(label: &str, why: &str) -> Problem {
    let name = if label.is_empty() { "the drop folder".to_owned() } else { format!("the source folder `{label}`") };
    Problem::new(Code::SourceUnavailable, format!("{name} {why}"))
}

fn open_absolute(at: &Path) -> Result<OwnedFd, Errno> {
    let mut folder = rustix::fs::open("/", FOLDER, Mode::empty())?;
    for component in at.components() {
        if let Component::Normal(part) = component {
            folder = rustix::fs::openat(&folder, part, FOLDER, Mode::empty())?;
        }
    }
    Ok(folder)
}

/// An entry of a folder.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: String,
    /// Whether it is a folder. Links, pipes and devices are not listed.
    pub(crate) is_folder: bool,
}

impl Root {
    /// The folder with the secrets of a domain's sources, if there is one.
    ///
    /// # Errors
    /// `source-unavailable` when it may not be opened, or is a symbolic link.
    pub(crate) fn secrets(data_dir: &Path, domain: &DomainName) -> Result<Option<Self>, Problem> {
        let failed = |error: &dyn std::fmt::Display| refused("secrets", "cannot be opened").with_cause(error);
        let at = data_dir.canonicalize().map_err(|error| failed(&error))?.join("secrets").join(domain.as_str());
        match open_absolute(&at) {
            Ok(folder) => Ok(Some(Self { label: String::new(), at, folder })),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Whether an absolute path lies beneath it, and the rest of the path.
    pub(crate) fn beneath<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(&self.at).ok()
    }

    /// Opens a file beneath it.
    ///
    /// # Errors
    /// `Ok(None)` when there is nothing of that name; a sentence when it may not be opened.
    pub(crate) fn open(&self, path: &str) -> Result<Option<File>, Problem> {
        let parts: Vec<&str> = path.split('/').collect();
        let Some((name, folders)) = parts.split_last() else { return Ok(None) };
        let opened =
            self.descend(folders).and_then(|folder| openat(folder.as_ref().unwrap_or(&self.folder), name, FILE));
        match opened {
            Ok(file) => {
                let file = File::from(file);
                let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
                if is_file { Ok(Some(file)) } else { Err(not_plain(path, "is not a plain file")) }
            }
            Err(Errno::NOENT) => Ok(None),
            // SECURITY: test `a_symbolic_link_is_never_followed`.
            Err(Errno::LOOP | Errno::NOTDIR | Errno::MLINK) => Err(not_plain(path, "leads through a symbolic link")),
            Err(Errno::INVAL) => Err(not_plain(path, "is not a plain path")),
            Err(error) => Err(not_plain(path, "cannot be opened").with_cause(error)),
        }
    }

    /// The entries of a folder beneath it, by name; nothing if it is absent or not a folder.
    pub(crate) fn entries(&self, path: &[&str]) -> Result<Vec<Entry>, Problem> {
        let shown = path.join("/");
        let failed = |error: Errno| not_plain(&shown, "cannot be listed").with_cause(error);
        let folder = match self.descend(path) {
            Ok(folder) => folder,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let directory = Dir::read_from(folder.as_ref().unwrap_or(&self.folder)).map_err(failed)?;
        let mut entries = Vec::new();
        for entry in directory {
            let entry = entry.map_err(failed)?;
            let Ok(name) = entry.file_name().to_str() else { continue };
            let mut kind = entry.file_type();
            if kind == FileType::Unknown {
                kind = rustix::fs::statat(
                    folder.as_ref().unwrap_or(&self.folder),
                    name,
                    rustix::fs::AtFlags::SYMLINK_NOFOLLOW,
                )
                .map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode));
            }
            if name != "." && name != ".." && matches!(kind, FileType::Directory | FileType::RegularFile) {
                entries.push(Entry { name: name.to_owned(), is_folder: kind == FileType::Directory });
            }
        }
        entries.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(entries)
    }

    fn descend(&self, folders: &[&str]) -> Result<Option<OwnedFd>, Errno> {
        let mut at: Option<OwnedFd> = None;
        for part in folders {
            at = Some(openat(at.as_ref().unwrap_or(&self.folder), part, FOLDER)?);
        }
        Ok(at)
    }
}

fn openat(folder: &OwnedFd, part: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    if part.is_empty() || part == "." || part == ".." || part.contains(['/', '\0']) {
        return Err(Errno::INVAL);
    }
    rustix::fs::openat(folder, OsStr::new(part), flags, Mode::empty())
}

fn not_plain(path: &str, why: &str) -> Problem {
    Problem::new(Code::SourceUnavailable, format!("the source file `{}` {why}", path.escape_debug()))
}
