//! Purposes that data may be read for.

pub mod list;
