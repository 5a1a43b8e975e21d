//! What happens in the mesh, while it happens.

pub mod stream;
mod told;
