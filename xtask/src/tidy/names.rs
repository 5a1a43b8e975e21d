//! What a text names exists: pages of `docs/` in sources and in Markdown, files behind Markdown's links, and the tests of
//! the table of invariants.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use regex::Regex;

use super::Sources;

/// The table of invariants.
const ARCHITECTURE: &str = "ARCHITECTURE.md";

/// Names of what does not exist.
pub fn check(root: &Path, sources: &Sources) -> Result<Vec<String>> {
    let pages = markdown(root)?;
    let mut findings = Vec::new();
    // Our own examples of wrong names are in the checks' tests.
    let rust = sources.files.iter().filter(|(path, _)| !path.starts_with("xtask/src/tidy"));
    for (path, text) in rust.chain(&pages) {
        findings.extend(absent_pages(root, path, text)?);
    }
    for (path, text) in &pages {
        findings.extend(broken_links(root, path, text)?);
    }
    if let Some((_, text)) = pages.iter().find(|(path, _)| path == Path::new(ARCHITECTURE)) {
        findings.extend(absent_tests(root, sources, text)?);
    }
    Ok(findings)
}

/// Every Markdown file of the house with its text.
fn markdown(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" && name != "node_modules" {
                    folders.push(path);
                }
            } else if name.ends_with(".md") {
                let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                found.push((path.strip_prefix(root)?.to_path_buf(), text));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// `docs/...md` in a text, wherever it stands.
fn absent_pages(root: &Path, path: &Path, text: &str) -> Result<Vec<String>> {
    let named = Regex::new(r"\bdocs/[A-Za-z0-9_./-]+\.md\b")?;
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for page in named.find_iter(line).map(|found| found.as_str()) {
            if !root.join(page).is_file() {
                findings.push(format!("{}:{}: names `{page}`, which does not exist", path.display(), number + 1));
            }
        }
    }
    Ok(findings)
}

/// Links of a page to files of this repository.
fn broken_links(root: &Path, path: &Path, text: &str) -> Result<Vec<String>> {
    let link = Regex::new(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for target in link.captures_iter(line).filter_map(|found| found.get(1)).map(|target| target.as_str()) {
            let is_elsewhere = target.contains(':') || target.starts_with('/');
            if !is_elsewhere && !root.join(normalised(&folder.join(target))).exists() {
                findings.push(format!("{}:{}: links to `{target}`, which does not exist", path.display(), number + 1));
            }
        }
    }
    Ok(findings)
}

fn normalised(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// What the second column of the table of invariants names: a test, a file, or a file beside the one named before it.
fn absent_tests(root: &Path, sources: &Sources, text: &str) -> Result<Vec<String>> {
    let quoted = Regex::new(r"`([^`]+)`")?;
    let functions = sources.functions()?;
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", _, held_by, ""] = cells.as_slice() else { continue };
        let mut beside = PathBuf::new();
        for name in quoted.captures_iter(held_by).filter_map(|found| found.get(1)).map(|name| name.as_str()) {
            let path = name.trim_end_matches("**").trim_end_matches('/');
            let exists = if name.contains(' ') {
                // A command.
                true
            } else if name.contains('/') {
                beside = Path::new(path).parent().unwrap_or(Path::new("")).to_path_buf();
                root.join(path).exists()
            } else if name.contains('.') {
                root.join(&beside).join(name).is_file()
            } else {
                functions.contains(name)
            };
            if !exists {
                findings.push(format!("{ARCHITECTURE}:{}: is held by `{name}`, which does not exist", number + 1));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn pages_that_do_not_exist_are_found() {
        let of = |text: &str| absent_pages(&root(), Path::new("a.rs"), text).unwrap();
        assert!(of("//! See `docs/reference/errors.md` and docs/operations.md.").is_empty());
        assert_eq!(
            of("x\n//! See `docs/reference/nowhere.md`."),
            ["a.rs:2: names `docs/reference/nowhere.md`, which does not exist"]
        );
    }

    #[test]
    fn links_to_nowhere_are_found() {
        let of = |text: &str| broken_links(&root(), Path::new("docs/guides/a.md"), text).unwrap();
        assert!(of("[a](../reference/cli.md#up) [b](https://x.example/y.md) [c](#d)").is_empty());
        assert_eq!(of("[a](reference/cli.md)").len(), 1);
    }

    #[test]
    fn tests_that_do_not_exist_are_found() {
        let sources = Sources { files: vec![(PathBuf::from("a.rs"), "fn it_holds() {}".to_owned())] };
        let of = |text: &str| absent_tests(&root(), &sources, text).unwrap();
        assert!(
            of("| x | `it_holds`, `crates/lake/tests/it/hostile.rs`, `pinned.rs`; `cargo xtask tidy` |").is_empty()
        );
        assert!(of("| x | `tests/slt/**`, on both doors |").is_empty());
        assert_eq!(of("| x | `it_does_not`, `crates/lake/tests/it/hostile.rs`, `gone.rs`, `tests/golden/` |").len(), 3);
    }
}
