//! Generated reference pages: written by `cargo xtask reference`, compared by `cargo xtask tidy`. The pages that only a
//! compiled crate can make are held by its own tests ([`crate::steps::write_reference`]).

mod files;
mod rust;

use std::path::Path;

use anyhow::{Context, Result};

const FILES: &str = "docs/reference/files.md";

/// The pages, whole, as they would be written.
fn pages(root: &Path) -> Result<Vec<(&'static str, String)>> {
    let by_hand = std::fs::read_to_string(root.join(FILES)).with_context(|| FILES.to_owned())?;
    let files = rust::with_section(&by_hand, "keys", &files::markdown(root)?).with_context(|| FILES.to_owned())?;
    Ok(vec![("docs/reference/errors.md", model::error::reference_markdown()), (FILES, files)])
}

/// Writes every page.
pub fn write(root: &Path) -> Result<()> {
    for (path, text) in pages(root)? {
        std::fs::write(root.join(path), text).with_context(|| path.to_owned())?;
        println!("wrote {path}");
    }
    Ok(())
}

/// Pages that differ from what would be written.
pub fn check(root: &Path) -> Result<Vec<String>> {
    Ok(pages(root)?
        .into_iter()
        .filter(|(path, text)| std::fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| format!("{path} is not current: run `cargo xtask reference`"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_current() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert_eq!(check(&root).unwrap(), Vec::<String>::new());
    }
}
