//! Governed SQL over HTTP.

pub mod cancel;
mod encode;
pub mod run;
