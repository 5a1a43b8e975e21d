//! The gate on TPC-H `lineitem` against `datacontract test` on the same Parquet file, in one run.
//!
//! `SCALE` sets the scale factor (1), `ROUNDS` how often both run (3), `DATACONTRACT` names the peer's command
//! (`datacontract`, version 1.2.8); without it only our own time is printed.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

extern crate tessera_pipeline as pipeline;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use datafusion::{
    datasource::{
        file_format::parquet::ParquetFormat,
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
    },
    prelude::SessionContext,
};
use model::{Digest, class::Classifications, contract::Contract};
use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};
use pipeline::{
    Limits,
    engine::Engine,
    gate::{Candidate, CandidatePort, judge},
};
use tpchgen::generators::LineItemGenerator;
use tpchgen_arrow::LineItemArrow;

const CONTRACT: &str = include_str!("lineitem.contract.yaml");

#[tokio::main]
async fn main() {
    let setting =
        |name: &str, default: f64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (scale, rounds) = (setting("SCALE", 1.0), setting("ROUNDS", 3.0) as usize);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lineitem-{scale}"));
    generate(&folder, scale);
    let command = std::env::var("DATACONTRACT").unwrap_or_else(|_| "datacontract".to_owned());
    let version = Command::new(&command).arg("--version").stdout(Stdio::null()).status();
    let peer = version.is_ok_and(|status| status.success());
    let (mut ours, mut theirs, mut starts) = (Vec::new(), Vec::new(), Vec::new());
    let mut checks = 0;
    // In alternation, so that what else the machine does is felt by both.
    for _ in 0..rounds.max(1) {
        let since = Instant::now();
        checks = gate(&folder).await;
        ours.push(since.elapsed());
        if peer {
            theirs.push(test(&command, &folder));
            let since = Instant::now();
            let started = Command::new(&command).arg("--version").stdout(Stdio::null()).status().unwrap();
            assert!(started.success());
            starts.push(since.elapsed());
        }
    }
    println!("gate: {checks} checks on scale {scale}, median {:?} of {ours:?}", median(&mut ours));
    if !peer {
        println!("datacontract is not installed; set DATACONTRACT to compare");
        return;
    }
    let ratio = median(&mut theirs).as_secs_f64() / median(&mut ours).as_secs_f64();
    println!(
        "datacontract test: median {:?} of {theirs:?}, of which {:?} to start; ratio {ratio:.1}x, target 3x",
        median(&mut theirs),
        median(&mut starts),
    );
}

/// Writes the file once.
fn generate(folder: &Path, scale: f64) {
    let file = folder.join("sf1/lineitem.parquet");
    if file.exists() {
        return;
    }
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let staged = folder.join("staged.parquet");
    let mut rows = LineItemArrow::new(LineItemGenerator::new(scale, 1, 1)).with_batch_size(8_192).peekable();
    let schema = rows.peek().unwrap().as_ref().unwrap().schema();
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(File::create(&staged).unwrap(), schema, Some(properties)).unwrap();
    for batch in rows {
        writer.write(&batch.unwrap()).unwrap();
    }
    writer.close().unwrap();
    fs::rename(staged, file).unwrap();
    fs::write(folder.join("lineitem.contract.yaml"), CONTRACT).unwrap();
}

/// One judgement, from opening the file to the report.
async fn gate(folder: &Path) -> usize {
    let contract = Contract::parse(CONTRACT.as_bytes(), "lineitem.contract.yaml").unwrap();
    let context = SessionContext::new();
    let url = ListingTableUrl::parse(folder.join("sf1/lineitem.parquet").to_str().unwrap()).unwrap();
    let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
    let config = ListingTableConfig::new(url).with_listing_options(options);
    let config = config.infer_schema(&context.state()).await.unwrap();
    let provider = Arc::new(ListingTable::try_new(config).unwrap());
    let schema = lake::arrow_types::fields_of(&datafusion::catalog::TableProvider::schema(&*provider)).unwrap();
    let port = CandidatePort { manifest: Digest::of(b"bench"), schema, provider, classes: BTreeMap::new() };
    let product = "bench.lineitem".parse().unwrap();
    let candidate = Candidate {
        product: &product,
        contract: &contract,
        digest: Digest::of(CONTRACT.as_bytes()),
        ports: [("lineitem".parse().unwrap(), port)].into(),
        classes: &Classifications::default(),
    };
    let engine = Engine::new(folder, Limits::default());
    let report = judge(&engine, &candidate).await.unwrap();
    assert!(report.passed(), "{:#?}", report.rules.iter().filter(|rule| rule.blocks()).collect::<Vec<_>>());
    report.rules.len()
}

/// The peer's time for one test, from its start to its end.
fn test(command: &str, folder: &Path) -> Duration {
    let mut command = Command::new(command);
    command.args(["test", "lineitem.contract.yaml"]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    let since = Instant::now();
    assert!(command.status().unwrap().success(), "the peer refuses the file");
    since.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
