//! The table of `docs/security-model.md`: written by `cargo xtask reference`, compared by `cargo xtask tidy`.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result};

use super::{REMOVALS, Removal};

const PAGE: &str = "docs/security-model.md";
const BEGIN: &str = "<!-- removals -->\n";
const END: &str = "<!-- end -->";

/// Writes the table into its page.
pub fn write(root: &Path) -> Result<()> {
    let path = root.join(PAGE);
    let page = fs::read_to_string(&path).context(PAGE)?;
    let page = with_table(&page, REMOVALS).with_context(|| format!("{PAGE} has no place for the table"))?;
    fs::write(&path, page).context(PAGE)?;
    println!("wrote {PAGE}");
    Ok(())
}

/// What the list, the sources and the page say differently. `functions` are those of all Rust files.
pub fn check(root: &Path, functions: &BTreeSet<&str>) -> Vec<String> {
    let mut findings = Vec::new();
    for removal in REMOVALS {
        let text = fs::read_to_string(root.join(removal.file)).unwrap_or_default();
        if text.matches(removal.from).count() != 1 {
            findings.push(format!("{}: `{}` is not there once: {}", removal.file, removal.from.trim(), removal.what));
        }
        if !functions.contains(removal.test) {
            findings.push(format!("{}: names test `{}`, which does not exist", removal.what, removal.test));
        }
    }
    let page = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    if with_table(&page, REMOVALS).is_none_or(|current| current != page) {
        findings.push(format!("{PAGE} is not current: run `cargo xtask reference`"));
    }
    findings
}

/// The page with the table in its place; `None` where it has no place.
fn with_table(page: &str, removals: &[Removal]) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let mut table = "\n| Rule | Taken out | Where | Noticed by |\n|---|---|---|---|\n".to_owned();
    for Removal { rule, what, file, test, .. } in removals {
        _ = writeln!(table, "| {rule} | {what} | `{file}` | `{test}` |");
    }
    Some(format!("{before}{BEGIN}{table}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_between_its_marks() {
        let removal = Removal {
            rule: "E9",
            what: "the moon",
            file: "crates/a.rs",
            from: "x",
            to: "y",
            package: "p",
            test: "it_shines",
        };
        let page = format!("before\n{BEGIN}old\n{END}\nafter\n");
        let written = with_table(&page, std::slice::from_ref(&removal)).unwrap();
        assert!(written.contains("| E9 | the moon | `crates/a.rs` | `it_shines` |"), "{written}");
        assert!(written.starts_with("before\n") && written.ends_with("\nafter\n") && !written.contains("old"));
        assert_eq!(with_table(&written, &[removal]).unwrap(), written, "writing again changes nothing");
        assert_eq!(with_table("no marks", &[]), None);
    }
}
