//! The ten minutes of the README, as they are written there.

use std::{path::Path, process::Command};

use crate::mesh::{self, Mesh};

/// A fenced block of shell, with the word after `sh`.
struct Block {
    kind: String,
    text: String,
}

fn blocks(readme: &str) -> Vec<Block> {
    let walk = readme.split("## Ten minutes with your own data").nth(1).unwrap();
    let walk = walk.split("\n## ").next().unwrap();
    walk.split("\n```sh")
        .skip(1)
        .map(|rest| {
            let (kind, rest) = rest.split_once('\n').unwrap();
            Block { kind: kind.trim().to_owned(), text: rest.split("\n```").next().unwrap().to_owned() }
        })
        .collect()
}

/// The lines that the README shows as an answer, in the order of its answers.
fn answers(readme: &str) -> Vec<Vec<&str>> {
    readme.split("\n```text\n").skip(1).map(|rest| rest.split("\n```").next().unwrap().lines().collect()).collect()
}

/// Runs a part of the walk in bash and keeps its folder and variables for the next part.
fn run(mesh: &Mesh, script: &str) -> (String, String) {
    let folder = mesh.folder.path();
    let kept = folder.join("kept");
    let path = format!("export PATH={}:$PATH\n", mesh::binary().parent().unwrap().display());
    let before = if kept.exists() { format!("source {}\n", kept.display()) } else { String::new() };
    let keep = format!(
        "\n{{ declare -p OWNER STEWARD ANALYST REQUEST ENTITLEMENT TESSERA_TOKEN 2>/dev/null; echo cd \"'$PWD'\"; }} > {}",
        kept.display()
    );
    let mut command = Command::new("bash");
    mesh::clean(&mut command, folder);
    let output =
        command.args(["-c", &format!("set -euo pipefail\n{path}{before}{script}\nset +e{keep}")]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{script}\n--- stdout\n{out}\n--- stderr\n{err}");
    (out, err)
}

/// A variable that the walk has set.
fn variable(mesh: &Mesh, name: &str) -> String {
    let kept = std::fs::read_to_string(mesh.folder.path().join("kept")).unwrap();
    let line = kept.lines().find(|line| line.contains(&format!(" {name}="))).unwrap();
    line.split_once('=').unwrap().1.trim_matches('"').to_owned()
}

#[test]
fn the_ten_minutes_of_the_readme_hold() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let blocks = blocks(&readme);
    assert_eq!(blocks[1].text.trim(), "tessera up");
    let mesh = Mesh::up();
    let (mut out, mut err) = (String::new(), String::new());
    let answers = answers(&readme);
    let (mut read, mut refused) = (0, 0);
    for block in &blocks[2..] {
        let text = block.text.replace("http://127.0.0.1:7400", &mesh.http);
        match block.kind.as_str() {
            "" => {
                let (told, talk) = run(&mesh, &text);
                out.push_str(&told);
                err.push_str(&talk);
                let drop = mesh.folder.path().join(".tessera/drop/shop");
                if drop.exists() {
                    mesh::settle(&drop);
                }
            }
            "psql" => {
                read += 1;
                masked_read(&mesh, &text, &answers[1]);
            }
            "refused" => {
                refused += 1;
                let problem = mesh.refused("you-analyst", &variable(&mesh, "ANALYST"), "analytics", statement(&text));
                assert_eq!(problem.code().code(), "42501");
                let told = [
                    format!("ERROR:  {}", problem.message()),
                    format!("HINT:  {}", problem.hint().unwrap_or_default()),
                ];
                assert_eq!(told, answers[0][..]);
            }
            other => panic!("a block of kind `{other}`"),
        }
    }
    assert_eq!((read, refused), (1, 1));
    assert!(err.contains("2 columns classed, 4 not"), "{err}");
    assert!(out.contains("published shop.orders 1.0.0 as pub-"), "{out}");
    assert!(out.contains("the chain holds"), "{out}");
    // Revoked: the statement that was answered is refused.
    let refused =
        mesh.psql("you-analyst", &variable(&mesh, "ANALYST"), "analytics", "SELECT * FROM shop.orders.orders");
    assert_eq!(refused.unwrap_err(), "42501");
}

/// The SQL in a call of `psql`.
fn statement(line: &str) -> &str {
    line.split("-c '").last().unwrap().trim().trim_end_matches('\'')
}

/// What `psql` of the README shows: every row as it is printed there, names and addresses masked.
fn masked_read(mesh: &Mesh, line: &str, answer: &[&str]) {
    let rows = mesh.psql("you-analyst", &variable(mesh, "ANALYST"), "analytics", statement(line)).unwrap();
    let read: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|value| value.clone().unwrap_or_default()).collect()).collect();
    let printed: Vec<Vec<String>> =
        answer[2..].iter().map(|line| line.split('|').map(|value| value.trim().to_owned()).collect()).collect();
    assert_eq!(read, printed);
    let all = read.concat().join(" ");
    for raw in ["Keller", "Berg", "Iyer", "Novak", "mira.keller", "priya@", "t.novak"] {
        assert!(!all.contains(raw), "{raw} is in {all}");
    }
}
