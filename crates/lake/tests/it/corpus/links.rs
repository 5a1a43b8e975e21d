//! Links and special files, in every place where the lake looks.

use std::{fs, os::unix::fs::symlink, path::Path};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::{Case, UNAVAILABLE, case, scene::Scene};

fn pipe(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}

/// Puts somebody's file in the place of one of ours.
fn linked(scene: &Scene, place: &Path, canary: usize) {
    fs::remove_file(place).unwrap();
    symlink(&scene.canaries[canary], place).unwrap();
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for canary in 0..3 {
        cases.push(case(format!("the data file is a link to canary {canary}"), UNAVAILABLE, move |scene| {
            linked(scene, &scene.file(1), canary);
        }));
    }
    cases.push(case("the data file is a relative link to its own neighbour", UNAVAILABLE, |scene| {
        let (ours, other) = (scene.file(1), scene.file(0));
        fs::remove_file(&ours).unwrap();
        symlink(other.file_name().unwrap(), ours).unwrap();
    }));
    cases.push(case("the data file is a link to itself", UNAVAILABLE, |scene| {
        let ours = scene.file(1);
        fs::remove_file(&ours).unwrap();
        symlink(&ours, &ours).unwrap();
    }));
    cases.push(case("the data file is a pipe", UNAVAILABLE, |scene| {
        let ours = scene.file(1);
        fs::remove_file(&ours).unwrap();
        pipe(&ours);
    }));
    cases.push(case("the data file is a folder", UNAVAILABLE, |scene| {
        let ours = scene.file(1);
        fs::remove_file(&ours).unwrap();
        fs::create_dir(&ours).unwrap();
    }));
    cases.push(case("the data file is a device", UNAVAILABLE, |scene| {
        let ours = scene.file(1);
        fs::remove_file(&ours).unwrap();
        symlink("/dev/zero", &ours).unwrap();
    }));
    cases.push(case("the data file lies in a folder that is a link", UNAVAILABLE, |scene| {
        symlink(scene.outside(), scene.directory().join("way")).unwrap();
        scene.edit_add(|add| add["path"] = "way/part.parquet".into());
    }));
    cases.push(case("the data file lies in a folder that is a link into another domain", UNAVAILABLE, |scene| {
        symlink(scene.data("zones/payroll/gold/salaries/rows"), scene.directory().join("way")).unwrap();
        scene.edit_add(|add| add["path"] = "way/part.parquet".into());
    }));
    cases.push(case("the candidate's entry is a link", UNAVAILABLE, |scene| linked(scene, &scene.entry(1), 3)));
    cases.push(case("the first entry is a link", UNAVAILABLE, |scene| linked(scene, &scene.entry(0), 3)));
    cases.push(case("an entry is a pipe", UNAVAILABLE, |scene| pipe(&scene.entry(2))));
    cases.push(case("the log is a link into another domain", UNAVAILABLE, |scene| {
        fs::remove_dir_all(scene.log()).unwrap();
        symlink(scene.data("zones/payroll/gold/salaries/rows/_delta_log"), scene.log()).unwrap();
    }));
    cases.push(case("the log is a file", UNAVAILABLE, |scene| {
        fs::remove_dir_all(scene.log()).unwrap();
        fs::write(scene.log(), "{}").unwrap();
    }));
    for name in ["_last_checkpoint", "00000000000000000001.checkpoint.parquet", "00000000000000000001.crc", "nothing"] {
        cases.push(case(format!("a link {name} in the log"), UNAVAILABLE, move |scene| {
            symlink(&scene.canaries[0], scene.log().join(name)).unwrap();
        }));
        cases.push(case(format!("a pipe {name} in the log"), UNAVAILABLE, move |scene| pipe(&scene.log().join(name))));
    }
    cases
}
