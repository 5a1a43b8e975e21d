//! People and services.

pub mod list;
