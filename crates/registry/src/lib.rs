//! The registry remembers: the journal, the mesh folded from it, and the use cases that append to it.
//!
//! Not for HTTP, SQL engines or storage of data: it holds facts and digests about them.
//!
//! INVARIANT: what is acknowledged is durable, and the mesh in memory is the fold of exactly the stored records.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod activity;
pub mod backup;
mod bootstrap;
pub mod command;
pub mod crash;
pub mod desk;
mod durable;
pub mod effective;
pub mod event;
pub mod glossary;
pub mod history;
mod inherit;
pub mod journal;
pub mod keys;
pub mod lineage;
pub mod lock;
pub mod mesh;
pub mod object;
pub mod plan;
pub mod reach;
mod registry;
pub mod rehearsal;
pub mod search;
pub mod secret;

pub use activity::Activity;
pub use bootstrap::token_file;
pub use command::{Apply, Command, Context, Done, Outcome, Publish, RequestAccess, Revocation, Verdict};
pub use desk::Desk;
pub use event::Event;
pub use history::History;
pub use keys::Keys;
pub use lock::DataLock;
pub use mesh::{Declared, DomainState, Mesh, ProductState, Retention, Token};
pub use object::Object;
pub use reach::{Reach, Sight};
pub use registry::Registry;
pub use search::Search;
