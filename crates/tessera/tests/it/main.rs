//! The real binary: processes, exit codes, the walk of the README, the demo.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod any_csv;
mod console;
mod demo;
mod guides;
mod mesh;
mod northpeak;
mod process;
mod readme;
mod survive;
