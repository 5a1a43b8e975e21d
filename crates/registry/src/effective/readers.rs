//! Who can read a product: everybody with an active entitlement under a purpose that holds, together where they get the
//! same.

use std::collections::{BTreeSet, HashMap};

use governance::treatment::{self, Reader};
use model::{
    Timestamp,
    access::{AccessRequest, Entitlement, Origin, Purposes, RowsGrant},
    class::ClassName,
    id::EntitlementId,
    name::GroupName,
    principal::{Principal, Subject},
    reference::ProductRef,
    scope::{Attributes, RowScope},
};

use super::{Access, Moment, PortAccess, ServedPort};
use crate::mesh::ProductState;

/// Who can read a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readers {
    /// The product.
    pub product: ProductRef,
    /// The instant it was asked about.
    pub at: Timestamp,
    /// Readers by what they get, largest group first.
    pub groups: Vec<ReaderGroup>,
}

/// Readers who get the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderGroup {
    /// What they get, by purpose.
    pub accesses: Vec<Access>,
    /// Who, by name.
    pub readers: Vec<(Principal, Vec<Through>)>,
}

/// An entitlement by which somebody reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Through {
    /// The entitlement.
    pub entitlement: EntitlementId,
    /// The group it was given to; `None` if it is the reader's own.
    pub group: Option<GroupName>,
}

/// What decides what a reader gets: readers for whom it is equal get the same.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Terms<'a> {
    grants: BTreeSet<(Vec<&'a str>, &'a RowsGrant, Vec<&'a ClassName>)>,
    unmask: BTreeSet<&'a GroupName>,
    attributes: Vec<(String, Option<String>)>,
}

/// Everybody who can read a product.
pub fn who_can_read(moment: &Moment<'_>, product: &ProductState) -> Readers {
    let ports = moment.ports(product);
    let held: Vec<&Entitlement> =
        moment.mesh.entitlements_of(&product.reference).filter(|held| held.is_active(moment.now)).collect();
    let mut by_subject: HashMap<&Subject, Vec<&Entitlement>> = HashMap::new();
    for entitlement in &held {
        by_subject.entry(&entitlement.subject).or_default().push(entitlement);
    }
    let classes = moment.mesh.classes().roots.values().flat_map(|root| root.classes.values());
    let unmasking: BTreeSet<&GroupName> = classes.flat_map(|class| class.unmask.iter()).collect();
    let attributes = attributes_of(product, &ports);
    let mut groups: HashMap<Terms<'_>, ReaderGroup> = HashMap::new();
    for reader in moment.mesh.readers() {
        let mine = entitlements_of(&reader, &by_subject);
        if mine.is_empty() {
            continue;
        }
        let terms = Terms {
            grants: mine.iter().map(|(held, _)| terms_of(held)).collect(),
            unmask: unmasking.iter().copied().filter(|group| reader.groups.contains(*group)).collect(),
            attributes: bound(&attributes, &reader.attributes),
        };
        let group = groups.entry(terms).or_insert_with(|| {
            let mine: Vec<&Entitlement> = mine.iter().map(|(held, _)| *held).collect();
            ReaderGroup { accesses: accesses(moment, &reader, product, &ports, &mine), readers: Vec::new() }
        });
        if !group.accesses.is_empty() {
            let through = mine.into_iter().map(|(held, group)| Through { entitlement: held.id, group });
            group.readers.push((reader.principal, through.collect()));
        }
    }
    let mut groups: Vec<ReaderGroup> = groups.into_values().filter(|group| !group.readers.is_empty()).collect();
    for group in &mut groups {
        group.readers.sort();
    }
    groups.sort_by(|a, b| (b.readers.len(), &a.readers).cmp(&(a.readers.len(), &b.readers)));
    Readers { product: product.reference.clone(), at: moment.now, groups }
}

/// What a reader gets of a product under each purpose that holds; nothing without one.
pub(super) fn accesses(
    moment: &Moment<'_>,
    reader: &Reader,
    product: &ProductState,
    ports: &[ServedPort],
    entitlements: &[&Entitlement],
) -> Vec<Access> {
    let Some(any) = ports.first() else { return Vec::new() };
    let purposes = moment.ask(reader, product, any.facts(), entitlements, None, treatment::purposes);
    purposes
        .unwrap_or_default()
        .into_iter()
        .map(|purpose| Access {
            ports: ports
                .iter()
                .map(|port| {
                    let decide = treatment::decide;
                    let treated = moment.ask(reader, product, port.facts(), entitlements, Some(&purpose), decide);
                    PortAccess::of(&port.port, treated)
                })
                .collect(),
            purpose,
        })
        .collect()
}

/// What the one who asked would get if a request were granted as it stands, beside what is theirs already. Under the
/// request's purpose.
pub fn preview(moment: &Moment<'_>, product: &ProductState, request: &AccessRequest) -> Option<Access> {
    let reader = moment.mesh.reader(&request.by)?;
    let granted = Entitlement {
        id: EntitlementId::new(request.id.seq()),
        // Of a group's members the one who asked stands for all.
        subject: Subject::Principal(reader.principal.clone()),
        product: request.product.clone(),
        purposes: Purposes::Only(vec![request.purpose.clone()]),
        rows: request.rows.clone(),
        clear: request.clear.clone(),
        until: None,
        origin: Origin::Request(request.id),
        since: moment.now,
        ended: None,
    };
    let held = moment.mesh.entitlements_of(&product.reference);
    let entitlements: Vec<&Entitlement> = held.chain([&granted]).collect();
    let accesses = accesses(moment, &reader, product, &moment.ports(product), &entitlements);
    accesses.into_iter().find(|access| access.purpose == request.purpose)
}

fn entitlements_of<'a>(
    reader: &Reader,
    by_subject: &HashMap<&Subject, Vec<&'a Entitlement>>,
) -> Vec<(&'a Entitlement, Option<GroupName>)> {
    let own = Subject::Principal(reader.principal.clone());
    let mut found: Vec<_> = by_subject.get(&own).into_iter().flatten().map(|held| (*held, None)).collect();
    for group in &reader.groups {
        let held = by_subject.get(&Subject::Group(group.clone())).into_iter().flatten();
        found.extend(held.map(|held| (*held, Some(group.clone()))));
    }
    found
}

fn terms_of(held: &Entitlement) -> (Vec<&str>, &RowsGrant, Vec<&ClassName>) {
    let mut purposes: Vec<&str> = match &held.purposes {
        Purposes::All => vec!["*"],
        Purposes::Only(list) => list.iter().map(|purpose| purpose.as_str()).collect(),
    };
    purposes.sort_unstable();
    let mut clear: Vec<&ClassName> = held.clear.iter().collect();
    clear.sort();
    (purposes, &held.rows, clear)
}

/// The attributes that rows of the product are chosen by.
fn attributes_of(product: &ProductState, ports: &[ServedPort]) -> BTreeSet<String> {
    let scopes = product.access.scopes.values().chain(&product.access.restrict).map(|scope| &scope.scope);
    let inherited = ports.iter().flat_map(|port| &port.restrict);
    scopes.chain(inherited).flat_map(RowScope::attributes).collect()
}

fn bound(names: &BTreeSet<String>, attributes: &Attributes) -> Vec<(String, Option<String>)> {
    names.iter().map(|name| (name.clone(), attributes.get(name).cloned())).collect()
}
