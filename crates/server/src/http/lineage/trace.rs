//! `GET /api/v1/lineage?of=`: where the columns of a product come from, and what is made of them.

use axum::{Json, extract::State};
use registry::lineage::{How, Trace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Told, name, reference};
use crate::{
    http::{access::Asked, extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Of what, how far, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// `claims.claims_enriched`, with a port and a column if only these are asked about.
    pub of: String,
    /// How many products to follow upwards; 1 if neither is given.
    #[serde(default)]
    pub up: Option<usize>,
    /// How many products to follow downwards; 1 if neither is given.
    #[serde(default)]
    pub down: Option<usize>,
    /// A past instant or day, for auditors; now if absent.
    #[serde(default)]
    pub as_of: Option<String>,
}

/// The lineage in reach.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LineageTrace {
    /// What was asked about.
    pub of: String,
    /// The instant it was asked about.
    pub at: String,
    /// What depends on what.
    pub edges: Vec<EdgeItem>,
}

/// One dependence.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct EdgeItem {
    /// What is depended on: `domain.product.port.column`, `domain/silver.table.column`, a table alone where its rows are
    /// meant, or `(not visible)`.
    pub from: String,
    /// What depends on it.
    pub to: String,
    /// `copy`, `derived`, `rows` (it decides which rows there are) or `unknown`.
    pub how: String,
}

/// Column lineage across products, from what really ran.
#[utoipa::path(get, path = "/api/v1/lineage", tag = "lineage", params(Question),
    responses((status = 200, body = LineageTrace), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(question): Params<Question>,
) -> Outcome<Json<LineageTrace>> {
    let seen = Seen::by(&house, caller);
    let at = Asked::of(&house, &seen, question.as_of.as_deref()).await?;
    let told = Told::of(&seen, at.mesh());
    let of = reference(&told, &question.of)?;
    let neither = question.up.is_none() && question.down.is_none();
    let far = |given: Option<usize>| given.unwrap_or(usize::from(neither));
    let asked = registry::lineage::Asked {
        product: of.product,
        port: of.port,
        column: of.column,
        up: far(question.up),
        down: far(question.down),
        edges: true,
    };
    let trace = Trace::of(&house.lineage, at.mesh(), &asked, &told).await?;
    let edges = trace.edges.iter().map(|edge| EdgeItem {
        from: name(&edge.from.table, edge.from.column.as_deref()),
        to: name(&edge.to.table, edge.to.column.as_deref()),
        how: match edge.how {
            How::Copy => "copy",
            How::Derived => "derived",
            How::Rows => "rows",
            How::Unknown => "unknown",
        }
        .to_owned(),
    });
    Ok(Json(LineageTrace { of: question.of, at: at.moment().now.to_string(), edges: edges.collect() }))
}
