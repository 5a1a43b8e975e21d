//! A mesh repository on disk: found from where one stands, read with limits, never followed out of itself.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use model::{Code, Location, Problem};

use crate::environment::Environment;

/// Largest file of a repository. Data does not belong here.
const LARGEST_FILE: u64 = 4 << 20;

/// Largest repository.
const LARGEST_REPOSITORY: usize = 64 << 20;

/// Most files.
const MOST_FILES: usize = 50_000;

/// What a repository consists of; anything else in the folder is none of ours.
const FILES: [&str; 3] = ["mesh.yaml", "people.yaml", "domain.yaml"];
const FOLDERS: [&str; 5] = ["governance", "domains", "sources", "silver", "products"];

/// A repository as read.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Its root.
    pub root: PathBuf,
    /// Its files by path relative to the root, with `/`.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// The commit a repository stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its hash.
    pub id: String,
    /// Whether files differ from it.
    pub dirty: bool,
}

/// The repository that a command works on: at a path, or where one stands.
///
/// # Errors
/// As for [`find_root`] and [`read`].
pub fn open(environment: &Environment, path: Option<&PathBuf>) -> Result<Folder, Problem> {
    let start = path.map_or_else(|| environment.directory.clone(), |path| environment.directory.join(path));
    read(&find_root(&start)?)
}

/// The root of the repository that a path lies in: the nearest folder upwards with a `mesh.yaml`, or the folder
/// itself if it is a domain's own repository.
///
/// # Errors
/// `invalid-file` if there is none.
pub fn find_root(start: &Path) -> Result<PathBuf, Problem> {
    let start = start.canonicalize().map_err(|error| {
        Problem::new(Code::InvalidFile, format!("the folder `{}` cannot be read: {error}", start.display()))
    })?;
    if let Some(root) = start.ancestors().find(|folder| folder.join("mesh.yaml").is_file()) {
        return Ok(root.to_owned());
    }
    if start.join("domain.yaml").is_file() {
        return Ok(start);
    }
    Err(Problem::new(Code::InvalidFile, format!("there is no mesh repository in `{}`", start.display()))
        .with_hint("start one with `tessera new mesh NAME`, or name its folder"))
}

/// Reads the repository at a root.
///
/// # Errors
/// `invalid-file` or `too-large`, each with the file.
pub fn read(root: &Path) -> Result<Folder, Problem> {
    let mut folder = Folder { root: root.to_owned(), files: BTreeMap::new() };
    let mut size = 0;
    for name in FILES {
        if root.join(name).symlink_metadata().is_ok() {
            take(&mut folder, &mut size, name.to_owned())?;
        }
    }
    for name in FOLDERS {
        if root.join(name).is_dir() {
            walk(&mut folder, &mut size, name, 0)?;
        }
    }
    Ok(folder)
}

fn walk(folder: &mut Folder, size: &mut usize, relative: &str, depth: usize) -> Result<(), Problem> {
    if depth > 8 {
        return Err(refused(relative, "lies too deep for a repository"));
    }
    let unreadable = |error: std::io::Error| refused(relative, &format!("cannot be read: {error}"));
    for entry in std::fs::read_dir(folder.root.join(relative)).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return Err(refused(relative, "holds a file whose name is not UTF-8"));
        };
        // Hidden files are editors' and systems'.
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let path = format!("{relative}/{name}");
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            walk(folder, size, &path, depth + 1)?;
        } else {
            take(folder, size, path)?;
        }
    }
    Ok(())
}

fn take(folder: &mut Folder, size: &mut usize, path: String) -> Result<(), Problem> {
    let full = folder.root.join(&path);
    let unreadable = |error: std::io::Error| refused(&path, &format!("cannot be read: {error}"));
    let about = full.symlink_metadata().map_err(unreadable)?;
    // SECURITY: a link could bring a file of the host into the mesh (test `a_link_is_refused`).
    if !about.is_file() {
        return Err(refused(&path, "is not a plain file; links are not followed"));
    }
    if about.len() > LARGEST_FILE {
        return Err(too_large(&path, &format!("is larger than {} MiB", LARGEST_FILE >> 20)));
    }
    let bytes = std::fs::read(&full).map_err(unreadable)?;
    *size += bytes.len();
    if *size > LARGEST_REPOSITORY || folder.files.len() >= MOST_FILES {
        return Err(too_large(&path, "is one file too many: the repository is larger than its limit"));
    }
    folder.files.insert(path, bytes);
    Ok(())
}

fn refused(path: &str, why: &str) -> Problem {
    Problem::new(Code::InvalidFile, format!("`{path}` {why}")).at(start_of(path))
}

fn too_large(path: &str, why: &str) -> Problem {
    Problem::new(Code::TooLarge, format!("`{path}` {why}"))
        .at(start_of(path))
        .with_hint("a repository holds descriptions; data goes to the domain's drop folder")
}

fn start_of(path: &str) -> Location {
    Location { file: path.to_owned(), line: 1, column: 1 }
}

impl Folder {
    /// The files as the server takes them.
    ///
    /// # Errors
    /// `invalid-file` for bytes that are not UTF-8.
    pub fn as_json(&self) -> Result<serde_json::Value, Problem> {
        let mut files = serde_json::Map::new();
        for (path, bytes) in &self.files {
            let text = std::str::from_utf8(bytes).map_err(|error| {
                let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
                let at = Location { file: path.clone(), line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 };
                Problem::new(Code::InvalidFile, format!("`{path}` is not UTF-8")).at(at)
            })?;
            files.insert(path.clone(), text.into());
        }
        Ok(files.into())
    }

    /// The commit the folder stands at, if it is under git.
    pub fn commit(&self) -> Option<Commit> {
        let git = |arguments: &[&str]| {
            let output =
                Command::new("git").args(arguments).current_dir(&self.root).stderr(Stdio::null()).output().ok()?;
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let id = git(&["rev-parse", "HEAD"])?;
        let dirty = git(&["status", "--porcelain", "--", "."]).is_none_or(|changes| !changes.is_empty());
        Some(Commit { id, dirty })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_found_from_within_and_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("domains/claims/sources")).unwrap();
        std::fs::create_dir_all(root.join(".tessera/zones")).unwrap();
        std::fs::write(root.join("mesh.yaml"), "mesh: a\n").unwrap();
        std::fs::write(root.join("notes.txt"), "none of ours").unwrap();
        std::fs::write(root.join("domains/claims/domain.yaml"), "domain: claims\n").unwrap();
        std::fs::write(root.join("domains/claims/.domain.yaml.swp"), "x").unwrap();
        let found = find_root(&root.join("domains/claims/sources")).unwrap();
        let read = read(&found).unwrap();
        assert_eq!(read.files.keys().collect::<Vec<_>>(), ["domains/claims/domain.yaml", "mesh.yaml"]);
    }

    #[test]
    fn a_link_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mesh.yaml"), "mesh: a\n").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("people.yaml")).unwrap();
        assert_eq!(read(folder.path()).unwrap_err().code(), Code::InvalidFile);
    }

    #[test]
    fn elsewhere_one_is_told_how_to_start() {
        let folder = tempfile::tempdir().unwrap();
        let problem = find_root(folder.path()).unwrap_err();
        assert!(problem.hint().unwrap().contains("tessera new mesh"));
    }
}
