//! Requests for access.

pub mod create;
pub mod decide;
pub mod list;
pub mod sample;
pub mod show;
pub mod withdraw;
