//! A mesh that lost its directory goes on from its backup and its landing zones (`docs/operations.md`).

use std::path::Path;

use super::world::{Answer, World};

/// As `cp -a`: with the times of the files.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), &to).unwrap();
            let written = entry.metadata().unwrap().modified().unwrap();
            std::fs::File::options().write(true).open(&to).unwrap().set_modified(written).unwrap();
        }
    }
}

#[test]
fn a_mesh_goes_on_from_its_backup() {
    let mut world = World::new();
    let folder = world.mesh.folder.path().to_owned();
    let Answer::Told(201, request) = world.request("r") else { panic!("not asked") };
    let request = request["id"].as_str().unwrap().to_owned();
    let Answer::Told(200, _) = world.approve("a", &request) else { panic!("not approved") };
    let masked = "SELECT email FROM shop.orders.orders ORDER BY id";
    let seen = world.mesh.psql("you-analyst", &world.analyst, "analytics", masked).unwrap();
    let told = world.mesh.done(&folder, "", &["backup", "mesh.backup"]);
    assert!(told.starts_with("the chain holds: "), "{told}");
    let again = world.mesh.call(&folder, "", &["backup", "mesh.backup"]);
    assert_eq!(again.status.code(), Some(1), "a backup is not overwritten");

    world.mesh.kill();
    std::fs::rename(folder.join(".tessera"), folder.join("lost")).unwrap();
    let restored = world.mesh.done(&folder, "", &["restore", "mesh.backup"]);
    assert_eq!(restored, told);
    for part in ["zones", "drop"] {
        copy(&folder.join("lost").join(part), &folder.join(".tessera").join(part));
    }
    world.mesh.start_again(None);
    world.check();
    // Tokens, entitlements and masks are those of before.
    assert_eq!(world.mesh.psql("you-analyst", &world.analyst, "analytics", masked).unwrap(), seen);
    world.new_file();
    let Answer::Told(200, _) = world.run() else { panic!("not taken") };
    let Answer::Told(200, _) = world.publish("after") else { panic!("not published") };
    assert_eq!(world.count("you-owner").unwrap(), world.rows_dropped());
}
