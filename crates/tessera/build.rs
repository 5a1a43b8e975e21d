//! Builds the console's files into the binary: the packages of its lock file, then its bundle, which Cargo embeds.
//!
//! Needs Node and npm while building, never at run time. Nothing runs of what packages want to run when installed.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// What the bundle is made of; the lock file decides about the packages.
const PARTS: [&str; 6] = ["src", "public", "index.html", "vite.config.ts", "tsconfig.json", "package.json"];
const LOCK: &str = "package-lock.json";

/// Where a copy of the lock file says what is installed.
const INSTALLED: &str = "node_modules/.installed-lock.json";

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("the console cannot be built: {why}");
            eprintln!("it needs Node 20.19 or newer with npm: https://nodejs.org");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let console = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../../console");
    for part in PARTS.iter().chain([&LOCK]).map(|part| console.join(part)) {
        // What is not there would be news at every build.
        if part.exists() {
            println!("cargo:rerun-if-changed={}", part.display());
        }
    }
    let lock = std::fs::read(console.join(LOCK)).map_err(|error| format!("{LOCK}: {error}"))?;
    if std::fs::read(console.join(INSTALLED)).ok().as_ref() != Some(&lock) {
        run(&console, "npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
        std::fs::write(console.join(INSTALLED), lock).map_err(|error| format!("{INSTALLED}: {error}"))?;
    }
    let out = PathBuf::from(variable("OUT_DIR")?).join("console").display().to_string();
    run(&console, "node", &["node_modules/vite/bin/vite.js", "build", "--emptyOutDir", "--outDir", &out])
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    let told = Command::new(program).args(arguments).current_dir(folder).output();
    let told = told.map_err(|error| format!("`{program}` does not start: {error}"))?;
    if told.status.success() {
        return Ok(());
    }
    let text = [told.stdout, told.stderr].concat();
    Err(format!("`{program} {}` failed\n{}", arguments.join(" "), String::from_utf8_lossy(&text)))
}

#[expect(clippy::disallowed_methods, reason = "Cargo's own variables for build scripts")]
fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}"))
}
