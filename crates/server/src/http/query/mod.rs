//! Governed SQL over HTTP.

pub mod cancel;
pub mod encode;
#[cfg(test)]
mod reference;
pub mod run;
