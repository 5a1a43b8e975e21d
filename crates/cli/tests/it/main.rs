//! The command line as people see it: wording, flags, streams, exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod files;
#[path = "../../../../tests/support/page.rs"]
mod page;
mod reference;
mod support;
mod talk;
