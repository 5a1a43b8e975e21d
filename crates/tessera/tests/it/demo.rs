//! The demo is a promise: every step holds, wherever the binary stands.

use std::process::Stdio;

use crate::mesh;

#[test]
fn every_step_of_the_demo_holds() {
    let folder = tempfile::tempdir().unwrap();
    let output = mesh::tessera(folder.path())
        .args(["demo", "--exit"])
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}\n{complained}");
    assert!(told.contains("Every step held"), "{told}");
    assert!(told.matches("✓").count() >= 13, "{told}");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "the demo leaves nothing behind: {left:?}");
}
