//! Benchmarks: each lives beside its crate (`benches/`), compares with a peer in one run and prints a ratio.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};

/// Name, package and bench target.
const BENCHES: &[(&str, &str, &str)] = &[
    ("onboarding", "tessera-server", "onboarding"),
    ("point-query", "tessera-server", "point_query"),
    ("fast-lane", "tessera-gateway", "fast_lane"),
    ("gate", "tessera-pipeline", "gate"),
    ("start", "tessera-registry", "start"),
];

/// Runs the named benchmarks, or all.
pub fn run(root: &Path, names: &[String]) -> Result<bool> {
    if let Some(unknown) = names.iter().find(|name| !BENCHES.iter().any(|(known, ..)| known == name)) {
        let known: Vec<&str> = BENCHES.iter().map(|(known, ..)| *known).collect();
        bail!("no benchmark `{unknown}`; there are {}", known.join(", "));
    }
    let mut good = true;
    for (name, package, target) in BENCHES {
        if !names.is_empty() && !names.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("== {name}");
        let status = Command::new(env!("CARGO"))
            .args(["bench", "--quiet", "--locked", "--package", package, "--bench", target])
            .current_dir(root)
            .status()
            .with_context(|| format!("start {name}"))?;
        good &= status.success();
    }
    Ok(good)
}
