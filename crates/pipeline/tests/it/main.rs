//! The pipeline over real folders: files in, publications out.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
// Files have the modification times of the real clock.
#![allow(clippy::disallowed_methods)]

extern crate tessera_pipeline as pipeline;

mod bombs;
mod database;
mod drills;
mod files;
mod foreign;
mod gate;
mod house;
mod increments;
mod ingest;
#[allow(dead_code)]
#[path = "../../../../fuzz/targets/mutate.rs"]
mod mutate;
mod postgres;
mod profile;
mod publish;
mod retention;
mod steps;
mod storage;
