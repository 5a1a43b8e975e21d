//! Entitlements.

pub mod list;
pub mod revoke;
