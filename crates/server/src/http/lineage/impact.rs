//! `GET /api/v1/impact?of=`: who would feel a change of a product or column: what is made of it, and who reads that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::{Json, extract::State};
use model::{
    Problem,
    name::DomainName,
    reference::{PortRef, ProductRef},
};
use registry::{
    activity::{ColumnUse, Use},
    lineage::{Asked, Table, Trace},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Told, name, reference};
use crate::{
    http::{access::judges, extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

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
    // By how far they are, and among those by name.
    let mut affected: Vec<(usize, &Table, Option<&str>)> = Vec::new();
    for (table, columns) in &trace.affected {
        let away = columns.iter().filter(|(_, far)| **far > 0);
        affected.extend(away.map(|(column, far)| (*far, table, column.as_deref())));
    }
    affected.sort_by_key(|(far, ..)| *far);
    let affected = affected.into_iter().map(|(far, table, column)| AffectedItem { name: name(table, column), far });
    let affected = affected.collect();
    // SECURITY: who reads what is for those who answer for the product (test
    // `who_would_feel_a_change_is_told_to_those_who_answer_for_it`).
    let mut judged: HashMap<&DomainName, bool> = HashMap::new();
    let mut judges = |product: &ProductRef| {
        let Some(state) = seen.mesh.product(product) else { return false };
        let approves = seen.reader.groups.contains(&state.access.approver);
        approves || *judged.entry(&state.reference.domain).or_insert_with(|| judges(&seen, state))
    };
    let ports = trace.affected.keys().filter_map(|table| match table {
        Table::Port(port) => Some(port),
        _ => None,
    });
    let products: BTreeSet<&ProductRef> = ports.map(|port| &port.product).collect();
    let (told_of, untold): (Vec<&ProductRef>, Vec<&ProductRef>) =
        products.into_iter().partition(|product| judges(product));
    let columns = |port: &PortRef| {
        let columns = trace.affected.get(&Table::Port(port.clone()));
        columns.into_iter().flat_map(BTreeMap::keys).cloned().collect::<BTreeSet<_>>()
    };
    let mut readers: Vec<ReaderUse> = uses(&house, told_of, columns).await?.into_values().flatten().collect();
    readers.sort_by(|a, b| b.cmp(a));
    let readers_untold = untold.into_iter().map(ToString::to_string).collect();
    Ok(Json(Impact { of: question.of, affected, readers, readers_untold }))
}

/// How columns of products were read, by product; one that nobody read is absent. `columns` are those of a port that
/// matter, `None` among them where all of it does.
pub async fn uses<'a>(
    house: &House,
    products: impl IntoIterator<Item = &'a ProductRef> + Send,
    columns: impl Fn(&PortRef) -> BTreeSet<Option<String>>,
) -> Result<BTreeMap<&'a ProductRef, Vec<ReaderUse>>, Problem> {
    let mut found: BTreeMap<&ProductRef, Vec<ReaderUse>> = BTreeMap::new();
    for (product, uses) in house.activity.uses(products).await? {
        for used in uses {
            let port = product.port(used.port.clone());
            if let Some(told) = told(&port, &columns(&port), used) {
                found.entry(product).or_default().push(told);
            }
        }
    }
    Ok(found)
}

/// A use of some of the columns.
fn told(port: &PortRef, columns: &BTreeSet<Option<String>>, used: Use) -> Option<ReaderUse> {
    let whole = columns.contains(&None);
    let matters = |column: &String| whole || columns.contains(&Some(column.clone()));
    let read: Vec<(&String, &ColumnUse)> = used.columns.iter().filter(|(column, _)| matters(column)).collect();
    let last = match read.iter().map(|(_, used)| used.last).max() {
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
