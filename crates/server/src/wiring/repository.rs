//! A mesh repository on disk, for `up --mesh PATH`: its files as the commands take them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use model::{Problem, error::Code};

/// Most files of a repository.
const FILES: usize = 20_000;
/// Largest file.
const FILE_BYTES: u64 = 16 << 20;

/// Reads every file a repository may hold: YAML, SQL, CSV, Markdown, JSON and Cedar, outside hidden folders.
///
/// # Errors
/// `invalid-value` when there is no repository, `too-large` beyond the limits.
pub fn read(root: &Path) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
    if !root.join("mesh.yaml").is_file() && !root.join("domain.yaml").is_file() {
        return Err(Problem::new(Code::InvalidValue, format!("`{}` is not a mesh repository", root.display()))
            .with_hint("a repository has `mesh.yaml` at its root; `tessera new mesh NAME` makes one"));
    }
    let mut files = BTreeMap::new();
    let mut folders = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            let relative = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            // The kind of the entry itself: a link leads elsewhere and is not part of the repository.
            let kind = entry.file_type().map_err(|error| unreadable(&path, &error))?;
            if kind.is_dir() && is_own_folder(&relative) {
                folders.push((path, relative));
            } else if kind.is_file() && is_own_file(&name) {
                let size = entry.metadata().map_err(|error| unreadable(&path, &error))?.len();
                if size > FILE_BYTES || files.len() >= FILES {
                    return Err(Problem::new(Code::TooLarge, format!("the repository is too large at `{relative}`")));
                }
                files.insert(relative, fs::read(&path).map_err(|error| unreadable(&path, &error))?);
            }
        }
    }
    Ok(files)
}

/// A repository has these folders; whatever else lies beside them is somebody else's.
fn is_own_folder(relative: &str) -> bool {
    let first = relative.split('/').next().unwrap_or_default();
    matches!(first, "governance" | "domains" | "sources" | "silver" | "products")
}

fn is_own_file(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, end)| matches!(end, "yaml" | "yml" | "json" | "sql" | "csv" | "md" | "cedar"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let path: PathBuf = path.to_path_buf();
    Problem::new(Code::InvalidValue, format!("`{}` cannot be read: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_repositorys_own_files_are_read() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        };
        assert!(read(root.path()).is_err());
        for path in [
            "mesh.yaml",
            "domains/a/domain.yaml",
            ".git/config.yaml",
            "drop/big.csv",
            "domains/a/x.bin",
            "governance/p.yaml",
        ] {
            write(path);
        }
        std::os::unix::fs::symlink("/etc", root.path().join("domains/link")).unwrap();
        let files = read(root.path()).unwrap();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["domains/a/domain.yaml", "governance/p.yaml", "mesh.yaml"]);
    }
}
