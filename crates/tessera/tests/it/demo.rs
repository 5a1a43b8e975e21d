//! The demo is a promise: every step holds, wherever the binary stands, and nothing is left behind.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use crate::mesh;

/// The small company, in a folder of its own.
const SMALL: &[&str] = &["--scale", "0.001"];

/// `tessera demo` with its files beneath a folder.
fn demo(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = mesh::tessera(folder);
    command.arg("demo").args(arguments).env("TMPDIR", folder).stdin(Stdio::null());
    command
}

/// As [`demo`], after a script of a root of its own, which sees a file system of its own.
fn demo_after(script: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    mesh::clean(&mut command, folder);
    let script = format!("{script} && exec \"$@\"");
    command.args(["--map-root-user", "--mount", "sh", "-c", &script, "sh"]).arg(mesh::binary());
    command.arg("demo").args(arguments).env("TMPDIR", folder).stdin(Stdio::null());
    command
}

fn told(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn nothing_is_left(folder: &Path) {
    let left: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "the demo leaves nothing behind: {left:?}");
}

#[test]
fn every_step_of_the_demo_holds() {
    let folder = tempfile::tempdir().unwrap();
    let output = mesh::output(demo(folder.path(), SMALL).arg("--exit"));
    let (out, err) = told(&output);
    assert_eq!(output.status.code(), Some(0), "{out}\n{err}");
    assert!(out.contains("Every step held"), "{out}");
    assert!(out.matches("✓").count() >= 40, "{out}");
    assert!(out.contains("PostgreSQL"), "the claims come from a database: {out}");
    assert!(out.contains("11 of 11") && out.contains("0 bytes"), "the table is filled: {out}");
    nothing_is_left(folder.path());
}

#[test]
fn without_a_database_the_claims_come_as_a_dump() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs tmpfs /usr/lib/postgresql && PATH=/nowhere";
    let output = mesh::output(demo_after(script, folder.path(), SMALL).arg("--exit"));
    let (out, err) = told(&output);
    assert_eq!(output.status.code(), Some(0), "{out}\n{err}");
    assert!(out.contains("no PostgreSQL on this machine") && out.contains("Every step held"), "{out}");
    nothing_is_left(folder.path());
}

#[test]
fn what_does_not_fit_is_said_before_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("small");
    std::fs::create_dir(&inside).unwrap();
    let script = format!("mount -t tmpfs -o size=300m tmpfs {}", inside.display());
    let output = mesh::output(&mut demo_after(&script, &inside, &["--scale", "1", "--exit"]));
    let (out, err) = told(&output);
    assert_eq!((output.status.code(), out.as_str()), (Some(1), ""), "{err}");
    assert!(err.contains("storage-full") && err.contains("`--scale 0.01` fits"), "{err}");

    let output = mesh::output(&mut demo(folder.path(), &["--scale", "eleven"]));
    assert_eq!(output.status.code(), Some(2));
    let output = mesh::output(&mut demo(folder.path(), &["--scale", "11"]));
    assert_eq!((output.status.code(), told(&output).1.contains("0.0002")), (Some(2), true), "{}", told(&output).1);
}

/// Lines of a running demo up to one that holds a text.
fn until(child: &mut Child, text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut reader = BufReader::new(child.stdout.as_mut().unwrap());
    loop {
        let mut line = String::new();
        assert_ne!(reader.read_line(&mut line).unwrap(), 0, "{text} was not said: {}", lines.concat());
        let found = line.contains(text);
        lines.push(line);
        if found {
            return lines;
        }
    }
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_demo_that_serves_ends_with_what_to_try_and_cleans_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = demo(folder.path(), SMALL).arg("--serve").stdout(Stdio::piped()).spawn().unwrap();
    let lines = mesh::watched(child.id(), || until(&mut child, "Ctrl-C stops the mesh"));
    let all = lines.concat();
    let of = |name: &str| {
        let line = lines.iter().find(|line| line.trim_start().starts_with(&format!("{name} "))).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    // What it says to try, as it says it.
    let url = of("HTTP");
    let verified = mesh::output(
        mesh::tessera(folder.path())
            .args(["journal", "verify"])
            .env("TESSERA_URL", &url)
            .env("TESSERA_TOKEN", of("iris")),
    );
    assert!(verified.status.success(), "{:?}", told(&verified));
    assert!(all.contains("TESSERA_TOKEN=$STELLA tessera requests --pending"), "{all}");
    let (host, port) =
        of("source").trim_end_matches(',').rsplit_once(':').map(|(h, p)| (h.to_owned(), p.to_owned())).unwrap();
    let database = || std::net::TcpStream::connect((host.as_str(), port.parse::<u16>().unwrap()));
    assert!(database().is_ok());

    signal(&child, "TERM");
    assert_eq!(mesh::ended(&mut child).code(), Some(0));
    assert!(database().is_err(), "the database ends with it");
    std::fs::remove_dir_all(folder.path().join("config")).ok();
    nothing_is_left(folder.path());
}

#[test]
fn a_demo_that_is_stopped_on_the_way_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = demo(folder.path(), SMALL).arg("--exit").stdout(Stdio::piped()).spawn().unwrap();
    mesh::watched(child.id(), || until(&mut child, "3. Customer publishes"));
    signal(&child, "INT");
    let mut rest = String::new();
    mesh::watched(child.id(), || child.stdout.as_mut().unwrap().read_to_string(&mut rest).unwrap());
    assert_eq!(mesh::ended(&mut child).code(), Some(1), "{rest}");
    assert!(rest.contains("stopped before its end"), "{rest}");
    nothing_is_left(folder.path());
}
