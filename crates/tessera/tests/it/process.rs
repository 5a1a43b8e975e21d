//! The process: its exit codes, its ready line, its end.

use std::{path::Path, process::Stdio};

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
    let second = mesh::output(&mut command);
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("data-in-use"));
    assert!(second.stdout.is_empty(), "nothing is printed before a mesh is ready");
}

/// The directory is free the moment its process is gone, however it went: the lock is the process's, not the file's.
#[test]
fn a_killed_mesh_leaves_no_lock_behind() {
    let mut mesh = Mesh::up();
    let first = mesh.pid();
    assert!(mesh.folder.path().join(".tessera/lock").exists());
    for _ in 0..3 {
        mesh.start_again(None);
    }
    assert_ne!(mesh.pid(), first);
    // While it runs the next one is told by whom the directory is held, not by whom it once was.
    let mut command = mesh::tessera(mesh.folder.path());
    command.args(["up", "--http", "127.0.0.1:0", "--postgres", "127.0.0.1:0"]);
    let second = mesh::output(&mut command);
    let told = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(told.contains("data-in-use") && told.contains(&format!("process {}", mesh.pid())), "{told}");
    assert_eq!(mesh.stop(), Some(0), "the one that was there is not disturbed");
}

/// Of several that start on one directory at once, one serves; the others say who does and write nothing.
#[test]
fn of_several_that_start_at_once_one_serves() {
    let folder = tempfile::tempdir().unwrap();
    let mut children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = mesh::tessera(folder.path());
            command.args(["up", "--http", "127.0.0.1:0", "--postgres", "127.0.0.1:0"]);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    // Three end by themselves; whoever is left is the one that serves.
    let mut ended = Vec::new();
    let since = std::time::Instant::now();
    while ended.len() < 3 {
        assert!(since.elapsed().as_secs() < 60, "{} of four ended", ended.len());
        for index in (0..children.len()).rev() {
            if children[index].try_wait().unwrap().is_some() {
                ended.push(children.remove(index).wait_with_output().unwrap());
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    for output in &ended {
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty(), "nothing is announced by one that does not serve");
        assert!(String::from_utf8_lossy(&output.stderr).contains("data-in-use"));
    }
    let mut left = children.remove(0);
    let ready = mesh::ready(&mut left);
    assert_eq!(ready["event"], "ready");
    left.kill().unwrap();
    left.wait().unwrap();
}

#[test]
fn a_stopped_mesh_is_verified_and_an_edited_byte_is_found() {
    let mut mesh = Mesh::up();
    let folder = mesh.folder.path().to_owned();
    let token = mesh.admin_token();
    mesh.done(&folder, &token, &["new", "mesh", "acme"]);
    mesh.done(&folder.join("acme"), &token, &["apply"]);
    let verify = || mesh::output(mesh::tessera(&folder).args(["journal", "verify", "--data", ".tessera"]));
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
        mesh::output(command.args(arguments)).status.code()
    };
    assert_eq!(code(&["--version"]), Some(0));
    assert_eq!(code(&["new", "mesh", "acme"]), Some(0));
    assert_eq!(code(&["check", "acme"]), Some(0));
    assert_eq!(code(&["new", "mesh", "acme"]), Some(1), "nothing is overwritten");
    assert_eq!(code(&["scoreboard"]), Some(2));
    assert_eq!(code(&["new", "mesh", "Acme!"]), Some(2));
    assert_eq!(code(&["whoami"]), Some(3));
    std::fs::write(folder.path().join("acme/mesh.yaml"), "mesh: [").unwrap();
    assert_eq!(code(&["check", "acme"]), Some(1));
}

#[test]
fn a_door_beyond_loopback_without_tls_refuses_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let output = mesh::output(mesh::tessera(folder.path()).args(["up", "--http", "0.0.0.0:0"]));
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--tls-cert"));
}

/// `up --mesh`: files that do not hold start nothing; an empty mesh takes the whole repository, a founded one only what
/// admins decide.
#[test]
fn a_repository_founds_a_mesh_at_its_first_start() {
    let folder = tempfile::tempdir().unwrap();
    let new = |directory: &Path, arguments: &[&str]| {
        let mut command = mesh::tessera(folder.path());
        assert!(mesh::output(command.current_dir(directory).arg("new").args(arguments)).status.success());
    };
    let root = folder.path().join("acme");
    new(folder.path(), &["mesh", "acme"]);
    new(&root, &["domain", "shop"]);
    let file = root.join("mesh.yaml");
    let good = std::fs::read_to_string(&file).unwrap();
    let line = good.lines().count() + 1;
    std::fs::write(&file, format!("{good}rgions: [a]\n")).unwrap();
    let up = || {
        let mut command = mesh::up_command(folder.path(), None);
        command.args(["--mesh", "acme"]).stderr(Stdio::piped());
        command
    };
    let refused = mesh::output(&mut up());
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(told.contains(&format!("mesh.yaml:{line}:1: ")) && told.contains("did you mean `regions`?"), "{told}");
    assert!(refused.stdout.is_empty(), "nothing is announced by one that does not serve");

    std::fs::write(&file, good).unwrap();
    let started = |expected: &str| {
        let mut child = up().spawn().unwrap();
        let ready = mesh::ready(&mut child);
        let token = std::fs::read_to_string(folder.path().join(".tessera/admin-token")).unwrap();
        let mut plan = mesh::tessera(&root);
        plan.env("TESSERA_URL", ready["http"].as_str().unwrap()).env("TESSERA_TOKEN", token.trim()).arg("plan");
        let plan = mesh::output(&mut plan);
        let told = String::from_utf8_lossy(&[plan.stdout, plan.stderr].concat()).into_owned();
        assert!(told.contains(expected), "{told}");
        child.kill().unwrap();
        String::from_utf8_lossy(&child.wait_with_output().unwrap().stderr).into_owned()
    };
    let told = started("no changes");
    assert!(!told.contains("not applied"), "{told}");
    // What the domain decides is not for a start to decide, and is told.
    let shop = root.join("domains/shop/domain.yaml");
    let text = std::fs::read_to_string(&shop).unwrap().replace("CC-0000", "CC-0001");
    std::fs::write(&shop, text).unwrap();
    let told = started("domain:shop");
    assert!(told.contains("not applied at start: update domain:shop (domains/shop/domain.yaml)"), "{told}");
}
