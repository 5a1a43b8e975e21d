//! The vocabulary of Tessera: names, products, contracts, classes, treatments, lineage, the files people write, and
//! the one error of the house. Pure data and functions.
//!
//! Not for I/O, clocks, SQL engines or HTTP: what needs those lives in the crates that depend on this one.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod access;
pub mod class;
pub mod column;
pub mod contract;
pub mod digest;
pub mod drill;
pub mod error;
pub mod files;
pub mod id;
pub mod lineage;
mod location;
pub mod manifest;
pub mod name;
pub mod principal;
pub mod publication;
pub mod reference;
pub mod scaffold;
pub mod schema;
pub mod scope;
pub mod stack;
pub mod suggest;
pub mod time;
pub mod treatment;
pub mod words;
pub mod yaml;
pub mod zone;

pub use digest::Digest;
pub use error::{Code, Location, Problem};
pub use time::{Span, Timestamp};
