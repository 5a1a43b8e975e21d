//! What the compiler cannot check. Each check returns its findings as lines; none means tidy.

mod arrows;
mod files;
mod modules;
mod names;
mod plans;
mod security;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use regex::Regex;

/// Runs every check and prints the findings.
pub fn run(root: &Path) -> Result<bool> {
    let sources = Sources::read(root)?;
    let mut findings = arrows::check(root)?;
    findings.extend(files::check(&sources));
    findings.extend(modules::check(&sources));
    findings.extend(names::check(root, &sources)?);
    findings.extend(plans::check(&sources));
    findings.extend(security::check(root, &sources)?);
    findings.extend(crate::reference::check(root)?);
    findings.extend(crate::removals::table::check(root, &sources.functions()?));
    for finding in &findings {
        eprintln!("tidy: {finding}");
    }
    if findings.is_empty() {
        println!("tidy: {} Rust files", sources.files.len());
    }
    Ok(findings.is_empty())
}

/// Every Rust file of the house with its text.
pub struct Sources {
    /// Path relative to the root, text.
    pub files: Vec<(PathBuf, String)>,
}

impl Sources {
    fn read(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for top in ["crates", "xtask"] {
            collect(root, &root.join(top), &mut files)?;
        }
        files.sort();
        Ok(Self { files })
    }

    /// The name of every function, tests among them.
    fn functions(&self) -> Result<BTreeSet<&str>> {
        let function = Regex::new(r"fn ([a-z0-9_]+)")?;
        let names = |text| function.captures_iter(text).filter_map(|found| found.get(1)).map(|name| name.as_str());
        Ok(self.files.iter().flat_map(|(_, text)| names(text)).collect())
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, String)>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target" && name != "fuzz") {
                collect(root, &path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            files.push((path.strip_prefix(root)?.to_path_buf(), text));
        }
    }
    Ok(())
}
