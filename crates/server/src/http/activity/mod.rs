//! What was read.

pub mod list;
