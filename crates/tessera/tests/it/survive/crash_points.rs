//! The process ends at each named moment of a command. Afterwards it happened once or not at all, and asking again with
//! the same key settles which (F-01 to F-06).

use std::time::Duration;

use serde_json::Value;

use super::world::{Answer, World};

/// The crash points of a publication, in order, and whether the version must be there after the restart alone.
const OF_A_PUBLICATION: [(&str, bool); 10] = [
    ("blobs publication-started", false),
    ("said publication-started", false),
    ("publish candidate", false),
    ("publish manifest", false),
    ("publish gate", false),
    ("blobs product-published", false),
    ("committed product-published", true),
    ("known product-published", true),
    ("said product-published", true),
    ("answered product-published", true),
];

#[test]
fn a_publication_survives_every_crash_point() {
    let mut world = World::new();
    for (index, (point, is_done)) in OF_A_PUBLICATION.into_iter().enumerate() {
        world.new_file();
        let Answer::Told(200, _) = world.run() else { panic!("the file is not taken") };
        let before = world.count("you-owner").unwrap();
        world.mesh.start_again(Some(point));
        let key = format!("publish-{index}");
        assert_eq!(world.publish(&key), Answer::Unknown, "{point} was not passed");
        assert!(world.mesh.ends_within(Duration::from_secs(10)), "{point} did not end the process");
        world.mesh.start_again(None);
        world.check();
        let served = world.count("you-owner").unwrap();
        let whole = world.rows_dropped();
        assert_eq!(served, if is_done { whole } else { before }, "{point}: after the restart");
        let Answer::Told(200, report) = world.publish(&key) else { panic!("{point}: asking again is refused") };
        assert_eq!(world.count("you-owner").unwrap(), whole, "{point}: after asking again");
        let Answer::Told(200, again) = world.publish(&key) else { panic!("{point}: a third time is refused") };
        assert_eq!(report["publication"], again["publication"]);
        let published = world
            .records()
            .into_iter()
            .filter(|record| record["kind"] == "product-published" && record["command_id"] == key.as_str());
        assert_eq!(published.count(), 1, "{point}: one key, one publication");
    }
}

#[test]
fn decisions_survive_every_crash_point() {
    let mut world = World::new();
    for (index, stage) in ["blobs", "committed", "known", "said"].into_iter().enumerate() {
        let request =
            twice(&mut world, &format!("{stage} access-requested"), |world| world.request(&format!("r{index}")));
        let request = request["id"].as_str().unwrap().to_owned();
        assert_eq!(world.count("you-analyst"), Err("42501".to_owned()), "asking alone opens nothing");
        let granted = twice(&mut world, &format!("{stage} entitlement-granted"), |world| {
            world.approve(&format!("a{index}"), &request)
        });
        let entitlement = granted["entitlement"].as_str().unwrap().to_owned();
        assert!(world.count("you-analyst").is_ok());
        twice(&mut world, &format!("{stage} entitlement-ended"), |world| {
            world.revoke(&format!("v{index}"), &entitlement)
        });
        assert_eq!(world.count("you-analyst"), Err("42501".to_owned()), "a revocation that was told holds");
    }
}

#[test]
fn an_apply_and_its_zones_survive_every_crash_point() {
    let mut world = World::new();
    for (index, point) in
        ["blobs applied", "committed applied", "said applied", "stamped zones"].into_iter().enumerate()
    {
        let name = format!("d{index}");
        let folder = world.root().join("domains").join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let file = format!(
            "domain: {name}\ndescription: Another one\nregion: local\nclassification: internal\nowner: owners\nsteward: stewards\non_call: https://alerts.example.com/x\ncost_center: CC-1\n"
        );
        std::fs::write(folder.join("domain.yaml"), file).unwrap();
        let admin = world.mesh.admin_token();
        world.mesh.start_again(Some(point));
        // Either the call breaks or the process ends right after it.
        let _ = world.mesh.call(&world.root(), &admin, &["apply"]);
        assert!(world.mesh.ends_within(Duration::from_secs(10)), "{point} did not end the process");
        world.mesh.start_again(None);
        world.check();
        world.mesh.done(&world.root(), &admin, &["apply"]);
        let zones = world.mesh.folder.path().join(".tessera/zones").join(&name);
        let since = std::time::Instant::now();
        while !zones.join("gold").is_dir() && since.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(zones.join("gold").is_dir(), "{point}: the zones of {name} were never stamped");
    }
}

#[test]
fn a_batch_is_taken_once_whatever_ended_the_run() {
    let mut world = World::new();
    for point in ["batch written", "batch recorded"] {
        world.new_file();
        world.mesh.start_again(Some(point));
        assert_eq!(world.run(), Answer::Unknown, "{point} was not passed");
        assert!(world.mesh.ends_within(Duration::from_secs(10)));
        world.mesh.start_again(None);
        world.check();
        let Answer::Told(200, _) = world.run() else { panic!("{point}: the file is not taken afterwards") };
        let Answer::Told(200, _) = world.publish(&format!("after {point}").replace(' ', "-")) else {
            panic!("{point}: not published afterwards")
        };
        assert_eq!(world.count("you-owner").unwrap(), world.rows_dropped(), "{point}");
    }
}

/// Asks, loses the process at the point, starts it anew and asks again with the same key; gives that answer.
fn twice(world: &mut World, point: &str, ask: impl Fn(&World) -> Answer) -> Value {
    world.mesh.start_again(Some(point));
    assert_eq!(ask(world), Answer::Unknown, "{point} was not passed");
    assert!(world.mesh.ends_within(Duration::from_secs(10)), "{point} did not end the process");
    world.mesh.start_again(None);
    world.check();
    let Answer::Told(status, answer) = ask(world) else { panic!("{point}: asking again breaks") };
    assert!((200..300).contains(&status), "{point}: asking again: {status} {answer}");
    let Answer::Told(_, again) = ask(world) else { panic!("{point}: a third time breaks") };
    assert_eq!(answer, again, "{point}: the same key gives the same answer");
    answer
}
