//! Bytes are a function of scale and seed; files are whole; memory is bounded.

use std::{collections::BTreeMap, path::Path};

use sha2::{Digest as _, Sha256};
use tessera_northpeak::{Scale, estimate, generate};

use crate::read::{Company, SCALE, SEED};

fn digests(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, Sha256::digest(std::fs::read(path).unwrap()).to_vec());
            }
        }
    }
    found
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let company = Company::get();
    let one = digests(company.folder.path());
    let again = tempfile::tempdir().unwrap();
    let truth = generate(Scale::new(SCALE).unwrap(), SEED, again.path()).unwrap();
    assert_eq!(truth, company.truth);
    assert_eq!(digests(again.path()), one);
    // Over what is there, too.
    generate(Scale::new(SCALE).unwrap(), SEED + 1, again.path()).unwrap();
    let other = digests(again.path());
    assert_eq!(other.len(), one.len());
    for (name, digest) in &one {
        assert_ne!(other.get(name), Some(digest), "{name}");
        assert!(!name.contains("/."), "{name} was left unfinished");
    }
}

#[test]
fn the_estimate_is_enough_and_not_twice_as_much() {
    for fraction in [SCALE, 0.001] {
        let scale = Scale::new(fraction).unwrap();
        let folder = tempfile::tempdir().unwrap();
        generate(scale, SEED, folder.path()).unwrap();
        let bytes: u64 =
            digests(folder.path()).keys().map(|name| std::fs::metadata(folder.path().join(name)).unwrap().len()).sum();
        assert!((bytes..bytes * 2).contains(&estimate(scale)), "{fraction}: {bytes}, estimated {}", estimate(scale));
    }
}

/// What the process needed at most so far, in KiB.
#[cfg(target_os = "linux")]
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// In a process of its own, so that nothing else counts.
#[cfg(target_os = "linux")]
#[test]
fn ten_times_the_company_needs_no_more_memory() {
    let alone = ["--exact", "bytes::measured_alone", "--ignored"];
    let output = std::process::Command::new(std::env::current_exe().unwrap()).args(alone).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}

#[cfg(target_os = "linux")]
#[ignore = "the test above starts it in a process of its own"]
#[test]
fn measured_alone() {
    let folder = tempfile::tempdir().unwrap();
    generate(Scale::new(0.001).unwrap(), 7, folder.path()).unwrap();
    let before = most_memory();
    generate(Scale::new(0.01).unwrap(), 7, folder.path()).unwrap();
    let more = most_memory() - before;
    // Buffers grow to their size and no further; the rows that are added would need ten times as much.
    assert!(more < 24 << 10, "{more} KiB more");
}
