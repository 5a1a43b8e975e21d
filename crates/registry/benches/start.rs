//! Starting on a large journal: a year of 1,000 products, of which 100 publish every hour.
//!
//! Each opening is a process of its own, so that its memory is its own: the program calls itself. The peer is the same
//! program on an empty journal. `ROUNDS` sets how often each opens (5).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

extern crate tessera_registry as registry;

use std::{
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use model::{Timestamp, time::Clock};
use registry::{
    Registry,
    rehearsal::{Size, fill},
};

/// The argument of the process that opens.
const OPEN: &str = "open-and-measure";

#[derive(Debug)]
struct Later;

impl Clock for Later {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_900_000_000_000_000)
    }
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == OPEN) {
        return open(Path::new(arguments.get(at + 1).unwrap())).await;
    }
    let rounds = std::env::var("ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(5_usize);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("start");
    let (year, empty) = (folder.join("year"), folder.join("empty"));
    let whole = folder.join("whole");
    if !whole.exists() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&year).unwrap();
        std::fs::create_dir_all(&empty).unwrap();
        let since = Instant::now();
        let records = fill(&year, Size::a_year()).await.unwrap();
        println!("filled {records} records in {:.1} s", since.elapsed().as_secs_f64());
        std::fs::write(&whole, "").unwrap();
    }
    for (name, data) in [("empty", &empty), ("a year", &year)] {
        let mut opened: Vec<Opened> = (0..rounds.max(1)).map(|_| child(data)).collect();
        opened.sort_by_key(|opened| opened.took);
        let most = opened.iter().map(|opened| opened.resident).max().unwrap();
        let median = opened.get(opened.len() / 2).unwrap();
        println!(
            "{name:<7} {:>7} records, {:>5} products: open {:>7.1} ms median of {}, at most {most} MB resident",
            median.records,
            median.products,
            median.took.as_secs_f64() * 1_000.0,
            opened.len(),
        );
    }
    println!("targets: 2 s, 300 MB");
}

/// What a process that opened said of itself.
struct Opened {
    records: u64,
    products: usize,
    took: Duration,
    resident: u64,
}

fn child(data: &Path) -> Opened {
    let output = Command::new(std::env::current_exe().unwrap()).arg(OPEN).arg(data).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<u64> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    let [records, products, micros, resident] = numbers.try_into().unwrap();
    Opened { records, products: products as usize, took: Duration::from_micros(micros), resident }
}

/// Opens, looks once, and says how long and how large.
async fn open(data: &Path) {
    let since = Instant::now();
    let registry = Registry::open(data, Arc::new(Later)).await.unwrap();
    let mesh = registry.mesh();
    let took = since.elapsed();
    println!("{} {} {} {}", mesh.seq(), mesh.products().count(), took.as_micros(), resident());
}

/// The most memory this process ever had, in megabytes, where the system tells it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) / 1_000
}
