//! Requests for access.

pub mod create;
pub mod decide;
pub mod discuss;
pub mod list;
pub mod sample;
pub mod show;
pub mod withdraw;
