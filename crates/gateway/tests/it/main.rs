//! The gateway against fixture F1: attack sections A, B, C, D, G as SQL files, the oracles, the leaf from outside.

// Long runs, and schedules that are played again, are asked for by hand.
#![allow(clippy::disallowed_methods)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

// Its own name, so that the fixture reads the same in other crates.
extern crate tessera_gateway as gateway;

#[path = "../support/canary.rs"]
pub mod canary;
#[path = "../support/f1.rs"]
pub mod f1;
#[path = "../../../../fuzz/targets/mutate.rs"]
#[allow(dead_code)]
mod mutate;
#[path = "../support/slt.rs"]
pub mod slt;
#[path = "../../../../fuzz/targets/gateway.rs"]
mod targets;

mod access;
mod audit;
mod clients;
mod door;
mod files;
mod fuzzed;
mod leaks;
mod limits;
mod masks;
mod mirror;
mod oracle;
mod source;
mod spill;
mod twin;
