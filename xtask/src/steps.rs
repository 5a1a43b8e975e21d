//! The steps of `make test`, each with its seconds, and the closing line that sums the tests.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result};
use regex::Regex;

/// Tests counted over all runners.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
struct Count {
    passed: u64,
    failed: u64,
}

/// Formatting, tidy and clippy.
pub fn lint(root: &Path) -> Result<bool> {
    let format = step("format", &mut cargo(root, &["fmt", "--all", "--check"]))?;
    let tidy = crate::tidy::run(root)?;
    let clippy = step(
        "clippy",
        &mut cargo(root, &["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"]),
    )?;
    Ok(format && tidy && clippy)
}

/// Everything: lint, Rust tests, real clients, the console in a real browser.
pub fn test(root: &Path) -> Result<bool> {
    let mut good = lint(root)?;
    let mut count = Count::default();
    good &= step("build", &mut cargo(root, &["build", "--workspace", "--all-targets", "--locked", "--quiet"]))?;
    good &= step("need postgres", Command::new(root.join("scripts/need")).arg("postgres"))?;
    good &=
        counted("rust tests", &mut cargo(root, &["test", "--workspace", "--locked", "--no-fail-fast"]), &mut count)?;
    good &= clients(root, &mut count)?;
    good &= console(root, &mut count)?;
    println!("{} passed, {} failed", count.passed, count.failed);
    Ok(good && count.failed == 0 && count.passed > 0)
}

/// Real clients against the built binary: a Python environment with pinned wheels, kept beside the build results.
fn clients(root: &Path, count: &mut Count) -> Result<bool> {
    let folder = root.join("tests/clients");
    if !folder.join("requirements.txt").exists() {
        return Ok(true);
    }
    if !step("need python psql", Command::new(root.join("scripts/need")).args(["python", "psql"]))? {
        return Ok(false);
    }
    let target = target(root);
    let environment = target.join("clients-venv");
    let python = environment.join("bin/python");
    if !python.exists() && !step("venv", Command::new("python3").args(["-m", "venv"]).arg(&environment))? {
        return Ok(false);
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    if !step("wheels", Command::new(&python).args(install).arg(folder.join("requirements.txt")))? {
        return Ok(false);
    }
    let mut run = Command::new(&python);
    run.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .arg(&folder)
        .current_dir(root)
        .env("TESSERA_BIN", target.join("debug/tessera"));
    counted("client tests", &mut run, count)
}

/// The console: its types against the API's description, its parts in a simulated page, then whole in a real browser
/// on the built binary. The build has installed its packages.
fn console(root: &Path, count: &mut Count) -> Result<bool> {
    let npm = |arguments: &[&str]| {
        let mut command = Command::new("npm");
        command.args(arguments).current_dir(root.join("console"));
        command
    };
    let types = step("console types", &mut npm(&["run", "--silent", "check"]))?;
    let parts = counted("console parts", npm(&["run", "--silent", "test"]).env("NO_COLOR", "1"), count)?;
    if !step("need chromium", Command::new(root.join("scripts/need")).arg("chromium"))? {
        return Ok(false);
    }
    let mut browser = npm(&["run", "--silent", "e2e"]);
    browser.env("TESSERA_BIN", target(root).join("debug/tessera"));
    Ok(counted("console in a browser", &mut browser, count)? && types && parts)
}

/// Writes the pages that only the crates can make: the command line, SQL, types, answers, the HTTP interface.
pub fn write_reference(root: &Path) -> Result<bool> {
    // The binary comes along for its set of features: the engine is built once for all crates.
    let packages = [
        "--package",
        "tessera",
        "--package",
        "tessera-cli",
        "--package",
        "tessera-gateway",
        "--package",
        "tessera-server",
    ];
    let mut command = cargo(root, &["test", "--locked"]);
    command.args(packages).args(["--lib", "--test", "it", "reference::"]).env("TESSERA_WRITE_REFERENCE", "1");
    step("the reference pages of the crates", &mut command)
}

fn target(root: &Path) -> PathBuf {
    // The one place where chores read the environment: cargo's own variable for build results.
    #[expect(clippy::disallowed_methods, reason = "cargo's variable, not a setting of ours")]
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root);
    command
}

fn step(name: &str, command: &mut Command) -> Result<bool> {
    let start = Instant::now();
    let status = command.status().with_context(|| format!("start {name}"))?;
    report(name, start, status.success());
    Ok(status.success())
}

/// Runs a test runner, passes its output on and adds up its closing lines.
fn counted(name: &str, command: &mut Command, count: &mut Count) -> Result<bool> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("start {name}"))?;
    let output = child.stdout.take().context("the runner's output is piped")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        let seen = closing_line(&line)?;
        count.passed += seen.passed;
        count.failed += seen.failed;
        println!("{line}");
    }
    let status = child.wait()?;
    report(name, start, status.success());
    Ok(status.success())
}

/// What a closing line of `cargo test`, pytest, Vitest or the browser's journeys says.
fn closing_line(line: &str) -> Result<Count> {
    let number = |pattern: &str| -> Result<u64> {
        let found = Regex::new(pattern)?.captures(line).and_then(|found| found.get(1)?.as_str().parse().ok());
        Ok(found.unwrap_or(0))
    };
    let closes = line.starts_with("test result:")
        || Regex::new(r"^ +Tests  (\d+ failed \| )?\d+ passed")?.is_match(line)
        || Regex::new(r"^(=+ )?\d+ (passed|failed|error).* in [0-9.]+s")?.is_match(line);
    if !closes {
        return Ok(Count::default());
    }
    Ok(Count { passed: number(r"(\d+) passed")?, failed: number(r"(\d+) failed")? + number(r"(\d+) error")? })
}

fn report(name: &str, start: Instant, good: bool) {
    eprintln!("-- {name}: {} in {:.1} s", if good { "ok" } else { "FAILED" }, start.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up() {
        let of = |line| closing_line(line).unwrap();
        assert_eq!(
            of("test result: ok. 12 passed; 0 failed; 0 ignored; finished in 0.1s"),
            Count { passed: 12, failed: 0 }
        );
        assert_eq!(of("3 failed, 9 passed in 4.20s"), Count { passed: 9, failed: 3 });
        assert_eq!(of("1 passed, 2 errors in 0.20s"), Count { passed: 1, failed: 2 });
        assert_eq!(of("      Tests  6 passed (6)"), Count { passed: 6, failed: 0 });
        assert_eq!(of("      Tests  1 failed | 5 passed (6)"), Count { passed: 5, failed: 1 });
        assert_eq!(of(" Test Files  2 passed (2)"), Count::default());
        assert_eq!(of("test x ... ok"), Count::default());
    }
}
