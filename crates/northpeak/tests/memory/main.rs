//! Memory, measured in a process in which nothing else runs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use tessera_northpeak::{Scale, generate};

/// What the process needed at most so far, in KiB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn ten_times_the_company_needs_no_more_memory() {
    let folder = tempfile::tempdir().unwrap();
    generate(Scale::new(0.001).unwrap(), 7, folder.path()).unwrap();
    let before = most_memory();
    generate(Scale::new(0.01).unwrap(), 7, folder.path()).unwrap();
    let more = most_memory() - before;
    // Buffers grow to their size and no further; the rows that are added would need ten times as much.
    assert!(more < 24 << 10, "{more} KiB more");
}
