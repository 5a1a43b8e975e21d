//! Why somebody can read a product, or cannot: the whole chain from who they are to what happens to each column.

use governance::treatment::{self, Reader};
use model::{
    Problem, Timestamp,
    access::{AccessRequest, Entitlement, Origin, RequestState},
    files::access::Visibility as Listing,
    name::{GroupName, PortName, PurposeName},
    principal::Subject,
    treatment::Treatment,
};

use super::Moment;
use crate::mesh::ProductState;

/// Why somebody can read a product, or cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The instant it was asked about.
    pub at: Timestamp,
    /// Why they may know of the product; `None` if they may not.
    pub visible: Option<Visibility>,
    /// Every entitlement that was ever theirs here, newest first, ended ones included.
    pub grants: Vec<Grant>,
    /// Their requests that wait, newest first.
    pub waiting: Vec<AccessRequest>,
    /// What they get under each purpose that holds.
    pub under: Vec<UnderPurpose>,
    /// Why they get nothing, if they do not.
    pub refusal: Option<Problem>,
}

/// Why somebody may know of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody may.
    Listed,
    /// They hold a role in its domain, or work for it.
    Member,
    /// They decide on it.
    Approver(GroupName),
    /// They may read it.
    Entitled,
}

/// An entitlement and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The entitlement.
    pub entitlement: Entitlement,
    /// The group through which it is theirs; `None` if it is their own.
    pub group: Option<GroupName>,
    /// The request it came from.
    pub request: Option<AccessRequest>,
    /// Whether it counts.
    pub state: GrantState,
}

/// Whether an entitlement counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    /// It does.
    Active,
    /// Its time was over then.
    Expired(Timestamp),
    /// It was ended then.
    Ended(Timestamp),
}

impl GrantState {
    /// What became of an entitlement by an instant.
    pub fn of(held: &Entitlement, now: Timestamp) -> Self {
        match (held.ended, held.until) {
            // Recorded later than it was over, as expiry always is.
            (ended, Some(until)) if until < now && ended.is_none_or(|ended| until < ended) => Self::Expired(until),
            (Some(ended), _) => Self::Ended(ended),
            _ => Self::Active,
        }
    }
}

/// What somebody gets under a purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderPurpose {
    /// The purpose.
    pub purpose: PurposeName,
    /// The ports.
    pub ports: Vec<PortReasons>,
}

/// What somebody gets of a port, with the reasons of every column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortReasons {
    /// The port.
    pub port: PortName,
    /// The treatment, or why there is none.
    pub treatment: Result<Treatment, Problem>,
}

impl Explanation {
    /// Explains what a reader gets of a product.
    pub fn of(moment: &Moment<'_>, reader: &Reader, product: &ProductState) -> Self {
        let grants = grants(moment, reader, product);
        let active: Vec<&Entitlement> =
            grants.iter().filter(|grant| grant.state == GrantState::Active).map(|grant| &grant.entitlement).collect();
        let ports = moment.ports(product);
        let mut refusal = None;
        let mut under = Vec::new();
        match ports.first() {
            None => refusal = Some(nothing_served(product)),
            Some(any) => match moment.ask(reader, product, any.facts(), &active, None, treatment::purposes) {
                Err(problem) => refusal = Some(problem),
                Ok(purposes) => {
                    under = purposes
                        .into_iter()
                        .map(|purpose| UnderPurpose {
                            ports: ports
                                .iter()
                                .map(|port| PortReasons {
                                    port: port.port.clone(),
                                    treatment: moment.ask(
                                        reader,
                                        product,
                                        port.facts(),
                                        &active,
                                        Some(&purpose),
                                        treatment::decide,
                                    ),
                                })
                                .collect(),
                            purpose,
                        })
                        .collect();
                }
            },
        }
        let visible = visibility(moment, reader, product, !active.is_empty());
        let waiting = moment.mesh.requests().rev().filter(|request| {
            request.product == product.reference
                && request.state == RequestState::Pending
                && (request.by == reader.principal || reader.is(&request.subject))
        });
        Self { at: moment.now, visible, waiting: waiting.cloned().collect(), grants, under, refusal }
    }
}

fn grants(moment: &Moment<'_>, reader: &Reader, product: &ProductState) -> Vec<Grant> {
    let theirs =
        moment.mesh.entitlements().rev().filter(|held| held.product == product.reference && reader.is(&held.subject));
    theirs
        .map(|held| Grant {
            group: match &held.subject {
                Subject::Group(group) => Some(group.clone()),
                Subject::Principal(_) => None,
            },
            request: match held.origin {
                Origin::Request(id) => moment.mesh.request(id).cloned(),
                Origin::Owner => None,
            },
            state: GrantState::of(held, moment.now),
            entitlement: held.clone(),
        })
        .collect()
}

fn visibility(moment: &Moment<'_>, reader: &Reader, product: &ProductState, is_entitled: bool) -> Option<Visibility> {
    if product.access.visibility == Listing::Listed {
        Some(Visibility::Listed)
    } else if moment.mesh.is_member(reader, &product.reference.domain) {
        Some(Visibility::Member)
    } else if reader.groups.contains(&product.access.approver) {
        Some(Visibility::Approver(product.access.approver.clone()))
    } else {
        is_entitled.then_some(Visibility::Entitled)
    }
}

fn nothing_served(product: &ProductState) -> Problem {
    let why = if product.retired.is_some() { "was retired" } else { "was never published" };
    Problem::new(model::Code::NotFound, format!("`{}` {why}: there is nothing to read", product.reference))
}
