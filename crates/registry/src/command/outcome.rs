//! What a command led to, read from its records, so that a repeated command gives the same answer.

use model::{
    id::{EntitlementId, PublicationId, RequestId, TokenId},
    reference::ProductRef,
};
use serde::Serialize;

use crate::{event::Event, object::Object, plan::Plan};

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The last record of the command, or of the journal if nothing changed.
    pub seq: u64,
    /// Whether the command had been done before under the same id.
    pub replayed: bool,
    /// What was done.
    pub done: Done,
    /// For an apply that was not a repetition: what was decided, object by object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "done", rename_all = "kebab-case")]
pub enum Done {
    /// Nothing needed to change.
    Unchanged,
    /// A repository was applied.
    Applied {
        /// Declared objects, by record.
        declared: Vec<(u64, Object)>,
        /// Retired objects, by record.
        retired: Vec<(u64, Object)>,
    },
    /// Zones were recorded.
    ZonesReady,
    /// A candidate is being built.
    Started {
        /// The record.
        seq: u64,
    },
    /// A product was published.
    Published {
        /// The publication.
        publication: PublicationId,
        /// The owners' entitlement, at a first publication.
        owner: Option<EntitlementId>,
    },
    /// An earlier publication is served.
    RolledBack {
        /// The product.
        product: ProductRef,
        /// The publication.
        publication: PublicationId,
    },
    /// Superseded publications were given up.
    PublicationsRetired {
        /// The product.
        product: ProductRef,
        /// The publications.
        publications: Vec<PublicationId>,
    },
    /// Access was asked for.
    Requested {
        /// The request.
        request: RequestId,
        /// The entitlement, where it was granted at once.
        entitlement: Option<EntitlementId>,
    },
    /// Access was granted.
    Approved {
        /// The entitlement.
        entitlement: EntitlementId,
    },
    /// Access was refused.
    Denied,
    /// Something was said about a request.
    Discussed,
    /// A request was taken back.
    Withdrawn,
    /// Entitlements or tokens ended.
    Ended {
        /// Entitlements.
        entitlements: Vec<EntitlementId>,
        /// Tokens.
        tokens: Vec<TokenId>,
    },
    /// A token was made.
    TokenCreated {
        /// The token.
        token: TokenId,
    },
    /// A class was lowered.
    Declassified,
    /// A restriction was waived.
    Waived,
    /// A head was anchored.
    Anchored,
}

/// What the records of one command say was done.
pub(crate) fn outcome_of(records: &[(u64, Event)]) -> Done {
    let Some((seq, first)) = records.first() else { return Done::Unchanged };
    let granted = records
        .iter()
        .find_map(|(seq, event)| matches!(event, Event::EntitlementGranted(_)).then(|| EntitlementId::new(*seq)));
    match first {
        Event::Applied(_) => applied(records),
        Event::DomainReady { .. } => Done::ZonesReady,
        Event::PublicationStarted { .. } => Done::Started { seq: *seq },
        Event::ProductPublished(_) => Done::Published { publication: PublicationId::new(*seq), owner: granted },
        Event::ProductRolledBack { product, to, .. } => Done::RolledBack { product: product.clone(), publication: *to },
        Event::PublicationsRetired { product, publications } => {
            Done::PublicationsRetired { product: product.clone(), publications: publications.clone() }
        }
        Event::AccessRequested(_) => Done::Requested { request: RequestId::new(*seq), entitlement: granted },
        Event::EntitlementGranted(_) => Done::Approved { entitlement: EntitlementId::new(*seq) },
        Event::AccessDenied { .. } => Done::Denied,
        Event::RequestDiscussed { .. } => Done::Discussed,
        Event::RequestWithdrawn { .. } => Done::Withdrawn,
        Event::TokenCreated(_) => Done::TokenCreated { token: TokenId::new(*seq) },
        Event::Declassified(_) => Done::Declassified,
        Event::RestrictionWaived(_) => Done::Waived,
        Event::ActivityAnchored { .. } => Done::Anchored,
        _ => ended(records),
    }
}

fn applied(records: &[(u64, Event)]) -> Done {
    let mut declared = Vec::new();
    let mut retired = Vec::new();
    for (seq, event) in records {
        match event {
            Event::Retired { object } => retired.push((*seq, object.clone())),
            event => declared.extend(event.declares().map(|object| (*seq, object))),
        }
    }
    Done::Applied { declared, retired }
}

fn ended(records: &[(u64, Event)]) -> Done {
    let entitlements = records.iter().filter_map(|(_, event)| match event {
        Event::EntitlementEnded { entitlement, .. } => Some(*entitlement),
        _ => None,
    });
    let tokens = records.iter().filter_map(|(_, event)| match event {
        Event::TokenEnded { token, .. } => Some(*token),
        _ => None,
    });
    Done::Ended { entitlements: entitlements.collect(), tokens: tokens.collect() }
}

impl Event {
    /// The object it declares.
    pub fn declares(&self) -> Option<Object> {
        Some(match self {
            Self::MeshConfigured(_) => Object::Mesh,
            Self::PurposesDeclared(_) => Object::Purposes,
            Self::GlossaryDeclared(_) => Object::Glossary,
            Self::ClassificationDeclared(declaration) => Object::Classification(declaration.facts.root.clone()),
            Self::PeopleDeclared(_) => Object::People,
            Self::DomainOnboarding(declaration) | Self::DomainChanged(declaration) => {
                Object::Domain(declaration.facts.domain.clone())
            }
            Self::SourceDeclared { domain, source, .. } => Object::Source(domain.clone(), source.clone()),
            Self::SilverDeclared { domain, table, .. } => Object::Silver(domain.clone(), table.clone()),
            Self::ProductDeclared(declaration) => Object::Product(declaration.product.clone()),
            _ => return None,
        })
    }
}
