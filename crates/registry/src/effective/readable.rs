//! What somebody can read: every product of which an active entitlement is theirs, under each purpose that holds.

use std::collections::BTreeMap;

use governance::treatment::Reader;
use model::{access::Entitlement, reference::ProductRef};

use super::{Access, Moment, readers};

/// A product that somebody can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readable {
    /// The product.
    pub product: ProductRef,
    /// What of it, by purpose.
    pub accesses: Vec<Access>,
}

/// Everything that a reader can read, by name.
pub fn what_can(moment: &Moment<'_>, reader: &Reader) -> Vec<Readable> {
    let mut held: BTreeMap<&ProductRef, Vec<&Entitlement>> = BTreeMap::new();
    for entitlement in moment.mesh.held_by(reader).filter(|held| held.is_active(moment.now)) {
        held.entry(&entitlement.product).or_default().push(entitlement);
    }
    held.into_iter().filter_map(|(product, entitlements)| of_product(moment, reader, product, &entitlements)).collect()
}

fn of_product(
    moment: &Moment<'_>,
    reader: &Reader,
    product: &ProductRef,
    entitlements: &[&Entitlement],
) -> Option<Readable> {
    let state = moment.mesh.product(product).filter(|state| state.is_served())?;
    let accesses = readers::accesses(moment, reader, state, &moment.ports(state), entitlements);
    (!accesses.is_empty()).then(|| Readable { product: product.clone(), accesses })
}
