//! File length and module headers: a file has one subject, says which, and stays short.

use std::path::Path;

use super::Sources;

/// Lines beyond which a file holds a second subject.
const LONGEST: usize = 600;

/// Findings on length and headers.
pub fn check(sources: &Sources) -> Vec<String> {
    sources.files.iter().flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &Path, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST {
        findings.push(format!("{}: {lines} lines; over {LONGEST} a second subject wants its own room", path.display()));
    }
    if !text.starts_with("//!") {
        findings.push(format!("{}: opens without `//!` saying what it is for", path.display()));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_headless_files_are_found() {
        assert!(check_file(Path::new("a.rs"), "//! Fine.\n").is_empty());
        assert_eq!(check_file(Path::new("a.rs"), "fn x() {}\n").len(), 1);
        assert_eq!(check_file(Path::new("a.rs"), &format!("//! Long.\n{}", "\n".repeat(700))).len(), 1);
    }
}
