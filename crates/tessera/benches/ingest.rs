//! Ingest of CSV and of JSON lines against DuckDB, which reads the same files and writes one Parquet file: the exports of
//! NorthPeak's customer system and of its policy system, on a mesh of its own in each round.
//!
//! `SCALE` sets how much of NorthPeak there is (0.3), `ROUNDS` how often both run (3), `PYTHON` names a Python with the
//! package `duckdb` (`python3`, version 2.0.1); without it only our own time is printed.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant, SystemTime},
};

use cli::client::Client;
use northpeak::Scale;
use serde_json::{Map, Value, json};
use server::Config;

/// A table of bronze, and how the peer reads its files.
struct Case {
    name: &'static str,
    domain: &'static str,
    table: &'static str,
    files: &'static str,
    read: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "CSV",
        domain: "customer",
        table: "bronze.customers",
        files: "customer/crm/*.csv",
        // Values stay text, as they do in bronze; lines that are none are passed over.
        read: "read_csv('FILES', all_varchar = true, header = true, union_by_name = true, ignore_errors = true)",
    },
    Case {
        name: "JSON lines",
        domain: "policy",
        table: "bronze.policy_events",
        files: "policy/admin/*.jsonl",
        read: "read_json('FILES', format = 'newline_delimited', union_by_name = true, ignore_errors = true)",
    },
];

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let setting =
        |name: &str, default: f64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (scale, rounds) = (setting("SCALE", 0.3), setting("ROUNDS", 3.0) as usize);
    let exports = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("northpeak-{scale}"));
    if !exports.join("done").exists() {
        northpeak::generate(Scale::new(scale).unwrap(), 7, &exports).unwrap();
        fs::write(exports.join("done"), "").unwrap();
    }
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let version = Command::new(&python).args(["-c", "import duckdb; print(duckdb.__version__)"]).output();
    let version = version.ok().filter(|output| output.status.success());
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    for case in CASES {
        let bytes: u64 = exported(&exports, case).iter().map(|file| fs::metadata(file).unwrap().len()).sum();
        let (mut ours, mut theirs, mut rows) = (Vec::new(), Vec::new(), (0, 0));
        // In alternation, so that what else the machine does is felt by both.
        for _ in 0..rounds.max(1) {
            let (took, count) = ingest(&exports, case).await;
            ours.push(took);
            rows.0 = count;
            if version.is_some() {
                let (took, count) = peer(&python, &exports, case);
                theirs.push(took);
                rows.1 = count;
            }
        }
        let own = median(&mut ours);
        println!(
            "{}: {:.1} MB, {} rows, median {own:?} of {ours:?}, {:.0} MB/s",
            case.name,
            bytes as f64 / 1e6,
            rows.0,
            bytes as f64 / 1e6 / own.as_secs_f64()
        );
        if let Some(version) = &version {
            let peer = median(&mut theirs);
            println!(
                "{}: DuckDB {version}, {} rows, median {peer:?} of {theirs:?}; ratio {:.2}, target 1",
                case.name,
                rows.1,
                own.as_secs_f64() / peer.as_secs_f64()
            );
        }
    }
    if version.is_none() {
        println!("duckdb is not installed; set PYTHON to compare");
    }
}

/// The files of a case.
fn exported(exports: &Path, case: &Case) -> Vec<PathBuf> {
    let folder = exports.join(case.files).parent().unwrap().to_owned();
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// One ingest into an empty mesh: from the request to the report. Gives the rows that were taken.
async fn ingest(exports: &Path, case: &Case) -> (Duration, u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let data = folder.path().join("data");
    let settled = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    for file in exported(exports, case) {
        let to = data.join("drop").join(file.strip_prefix(exports).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::hard_link(&file, &to).unwrap();
        fs::File::options().write(true).open(&to).unwrap().set_modified(settled).unwrap();
    }
    let running = server::start(Config::local(data.clone())).await.unwrap();
    let token = fs::read_to_string(data.join("admin-token")).unwrap();
    let client = Client::new(&running.ready.http, Some(token.trim().to_owned())).unwrap();
    let mut files = Map::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/northpeak");
    collect(&root, &root, &mut files);
    let body = json!({"files": files, "commit": null, "dirty": false, "retire": [], "expected": null});
    client.post("/apply", &body).await.unwrap();
    let service = json!({"principal": format!("service:svc-{}", case.domain), "label": "bench"});
    let token = client.post("/tokens", &service).await.unwrap()["token"].as_str().unwrap().to_owned();
    let service = Client::new(&running.ready.http, Some(token)).unwrap();
    let body = json!({"domain": case.domain, "target": case.table});
    let since = Instant::now();
    let report = service.follow("/runs", &body, &mut |_| {}).await.unwrap();
    let took = since.elapsed();
    let rows = report["steps"][0]["rows"].as_u64().unwrap();
    running.stop().await;
    (took, rows)
}

/// The files of the repository.
fn collect(folder: &Path, root: &Path, files: &mut Map<String, Value>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        match path.is_dir() {
            true if ["drafts", "variants"].contains(&name.as_str()) => {}
            true => collect(&path, root, files),
            false if name == "README.md" => {}
            false => _ = files.insert(name, fs::read_to_string(&path).unwrap().into()),
        }
    }
}

/// The peer: its own time for the statement, without starting Python. Gives the rows that it wrote.
fn peer(python: &str, exports: &Path, case: &Case) -> (Duration, u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let files = exports.join(case.files).display().to_string();
    let script = format!(
        "import duckdb, time\nbase = duckdb.connect()\nbase.execute(\"SET enable_progress_bar = false\")\nbegan = time.perf_counter()\n\
         base.execute(\"COPY (SELECT * FROM {}) TO '{}' (FORMAT parquet, COMPRESSION zstd)\")\n\
         took = time.perf_counter() - began\n\
         print(took, base.execute(\"SELECT count(*) FROM '{}'\").fetchone()[0])",
        case.read.replace("FILES", &files),
        folder.path().join("out.parquet").display(),
        folder.path().join("out.parquet").display(),
    );
    let output = Command::new(python).args(["-c", &script]).stderr(Stdio::inherit()).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let mut words = told.split_whitespace();
    let took: f64 = words.next().unwrap().parse().unwrap();
    (Duration::from_secs_f64(took), words.next().unwrap().parse().unwrap())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
