//! Governed reads against plain DataFusion on the same files, in one run.
//!
//! The fast lane: the 22 queries of TPC-H, read by somebody who may see everything, against DataFusion's own table over
//! the same Parquet files with the same statistics, partitions and batch size. Then one row by its key: as a masked and
//! scoped reader, as an unmasked one, and by DataFusion.
//!
//! `SCALE` sets the scale factor (1), `ROUNDS` how often both run after a warm-up (3), `QUERIES` which (all; `1,6,14`),
//! `POINTS` how many point queries (1,000).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods)]

extern crate tessera_gateway as gateway;

#[path = "fast_lane/mesh.rs"]
mod mesh;
#[path = "fast_lane/peer.rs"]
mod peer;
#[path = "fast_lane/tables.rs"]
mod tables;

use std::time::{Duration, Instant};

use arrow::{
    array::RecordBatch,
    util::{display::FormatOptions, pretty::pretty_format_batches_with_options},
};
use futures::TryStreamExt as _;
use gateway::{Catalog, Gateway, Session};
use mesh::Bench;
use peer::Peer;

const QUERIES: &str = include_str!("fast_lane/tpch.sql");

fn main() {
    // DataFusion plans on the thread that asks, and some of the queries are deep.
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.thread_stack_size(16 << 20).enable_all().build().unwrap();
    runtime.block_on(runtime.spawn(run())).unwrap();
}

async fn run() {
    let scale = setting("SCALE", 1.0);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fast-lane-{scale}"));
    let bench = Bench::open(&folder, scale).await;
    let peer = Peer::new(&bench).await;
    tpch(&bench, &peer).await;
    points(&bench, &peer).await;
}

/// The 22 queries, our turn and the peer's in alternation.
async fn tpch(bench: &Bench, peer: &Peer) {
    let rounds = (setting("ROUNDS", 3.0) as usize).max(1);
    let wanted = std::env::var("QUERIES").unwrap_or_default();
    let wanted: Vec<usize> = wanted.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let session = session(bench, "una", "tpch");
    let mut ratios = vec![];
    let (mut all_ours, mut all_theirs) = (Duration::ZERO, Duration::ZERO);
    println!("query      ours      DataFusion  ratio");
    for (index, text) in QUERIES.split_terminator(';').filter(|text| text.contains("SELECT")).enumerate() {
        let number = index + 1;
        if !wanted.is_empty() && !wanted.contains(&number) {
            continue;
        }
        let lanes = ask(&bench.gateway, &session, &format!("EXPLAIN {}", text.trim())).await;
        let lanes = shown(&lanes);
        assert!(lanes.contains("fast lane") && !lanes.contains("treated"), "{lanes}");
        // The warm-up also shows that both answer the same.
        let (own, other) = (ask(&bench.gateway, &session, text).await, peer.ask(text).await);
        assert_eq!(shown(&own), shown(&other), "query {number}");
        let (mut ours, mut theirs) = (vec![], vec![]);
        for round in 0..rounds {
            // Who goes first changes, so that neither always finds the other's warmth.
            for turn in 0..2 {
                let since = Instant::now();
                if (round + turn) % 2 == 0 {
                    ask(&bench.gateway, &session, text).await;
                    ours.push(since.elapsed());
                } else {
                    peer.ask(text).await;
                    theirs.push(since.elapsed());
                }
            }
        }
        let (ours, theirs) = (part(&mut ours, 50), part(&mut theirs, 50));
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        println!("q{number:<4} {:>10} {:>12}  {ratio:.3}", millis(ours), millis(theirs));
        all_ours += ours;
        all_theirs += theirs;
        ratios.push(ratio);
    }
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    let worst = ratios.iter().copied().fold(f64::MIN, f64::max);
    let total = all_ours.as_secs_f64() / all_theirs.as_secs_f64();
    println!("sum   {:>10} {:>12}  {total:.3}", millis(all_ours), millis(all_theirs));
    println!("fast lane: geometric mean {mean:.3} over {} queries, worst {worst:.3}; target 1.05", ratios.len());
}

/// One row by its key, in process.
async fn points(bench: &Bench, peer: &Peer) {
    let count = setting("POINTS", 1_000.0) as usize;
    println!("point      gateway p50    p95   DataFusion p50    p95  ratio");
    for rows in tables::PEOPLE {
        let table = tables::people_name(rows);
        for (who, how) in [("ana", "masked, scoped"), ("una", "fast lane")] {
            let session = session(bench, who, "tpch");
            let (mut ours, mut theirs) = (vec![], vec![]);
            for index in 0..count + count / 10 {
                // An odd multiplier visits the keys in no order; multiples of four are of the visible region.
                let key = index.wrapping_mul(7_919) * 4 % rows;
                let sql = format!(
                    "SELECT customer_id, full_name, national_id, birth_date, region FROM {table} WHERE customer_id = {key}"
                );
                let since = Instant::now();
                let own = ask(&bench.gateway, &session, &sql).await;
                let own_took = since.elapsed();
                let since = Instant::now();
                let other = peer.ask(&format!("{sql} AND region = 'EU'")).await;
                let other_took = since.elapsed();
                assert_eq!((count_of(&own), count_of(&other)), (1, 1), "{sql}");
                if index >= count / 10 {
                    ours.push(own_took);
                    theirs.push(other_took);
                }
            }
            let (p50, p95) = (part(&mut ours, 50), part(&mut ours, 95));
            let (q50, q95) = (part(&mut theirs, 50), part(&mut theirs, 95));
            let ratio = p50.as_secs_f64() / q50.as_secs_f64();
            let [p50, p95, q50, q95] = [p50, p95, q50, q95].map(millis);
            println!("{rows:>7} rows, {how:<14} {p50:>10} {p95:>10} {q50:>10} {q95:>10}  {ratio:.2}");
        }
    }
}

fn session(bench: &Bench, who: &str, domain: &str) -> Session {
    let principal = bench.registry.mesh().principal_named(who).unwrap();
    let mut session = Session::new(principal, Catalog::Domain(domain.parse().unwrap()));
    session.set("purpose", Some("analytics")).unwrap();
    session
}

async fn ask(gateway: &Gateway, session: &Session, sql: &str) -> Vec<RecordBatch> {
    let answer = gateway.query(session, sql).await.unwrap_or_else(|problem| panic!("{problem:?}\n{sql}"));
    answer.batches.try_collect().await.unwrap_or_else(|problem| panic!("{problem:?}\n{sql}"))
}

/// Rows as text, in an order of their own: what ties may come in any.
fn shown(batches: &[RecordBatch]) -> String {
    let text = pretty_format_batches_with_options(batches, &FormatOptions::default()).unwrap().to_string();
    // Names of columns are the gateway's own.
    let mut lines: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    if !lines.is_empty() {
        lines.remove(0);
    }
    let mut cells: Vec<Vec<&str>> = lines.iter().map(|line| line.split('|').map(str::trim).collect()).collect();
    cells.sort_unstable();
    cells.iter().map(|cells| cells.join("|")).collect::<Vec<_>>().join("\n")
}

fn count_of(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}

/// The time that a part of the measurements in percent stays within.
fn part(times: &mut [Duration], percent: usize) -> Duration {
    times.sort();
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

fn setting(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}
