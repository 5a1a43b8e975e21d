//! Oneself.

pub mod show;
