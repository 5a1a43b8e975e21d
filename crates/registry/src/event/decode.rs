//! Events as stored bytes: kind, version, compact JSON.

use std::collections::BTreeMap;

use model::{
    Digest,
    id::{EntitlementId, PublicationId, RequestId, TokenId},
    name::{DomainName, PortName, SourceName, TableName},
    publication::PinnedPort,
    reference::ProductRef,
    zone::ZoneLocation,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Declaration, Ending, Event, Provenance};
use crate::object::Object;

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The kind.
    pub kind: &'static str,
    /// The version of the kind's payload.
    pub version: u32,
    /// The payload, kept byte for byte from here on.
    pub body: Vec<u8>,
}

/// Why a stored body is no event of this build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownEvent {
    /// The kind or its version is not known: the journal was written by a newer build.
    Kind,
    /// The payload does not fit its kind.
    Body(String),
}

#[derive(Serialize, Deserialize)]
struct Ready {
    domain: DomainName,
    zones: Vec<ZoneLocation>,
}

#[derive(Serialize, Deserialize)]
struct Source<F> {
    domain: DomainName,
    source: SourceName,
    #[serde(flatten)]
    declaration: F,
}

#[derive(Serialize, Deserialize)]
struct Silver {
    domain: DomainName,
    table: TableName,
    #[serde(flatten)]
    provenance: Provenance,
}

#[derive(Serialize, Deserialize)]
struct Retired {
    object: Object,
}

#[derive(Serialize, Deserialize)]
struct Started {
    product: ProductRef,
    contract: Digest,
}

#[derive(Serialize, Deserialize)]
struct RolledBack {
    product: ProductRef,
    to: PublicationId,
    ports: BTreeMap<PortName, PinnedPort>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    regions: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct GivenUp {
    product: ProductRef,
    publications: Vec<PublicationId>,
}

#[derive(Serialize, Deserialize)]
struct Denied {
    request: RequestId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
struct Discussed {
    request: RequestId,
    text: Digest,
}

#[derive(Serialize, Deserialize)]
struct Withdrawn {
    request: RequestId,
}

#[derive(Serialize, Deserialize)]
struct GrantEnded {
    entitlement: EntitlementId,
    why: Ending,
}

#[derive(Serialize, Deserialize)]
struct TokenEnd {
    token: TokenId,
    why: Ending,
}

#[derive(Serialize, Deserialize)]
struct Anchored {
    node: String,
    seq: u64,
    hash: Digest,
}

impl Event {
    /// The kind, as stored and shown.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Applied(_) => "applied",
            Self::MeshConfigured(_) => "mesh-configured",
            Self::PurposesDeclared(_) => "purposes-declared",
            Self::GlossaryDeclared(_) => "glossary-declared",
            Self::ClassificationDeclared(_) => "classification-declared",
            Self::PeopleDeclared(_) => "people-declared",
            Self::DomainOnboarding(_) => "domain-onboarding",
            Self::DomainChanged(_) => "domain-changed",
            Self::DomainReady { .. } => "domain-ready",
            Self::SourceDeclared { .. } => "source-declared",
            Self::SilverDeclared { .. } => "silver-declared",
            Self::ProductDeclared(_) => "product-declared",
            Self::Retired { .. } => "retired",
            Self::PublicationStarted { .. } => "publication-started",
            Self::ProductPublished(_) => "product-published",
            Self::ProductRolledBack { .. } => "product-rolled-back",
            Self::PublicationsRetired { .. } => "publications-retired",
            Self::AccessRequested(_) => "access-requested",
            Self::EntitlementGranted(_) => "entitlement-granted",
            Self::AccessDenied { .. } => "access-denied",
            Self::RequestDiscussed { .. } => "request-discussed",
            Self::RequestWithdrawn { .. } => "request-withdrawn",
            Self::EntitlementEnded { .. } => "entitlement-ended",
            Self::TokenCreated(_) => "token-created",
            Self::TokenEnded { .. } => "token-ended",
            Self::Declassified(_) => "declassified",
            Self::RestrictionWaived(_) => "restriction-waived",
            Self::ClassesInherited(_) => "classes-inherited",
            Self::ActivityAnchored { .. } => "activity-anchored",
        }
    }

