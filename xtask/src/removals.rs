//! `cargo xtask removals [WORD]`: takes one check of the gateway out at a time and looks whether its test notices.
//!
//! Works on a copy of the sources with build results of its own, so the first time builds the engine once more; the
//! checkout is never touched. What is listed here is the table of `docs/security-model.md`, and `cargo xtask tidy` holds
//! one to the other.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

mod list;
pub mod table;

use list::REMOVALS;

/// One check, how to take it out, and the test that then fails.
pub struct Removal {
    /// The paragraph of the model: `E1` to `E13`.
    pub rule: &'static str,
    /// What is taken out.
    pub what: &'static str,
    /// Where, from the root.
    pub file: &'static str,
    /// The text that does it; it occurs once.
    pub from: &'static str,
    /// What stands there instead.
    pub to: &'static str,
    /// The package of the test.
    pub package: &'static str,
    /// Its name.
    pub test: &'static str,
}

/// Takes out every check whose rule or words contain `word`; all without one. Whether every test noticed.
pub fn run(root: &Path, word: Option<&str>) -> Result<bool> {
    let copy = root.join("target/removals");
    let mut good = true;
    for removal in REMOVALS.iter().filter(|removal| chosen(removal, word)) {
        let noticed = notices(root, &copy, removal);
        let told = match &noticed {
            Ok(true) => "fails without it".to_owned(),
            Ok(false) => "STILL PASSES WITHOUT IT".to_owned(),
            Err(error) => format!("could not be tried: {error:#}"),
        };
        println!("{:<4} {}: `{}` {told}", removal.rule, removal.what, removal.test);
        good &= matches!(noticed, Ok(true));
    }
    Ok(good)
}

fn chosen(removal: &Removal, word: Option<&str>) -> bool {
    word.is_none_or(|word| removal.rule.eq_ignore_ascii_case(word) || removal.what.contains(word))
}

fn notices(root: &Path, copy: &Path, removal: &Removal) -> Result<bool> {
    refresh(root, copy)?;
    let path = copy.join(removal.file);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    ensure!(text.matches(removal.from).count() == 1, "`{}` occurs once in {}", removal.from, removal.file);
    fs::write(&path, text.replacen(removal.from, removal.to, 1))?;
    // The binary comes along for its set of features: the engine is built once for all crates.
    let tests = ["test", "--locked", "--package", "tessera", "--package", removal.package, "--lib", "--test", "it"];
    ensure!(cargo(copy, &[&tests[..], &["--no-run"]].concat())?, "the sources do not compile without it");
    let passes = cargo(copy, &[&tests[..], &[removal.test]].concat())?;
    fs::write(&path, text)?;
    Ok(!passes)
}

/// Brings the copy up to date, file by file, so that only what changed is compiled again.
fn refresh(root: &Path, copy: &Path) -> Result<()> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git ls-files")?;
    for path in String::from_utf8(listed.stdout)?.lines().map(PathBuf::from) {
        let (from, to) = (root.join(&path), copy.join(&path));
        let Ok(bytes) = fs::read(&from) else { continue };
        if fs::read(&to).ok().as_ref() != Some(&bytes) {
            fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
            fs::write(&to, bytes)?;
        }
    }
    Ok(())
}

fn cargo(copy: &Path, arguments: &[&str]) -> Result<bool> {
    let mut command = Command::new(env!("CARGO"));
    // Two checkouts that share build results take each other's for their own.
    command.env("CARGO_TARGET_DIR", copy.join("target"));
    command.args(arguments).current_dir(copy).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command.status().context("start cargo")?.success())
}
