//! The opaque leaf: what a session sees of a port (E1, E2, E13).
//!
//! [`GovernedTable`] is the only provider of governed data. In the treated lane its scan builds a private plan - the raw
//! pinned scan, then the row filter, then the masks - and returns one operator without children, so that no rule of the
//! user's plan can reorder, push into, print or instrument it. In the fast lane, where the treatment changes nothing,
//! it is the plain pinned scan. The lane is decided once, from the treatment.
//!
//! INVARIANT: no user expression is evaluated on a hidden row or on a raw masked value, not even speculatively
//! (`tests/slt/barrier`, `tests/it/leaks.rs`).

mod compact;
mod exec;
mod filter;
mod hint;
mod mask;
mod table;

pub(crate) use table::{GovernedTable, Lane};
