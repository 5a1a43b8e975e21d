//! The lake against real files: zones, batch logs, Delta tables, manifests, the scan.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
// A read of one range is a list of one range.
#![allow(clippy::single_range_in_vec_init)]

extern crate tessera_lake as lake;

mod batches;
mod corpus;
mod documents;
mod drills;
mod fuzzed;
mod hints;
mod hostile;
#[allow(dead_code)]
#[path = "../../../../fuzz/targets/mutate.rs"]
mod mutate;
mod pinned;
mod retention;
mod scan;
mod support;
mod tables;
#[allow(dead_code)]
#[path = "../../../../fuzz/targets/lake.rs"]
mod targets;
