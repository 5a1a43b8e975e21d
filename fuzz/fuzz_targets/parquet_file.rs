//! `parquet_file`: see `targets/lake.rs`.
#![no_main]

#[path = "../targets/lake.rs"]
#[allow(dead_code)]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::parquet_file(data));
