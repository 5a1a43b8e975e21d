//! Governed SQL through every door of a server: every file of `tests/slt` on fixture F1, as the gateway runs it in
//! process. Enforcement must not depend on the door.

use std::path::Path;

use crate::{
    doors::{Extended, Rest, Simple},
    f1::World,
    f1_house::F1House,
    slt::{self, Door},
    support::run,
};

async fn every_file(door: &impl Door, world: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/slt");
    let mut failures = Vec::new();
    for file in slt::files(&folder, world) {
        failures.extend(slt::run(door, &file).await);
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_file_holds_on_the_simple_protocol() {
    run(async { every_file(&Simple(F1House::shared().await), "one").await });
}

#[test]
fn every_file_holds_on_the_extended_protocol() {
    run(async { every_file(&Extended::new(F1House::shared().await), "one").await });
}

#[test]
fn every_file_holds_over_http() {
    run(async { every_file(&Rest(F1House::shared().await), "one").await });
}

#[test]
fn every_file_of_the_restricted_world_holds_on_every_door() {
    run(async {
        let house = F1House::start(World::RESTRICTED).await;
        every_file(&Simple(&house), "restricted").await;
        every_file(&Extended::new(&house), "restricted").await;
        every_file(&Rest(&house), "restricted").await;
        house.running.stop().await;
    });
}
