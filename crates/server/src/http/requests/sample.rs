//! `GET /api/v1/requests/{id}/sample`: what a request would let somebody see, on invented rows.
//!
//! For whoever decides: a steward judges treatments and never sees a row of the data.

use axum::{
    Json,
    extract::{Path, State},
};
use governance::sample::{invented, shown};
use model::{contract::PortContract, treatment::Outcome as ColumnOutcome};
use registry::effective;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::may_decide;
use crate::{
    http::{
        failure::{Outcome, absent},
        products,
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// Invented rows as they would be seen.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Effect {
    /// The ports that could be read.
    pub ports: Vec<PortEffect>,
}

/// One port's.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PortEffect {
    /// Its name.
    pub port: String,
    /// The columns that would be there.
    pub columns: Vec<ColumnEffect>,
    /// Rows; a text for each column, or null.
    pub rows: Vec<Vec<Option<String>>>,
}

/// One column's.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ColumnEffect {
    /// Its name.
    pub name: String,
    /// What would be seen of it, as on the product's page.
    pub treatment: String,
}

/// What a waiting request would let somebody see, on invented rows; for whoever decides it.
#[utoipa::path(get, path = "/api/v1/requests/{id}/sample", tag = "access",
    params(("id" = String, Path, example = "req-1042")),
    responses((status = 200, body = Effect), (status = 404, body = crate::problem::Body)))]
pub async fn handle(State(house): State<House>, caller: Caller, Path(id): Path<String>) -> Outcome<Json<Effect>> {
    let seen = Seen::by(&house, caller);
    let request = id.parse().ok().and_then(|id| seen.mesh.request(id));
    let request = request.filter(|request| may_decide(&seen, request)).ok_or_else(|| absent("request", &id))?;
    let product = seen.mesh.product(&request.product).ok_or_else(|| absent("request", &id))?;
    let contract = products::contract_of(&house, product).await?;
    let seed = product.publication.as_ref().map_or(product.contract_digest, |publication| publication.contract);
    let access = effective::preview(&seen.moment(), product, request);
    let ports = access.iter().flat_map(|access| &access.ports).filter_map(|access| {
        let port = contract.ports.iter().find(|port| port.name == access.port)?;
        let (outcomes, _) = access.read.as_ref().ok()?;
        Some(PortEffect::of(port, outcomes, seed))
    });
    Ok(Json(Effect { ports: ports.collect() }))
}

impl PortEffect {
    fn of(port: &PortContract, outcomes: &[(String, ColumnOutcome)], seed: model::Digest) -> Self {
        let outcome = |name: &str| outcomes.iter().find(|(column, _)| column == name).map(|(_, outcome)| outcome);
        let present = |name: &str| outcome(name).filter(|outcome| **outcome != ColumnOutcome::Denied);
        let columns = port.columns.iter().filter_map(|column| {
            let treatment = present(&column.name)?.to_string();
            Some(ColumnEffect { name: column.name.clone(), treatment })
        });
        let row = |values: Vec<String>| {
            let cells = port.columns.iter().zip(values);
            cells
                .filter_map(|(column, value)| Some(shown(&value, &column.kind, present(&column.name)?)))
                .collect::<Vec<_>>()
        };
        Self { port: port.name.to_string(), columns: columns.collect(), rows: invented(port, seed).map(row).collect() }
    }
}
