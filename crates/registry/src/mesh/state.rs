//! What the fold knows about domains, products and tokens.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use governance::authorise::TokenScope;
use model::{
    Digest, Timestamp,
    access::AccessRules,
    class::ClassName,
    contract::Contract,
    files::{domain::DomainFile, source::SourceFile},
    id::{EntitlementId, PublicationId, TokenId},
    name::{DomainName, PortName, ProductName, PurposeName, SourceName, TableName},
    principal::Principal,
    publication::Publication,
    reference::ProductRef,
    zone::ZoneLocation,
};
use serde::{Deserialize, Serialize};

use super::retention::Superseded;
pub use crate::event::{Provenance, StepFacts};

/// How many publications of a product the fold keeps at hand, beside the newest of each major version: what a rollback
/// and a name with a version may mean.
pub const RECENT: usize = 16;

/// A declared document: its facts, where it came from, the record that declared it.
///
/// Free text (descriptions, mail addresses) is not among the facts: it is in the document's blob.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Declared<T> {
    /// What it says.
    pub facts: Arc<T>,
    /// Where it came from.
    pub provenance: Provenance,
    /// The record that declared it last.
    pub seq: u64,
}

/// A domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainState {
    /// Its name.
    pub name: DomainName,
    /// `domain.yaml`, without free text.
    pub file: Arc<DomainFile>,
    /// Where it came from.
    pub provenance: Provenance,
    /// The record that declared it last.
    pub declared_seq: u64,
    /// Where its landing zones lie; empty until they are stamped.
    #[serde(default)]
    pub zones: Vec<ZoneLocation>,
    /// Its sources.
    #[serde(default)]
    pub sources: BTreeMap<SourceName, Declared<SourceFile>>,
    /// Its silver steps: digest and path of the SQL, a blob.
    #[serde(default)]
    pub silver: BTreeMap<TableName, SilverState>,
    /// Its products, retired ones included.
    #[serde(default)]
    pub products: BTreeMap<ProductName, Arc<ProductState>>,
    /// When it was retired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<Timestamp>,
}

/// A silver step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilverState {
    /// Where its SQL came from; `document` is the blob.
    pub provenance: Provenance,
    /// The record that declared it last.
    pub seq: u64,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductState {
    /// Its name.
    pub reference: ProductRef,
    /// The declared contract, without free text: that is in the blob of `contract_digest`.
    pub contract: Arc<Contract>,
    /// Digest of the declared contract document.
    pub contract_digest: Digest,
    /// The access rules in force, defaults filled in.
    pub access: Arc<AccessRules>,
    /// Digest of `access.yaml`, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_document: Option<Digest>,
    /// SQL by port.
    #[serde(default)]
    pub port_steps: BTreeMap<PortName, StepFacts>,
    /// Given samples by port.
    #[serde(default)]
    pub samples: BTreeMap<PortName, Digest>,
    /// `README.md`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readme: Option<Digest>,
    /// Where the contract came from.
    pub provenance: Provenance,
    /// The record that declared it last.
    pub declared_seq: u64,
    /// A candidate being built: the record that started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Started>,
    /// What is served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Arc<Publication>>,
    /// The contract of what is served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_contract: Option<Arc<Contract>>,
    /// The newest [`RECENT`] publications and the newest of each major version, oldest first: rollback targets, and what
    /// `product@1` means.
    #[serde(default)]
    pub recent: Vec<Arc<Publication>>,
    /// Publications that were served once and whose files are kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub superseded: BTreeMap<PublicationId, Superseded>,
    /// The newest publications whose files were given up: nobody goes back to them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub given_up: BTreeSet<PublicationId>,
    /// The record of the newest pin (publication or rollback).
    #[serde(default)]
    pub pinned_seq: u64,
    /// Entitlements that have not ended.
    #[serde(default)]
    pub entitlements: BTreeSet<EntitlementId>,
    /// Lowered classes by port and column.
    #[serde(default)]
    pub declassified: BTreeSet<(PortName, String, ClassName)>,
    /// Waived restrictions of inputs by port.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub waived: BTreeSet<(PortName, Digest)>,
    /// When it was retired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<Timestamp>,
}

/// A publication that was started and not yet committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The record.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The contract it is built for.
    pub contract: Digest,
}

/// An API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose.
    pub principal: Principal,
    /// SHA-256 of the secret.
    pub hash: Digest,
    /// Digest of the label, a blob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Digest>,
    /// What it may be used for; none means whatever the principal may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<TokenScope>,
    /// The purpose its statements run under unless they say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<PurposeName>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// When it was made.
    pub since: Timestamp,
    /// When it was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

impl Token {
    /// Whether it opens doors at an instant.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.until.is_none_or(|until| now <= until)
    }
}

impl DomainState {
    /// Names of the zones its file asks for: `main`, or one for each entry of `zones`.
    pub fn wanted_zones(&self) -> Vec<&str> {
        if self.file.zones.is_empty() { vec!["main"] } else { self.file.zones.keys().map(String::as_str).collect() }
    }

    /// Whether a zone it asks for has not been stamped yet.
    pub fn is_pending(&self) -> bool {
        self.retired.is_none()
            && self.wanted_zones().iter().any(|wanted| !self.zones.iter().any(|zone| zone.zone == *wanted))
    }
}

impl ProductState {
    /// Whether it is neither retired nor unpublished: there is something to read.
    pub fn is_served(&self) -> bool {
        self.retired.is_none() && self.publication.is_some()
    }

    /// The contract that readers are shown, without free text: of what is served, or else as declared.
    pub fn contract_served(&self) -> &Contract {
        match &self.published_contract {
            Some(contract) if self.publication.is_some() => contract,
            _ => &self.contract,
        }
    }

    /// Until when an earlier publication is served whole beside what is served: it is of the major version before, and the
    /// contract of what is served says so.
    pub fn served_until(&self, publication: &Publication) -> Option<Timestamp> {
        let (current, contract) = (self.publication.as_ref()?, self.contract_served());
        let is_previous = publication.version.major + 1 == current.version.major;
        // After a rollback the newer contract speaks of another version.
        if is_previous && contract.version.major == current.version.major { contract.previous_until } else { None }
    }

    /// Leaves out of `recent` what is neither new nor the newest of its major version.
    pub(super) fn forget_old(&mut self) {
        let mut majors = BTreeSet::new();
        let mut kept: Vec<_> = std::mem::take(&mut self.recent)
            .into_iter()
            .rev()
            .enumerate()
            .filter(|(age, publication)| majors.insert(publication.version.major) || *age < RECENT)
            .map(|(_, publication)| publication)
            .collect();
        kept.reverse();
        self.recent = kept;
    }
}
