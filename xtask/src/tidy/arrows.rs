//! Crate arrows: who may depend on whom, and who may name the engine.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

/// The house: each crate with the crates it may depend on. The order is the direction in which data flows back.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("governance", &["model"]),
    ("registry", &["model", "governance"]),
    ("lake", &["model"]),
    ("factory", &["model"]),
    ("gateway", &["model", "governance", "registry", "lake"]),
    ("pipeline", &["model", "governance", "registry", "lake", "gateway"]),
    ("server", &["model", "governance", "registry", "lake", "gateway", "pipeline", "factory"]),
    ("cli", &["model", "governance"]),
    ("tessera", &["model", "cli", "server", "registry", "northpeak"]),
    ("northpeak", &[]),
    ("xtask", &["model"]),
];

/// Crates that may name DataFusion, Delta or object stores.
const ENGINE_CRATES: &[&str] = &["lake", "gateway", "pipeline"];
const ENGINE: &[&str] = &["datafusion", "deltalake", "object_store", "datafusion-pg-catalog"];

/// Compares the manifests with the arrows. Test code may reach further.
pub fn check(root: &Path) -> Result<Vec<String>> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .context("cargo metadata")?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata prints JSON")?;
    Ok(findings(&metadata))
}

fn short(package: &str) -> &str {
    package.strip_prefix("tessera-").unwrap_or(package)
}

fn findings(metadata: &Value) -> Vec<String> {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut findings = Vec::new();
    let empty = Vec::new();
    for package in metadata.get("packages").and_then(Value::as_array).unwrap_or(&empty) {
        let name = short(package.get("name").and_then(Value::as_str).unwrap_or_default());
        let Some(allowed) = arrows.get(name) else {
            findings.push(format!(
                "crate {name} has no place in the house: add it to xtask/src/tidy/arrows.rs with a reason"
            ));
            continue;
        };
        for dependency in package.get("dependencies").and_then(Value::as_array).unwrap_or(&empty) {
            if dependency.get("kind").and_then(Value::as_str).is_some() {
                continue;
            }
            let full = dependency.get("name").and_then(Value::as_str).unwrap_or_default();
            let on = short(full);
            if arrows.contains_key(on) && full.starts_with("tessera") && !allowed.contains(&on) {
                findings.push(format!("crate {name} must not depend on {on}"));
            }
            if ENGINE.contains(&full) && !ENGINE_CRATES.contains(&name) {
                findings.push(format!("crate {name} must not name the engine ({full})"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, on: &[(&str, Option<&str>)]) -> Value {
        let dependencies: Vec<Value> =
            on.iter().map(|(name, kind)| serde_json::json!({"name": name, "kind": kind})).collect();
        serde_json::json!({"packages": [{"name": name, "dependencies": dependencies}]})
    }

    #[test]
    fn an_arrow_against_the_stream_is_found() {
        assert!(findings(&package("tessera-governance", &[("tessera-model", None)])).is_empty());
        assert_eq!(findings(&package("tessera-model", &[("tessera-registry", None)])).len(), 1);
        assert_eq!(findings(&package("tessera-server", &[("datafusion", None)])).len(), 1);
        assert!(findings(&package("tessera-server", &[("datafusion", Some("dev"))])).is_empty());
        assert_eq!(findings(&package("tessera-basement", &[])).len(), 1);
    }
}
