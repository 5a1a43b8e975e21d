//! Forgotten files: a Rust file that no `mod` names compiles nowhere and tests nothing.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::Sources;

/// Files that nothing declares.
pub fn check(sources: &Sources) -> Vec<String> {
    let declared: BTreeSet<PathBuf> = sources.files.iter().flat_map(|(path, text)| declared_by(path, text)).collect();
    sources
        .files
        .iter()
        .filter(|(path, _)| !is_root(path) && !declared.contains(path))
        .map(|(path, _)| format!("{}: no `mod` names it, so it is never compiled", path.display()))
        .collect()
}

/// Crate roots, build scripts, test roots, benches and examples are found by cargo itself.
fn is_root(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.ends_with("src/lib.rs")
        || text.ends_with("src/main.rs")
        || text.ends_with("/build.rs") && !text.contains("/src/")
        || text.ends_with("tests/it/main.rs")
        || text.contains("/benches/")
        || text.contains("/examples/")
}

/// The files that the `mod name;` lines of a file declare, `#[path]` attributes included.
fn declared_by(path: &Path, text: &str) -> Vec<PathBuf> {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let inner = if matches!(stem.as_str(), "lib" | "main" | "mod") { folder.clone() } else { folder.join(&stem) };
    let mut found = Vec::new();
    let mut explicit: Option<String> = None;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("#[path = \"") {
            explicit = rest.split('"').next().map(str::to_owned);
            continue;
        }
        let Some(name) = module_name(line) else { continue };
        match explicit.take() {
            Some(given) => found.push(normalise(&folder.join(given))),
            None => {
                found.push(inner.join(format!("{name}.rs")));
                found.push(inner.join(name).join("mod.rs"));
            }
        }
    }
    found
}

fn module_name(line: &str) -> Option<&str> {
    let line = line
        .strip_prefix("pub ")
        .or_else(|| line.strip_prefix("pub(crate) "))
        .or_else(|| line.strip_prefix("pub(super) "))
        .unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix(';')
}

fn normalise(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        if part.as_os_str() == ".." {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forgotten_file_is_found() {
        let file = |path: &str, text: &str| (PathBuf::from(path), text.to_owned());
        let sources = Sources {
            files: vec![
                file("crates/a/src/lib.rs", "mod b;\npub mod c;"),
                file("crates/a/src/b.rs", ""),
                file("crates/a/src/c/mod.rs", "mod d;"),
                file("crates/a/src/c/d.rs", ""),
                file("crates/a/tests/it/main.rs", "#[path = \"../support/f.rs\"]\nmod f;"),
                file("crates/a/tests/support/f.rs", ""),
            ],
        };
        assert_eq!(check(&sources), Vec::<String>::new());
        let forgotten = Sources { files: vec![file("crates/a/src/lib.rs", ""), file("crates/a/tests/it/x.rs", "")] };
        assert_eq!(check(&forgotten).len(), 1);
    }
}
