//! The vocabulary from outside: official documents, hostile input, the texts of errors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
