//! `GET /api/v1/products/{domain}/{product}/usage`: how much a product is read, by how many, and for those who answer for
//! it by whom and which columns.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Json,
    extract::{Path, State},
};
use model::{Problem, Span, Timestamp, error::Code, reference::ProductRef};
use registry::activity::{DAYS, Use, day_of};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{access::judges, extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// How far back.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Window {
    /// Days, today among them, 1 to 90; 30 if absent.
    #[serde(default)]
    pub days: Option<u32>,
}

/// How a product was read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// Statements of each day that read it, oldest first, days without any among them.
    pub days: Vec<DayItem>,
    /// Statements of all these days.
    pub statements: u64,
    /// How many people and services read it in these days.
    pub readers: usize,
    /// When it was read last, however long ago.
    pub last_read_at: Option<String>,
    /// Whether `columns` and `read_by` are told: to those who decide on the product, the domain's people and auditors.
    pub whole: bool,
    /// Columns by how often they were read, most first, since the audit began; one that nobody read is absent.
    pub columns: Vec<ColumnUsage>,
    /// Who read it, most first, since the audit began.
    pub read_by: Vec<ReaderUsage>,
}

/// A day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DayItem {
    /// The day, UTC.
    #[schema(example = "2026-11-26")]
    pub day: String,
    /// Statements.
    pub statements: u64,
}

/// How a column was read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ColumnUsage {
    /// Its port.
    pub port: String,
    /// The column.
    pub column: String,
    /// Statements that read it.
    pub statements: u64,
    /// How many people and services read it.
    pub readers: usize,
    /// When last.
    pub last_read_at: String,
}

/// How somebody read the product.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ReaderUsage {
    /// Who.
    pub principal: String,
    /// The ports.
    pub ports: Vec<String>,
    /// Statements.
    pub statements: u64,
    /// When last.
    pub last_read_at: String,
}

/// How a product was read.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}/usage", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path), Window),
    responses((status = 200, body = Usage), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
    Params(window): Params<Window>,
) -> Outcome<Json<Usage>> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let days = window.days.unwrap_or(30);
    if !(1..=DAYS).contains(&days) {
        return Err(Problem::new(Code::InvalidValue, format!("`{days}` days are not between 1 and {DAYS}")).into());
    }
    // SECURITY: who reads what is for those who answer for the product (test
    // `usage_names_readers_to_those_who_answer_for_it`).
    let whole = judges(&seen, product) || seen.is_member(&product.reference.domain);
    let uses = uses_of(&house, &product.reference).await?;
    let first = day_of(seen.now).minus(Span::from_days(days - 1));
    let by_day = by_day(&uses, first);
    let late = uses.iter().filter(|used| used.days.keys().any(|day| *day >= first));
    Ok(Json(Usage {
        statements: by_day.values().sum(),
        days: (0..days).map(|back| day(first.plus(Span::from_days(back)), &by_day)).collect(),
        readers: late.map(|used| &used.principal).collect::<BTreeSet<_>>().len(),
        last_read_at: uses.iter().map(|used| used.last).max().map(|at| at.to_string()),
        whole,
        columns: if whole { columns(&uses) } else { Vec::new() },
        read_by: if whole { readers(&uses) } else { Vec::new() },
    }))
}

async fn uses_of(house: &House, product: &ProductRef) -> Result<Vec<Use>, Problem> {
    Ok(house.activity.uses([product]).await?.into_iter().flat_map(|(_, uses)| uses).collect())
}

/// Statements of each day from one on. A statement that reads two ports counts for both.
fn by_day(uses: &[Use], first: Timestamp) -> BTreeMap<Timestamp, u64> {
    let mut days = BTreeMap::new();
    for (day, statements) in uses.iter().flat_map(|used| used.days.range(first..)) {
        *days.entry(*day).or_default() += statements;
    }
    days
}

fn day(day: Timestamp, by_day: &BTreeMap<Timestamp, u64>) -> DayItem {
    let text = day.to_string();
    let date = text.split('T').next().unwrap_or_default().to_owned();
    DayItem { day: date, statements: by_day.get(&day).copied().unwrap_or_default() }
}

fn columns(uses: &[Use]) -> Vec<ColumnUsage> {
    let mut columns: BTreeMap<(&str, &str), ColumnUsage> = BTreeMap::new();
    let read = uses.iter().flat_map(|used| used.columns.iter().map(move |column| (used.port.as_str(), column)));
    for (port, (column, used)) in read {
        let none = || ColumnUsage {
            port: port.to_owned(),
            column: column.clone(),
            statements: 0,
            readers: 0,
            last_read_at: String::new(),
        };
        let found = columns.entry((port, column)).or_insert_with(none);
        found.statements += used.statements;
        found.readers += 1;
        found.last_read_at = found.last_read_at.clone().max(used.last.to_string());
    }
    let mut columns: Vec<ColumnUsage> = columns.into_values().collect();
    columns.sort_by_key(|used| std::cmp::Reverse(used.statements));
    columns
}

fn readers(uses: &[Use]) -> Vec<ReaderUsage> {
    let mut readers: BTreeMap<String, ReaderUsage> = BTreeMap::new();
    for used in uses {
        let principal = used.principal.to_string();
        let none = || ReaderUsage {
            principal: principal.clone(),
            ports: Vec::new(),
            statements: 0,
            last_read_at: String::new(),
        };
        let found = readers.entry(principal.clone()).or_insert_with(none);
        found.ports.push(used.port.to_string());
        found.statements += used.statements;
        found.last_read_at = found.last_read_at.clone().max(used.last.to_string());
    }
    let mut readers: Vec<ReaderUsage> = readers.into_values().collect();
    readers.sort_by_key(|used| std::cmp::Reverse(used.statements));
    readers
}
