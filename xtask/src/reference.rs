//! Generated reference pages: written by `cargo xtask reference`, compared by `cargo xtask tidy`.

use std::path::Path;

use anyhow::{Context, Result};
fn pages() -> Vec<(&'static str, String)> {
    vec![("docs/reference/errors.md", model::error::reference_markdown())]
}

/// Writes every page.
pub fn write(root: &Path) -> Result<()> {
    for (path, text) in pages() {
        std::fs::write(root.join(path), text).with_context(|| path.to_owned())?;
        println!("wrote {path}");
    }
    Ok(())
}

/// Pages that differ from what would be written.
pub fn check(root: &Path) -> Result<Vec<String>> {
    Ok(pages()
        .into_iter()
        .filter(|(path, text)| std::fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| format!("{path} is not current: run `cargo xtask reference`"))
        .collect())
}
