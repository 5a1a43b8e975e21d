//! The engine of steps and rules: one of the two modules of the house that may create or execute query plans.
//!
//! A session lives for one step or rule. It resolves only what was registered in it, has no table functions, no object
//! stores but those its tables bring, a memory limit with a folder to spill to, and a deadline.

pub(crate) mod input;
pub(crate) mod misfit;
pub(crate) mod resolve;
pub(crate) mod session;
pub(crate) mod statement;

pub use session::Engine;
