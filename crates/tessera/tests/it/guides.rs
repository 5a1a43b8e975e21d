//! The guides that go on from one another, as they are written: every command runs, every answer holds.
//!
//! Of an answer each line has to be in what the commands before it told; `…` stands for anything between.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::mesh::{self, Mesh};

/// A fenced block: `sh`, `sh refused`, `sh differences`, `sh up` or `text`.
struct Block<'a> {
    kind: &'a str,
    text: &'a str,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut rest = page;
    let mut found = Vec::new();
    while let Some((_, after)) = rest.split_once("\n```") {
        let (kind, after) = after.split_once('\n').unwrap();
        let (text, after) = after.split_once("\n```").unwrap();
        found.push(Block { kind: kind.trim(), text });
        rest = after;
    }
    found
}

/// Runs commands in bash, keeps what they export, and gives the exit code and all that was told.
fn run(mesh: &Mesh, script: &str) -> (i32, String) {
    let folder = mesh.folder.path();
    let kept = folder.join("kept");
    let before = if kept.exists() { format!("source {}\n", kept.display()) } else { String::new() };
    let path = format!("export PATH={}:$PATH TESSERA_URL={}\n", mesh::binary().parent().unwrap().display(), mesh.http);
    let keep = format!("\ncode=$?\nexport -p > {}\nexit $code", kept.display());
    let mut command = Command::new("bash");
    mesh::clean(&mut command, folder);
    // The last command's code is the block's; any other that fails ends it.
    let output = command.args(["-c", &format!("{path}{before}set -e\n{script}{keep}")]).output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8_lossy(&told).into_owned())
}

/// Whether some line has the parts of an expected one in their order.
fn has(told: &str, expected: &str) -> bool {
    let parts: Vec<&str> = expected.split('…').map(str::trim).collect();
    told.lines().any(|line| {
        let mut rest = line;
        parts.iter().all(|part| match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    })
}

#[test]
fn every_command_of_the_guides_runs_and_every_answer_holds() {
    let mesh = Mesh::up();
    let folder = mesh.folder.path();
    let copied = Command::new("cp").arg("-r").arg(root().join("examples")).arg(folder).status().unwrap();
    assert!(copied.success());
    // The mesh of the first block: `up --mesh` applies it as `admin` does.
    mesh.done(folder, &mesh.admin_token(), &["apply", "examples/two-domains"]);
    let mut commands = 0;
    for page in ["find", "access", "evolve"] {
        let text = std::fs::read_to_string(root().join(format!("docs/guides/{page}.md"))).unwrap();
        let mut told = String::new();
        for block in blocks(&text) {
            let expected = match block.kind {
                "sh up" => continue,
                "sh" => 0,
                "sh refused" => 1,
                "sh differences" => 4,
                "text" => {
                    for line in block.text.lines() {
                        assert!(has(&told, line), "{page}: {line}\n--- told\n{told}");
                    }
                    continue;
                }
                other => panic!("{page}: a block of kind `{other}`"),
            };
            // A code that is expected must not end the block before it is kept.
            let script = if expected == 0 { block.text.to_owned() } else { format!("set +e\n{}", block.text) };
            let (code, now) = run(&mesh, &script);
            assert_eq!(code, expected, "{page}:\n{}\n{now}", block.text);
            told = now;
            commands += 1;
        }
    }
    assert!(commands > 12, "{commands}");
}
