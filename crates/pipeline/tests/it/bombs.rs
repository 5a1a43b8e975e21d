//! Sources and steps made to take the machine down: each is refused or built, and what is beside it is taken.

use std::{fs, io::Write as _, sync::Arc, time::Instant};

use arrow::{
    array::{ArrayRef, DictionaryArray, Int32Array, Int64Array, LargeStringArray, RecordBatch, StringArray},
    datatypes::Int32Type,
};
use model::Code;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties},
};

use crate::{files, house::House, mutate};

async fn with_table(spec: &str) -> House {
    let source = format!("source: drops\nkind: files\ntables:\n  t: {{{spec}}}\n");
    House::with(&[("domains/claims/sources/drops.yaml", &source)]).await
}

fn written(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn usual() -> Vec<u8> {
    let rows = (0..500).map(|n| (n % 7 != 0).then(|| format!("name {}", n % 5)));
    let columns: Vec<(&str, ArrayRef)> =
        vec![("id", Arc::new(Int64Array::from_iter_values(0..500))), ("name", Arc::new(StringArray::from_iter(rows)))];
    written(columns, WriterProperties::builder().set_compression(Compression::SNAPPY).build())
}

/// A footer of a root, one column and no rows, and whatever follows.
fn declaring(rest: &[u8]) -> Vec<u8> {
    let head = [0x15, 2, 0x19, 0x2c, 0x48, 1, b'r', 0x15, 2, 0, 0x15, 2, 0x25, 2, 0x18, 1, b'a', 0, 0x16, 0];
    let length = u32::try_from(head.len() + rest.len()).unwrap().to_le_bytes();
    [b"PAR1", &head[..], rest, &length, b"PAR1"].concat()
}

/// One text of 4 MiB, which so many rows name.
fn one_text(rows: usize) -> Vec<u8> {
    let text = LargeStringArray::from(vec!["x".repeat(4 << 20)]);
    let keys = Int32Array::from(vec![0; rows]);
    let column: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(text)).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_dictionary_page_size_limit(16 << 20);
    written(vec![("a", column)], properties.build())
}

#[tokio::test]
async fn a_file_that_promises_too_much_is_refused() {
    let house = with_table("path: \"*.parquet\", format: parquet").await;
    let wide: Vec<String> = (0..5_000).map(|n| format!("c{n}")).collect();
    let wide = wide.iter().map(|name| (name.as_str(), Arc::new(Int64Array::from(vec![1])) as ArrayRef)).collect();
    let millions = written(vec![("a", Arc::new(Int64Array::from(vec![1])))], WriterProperties::default());
    for (name, bytes, code) in [
        // Two billion row groups, keys, and bytes of text.
        ("groups", declaring(&[0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0]), Code::SourceUnavailable),
        ("keys", declaring(&[0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0]), Code::SourceUnavailable),
        ("text", declaring(&[0x38, 0xff, 0xff, 0xff, 0xff, 0x07, 0]), Code::SourceUnavailable),
        ("wide", written(wide, WriterProperties::default()), Code::TooLarge),
        ("half", millions[..millions.len() - 9].to_vec(), Code::SourceUnavailable),
        // 400 GB of text in some kilobytes.
        ("text_repeated", one_text(100_000), Code::TooLarge),
    ] {
        let at = house.drop_file("claims", &format!("{name}.parquet"), &bytes);
        let start = Instant::now();
        let problem = house.run("claims").await.unwrap_err();
        println!("{name}: {} bytes, {:?}, {problem} {:?}", bytes.len(), start.elapsed(), problem.hint());
        assert_eq!(problem.code(), code, "{name}: {problem}");
        fs::remove_file(at).unwrap();
    }
    // What repeats itself within reason is taken.
    house.drop_file("claims", "reasonable.parquet", one_text(20));
    house.run("claims").await.unwrap();
    assert_eq!(house.rows("claims", "bronze.t", "count(*), sum(length(a))").await, ["20|83886080"]);
    let peak = mutate::peak_memory();
    assert!(peak < 3 << 30, "peak memory {} MiB", peak >> 20);
}

#[tokio::test]
async fn changed_files_keep_nothing_else_out() {
    let house = with_table("path: \"in/*.parquet\", format: parquet").await;
    let good = usual();
    let rounds = mutate::rounds(150);
    for seed in 0..rounds {
        house.drop_file("claims", &format!("in/{seed}.parquet"), mutate::mutated(&good, seed));
    }
    house.drop_file("claims", "in/whole.parquet", &good);
    let start = Instant::now();
    let run = house.run("claims").await;
    let codes = run.as_ref().map_err(|problem| problem.code());
    println!("{rounds} changed files: {codes:?} in {:?}, peak {} MiB", start.elapsed(), mutate::peak_memory() >> 20);
    if let Err(problem) = &run {
        let told = serde_json::to_string(problem).unwrap();
        assert!(!told.contains("\"internal\""), "{told}");
    }
    let counts = house.rows("claims", "bronze.t", "count(*) >= 500").await;
    assert_eq!(counts, ["true"], "the whole one is taken, and what was taken of the others can be read");
}

