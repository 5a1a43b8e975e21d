//! Where a landing zone lies: what the factory creates and `lake` opens.

use serde::{Deserialize, Serialize};

use crate::name::DomainName;

/// The location of one domain's landing zone. Holding it opens nothing: only `lake::Zone::open` makes handles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneLocation {
    /// The domain.
    pub domain: DomainName,
    /// The zone's name where a domain has several; `main` otherwise.
    pub zone: String,
    /// The region it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The root, a `file://` URL or a path relative to the data directory, holding `bronze/`, `silver/`, `gold/`.
    pub root: String,
}
