//! `POST /api/v1/plan`: what a repository would change, and who would feel it, as far as the caller may know. Changes
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use model::{
    Problem,
    contract::compare::Verdict,
    reference::{PortRef, ProductRef},
};
use registry::{
    Object, Sight,
    plan::{self, Change, Confirmed, Plan},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::Files;
use crate::{
    http::{
        access::judges,
        extract::Json,
        failure::Outcome,
        lineage::impact::{self, ReaderUse},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// A plan, and who read what would break.
#[derive(Debug, Serialize, ToSchema)]
pub struct Planned {
    /// The plan.
    #[serde(flatten)]
    pub plan: Plan,
    /// By product, who read ports and columns of it that the plan breaks, the latest first: of products that the caller
    /// answers for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub readers: BTreeMap<String, Vec<ReaderUse>>,
}

/// What applying the files would change. Of what lies in domains in which the caller holds no role nothing is told that
/// is not in the files.
#[utoipa::path(post, path = "/api/v1/plan", tag = "files", request_body = Files,
    responses((status = 200, body = Planned), (status = 400, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Json(sent): Json<Files>,
) -> Outcome<axum::Json<Planned>> {
    let repository = Files::parse(sent.files).await?;
    let mesh = house.registry.mesh();
    let confirmed = Confirmed { retire: sent.retire, loosen: sent.loosen };
    let now = house.registry.now();
    let seen = Seen::by(&house, caller.clone());
    let plan = move || plan::plan(&mesh, &Sight::of(&mesh, &caller.actor, now), &repository, &confirmed);
    let planned = tokio::task::spawn_blocking(plan).await.map_err(Problem::internal)??;
    let told = |product: &ProductRef| seen.mesh.product(product).is_some_and(|product| judges(&seen, product));
    let broken: BTreeMap<&ProductRef, Columns> =
        planned.changes.iter().filter_map(broken).filter(|(product, _)| told(product)).collect();
    let columns = |port: &PortRef| {
        let columns = broken.get(&port.product).and_then(|ports| ports.get(port));
        columns.cloned().unwrap_or_default()
    };
    let mut readers = BTreeMap::new();
    for (product, mut used) in impact::uses(&house, broken.keys().copied(), columns).await? {
        used.sort_by(|a, b| b.cmp(a));
        readers.insert(product.to_string(), used);
    }
    Ok(axum::Json(Planned { plan: planned, readers }))
}

/// Columns by port; `None` among them means all of it.
type Columns = BTreeMap<PortRef, BTreeSet<Option<String>>>;

/// The ports and columns that a change breaks.
fn broken(change: &Change) -> Option<(&ProductRef, Columns)> {
    let (Object::Product(product), Some(judgement)) = (&change.object, &change.contract) else { return None };
    let breaking = judgement.changes.iter().filter(|change| change.verdict == Verdict::Breaking);
    let mut columns = Columns::new();
    for change in breaking {
        if let Some(port) = change.port.as_deref().and_then(|port| port.parse().ok()) {
            columns.entry(product.port(port)).or_default().insert(change.column.clone());
        }
    }
    Some((product, columns))
}
