//! Governed SQL over HTTP.

pub mod cancel;
mod encode;
#[cfg(test)]
mod reference;
pub mod run;
