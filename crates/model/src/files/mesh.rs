//! `mesh.yaml`: the installation's rules, owned by the guild and the admins.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    error::{Code, Problem},
    files::source::endpoint::Endpoint,
    name::{DomainName, GroupName, MeshName},
};

/// `mesh.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeshFile {
    /// The mesh's name.
    pub mesh: MeshName,
    /// Format of the repository; 1.
    pub format: u32,
    /// Regions that domains may name.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Groups that hold the mesh-wide roles.
    #[serde(default)]
    pub roles: Roles,
    /// Where landing zones live: `default`, or by domain.
    #[serde(default)]
    pub stores: BTreeMap<String, String>,
    /// What each domain may ingest from.
    #[serde(default)]
    pub sources: AllowedSources,
    /// `embedded`.
    #[serde(default)]
    pub identity: Identity,
}

/// Mesh-wide roles by group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// People, tokens, stores, limits.
    #[serde(default)]
    pub admins: Option<GroupName>,
    /// The rules.
    #[serde(default)]
    pub guild: Option<GroupName>,
    /// Journal, activity, as-of.
    #[serde(default)]
    pub auditors: Option<GroupName>,
}

/// Folders and hosts a domain may ingest from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct AllowedSources {
    /// Folders by domain.
    #[serde(default)]
    pub files: BTreeMap<DomainName, Vec<String>>,
    /// Database servers by domain, each as `host:port`.
    #[serde(default)]
    pub hosts: BTreeMap<DomainName, Vec<String>>,
}

impl AllowedSources {
    /// Whether a domain may ingest from a host.
    ///
    /// # Errors
    /// `source-unavailable` when the mesh does not name it for the domain.
    pub fn check_host(&self, domain: &DomainName, host: &Endpoint) -> Result<(), Problem> {
        let named = self.hosts.get(domain).into_iter().flatten();
        // SECURITY: tests `a_host_that_the_mesh_does_not_name_is_never_reached`, `hosts_are_those_of_the_domain`.
        if named.filter_map(|text| text.parse::<Endpoint>().ok()).any(|named| named == *host) {
            return Ok(());
        }
        Err(Problem::new(Code::SourceUnavailable, format!("the domain `{domain}` may not ingest from `{host}`"))
            .with_hint(format!(
                "let the admins name it in `mesh.yaml`: `sources: {{hosts: {{{domain}: [\"{host}\"]}}}}`"
            )))
    }
}

/// Where principals come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Identity {
    /// `people.yaml`.
    #[default]
    Embedded,
}