#[tokio::test]
async fn packed_rows_that_expand_without_end_are_refused() {
    let house = with_table("path: \"in/*\", format: csv").await;
    let line = [vec![b'0'; (1 << 20) - 1], vec![b'\n']].concat();
    let mut packed = zstd::Encoder::new(Vec::new(), 3).unwrap();
    packed.write_all(b"a\n").unwrap();
    for _ in 0..128 {
        packed.write_all(&line).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 128 << 10, "{} bytes for 128 MiB", packed.len());
    house.drop_file("claims", "in/bomb.csv.zst", &packed);
    house.drop_file("claims", "in/good.csv", "a\n1\n");
    let problem = house.run("claims").await.unwrap_err();
    assert_eq!(problem.code(), Code::TooLarge, "{problem}");
    assert_eq!(house.rows("claims", "bronze.t", "a").await, ["1"]);
    // A frame that says it needs a window of two gigabytes, and one that ends in the middle.
    let source = "source: drops\nkind: files\ntables:\n  t: {path: \"more/*\", format: csv}\n";
    house.apply(&[("domains/claims/sources/drops.yaml", source)]).await.unwrap();
    house.drop_file("claims", "more/window.csv.zst", [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);
    let problem = house.run("claims").await.unwrap_err();
    assert_eq!(problem.code(), Code::SourceUnavailable, "{problem}");
}

/// The stacks on which a server runs pipelines.
const STACK: usize = 16 << 20;

#[test]
fn deep_steps_are_refused_or_built() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).thread_stack_size(STACK).enable_all().build().unwrap();
    // As the server does its work: a blocking thread drives it, and the workers do what it spawns.
    let handle = runtime.handle().clone();
    runtime.block_on(runtime.spawn_blocking(move || handle.block_on(deep_steps()))).unwrap();
}

async fn deep_steps() {
    let deep = |part: &str, times: usize| format!("SELECT claim_id{} AS x FROM bronze.notices", part.repeat(times));
    let unions = |times: usize| {
        let more = " UNION ALL SELECT claim_id FROM bronze.notices".repeat(times);
        format!("SELECT claim_id FROM bronze.notices{more}")
    };
    let list = |times: usize| {
        let list = vec!["'7'"; times].join(",");
        format!("SELECT claim_id FROM bronze.notices WHERE claim_id IN ({list})")
    };
    let house = House::with(&[]).await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    // As much as is let through.
    let most = std::env::var("TESSERA_BOMBS").map_or(200, |_| 990);
    let within = |open: &str, levels: usize, close: &str| {
        format!("{}SELECT claim_id FROM bronze.notices{}", open.repeat(levels), close.repeat(levels))
    };
    for sql in [
        deep(" || 'x'", most),
        deep(" IS NULL", most),
        deep("::text", most),
        unions(most),
        list(5_000),
        within("SELECT * FROM (", 12, ") x"),
        within("WITH w AS (", 12, ") SELECT * FROM w"),
        within("SELECT claim_id FROM bronze.notices WHERE claim_id IN (", 8, ")"),
    ] {
        let start = Instant::now();
        let head: String = sql.chars().skip(7).take(40).collect();
        house
            .apply(&[("domains/claims/silver/deep.sql", &sql)])
            .await
            .unwrap_or_else(|problem| panic!("{head}: {problem}"));
        house.run("claims").await.unwrap_or_else(|problem| panic!("{head}: {problem}"));
        println!("{head}: {} bytes built in {:?}", sql.len(), start.elapsed());
    }
    house.apply(&[("domains/claims/silver/deep.sql", files::SILVER)]).await.unwrap();
    for sql in [
        deep(" || 'x'", 1_010),
        unions(1_010),
        deep(" IS NULL", 100_000),
        within("SELECT * FROM (", 60, ") x"),
        within("SELECT claim_id FROM bronze.notices WHERE claim_id IN (", 20, ")"),
    ] {
        let head: String = sql.chars().skip(7).take(40).collect();
        let problem = house.apply(&[("domains/claims/silver/deep.sql", &sql)]).await.unwrap_err();
        assert!(matches!(problem.code(), Code::TooComplex | Code::TooLarge), "{head}: {problem}");
    }
}
