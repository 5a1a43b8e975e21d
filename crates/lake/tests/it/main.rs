//! The lake against real files: zones, batch logs, Delta tables, manifests, the scan.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

extern crate tessera_lake as lake;

mod batches;
mod documents;
mod hostile;
mod pinned;
mod scan;
mod support;
mod tables;
