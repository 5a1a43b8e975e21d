//! Domains.

pub mod list;
pub mod show;
