//! The registry from outside: chain attacks, crash windows, use cases, start-up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
