//! Decides: who may do what, which standards a product meets, which classes its columns carry, and what a reader gets.
//! Every decision is a pure function of its arguments and returns its reasons.
//!
//! Not for I/O, clocks, storage or SQL engines: the present, keys and policy state come in as parameters.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod authorise;
pub mod classify;
pub mod derive;
pub mod mask;
pub mod purpose;
pub mod sample;
pub mod standards;
pub mod treatment;
