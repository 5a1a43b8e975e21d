//! A mesh in parts: what a snapshot stores, each part small enough to be written and read beside the others.
//!
//! What a product holds several times over it shares in memory, and its part says it once: the columns that publications
//! have in common, the contract that was published as it is declared, the publication that is served.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    access::Entitlement,
    contract::Contract,
    publication::{Publication, PublishedColumn},
};
use serde::{Deserialize, Serialize};

use super::{DomainState, Mesh, ProductState, Shelves};

/// Products, or entitlements, of one part.
const AT_ONCE: usize = 1_000;

/// One part: a run of products or of entitlements.
#[derive(Debug, Serialize, Deserialize)]
pub enum Part {
    /// Products.
    Products(Vec<Kept>),
    /// Entitlements by the number of their record.
    Entitlements(Vec<(u64, Arc<Entitlement>)>),
}

/// What is left of a mesh beside its parts.
#[derive(Debug, Serialize, Deserialize)]
pub struct Frame(Mesh);

/// A product, saying everything once.
#[derive(Debug, Serialize, Deserialize)]
pub struct Kept {
    /// Without what follows.
    state: ProductState,
    /// The lists of columns that its publications have.
    columns: Vec<Arc<[PublishedColumn]>>,
    recent: Vec<Bare>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    served: Option<Served>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published: Option<Published>,
}

/// A publication without its columns, and which of the lists its ports have, in their order.
#[derive(Debug, Serialize, Deserialize)]
struct Bare(Publication, Vec<usize>);

/// The publication that is served.
#[derive(Debug, Serialize, Deserialize)]
enum Served {
    /// One of the recent ones.
    Recent(usize),
    /// One that is not among them as it is.
    Other(Box<Bare>),
}

/// The contract of what is served.
#[derive(Debug, Serialize, Deserialize)]
enum Published {
    /// The declared one.
    Declared,
    /// Another.
    Other(Arc<Contract>),
}

impl Mesh {
    /// How many products there are, retired ones included.
    pub fn size(&self) -> usize {
        self.domains.values().map(|domain| domain.products.len()).sum()
    }

    /// Takes the mesh apart.
    pub fn apart(&self) -> (Frame, Vec<Part>) {
        let products: Vec<&ProductState> = self.products().collect();
        let entitlements: Vec<&Arc<Entitlement>> = self.entitlements.values().collect();
        let products =
            products.chunks(AT_ONCE).map(|some| Part::Products(some.iter().map(|product| Kept::of(product)).collect()));
        let numbered = |held: &&Arc<Entitlement>| (held.id.seq(), Arc::clone(held));
        let entitlements =
            entitlements.chunks(AT_ONCE).map(|some| Part::Entitlements(some.iter().map(numbered).collect()));
        let parts = products.chain(entitlements).collect();
        let bare = |domain: &DomainState| DomainState { products: BTreeMap::new(), ..domain.clone() };
        let domains = self.domains.iter().map(|(name, domain)| (name.clone(), Arc::new(bare(domain)))).collect();
        (Frame(Self { domains, entitlements: Shelves::default(), ..self.clone() }), parts)
    }
}

impl Frame {
    /// Puts a mesh together; `None` if the parts are not of one.
    pub fn filled(self, parts: impl IntoIterator<Item = Part>) -> Option<Mesh> {
        let Self(mut mesh) = self;
        let mut products: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for part in parts {
            match part {
                Part::Products(some) => {
                    for kept in some {
                        let state = kept.whole()?;
                        let reference = state.reference.clone();
                        products.entry(reference.domain).or_default().insert(reference.product, Arc::new(state));
                    }
                }
                Part::Entitlements(some) => {
                    for (seq, held) in some {
                        if held.ended.is_none() {
                            mesh.hold(&held);
                        }
                        mesh.entitlements.put(seq, held);
                    }
                }
            }
        }
        for (domain, products) in products {
            mesh.domain_mut(&domain)?.products = products;
        }
        Some(mesh)
    }
}

impl Kept {
    fn of(product: &ProductState) -> Self {
        let mut columns: Vec<Arc<[PublishedColumn]>> = Vec::new();
        let recent: Vec<Bare> = product.recent.iter().map(|publication| Bare::of(publication, &mut columns)).collect();
        let served = product.publication.as_ref().map(|publication| {
            match product.recent.iter().position(|recent| recent == publication) {
                Some(place) => Served::Recent(place),
                None => Served::Other(Box::new(Bare::of(publication, &mut columns))),
            }
        });
        let published = product.published_contract.as_ref().map(|contract| match *contract == product.contract {
            true => Published::Declared,
            false => Published::Other(Arc::clone(contract)),
        });
        let state = ProductState { publication: None, published_contract: None, recent: Vec::new(), ..product.clone() };
        Self { state, columns, recent, served, published }
    }

    fn whole(self) -> Option<ProductState> {
        let Self { mut state, columns, recent, served, published } = self;
        let whole = |bare: Bare| bare.whole(&columns).map(Arc::new);
        state.recent = recent.into_iter().map(whole).collect::<Option<_>>()?;
        state.publication = match served {
            None => None,
            Some(Served::Recent(place)) => Some(Arc::clone(state.recent.get(place)?)),
            Some(Served::Other(bare)) => Some(whole(*bare)?),
        };
        state.published_contract = published.map(|published| match published {
            Published::Declared => Arc::clone(&state.contract),
            Published::Other(contract) => contract,
        });
        Some(state)
    }
}

impl Bare {
    fn of(publication: &Publication, lists: &mut Vec<Arc<[PublishedColumn]>>) -> Self {
        let mut bare = publication.clone();
        let mut places = Vec::with_capacity(bare.ports.len());
        for port in bare.ports.values_mut() {
            let columns = std::mem::take(&mut port.columns);
            let known = lists.iter().position(|known| Arc::ptr_eq(known, &columns) || *known == columns);
            places.push(known.unwrap_or(lists.len()));
            if known.is_none() {
                lists.push(columns);
            }
        }
        Self(bare, places)
    }

    fn whole(self, lists: &[Arc<[PublishedColumn]>]) -> Option<Publication> {
        let Self(mut publication, places) = self;
        for (port, place) in publication.ports.values_mut().zip(places) {
            port.columns = Arc::clone(lists.get(place)?);
        }
        Some(publication)
    }
}
