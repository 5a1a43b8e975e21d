//! `statement_gate`: see `targets/gateway.rs`.
#![no_main]

#[path = "../targets/gateway.rs"]
#[allow(dead_code)]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::statement_gate(data));
