//! Stamps landing zones: creates the directories a domain's data will live in and says where they are.
//!
//! Stamping is an effect that follows a record: it may be run again at any time and gives the same answer. It opens no
//! table and holds no handle; only `lake::Zone::open` makes those.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod directory;
pub mod local;
