//! `products/<p>/access.yaml`: who may see the product and which rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::name::{GroupName, PortName, PurposeName, ScopeName};

/// `access.yaml`. Scopes and restrictions are kept as text here and parsed against the contract ([`crate::scope`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct AccessFile {
    /// Who sees the metadata.
    #[serde(default)]
    pub visibility: Visibility,
    /// Storage-level reading; only without classes, scopes, restrictions. Read, and not carried out yet.
    #[serde(default)]
    pub direct: bool,
    /// Named row scopes.
    #[serde(default)]
    pub scopes: BTreeMap<ScopeName, ScopeDeclaration>,
    /// The scope an entitlement gets unless it says otherwise; absent or `all` means all rows.
    #[serde(default)]
    pub default_scope: Option<String>,
    /// Restrictions, ANDed for everybody.
    #[serde(default)]
    pub restrict: Vec<ScopeDeclaration>,
    /// Purposes it may be read for; every declared one if absent.
    #[serde(default)]
    pub purposes: Option<Vec<PurposeName>>,
    /// Who decides, and for how long.
    #[serde(default)]
    pub approve: Approve,
}

/// A scope: bare text, or text and the ports it holds on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected an expression as text, or `{rows: \"...\", ports: [..]}`")]
pub enum ScopeDeclaration {
    /// `"region = 'EU'"`: every port.
    Text(String),
    /// `{rows: "...", ports: [claims]}`.
    On {
        /// The expression.
        rows: String,
        /// The ports it holds on.
        ports: Vec<PortName>,
    },
}

impl ScopeDeclaration {
    /// The expression's text.
    pub fn rows(&self) -> &str {
        match self {
            Self::Text(rows) | Self::On { rows, .. } => rows,
        }
    }

    /// Whether it holds on a port.
    pub fn holds_on(&self, port: &PortName) -> bool {
        match self {
            Self::Text(_) => true,
            Self::On { ports, .. } => ports.contains(port),
        }
    }
}

/// Who sees a product's metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Every authenticated principal.
    #[default]
    Listed,
    /// The domain and the readers.
    Unlisted,
}

/// Who decides requests, and what needs no decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// The deciding group; the domain's steward if absent.
    #[serde(default)]
    pub by: Option<GroupName>,
    /// Requests granted without a person: default scope, nothing unmasked.
    #[serde(default)]
    pub auto: Vec<AutoApproval>,
    /// Longest entitlement; 90 days if absent.
    #[serde(default)]
    pub max_days: Option<u32>,
}

/// One automatic approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutoApproval {
    /// The requester's group.
    pub group: GroupName,
    /// The purpose.
    pub purpose: PurposeName,
    /// For how many days.
    pub days: u32,
}
