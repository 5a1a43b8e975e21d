//! Pages of `docs/` that are made from the code: sections between markers, written by `cargo xtask reference` and
//! compared by the ordinary tests. Included by the test binaries that make one.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Tests of one binary write sections of one page.
static WRITING: Mutex<()> = Mutex::new(());

/// Holds the generated section `name` of a page to `expected`, or writes it if `TESSERA_WRITE_REFERENCE` is set.
///
/// The page has it between `<!-- generated: name -->` and `<!-- end: name -->`; what stands around is written by hand.
#[allow(dead_code, reason = "a test binary makes whole pages or sections")]
pub fn section_is_current(page: &str, name: &str, expected: &str) {
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let path = path(page);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
    let (begin, end) = (format!("<!-- generated: {name} -->\n"), format!("<!-- end: {name} -->"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{page} has no `{}`", begin.trim()));
    let (found, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{page} has no `{end}`"));
    let expected = format!("\n{}\n\n", expected.trim());
    if writes() {
        std::fs::write(&path, format!("{before}{begin}{expected}{end}{after}")).unwrap();
    } else {
        assert!(found == expected, "the section `{name}` of {page} is not current: run `cargo xtask reference`");
    }
}

/// Holds a whole page to `expected`, or writes it if `TESSERA_WRITE_REFERENCE` is set.
#[allow(dead_code, reason = "a test binary makes whole pages or sections")]
pub fn page_is_current(page: &str, expected: &str) {
    let path = path(page);
    if writes() {
        std::fs::write(&path, expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{page} is not current: run `cargo xtask reference`");
}

/// A cell of a table: one line, without a bar that would end it.
#[allow(dead_code, reason = "not every page has tables")]
pub fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn path(page: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page)
}

#[expect(clippy::disallowed_methods, reason = "`cargo xtask reference` asks for the pages to be written")]
fn writes() -> bool {
    std::env::var("TESSERA_WRITE_REFERENCE").is_ok()
}
