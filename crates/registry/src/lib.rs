//! The registry remembers: the journal, the mesh folded from it, and the use cases that append to it.
//!
//! Not for HTTP, SQL engines or storage of data: it holds facts and digests about them.
//!
//! INVARIANT: what is acknowledged is durable, and the mesh in memory is the fold of exactly the stored records.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod event;
pub mod mesh;
pub mod object;

pub use event::Event;
pub use mesh::{Declared, DomainState, Mesh, ProductState, Token};
pub use object::Object;
