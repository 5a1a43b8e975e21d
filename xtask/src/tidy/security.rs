//! A `// SECURITY:` line names the test that holds it - a Rust test or a file of `tests/slt` - and that test exists.

use std::path::Path;

use anyhow::Result;
use regex::Regex;

use super::Sources;

/// Lines without a test, or with one that does not exist.
pub fn check(root: &Path, sources: &Sources) -> Result<Vec<String>> {
    let named = Regex::new(r"(?:tests?|slt) `([a-z0-9_./-]+)`")?;
    let functions = sources.functions()?;
    let mut findings = Vec::new();
    for (path, text) in &sources.files {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let trimmed = line.trim_start();
            if path.starts_with("xtask") || !trimmed.starts_with("//") || !trimmed.contains("SECURITY:") {
                continue;
            }
            // The sentence may run over the following comment lines.
            let sentence: String = lines
                .iter()
                .skip(number)
                .take_while(|line| line.trim_start().starts_with("//"))
                .take(6)
                .map(|line| line.trim_start().trim_start_matches(['/', '!', ' ']))
                .collect::<Vec<_>>()
                .join(" ");
            let place = format!("{}:{}", path.display(), number + 1);
            match named.captures(&sentence).and_then(|found| found.get(1)) {
                None => findings.push(format!("{place}: a SECURITY line names its test as (test `name`)")),
                Some(name)
                    if name.as_str().ends_with(".slt") && root.join("tests/slt").join(name.as_str()).exists() => {}
                Some(name) if functions.contains(name.as_str()) => {}
                Some(name) => findings.push(format!("{place}: names test `{}`, which does not exist", name.as_str())),
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_security_line_without_its_test_is_found() {
        let of = |text: &str| {
            let files = vec![(PathBuf::from("crates/a/src/lib.rs"), text.to_owned())];
            check(Path::new("/nowhere"), &Sources { files }).unwrap()
        };
        assert!(of("// SECURITY: x (test `holds`).\nfn holds() {}").is_empty());
        assert_eq!(of("// SECURITY: x (test `gone`).").len(), 1);
        assert_eq!(of("// SECURITY: x.").len(), 1);
    }
}