    /// The event as stored.
    ///
    /// # Errors
    /// The serialiser's text; no event of this build causes one.
    pub fn encode(&self) -> Result<Encoded, String> {
        let body = match self {
            Self::Applied(payload) => write(payload),
            Self::MeshConfigured(payload) => write(payload),
            Self::PurposesDeclared(payload) => write(payload),
            Self::GlossaryDeclared(payload) => write(payload),
            Self::ClassificationDeclared(payload) => write(payload),
            Self::PeopleDeclared(payload) => write(payload),
            Self::DomainOnboarding(payload) | Self::DomainChanged(payload) => write(payload),
            Self::DomainReady { domain, zones } => write(&Ready { domain: domain.clone(), zones: zones.clone() }),
            Self::SourceDeclared { domain, source, declaration } => {
                write(&Source { domain: domain.clone(), source: source.clone(), declaration })
            }
            Self::SilverDeclared { domain, table, provenance } => {
                write(&Silver { domain: domain.clone(), table: table.clone(), provenance: provenance.clone() })
            }
            Self::ProductDeclared(payload) => write(payload),
            Self::Retired { object } => write(&Retired { object: object.clone() }),
            Self::PublicationStarted { product, contract } => {
                write(&Started { product: product.clone(), contract: *contract })
            }
            Self::ProductPublished(payload) => write(payload),
            Self::ProductRolledBack { product, to, ports, regions } => {
                write(&RolledBack { product: product.clone(), to: *to, ports: ports.clone(), regions: regions.clone() })
            }
            Self::PublicationsRetired { product, publications } => {
                write(&GivenUp { product: product.clone(), publications: publications.clone() })
            }
            Self::AccessRequested(payload) => write(payload),
            Self::EntitlementGranted(payload) => write(payload),
            Self::AccessDenied { request, note } => write(&Denied { request: *request, note: *note }),
            Self::RequestDiscussed { request, text } => write(&Discussed { request: *request, text: *text }),
            Self::RequestWithdrawn { request } => write(&Withdrawn { request: *request }),
            Self::EntitlementEnded { entitlement, why } => write(&GrantEnded { entitlement: *entitlement, why: *why }),
            Self::TokenCreated(payload) => write(payload),
            Self::TokenEnded { token, why } => write(&TokenEnd { token: *token, why: *why }),
            Self::Declassified(payload) => write(payload),
            Self::RestrictionWaived(payload) => write(payload),
            Self::ClassesInherited(payload) => write(payload),
            Self::ActivityAnchored { node, seq, hash } => {
                write(&Anchored { node: node.clone(), seq: *seq, hash: *hash })
            }
        }?;
        Ok(Encoded { kind: self.kind(), version: 1, body })
    }

    /// Reads a stored event; older versions of a kind are brought up to date here.
    ///
    /// # Errors
    /// What is wrong with it; the caller knows which record it is.
    pub fn decode(kind: &str, version: u32, body: &[u8]) -> Result<Self, UnknownEvent> {
        if version != 1 {
            return Err(UnknownEvent::Kind);
        }
        Ok(match kind {
            "applied" => Self::Applied(read(body)?),
            "mesh-configured" => Self::MeshConfigured(read(body)?),
            "purposes-declared" => Self::PurposesDeclared(read(body)?),
            "glossary-declared" => Self::GlossaryDeclared(read(body)?),
            "classification-declared" => Self::ClassificationDeclared(read(body)?),
            "people-declared" => Self::PeopleDeclared(read(body)?),
            "domain-onboarding" => Self::DomainOnboarding(read(body)?),
            "domain-changed" => Self::DomainChanged(read(body)?),
            "domain-ready" => {
                let Ready { domain, zones } = read(body)?;
                Self::DomainReady { domain, zones }
            }
            "source-declared" => {
                let Source { domain, source, declaration }: Source<Declaration<_>> = read(body)?;
                Self::SourceDeclared { domain, source, declaration }
            }
            "silver-declared" => {
                let Silver { domain, table, provenance } = read(body)?;
                Self::SilverDeclared { domain, table, provenance }
            }
            "product-declared" => Self::ProductDeclared(read(body)?),
            "retired" => Self::Retired { object: read::<Retired>(body)?.object },
            _ => return Self::decode_use(kind, body),
        })
    }

    /// The kinds that come of using the mesh rather than of declaring it.
    fn decode_use(kind: &str, body: &[u8]) -> Result<Self, UnknownEvent> {
        Ok(match kind {
            "publication-started" => {
                let Started { product, contract } = read(body)?;
                Self::PublicationStarted { product, contract }
            }
            "product-published" => Self::ProductPublished(read(body)?),
            "product-rolled-back" => {
                let RolledBack { product, to, ports, regions } = read(body)?;
                Self::ProductRolledBack { product, to, ports, regions }
            }
            "publications-retired" => {
                let GivenUp { product, publications } = read(body)?;
                Self::PublicationsRetired { product, publications }
            }
            "access-requested" => Self::AccessRequested(read(body)?),
            "entitlement-granted" => Self::EntitlementGranted(read(body)?),
            "access-denied" => {
                let Denied { request, note } = read(body)?;
                Self::AccessDenied { request, note }
            }
            "request-discussed" => {
                let Discussed { request, text } = read(body)?;
                Self::RequestDiscussed { request, text }
            }
            "request-withdrawn" => Self::RequestWithdrawn { request: read::<Withdrawn>(body)?.request },
            "entitlement-ended" => {
                let GrantEnded { entitlement, why } = read(body)?;
                Self::EntitlementEnded { entitlement, why }
            }
            "token-created" => Self::TokenCreated(read(body)?),
            "token-ended" => {
                let TokenEnd { token, why } = read(body)?;
                Self::TokenEnded { token, why }
            }
            "declassified" => Self::Declassified(read(body)?),
            "restriction-waived" => Self::RestrictionWaived(read(body)?),
            "classes-inherited" => Self::ClassesInherited(read(body)?),
            "activity-anchored" => {
                let Anchored { node, seq, hash } = read(body)?;
                Self::ActivityAnchored { node, seq, hash }
            }
            _ => return Err(UnknownEvent::Kind),
        })
    }
}

fn write(payload: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json::to_vec(payload).map_err(|error| error.to_string())
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, UnknownEvent> {
    serde_json::from_slice(body).map_err(|error| UnknownEvent::Body(error.to_string()))
}
