//! A volume without space: what cannot be written is refused and said, what was published is served, and space is all it
//! takes to go on (F-11, F-12).

use std::{io::Write as _, path::Path, process::Command};

use serde_json::Value;

use super::world::{Answer, World};

/// A small volume needs a mount of its own.
fn can_mount() -> bool {
    let can =
        Command::new("unshare").args(["--map-root-user", "--mount", "true"]).status().is_ok_and(|done| done.success());
    if !can {
        println!("left out: this system lets nobody mount a volume of their own (`unshare --map-root-user --mount`)");
    }
    can
}

/// Takes every byte that is left.
fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    for size in [1 << 20, 64 << 10, 4 << 10, 64, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

fn refused(answer: &Answer) -> String {
    let Answer::Told(status, problem) = answer else { panic!("the connection broke") };
    assert!(*status >= 500, "{status} {problem}");
    problem["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_full_data_volume_refuses_publications_and_serves_what_there_is() {
    if !can_mount() {
        return;
    }
    let world = World::on(Some((".tessera/zones", 8)));
    let before = world.count("you-owner").unwrap();
    let ballast = world.mesh.inside(".tessera/zones/ballast");
    world.new_file();
    let Answer::Told(200, _) = world.ingest() else { panic!("there is space still") };
    fill(&ballast);
    assert_eq!(refused(&world.publish("full")), "storage-full");
    world.new_file();
    assert_eq!(refused(&world.ingest()), "storage-full");
    assert_eq!(world.count("you-owner").unwrap(), before, "the old version is served");
    let Answer::Told(201, _) = world.request("asked-while-full") else { panic!("decisions are on another volume") };
    std::fs::remove_file(&ballast).unwrap();
    let Answer::Told(200, _) = world.run() else { panic!("space is there again") };
    let Answer::Told(200, _) = world.publish("full") else { panic!("the same key is done now") };
    assert_eq!(world.count("you-owner").unwrap(), world.rows_dropped());
    world.check();
}

#[test]
fn a_full_journal_volume_acknowledges_nothing_and_recovers() {
    if !can_mount() {
        return;
    }
    let world = World::on(Some((".tessera", 24)));
    let Answer::Told(201, request) = world.request("r") else { panic!("not asked") };
    let request = request["id"].as_str().unwrap().to_owned();
    let Answer::Told(200, granted) = world.approve("a", &request) else { panic!("not approved") };
    let entitlement = granted["entitlement"].as_str().unwrap().to_owned();
    assert!(world.count("you-analyst").is_ok());
    let ballast = world.mesh.inside(".tessera/ballast");
    fill(&ballast);
    // A revocation that cannot be recorded is never told as done; what cannot be audited is not served either.
    let mut told = Vec::new();
    for attempt in 0..50 {
        let answer = world.revoke("v", &entitlement);
        if let Answer::Told(status, _) = &answer
            && (200..300).contains(status)
        {
            // The log had room for it: it is done, and it holds.
            break;
        }
        told.push(refused(&answer));
        if attempt == 3 {
            break;
        }
    }
    assert!(told.iter().all(|code| code == "storage-full" || code == "data-unavailable"), "{told:?}");
    for _ in 0..200 {
        // Audit records take what little space is left; then statements are refused, with the code that says so.
        if let Err(state) = world.count("you-owner") {
            assert_eq!(state, "58000");
            break;
        }
    }
    assert!(!matches!(world.publish("full"), Answer::Told(200, _)));
    std::fs::remove_file(&ballast).unwrap();
    let Answer::Told(status, _) = world.revoke("v", &entitlement) else { panic!("the connection broke") };
    assert!((200..300).contains(&status), "{status}");
    assert_eq!(world.count("you-analyst"), Err("42501".to_owned()));
    world.new_file();
    let Answer::Told(200, _) = world.run() else { panic!("space is there again") };
    let Answer::Told(200, report) = world.publish("full") else { panic!("the same key is done now") };
    assert_ne!(report["publication"], Value::Null);
    assert_eq!(world.count("you-owner").unwrap(), world.rows_dropped());
    world.check();
}
