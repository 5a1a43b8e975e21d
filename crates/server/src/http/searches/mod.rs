//! Searches that the caller keeps.

pub mod create;
pub mod list;
pub mod remove;

use registry::desk::SavedSearch;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A search that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchItem {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is looked for, as `GET /api/v1/products?q=` takes it.
    #[schema(example = "claims domain:claims state:ok")]
    pub q: String,
    /// When it was kept.
    pub kept_at: String,
}

impl From<SavedSearch> for SearchItem {
    fn from(search: SavedSearch) -> Self {
        Self { id: search.id.to_string(), name: search.name, q: search.words, kept_at: search.changed.to_string() }
    }
}
