//! Access: requests, decisions and the entitlements that let somebody read.

pub(crate) mod resolve;

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    class::ClassName,
    contract::Contract,
    digest::Digest,
    error::Problem,
    files::{
        access::{AccessFile, AutoApproval, Visibility},
        domain::DomainFile,
    },
    id::{EntitlementId, RequestId},
    name::{GroupName, PortName, PurposeName, ScopeName},
    principal::{Principal, Subject},
    reference::ProductRef,
    scope::RowScope,
    time::Timestamp,
};

/// Which rows were asked for or granted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(try_from = "String", into = "String")]
pub enum RowsGrant {
    /// What the access file's `default_scope` says at the time of reading.
    #[default]
    Default,
    /// Every row.
    All,
    /// A declared scope, as declared at the time of reading; a scope that is gone hides everything.
    Scope(ScopeName),
}

/// Which purposes an entitlement is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purposes {
    /// Every declared one: the owners' own entitlement only.
    All,
    /// These.
    Only(Vec<PurposeName>),
}

/// Why an entitlement exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// An approved request.
    Request(RequestId),
    /// The owner group's own, created with the product's first publication.
    Owner,
}

/// The record that lets somebody read a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitlement {
    /// Its id.
    pub id: EntitlementId,
    /// Who may read.
    pub subject: Subject,
    /// What.
    pub product: ProductRef,
    /// For which purposes.
    pub purposes: Purposes,
    /// Which rows.
    pub rows: RowsGrant,
    /// Classes that are shown clear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clear: Vec<ClassName>,
    /// Until when; expiry is latched by [`Entitlement::ended`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Where it came from.
    pub origin: Origin,
    /// When it was given.
    pub since: Timestamp,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

impl Entitlement {
    /// Whether it counts at an instant.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.until.is_none_or(|until| now <= until)
    }

    /// Whether it is for a purpose.
    pub fn is_for(&self, purpose: &PurposeName) -> bool {
        match &self.purposes {
            Purposes::All => true,
            Purposes::Only(list) => list.contains(purpose),
        }
    }
}

/// The state of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum RequestState {
    /// Waiting for a decision.
    Pending,
    /// Granted.
    Approved {
        /// The entitlement.
        entitlement: EntitlementId,
        /// Who decided; `None` for an automatic approval.
        by: Option<Principal>,
        /// When.
        at: Timestamp,
    },
    /// Refused.
    Denied {
        /// Who decided.
        by: Principal,
        /// When.
        at: Timestamp,
        /// Digest of the note, a blob.
        note: Option<Digest>,
    },
    /// Taken back by the requester.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

/// What somebody said about a request while it waited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Who.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// Digest of the text, a blob.
    pub text: Digest,
}

/// A request for access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRequest {
    /// Its id.
    pub id: RequestId,
    /// Who asked.
    pub by: Principal,
    /// For whom.
    pub subject: Subject,
    /// What.
    pub product: ProductRef,
    /// For which purpose.
    pub purpose: PurposeName,
    /// Which rows.
    pub rows: RowsGrant,
    /// Classes to be shown clear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clear: Vec<ClassName>,
    /// Until when, if asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Digest of the reason, a blob.
    pub reason: Digest,
    /// When.
    pub at: Timestamp,
    /// What was said about it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// Its state; not flattened, because it has a `by` and an `at` of its own.
    pub state: RequestState,
}

/// A scope or restriction, parsed against the contract, and the ports it holds on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortScope {
    /// The expression.
    pub scope: RowScope,
    /// The ports; `None` means every port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<Vec<PortName>>,
}

impl PortScope {
    /// Whether it holds on a port.
    pub fn holds_on(&self, port: &PortName) -> bool {
        self.ports.as_ref().is_none_or(|ports| ports.contains(port))
    }
}

/// The access rules of a product: its `access.yaml`, parsed and checked against the contract, with every default
/// filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRules {
    /// Who sees the metadata.
    pub visibility: Visibility,
    /// Storage-level reading.
    #[serde(default)]
    pub direct: bool,
    /// Row scopes by name.
    #[serde(default)]
    pub scopes: BTreeMap<ScopeName, PortScope>,
    /// What [`RowsGrant::Default`] means: a declared scope, or `None` for all rows.
    #[serde(default)]
    pub default_scope: Option<ScopeName>,
    /// Restrictions for everybody.
    #[serde(default)]
    pub restrict: Vec<PortScope>,
    /// Purposes it may be read for; `None` means every declared one.
    #[serde(default)]
    pub purposes: Option<Vec<PurposeName>>,
    /// The deciding group.
    pub approver: GroupName,
    /// Automatic approvals.
    #[serde(default)]
    pub auto: Vec<AutoApproval>,
    /// Longest entitlement in days.
    pub max_days: u32,
}

impl AccessRules {
    /// The rules of a product from its `access.yaml`, checked against its contract, every default filled in.
    ///
    /// # Errors
    /// Every expression that does not parse, does not type-check or names an absent column, and a default scope that
    /// is not declared.
    pub fn resolve(
        contract: &Contract,
        access: Option<&AccessFile>,
        domain: &DomainFile,
    ) -> Result<Self, Vec<Problem>> {
        resolve::resolve(contract, access, domain, &resolve::Places { path: "", document: None })
    }
}

impl fmt::Display for RowsGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::All => f.write_str("all"),
            Self::Scope(name) => name.fmt(f),
        }
    }
}

impl FromStr for RowsGrant {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text {
            "default" => Ok(Self::Default),
            "all" => Ok(Self::All),
            name => name.parse().map(Self::Scope),
        }
    }
}

impl TryFrom<String> for RowsGrant {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl From<RowsGrant> for String {
    fn from(rows: RowsGrant) -> Self {
        rows.to_string()
    }
}
