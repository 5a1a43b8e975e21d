//! Data files: gone, cut, grown, overwritten, somebody else's by another name; of the candidate and of what is published.

use std::{fs, path::Path, sync::Arc, time::SystemTime};

use model::Code;

use super::{
    Case, Expect, UNAVAILABLE, case,
    scene::{Scene, deep_file},
};
use crate::support::{columns, data_files, place, rows, step, value, write};

/// Changes the bytes of a file in place, as a disk or somebody with a clock might: the times stay.
pub fn keeping_times(path: &Path, change: impl Fn(&mut Vec<u8>)) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(modified).unwrap();
}

fn rewritten(path: &Path, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
}

type Change = fn(&Path);

/// Changes to a file that must be seen in the candidate and in what is published.
const SEEN: [(&str, Change); 9] = [
    ("is gone", |path| fs::remove_file(path).unwrap()),
    ("is empty", |path| rewritten(path, Vec::clear)),
    ("is cut in half", |path| rewritten(path, |bytes| bytes.truncate(bytes.len() / 2))),
    ("lost its last byte", |path| rewritten(path, |bytes| bytes.truncate(bytes.len() - 1))),
    ("grew by a byte", |path| rewritten(path, |bytes| bytes.push(0))),
    ("is cut with its times kept", |path| keeping_times(path, |bytes| bytes.truncate(bytes.len() / 2))),
    ("is zeros with its times kept", |path| keeping_times(path, |bytes| bytes.fill(0))),
    ("lost the end of its footer with its times kept", |path| {
        keeping_times(path, |bytes| {
            let at = bytes.len() - 8;
            bytes[at..].fill(0);
        });
    }),
    ("has a footer of ones with its times kept", |path| {
        keeping_times(path, |bytes| {
            let at = bytes.len() - 60;
            bytes[at..at + 40].fill(0xff);
        });
    }),
];

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, change) in SEEN {
        cases.push(case(format!("the candidate's file {name}"), UNAVAILABLE, move |scene| change(&scene.file(1))));
        cases.push(Case {
            pinned_is_hit: true,
            ..case(format!("a published file {name}"), Expect::Harmless, move |scene| change(&scene.file(0)))
        });
    }
    for (name, rewrite) in
        [("written again", 0), ("somebody else's by a hard link", 1), ("a copy of somebody else's", 2)]
    {
        cases.push(Case {
            pinned_is_hit: true,
            is_shared: rewrite > 0,
            ..case(format!("a published file is {name}"), Expect::Harmless, move |scene: &Scene| {
                let (file, theirs) = (scene.file(0), &scene.canaries[1]);
                match rewrite {
                    0 => rewritten(&file, |_| {}),
                    1 => {
                        fs::remove_file(&file).unwrap();
                        fs::hard_link(theirs, &file).unwrap();
                    }
                    _ => {
                        fs::copy(theirs, &file).unwrap();
                    }
                }
            })
        });
    }
    cases.push(case("the candidate's file has a schema that nests without end", UNAVAILABLE, |scene| {
        let bytes = deep_file(200_000);
        fs::write(scene.file(1), &bytes).unwrap();
        scene.edit_add(|add| add["size"] = bytes.len().into());
    }));
    // A hard link is another name of a file, made by somebody who could read it: it is opened, and told apart by its size
    // and times.
    cases.push(Case {
        is_shared: true,
        ..case("the candidate's file is somebody else's by a hard link", UNAVAILABLE, |scene| {
            let file = scene.file(1);
            fs::remove_file(&file).unwrap();
            fs::hard_link(&scene.canaries[1], &file).unwrap();
        })
    });
    cases
}

/// Every bit counts: a published file of ten rows in which one bit of each byte flips, one after the other, under its
/// times. Without `TESSERA_DRILL_STEP=1`, every seventh byte.
#[tokio::test]
async fn a_flipped_bit_with_its_times_kept_is_refused() {
    let scene = Scene::new().await;
    let file = scene.file(0);
    let before = scene.published().await;
    assert_eq!(value(before.provider(None).unwrap(), super::SUM).await.unwrap(), super::PUBLISHED);
    for at in (0..fs::read(&file).unwrap().len()).step_by(step(7)) {
        let bit = 1u8 << (at % 8);
        keeping_times(&file, |bytes| bytes[at] ^= bit);
        for port in [&before, &scene.published().await] {
            for sql in ["SELECT count(*) FROM t", super::SUM] {
                let problem = value(port.provider(None).unwrap(), sql).await.unwrap_err();
                assert_eq!(problem.code(), Code::DataUnavailable, "byte {at}: {sql}: {:?}", problem.cause());
            }
        }
        keeping_times(&file, |bytes| bytes[at] ^= bit);
    }
    for port in [before, scene.published().await] {
        assert_eq!(value(port.provider(None).unwrap(), super::SUM).await.unwrap(), super::PUBLISHED);
    }
}

/// A rollback proves the bytes, not only the times, of what it goes back to.
#[tokio::test]
async fn bytes_that_changed_are_not_what_was_published() {
    let scene = Scene::new().await;
    let published = Arc::clone(scene.published().await.manifest());
    assert!(lake::is_same(&published, &scene.table().manifest(0).await.unwrap()));
    // Behind the first bytes, which say what the file is, and before anything that is examined.
    keeping_times(&scene.file(0), |bytes| bytes[3] ^= 1);
    let found = scene.table().manifest(0).await.unwrap();
    assert!(!lake::is_same(&published, &found));
    // What was published before files were sealed is known by its times alone.
    let mut unsealed = (*published).clone();
    unsealed.files.iter_mut().for_each(|file| file.blocks.clear());
    assert!(lake::is_same(&unsealed, &found));
}

/// The footer of a published file becomes one that nests deeper than any stack, its size and its times kept.
#[tokio::test]
async fn a_footer_that_nests_without_end_ends_nothing() {
    let place = place();
    let (table, directory) = place.port();
    let version = write(&table, &columns(), &[rows(0..400_000)], None).await;
    let manifest = table.manifest(version).await.unwrap();
    let mut unsealed = manifest.clone();
    unsealed.files.iter_mut().for_each(|file| file.blocks.clear());
    let ports = [manifest, unsealed].map(|manifest| table.pin(Arc::new(manifest)).unwrap());
    let file = data_files(&directory).remove(0);
    keeping_times(&file, |bytes| {
        let deep = deep_file(bytes.len() as u64 / 10);
        let at = bytes.len() - deep.len();
        bytes[at..].copy_from_slice(&deep);
        assert!(deep.len() > 300_000, "{}", deep.len());
    });
    for (port, sql) in ports.iter().flat_map(|port| [(port, "SELECT count(*) FROM t"), (port, super::SUM)]) {
        let problem = value(port.provider(None).unwrap(), sql).await.unwrap_err();
        assert_eq!(problem.code(), Code::DataUnavailable, "{problem}");
    }
}
