//! The process: its exit codes, its ready line, its end.

use std::process::Stdio;

use crate::mesh::{self, Mesh};

#[test]
fn a_mesh_starts_answers_and_stops_with_0() {
    let mut mesh = Mesh::up();
    let folder = mesh.folder.path().to_owned();
    let who = mesh.done(&folder, &mesh.admin_token(), &["whoami", "--output", "json"]);
    assert!(who.contains("admin"), "{who}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.join(".tessera/admin-token")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(mesh.stop(), Some(0));
}

#[test]
fn two_meshes_do_not_share_a_directory() {
    let mesh = Mesh::up();
    let mut command = mesh::tessera(mesh.folder.path());
    command.args(["up", "--http", "127.0.0.1:0", "--postgres", "127.0.0.1:0"]);
    let second = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("data-in-use"));
    assert!(second.stdout.is_empty(), "nothing is printed before a mesh is ready");
}

#[test]
fn a_stopped_mesh_is_verified_and_an_edited_byte_is_found() {
    let mut mesh = Mesh::up();
    let folder = mesh.folder.path().to_owned();
    let token = mesh.admin_token();
    mesh.done(&folder, &token, &["new", "mesh", "acme"]);
    mesh.done(&folder.join("acme"), &token, &["apply"]);
    let verify = || mesh::tessera(&folder).args(["journal", "verify", "--data", ".tessera"]).output().unwrap();
    assert_eq!(mesh.stop(), Some(0));
    let held = verify();
    assert_eq!(held.status.code(), Some(0), "{}", String::from_utf8_lossy(&held.stderr));
    assert!(String::from_utf8_lossy(&held.stdout).starts_with("the chain holds: "));

    let journal = folder.join(".tessera/journal.db");
    let mut bytes = std::fs::read(&journal).unwrap();
    let word = b"you-steward";
    let places: Vec<usize> = (0..bytes.len() - word.len()).filter(|at| bytes[*at..].starts_with(word)).collect();
    assert!(!places.is_empty(), "the journal names the people it was told of");
    for at in places {
        bytes[at] = b'Y';
    }
    std::fs::write(&journal, bytes).unwrap();
    let broken = verify();
    assert_eq!(broken.status.code(), Some(1));
    let told = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert!(told.contains("journal-broken") && told.contains("record"), "{told}");
}

#[test]
fn the_exit_codes_are_as_documented() {
    let folder = tempfile::tempdir().unwrap();
    let code = |arguments: &[&str]| {
        let mut command = mesh::tessera(folder.path());
        command.env("TESSERA_URL", "http://127.0.0.1:9").env("TESSERA_TOKEN", "tsr_x");
        command.args(arguments).stdin(Stdio::null()).output().unwrap().status.code()
    };
    assert_eq!(code(&["--version"]), Some(0));
    assert_eq!(code(&["new", "mesh", "acme"]), Some(0));
    assert_eq!(code(&["check", "acme"]), Some(0));
    assert_eq!(code(&["new", "mesh", "acme"]), Some(1), "nothing is overwritten");
    assert_eq!(code(&["who-can-read", "a.b"]), Some(2));
    assert_eq!(code(&["new", "mesh", "Acme!"]), Some(2));
    assert_eq!(code(&["whoami"]), Some(3));
    std::fs::write(folder.path().join("acme/mesh.yaml"), "mesh: [").unwrap();
    assert_eq!(code(&["check", "acme"]), Some(1));
}

#[test]
fn a_door_beyond_loopback_without_tls_refuses_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let output = mesh::tessera(folder.path()).args(["up", "--http", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--tls-cert"));
}
