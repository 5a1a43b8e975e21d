//! `sql_step`: see `targets/model.rs`.
#![no_main]

#[path = "../targets/model.rs"]
#[allow(dead_code)]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::sql_step(data));
