//! Products: the marketplace and the pages of one product. An invisible product is absent on every one of them.

pub mod access;
pub mod activity;
pub mod contract;
pub mod diff;
pub mod dprod;
mod hits;
pub mod lineage;
pub mod list;
pub mod quality;
mod release;
pub mod sample;
pub mod show;
pub mod usage;
pub mod versions;

use std::sync::Arc;

use model::{Problem, contract::Contract};
use registry::ProductState;

use crate::wiring::House;

/// The contract with its free text, which the mesh keeps outside the fold.
pub async fn contract_of(house: &House, product: &ProductState) -> Result<Arc<Contract>, Problem> {
    let digest = product.publication.as_ref().map_or(product.contract_digest, |publication| publication.contract);
    house.documents.contract(&house.registry, &digest, &product.provenance.path).await
}
