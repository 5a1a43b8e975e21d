//! Generated reference pages: written by `cargo xtask reference`, compared by `cargo xtask tidy`.

use std::path::Path;

use anyhow::{Context, Result};
use model::error::Code;

/// The error reference, from the one table.
fn errors() -> String {
    let mut page = String::from(
        "# Errors\n\nEvery door tells the same failure with the same stable code. This page is generated from \
         `model::error` (`cargo xtask reference`).\n\n\
         | Code | HTTP | SQLSTATE | gRPC | Retry | Meaning |\n|---|---|---|---|---|---|\n",
    );
    for row in Code::ALL {
        let retry = if row.retry { "yes" } else { "no" };
        page.push_str(&format!(
            "| `{}` | {} | {} | {} | {retry} | {} |\n",
            row.text, row.http, row.sqlstate, row.grpc, row.meaning
        ));
    }
    page.push_str(
        "\nA problem may carry a finer SQLSTATE than its code's: `not-found` is `42P01` for a table, `42703` for a \
         column and `3D000` for a database; `expression-failed` is `22012`, `22P02` or `22003` where the cause is known.\n",
    );
    page
}

fn pages() -> Vec<(&'static str, String)> {
    vec![("docs/reference/errors.md", errors())]
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
