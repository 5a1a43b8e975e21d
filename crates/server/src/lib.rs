//! Opens the doors: HTTP and the Postgres wire; authenticates, wires the crates, maps problems to each protocol.
//!
//! Not for business rules: what may happen is decided by `governance` and `registry`, what is seen by `gateway`.
//!
//! INVARIANT: nothing reaches a crate behind the doors without a principal whose token was good at that moment.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod auth;
pub mod config;
mod console;
mod format;
pub mod http;
mod metrics;
mod patient;
mod postgres;
pub mod problem;
mod run;
pub mod wiring;

pub use config::Config;
pub use console::Console;
pub use postgres::wire_reads;
pub use run::{Ready, Running, start, up};

/// The id of a request or statement: UUIDv7, so that ids sort by time.
pub(crate) fn new_request_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

#[cfg(test)]
#[path = "../../../tests/support/page.rs"]
mod page;
