//! `postgres_messages`: see `targets/server.rs`.
#![no_main]

#[path = "../targets/server.rs"]
#[allow(dead_code)]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::postgres_messages(data));
