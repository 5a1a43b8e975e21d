//! Retention and a process that ends in the middle of it (K9, F-07), and what a killed process leaves behind (I8).

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::json;

use super::world::{Answer, World};

/// Nothing is kept but what is named.
const AT_ONCE: [(&str, &str); 2] = [("TESSERA_KEEP_PUBLICATIONS", "0s"), ("TESSERA_KEEP_UNREFERENCED", "0s")];

/// The data files of silver and gold that the process sees.
fn files(world: &World) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let zone = world.mesh.inside(".tessera/zones/shop");
    collect(&zone.join("silver"), &mut found);
    collect(&zone.join("gold"), &mut found);
    found.sort();
    found
}

fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "parquet") || is_staged(&path) {
            found.push(path);
        }
    }
}

fn is_staged(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".tmp-"))
}

/// Waits until every domain was looked at once since the start.
fn await_round(world: &World) {
    let since = Instant::now();
    while world.mesh.counter("tessera_retention_rounds_total") == 0 {
        assert!(since.elapsed() < Duration::from_secs(30), "retention did nothing");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Publishes one more file; gives the publication.
fn publish(world: &World, key: &str) -> String {
    world.new_file();
    let Answer::Told(200, _) = world.run() else { panic!("{key}: the file is not taken") };
    let Answer::Told(200, report) = world.publish(key) else { panic!("{key}: not published") };
    report["publication"].as_str().unwrap().to_owned()
}

fn roll_back(world: &World, key: &str, to: &str) -> Answer {
    world.call(&world.owner, key, "POST", "/rollbacks", &json!({"product": "shop.orders", "to": to}))
}

#[test]
fn retention_survives_every_crash_point_and_removes_nothing_that_is_named() {
    let mut world = World::new();
    let points = [
        "blobs publications-retired",
        "committed publications-retired",
        "said publications-retired",
        "retired publications",
        "removed files",
    ];
    for (index, point) in points.into_iter().enumerate() {
        let earlier = publish(&world, &format!("earlier-{index}"));
        let newest = publish(&world, &format!("newest-{index}"));
        let before = files(&world);
        world.mesh.settings = AT_ONCE.into();
        world.mesh.begin(Some(point));
        assert!(world.mesh.ends_within(Duration::from_secs(30)), "{point} was not passed");
        let is_recorded = point != "blobs publications-retired";
        let is_removed = point == "removed files";
        // With the usual times nothing more is removed: what is seen now is what the crash left.
        world.mesh.settings.clear();
        world.mesh.start_again(None);
        world.check();
        assert_eq!(world.count("you-owner").unwrap(), world.rows_dropped(), "{point}");
        await_round(&world);
        assert_eq!(files(&world).len() < before.len(), is_removed, "{point}");
        // What was given up on record is given up, whether or not its files are gone; before that it is served again.
        match (roll_back(&world, &format!("back-{index}"), &earlier), is_recorded) {
            (Answer::Told(410, problem), true) => assert_eq!(problem["code"], "publication-retired", "{point}"),
            (Answer::Told(200, _), false) => {
                assert!(world.count("you-owner").unwrap() < world.rows_dropped());
                let Answer::Told(200, _) = roll_back(&world, &format!("forth-{index}"), &newest) else {
                    panic!("{point}: the newest publication is not served again")
                };
            }
            (answer, _) => panic!("{point}: {answer:?}"),
        }
        // The clean-up goes on where it ended.
        world.mesh.settings = AT_ONCE.into();
        world.mesh.start_again(None);
        await_round(&world);
        world.check();
        assert_eq!(world.count("you-owner").unwrap(), world.rows_dropped(), "{point}: after the clean-up");
        assert_eq!(files(&world).len(), 1, "{point}: one port, no silver");
        world.mesh.settings.clear();
        world.mesh.start_again(None);
    }
}

#[test]
fn what_a_killed_publication_leaves_goes_after_its_time_and_never_before() {
    let mut world = World::new();
    world.new_file();
    let Answer::Told(200, _) = world.run() else { panic!("the file is not taken") };
    world.mesh.start_again(Some("publish gate"));
    assert_eq!(world.publish("killed"), Answer::Unknown);
    assert!(world.mesh.ends_within(Duration::from_secs(10)));
    let table = world.mesh.inside(".tessera/zones/shop/gold/orders/orders");
    let candidate = files(&world);
    assert_eq!(candidate.len(), 2, "what is served, and the candidate");
    // As after a kill while a file, or an entry of the log, was being written.
    for name in ["part-0190.parquet", ".tmp-0190", "_delta_log/.tmp-0191"] {
        std::fs::write(table.join(name), "half").unwrap();
    }
    world.mesh.start_again(None);
    await_round(&world);
    assert_eq!(files(&world).len(), 5, "nothing goes before its time");
    world.mesh.settings = AT_ONCE.into();
    world.mesh.start_again(None);
    await_round(&world);
    assert_eq!(files(&world), candidate, "the newest version is what the same key publishes");
    world.check();
    world.mesh.settings.clear();
    world.mesh.start_again(None);
    let Answer::Told(200, _) = world.publish("killed") else { panic!("not published with the same key") };
    assert_eq!(world.count("you-owner").unwrap(), world.rows_dropped());
}
