//! The files, one module for each system that exports.

pub(crate) mod claims;
pub(crate) mod contacts;
pub(crate) mod customers;
pub(crate) mod notices;
pub(crate) mod payments;
pub(crate) mod policies;
pub(crate) mod quotes;
pub(crate) mod trips;
