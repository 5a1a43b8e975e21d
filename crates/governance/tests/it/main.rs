//! What holds across the modules of the crate.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

extern crate tessera_governance as governance;

mod authorise;
mod classify;
mod derive;
mod fixture;
mod properties;
mod purpose;
mod reference_model;
mod sample;
mod standards;
mod treatment;
