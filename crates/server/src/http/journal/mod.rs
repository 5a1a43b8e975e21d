//! The journal, for auditors.

pub mod list;
pub mod verify;
