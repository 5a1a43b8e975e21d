//! Products that the caller follows.

pub mod add;
pub mod list;
pub mod remove;
