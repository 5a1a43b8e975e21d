//! NorthPeak from an empty folder to eleven published products and every step of the story: `tessera demo` at several
//! scales, with the most memory it had and the disk it took.
//!
//! `SCALES` sets which (`0.01 0.1 1`). Targets: 0.01 under 60 s; 1, which is 3.1 million policyholders, published in under
//! 15 minutes and 6 GB.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods)]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

fn main() {
    let scales = std::env::var("SCALES").unwrap_or_else(|_| "0.01 0.1 1".to_owned());
    for scale in scales.split_whitespace() {
        run(scale);
    }
}

fn run(scale: &str) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.args(["demo", "--exit", "--scale", scale]).env("TMPDIR", folder.path());
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let (id, place) = (child.id(), folder.path().to_owned());
    let watch = std::thread::spawn(move || watched(id, &place));
    let (mut published, mut slow) = (Duration::ZERO, Vec::new());
    let mut chapter = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.trim_start().split('.').next().is_some_and(|number| number.parse::<u32>().is_ok()) {
            chapter = line.trim().to_owned();
            // From here on data is read.
            if chapter.contains("A fraud analyst finds it") {
                published = began.elapsed();
            }
        }
        if line.contains('✓') && (line.ends_with(" s") || line.contains(" min ")) {
            slow.push(format!("{chapter}: {}", line.trim()));
        }
    }
    assert!(child.wait().unwrap().success(), "every step holds at scale {scale}");
    let whole = began.elapsed();
    let (memory, disk) = watch.join().unwrap();
    println!(
        "scale {scale}: published {:.1} s, the whole story {:.1} s; {memory} MB resident at most, {disk} MB of disk",
        published.as_secs_f64(),
        whole.as_secs_f64(),
    );
    for line in slow {
        println!("  {line}");
    }
}

/// The most resident memory in MB that a process had, and the most bytes beneath a folder in MB, until it ends.
fn watched(id: u32, folder: &Path) -> (u64, u64) {
    let (mut memory, mut disk) = (0, 0);
    let mut round = 0_u32;
    while let Ok(status) = fs::read_to_string(format!("/proc/{id}/status")) {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let Some(peak) = peak else { break };
        memory = memory.max(peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_000);
        if round.is_multiple_of(8) {
            disk = disk.max(used(folder) / 1_000_000);
        }
        round += 1;
        std::thread::sleep(Duration::from_millis(250));
    }
    (memory, disk)
}

fn used(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => used(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    bytes.sum()
}
