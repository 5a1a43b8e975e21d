//! Bronze and silver tables of a domain, for the people who build there.

pub mod rejects;
pub mod show;
