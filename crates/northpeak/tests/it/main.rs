//! What is written is read back and compared with the truth, by code that knows nothing of how it was made.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod bytes;
mod claims;
mod customers;
mod others;
mod policies;
mod read;
mod scales;
