//! Holds: landing zones on storage, bronze batch logs, Delta tables, manifests, and the one scan of the house.
//!
//! [`Zone::open`] is the only constructor of storage handles; a handle is passed down, never looked up by name. Not for
//! people, policies or SQL: what may be read, and by whom, is decided elsewhere.
//!
//! INVARIANT: every file is opened relative to a directory that was opened before, component by component, never
//! through a symbolic link and never through `..` ([`beneath`]); the log of a foreign writer cannot lead out of it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod arrow_types;
pub mod batches;
mod beneath;
mod fault;
mod footer;
mod nesting;
mod opened;
mod parquet_files;
mod pinned;
mod prune;
mod scan;
mod seal;
mod statistics;
mod store;
pub mod table;
mod untrusted;
mod zone;

pub use batches::{BatchFile, BatchLog, BatchRecord, BatchWriter, Ending, NewBatch, RejectedBatch, SourcePosition};
pub use fault::{engine_problem, storage_problem};
pub use footer::sound_parquet;
pub use pinned::{PinnedFiles, is_same};
pub use scan::PinnedPort;
pub use table::{Examined, Table, TableWriter};
pub use zone::{GoldReader, Zone};
