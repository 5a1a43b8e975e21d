//! `domains/<d>/domain.yaml`: the eight lines a domain onboards with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    name::{DomainName, GroupName, ServiceName},
    time::Span,
};

/// `domain.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainFile {
    /// The domain's name.
    pub domain: DomainName,
    /// What it is about.
    #[serde(default, skip_serializing)]
    pub description: Option<String>,
    /// Cost centre.
    #[serde(default)]
    pub cost_center: Option<String>,
    /// The single region; or see `zones`.
    #[serde(default)]
    pub region: Option<String>,
    /// Several regions by zone name; a product lives in exactly one.
    #[serde(default)]
    pub zones: BTreeMap<String, String>,
    /// Default sensitivity level: a label with an approval rule, not a mask.
    #[serde(default)]
    pub classification: Option<String>,
    /// Owner group.
    pub owner: GroupName,
    /// Steward group.
    pub steward: GroupName,
    /// Engineers; the owner group if absent.
    #[serde(default)]
    pub engineers: Option<GroupName>,
    /// Where alerts go.
    #[serde(default)]
    pub on_call: Option<String>,
    /// How often the domain ingests, builds and publishes what changed. Read, and not carried out yet.
    #[serde(default)]
    pub schedule: Option<Span>,
    /// The service pipelines run as; the domain's only service if absent.
    #[serde(default)]
    pub service: Option<ServiceName>,
}

impl DomainFile {
    /// The engineers' group.
    pub fn engineers(&self) -> &GroupName {
        self.engineers.as_ref().unwrap_or(&self.owner)
    }
}
