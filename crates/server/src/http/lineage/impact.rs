//! `GET /api/v1/impact?of=`: who would feel a change of a product or column: what is made of it, and who reads that.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State};
use model::{
    Problem,
    reference::{PortRef, ProductRef},
};
use registry::{
    activity::Use,
    lineage::{Asked, Node, Table, Trace},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Told, name, reference};
use crate::{
    http::{access::judges, extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Columns of a product; a port without one means all of its.
pub type Columns = BTreeSet<(PortRef, Option<String>)>;

/// How many products away is looked.
const FAR: usize = 50;

/// Of what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// `claims.claims_enriched`, with a port and a column if only these are asked about.
    pub of: String,
}

/// Who would feel a change.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Impact {
    /// What was asked about.
    pub of: String,
    /// What is made of it in other products, the nearest first.
    pub affected: Vec<AffectedItem>,
    /// Who read any of it, the latest first: of products that the caller answers for.
    pub readers: Vec<ReaderUse>,
    /// Products among these whose readers the caller is not told of.
    pub readers_untold: Vec<String>,
}

/// A column or port that is made of what was asked about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AffectedItem {
    /// `domain.product.port.column`; the port alone where only its rows would change.
    pub name: String,
    /// How many products away it is.
    pub far: usize,
}

/// How somebody read what would change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct ReaderUse {
    /// When they last did.
    pub last: String,
    /// Who.
    pub principal: String,
    /// The port.
    pub port: String,
    /// The columns they read of those.
    pub columns: Vec<String>,
    /// How many of their statements read the port, whichever columns.
    pub statements: u64,
    /// Fingerprints of these, the first hundred: equal for statements that differ in literals only.
    pub fingerprints: Vec<String>,
}

/// Who would feel a change, down to consumer, column and last use.
#[utoipa::path(get, path = "/api/v1/impact", tag = "lineage", params(Question),
    responses((status = 200, body = Impact), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(question): Params<Question>,
) -> Outcome<Json<Impact>> {
    let seen = Seen::by(&house, caller);
    let told = Told::of(&seen, &seen.mesh);
    let of = reference(&told, &question.of)?;
    let asked = Asked { product: of.product, port: of.port, column: of.column, up: 0, down: FAR, edges: false };
    let trace = Trace::of(&house.lineage, &seen.mesh, &asked, &told).await?;
    let mut affected: Vec<(usize, &Node)> =
        trace.affected.iter().filter(|(_, far)| **far > 0).map(|(node, far)| (*far, node)).collect();
    affected.sort();
    let mut columns: BTreeMap<ProductRef, Columns> = BTreeMap::new();
    for node in trace.affected.keys() {
        if let Table::Port(port) = &node.table {
            columns.entry(port.product.clone()).or_default().insert((port.clone(), node.column.clone()));
        }
    }
    // SECURITY: who reads what is for those who answer for the product (test
    // `who_would_feel_a_change_is_told_to_those_who_answer_for_it`).
    let (told_of, untold): (Vec<_>, Vec<_>) = columns
        .into_iter()
        .partition(|(product, _)| seen.mesh.product(product).is_some_and(|product| judges(&seen, product)));
    let untold = untold.into_iter().map(|(product, _)| product.to_string()).collect();
    let mut readers: Vec<ReaderUse> =
        uses(&house, &told_of.into_iter().collect()).await?.into_values().flatten().collect();
    readers.sort_by(|a: &ReaderUse, b: &ReaderUse| b.cmp(a));
    let affected = affected.iter().map(|(far, node)| AffectedItem { name: name(node), far: *far });
    Ok(Json(Impact { of: question.of, affected: affected.collect(), readers, readers_untold: untold }))
}

/// How some columns of products were read, by product; one that nobody read is absent.
pub async fn uses(
    house: &House,
    products: &BTreeMap<ProductRef, Columns>,
) -> Result<BTreeMap<ProductRef, Vec<ReaderUse>>, Problem> {
    let mut found: BTreeMap<ProductRef, Vec<ReaderUse>> = BTreeMap::new();
    for (product, uses) in house.activity.uses(products.keys()).await? {
        let Some(columns) = products.get(product) else { continue };
        let told: Vec<ReaderUse> = uses.into_iter().filter_map(|used| told(product, columns, used)).collect();
        if !told.is_empty() {
            found.insert(product.clone(), told);
        }
    }
    Ok(found)
}

/// A use of some of the columns.
fn told(product: &ProductRef, columns: &Columns, used: Use) -> Option<ReaderUse> {
    let port = product.port(used.port.clone());
    let whole = columns.contains(&(port.clone(), None));
    let read: Vec<(&String, &model::Timestamp)> = used
        .columns
        .iter()
        .filter(|(column, _)| whole || columns.contains(&(port.clone(), Some((*column).clone()))))
        .collect();
    let last = match read.iter().map(|(_, at)| **at).max() {
        Some(last) => last,
        None if whole => used.last,
        None => return None,
    };
    Some(ReaderUse {
        last: last.to_string(),
        principal: used.principal.to_string(),
        port: port.to_string(),
        columns: read.into_iter().map(|(column, _)| column.clone()).collect(),
        statements: used.statements,
        fingerprints: used.fingerprints.iter().map(ToString::to_string).collect(),
    })
}
