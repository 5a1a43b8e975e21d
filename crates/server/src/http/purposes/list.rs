//! `GET /api/v1/purposes`: what data may be read for, in this mesh.

use axum::{Json, extract::State};
use model::{Problem, files::governance::PurposesFile, yaml};
use registry::Object;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{failure::Outcome, page::Page, rule::Caller, seen::Seen},
    wiring::House,
};

/// A purpose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PurposeItem {
    /// Its name.
    #[schema(example = "fraud-detection")]
    pub purpose: String,
    /// What it is.
    pub description: Option<String>,
    /// The legal basis for personal data.
    pub legal_basis: Option<String>,
}

/// Every declared purpose, by name. Whether a product is read for it is the product's to say.
#[utoipa::path(get, path = "/api/v1/purposes", tag = "access", responses((status = 200, body = Page<PurposeItem>)))]
pub async fn handle(State(house): State<House>, caller: Caller) -> Outcome<Json<Page<PurposeItem>>> {
    let seen = Seen::by(&house, caller);
    let mut items = Vec::new();
    if let Some(provenance) = seen.mesh.provenance_of(&Object::Purposes) {
        let document = house.registry.blob(&provenance.document).await?;
        let file: PurposesFile = yaml::read(&document, &provenance.path).map_err(Problem::internal)?;
        items.extend(file.purposes.into_iter().map(|(purpose, about)| PurposeItem {
            purpose: purpose.to_string(),
            description: about.description,
            legal_basis: about.legal_basis,
        }));
    }
    Ok(Json(Page { items, next: None }))
}
