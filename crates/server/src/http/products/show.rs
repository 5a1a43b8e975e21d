//! `GET /api/v1/products/{domain}/{product}`: the product page.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::{
    Json,
    extract::{Path, State},
};
use governance::authorise::is_insider;
use model::{
    Problem,
    contract::{Contract, Freshness, PortContract},
    name::{PurposeName, TermName},
    publication::Publication,
    reference::ProductRef,
    treatment::{Outcome as ColumnOutcome, Treatment},
};
use registry::ProductState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    list::{ProductItem, kept},
    versions::PublicationItem,
};
use crate::{
    http::{extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Under which purpose treatments are shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Under {
    /// The purpose; the first of the caller's if absent.
    #[serde(default)]
    pub purpose: Option<String>,
}

/// A product.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProductPage {
    /// At a glance.
    #[serde(flatten)]
    pub item: ProductItem,
    /// Its ports with their columns.
    #[serde(rename = "port_details")]
    pub ports: Vec<PortPage>,
    /// What is served.
    pub publication: Option<String>,
    /// When a statement last could not read what is published; told to whoever has a role in the domain or the mesh.
    pub unreadable_at: Option<String>,
    /// Glossary terms that it is about, with what they mean.
    pub glossary: Vec<TermItem>,
    /// Products it was made from, those that the caller may know of.
    pub made_from: Vec<String>,
    /// Products that are made from it, those that the caller may know of.
    pub made_into: Vec<String>,
    /// The newest publications with what their gates found, newest first.
    pub history: Vec<HistoryItem>,
    /// Lines that read it, with the caller's name and a token to put in.
    pub connect: Vec<ConnectLine>,
    /// How long the major version before is served beside this one.
    pub previous_until: Option<String>,
    /// The group that decides requests.
    pub approver: String,
    /// Purposes it may be read for.
    pub purposes: Vec<String>,
    /// Names of the row scopes that may be asked for.
    pub scopes: Vec<String>,
    /// The freshness promise.
    pub fresh_within: Option<String>,
    /// Minutes since the newest data.
    pub lag_minutes: Option<u64>,
    /// Each freshness promise of what is served, and how far it is kept.
    pub promises: Vec<PromiseItem>,
    /// What it is not good for.
    pub limitations: Option<String>,
    /// How it is meant to be used.
    pub usage: Option<String>,
    /// The gate of what is served, counted.
    pub quality: Option<BTreeMap<String, u64>>,
    /// The purpose that the treatments shown are for.
    pub purpose_shown: Option<String>,
    /// What may be typed next.
    pub next_step: Option<String>,
}

/// A freshness promise.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PromiseItem {
    /// The port that it is about; absent where it is about all of the product.
    pub port: Option<String>,
    /// How old the newest data may be.
    #[schema(example = "24h")]
    pub within: String,
    /// The newest data.
    pub newest: String,
    /// When the promise is broken, or was.
    pub late_from: String,
    /// `ok`, `due` or `late`.
    pub state: String,
}

/// A glossary term.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TermItem {
    /// The term.
    pub term: String,
    /// What it means.
    pub definition: Option<String>,
}

/// A publication, and its gate counted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HistoryItem {
    /// The publication.
    #[serde(flatten)]
    pub publication: PublicationItem,
    /// Rules by what became of them: `passed`, `failed`, `not_evaluated`.
    pub quality: BTreeMap<String, u64>,
}

/// A line that reads a product from a tool.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ConnectLine {
    /// `psql`, `python` or `jdbc`.
    pub tool: String,
    /// What to type; `TOKEN` stands for a token.
    pub line: String,
}

/// A port.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PortPage {
    /// Its name.
    pub name: String,
    /// Its name in SQL, in the catalog `mesh`.
    pub table: String,
    /// What it holds.
    pub description: Option<String>,
    /// Rows; only where the caller may count them.
    pub rows: Option<u64>,
    /// Its columns; those denied to the caller are absent.
    pub columns: Vec<ColumnPage>,
}

/// A column.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ColumnPage {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// What it means.
    pub description: Option<String>,
    /// Classes and labels.
    pub tags: Vec<String>,
    /// What the caller sees of it; absent without an entitlement.
    pub treatment: Option<String>,
}

/// The product page.
#[utoipa::path(get, path = "/api/v1/products/{domain}/{product}", tag = "products",
    params(("domain" = String, Path), ("product" = String, Path), Under),
    responses((status = 200, body = ProductPage), (status = 404, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Path((domain, product)): Path<(String, String)>,
    Params(under): Params<Under>,
) -> Outcome<Json<ProductPage>> {
    let seen = Seen::by(&house, caller);
    let product = seen.product(&domain, &product)?;
    let contract = super::contract_of(&house, product).await?;
    let purpose: Option<PurposeName> = under.purpose.map(|purpose| purpose.parse()).transpose()?;
    let quality = match &product.publication {
        Some(publication) => Some(super::quality::counts(&house, &publication.gate).await?),
        None => None,
    };
    let item = ProductItem::of(&seen, product, &contract);
    let mut purpose_shown = None;
    let mut ports = Vec::new();
    for port in &contract.ports {
        let pinned = product.publication.as_ref().and_then(|publication| publication.ports.get(&port.name));
        let treatment = pinned.and_then(|pinned| seen.treatment(product, &port.name, pinned, purpose.as_ref()));
        if let Some(treatment) = &treatment {
            purpose_shown = treatment.purpose.as_ref().map(ToString::to_string);
        }
        let rows = pinned.filter(|_| treatment.as_ref().is_some_and(|treatment| treatment.rows.is_all()));
        ports.push(PortPage {
            name: port.name.to_string(),
            table: table_name(product, &contract, port),
            description: port.description.clone(),
            rows: rows.map(|pinned| pinned.rows),
            columns: columns(port, pinned, treatment.as_ref()),
        });
    }
    let publication = product.publication.as_ref();
    let newest = publication.map(|publication| {
        publication.ports.values().filter_map(|port| port.fresh_until).max().unwrap_or(publication.at)
    });
    Ok(Json(ProductPage {
        next_step: next_step(&item),
        item,
        ports,
        publication: publication.map(|publication| publication.id.to_string()),
        unreadable_at: unreadable_at(&house, &seen, &product.reference),
        glossary: terms(&house, &seen, &contract).await?,
        made_from: made_from(&seen, product),
        made_into: made_into(&seen, product),
        history: history(&house, product).await?,
        connect: connect(&house, &seen, product, &contract, purpose_shown.as_deref()),
        previous_until: contract.previous_until.map(|until| until.to_string()),
        approver: product.access.approver.to_string(),
        purposes: purposes(&seen, product),
        scopes: product.access.scopes.keys().map(ToString::to_string).collect(),
        fresh_within: contract.freshness.iter().map(|promise| promise.within).min().map(|within| within.to_string()),
        lag_minutes: newest.map(|newest| seen.now.seconds_since(newest) / 60),
        promises: promises(&seen, product, &contract),
        limitations: contract.limitations.clone(),
        usage: contract.usage.clone(),
        quality,
        purpose_shown,
    }))
}

fn promises(seen: &Seen, product: &ProductState, contract: &Contract) -> Vec<PromiseItem> {
    let of = |publication: &Arc<Publication>| {
        let item = |promise: &Freshness| {
            let kept = kept(publication, promise, seen.now);
            PromiseItem {
                port: promise.element.as_ref().map(|(port, _)| port.to_string()),
                within: promise.within.to_string(),
                newest: kept.newest.to_string(),
                late_from: kept.late_from.to_string(),
                state: kept.state.to_owned(),
            }
        };
        contract.freshness.iter().map(item).collect()
    };
    product.publication.as_ref().map(of).unwrap_or_default()
}

/// Publications that the page shows.
const HISTORY: usize = 8;

async fn history(house: &House, product: &ProductState) -> Result<Vec<HistoryItem>, Problem> {
    let mut items = Vec::new();
    for publication in product.recent.iter().rev().take(HISTORY) {
        let quality = super::quality::counts(house, &publication.gate).await?;
        items.push(HistoryItem { publication: PublicationItem::of(product, publication), quality });
    }
    Ok(items)
}

async fn terms(house: &House, seen: &Seen, contract: &Contract) -> Result<Vec<TermItem>, Problem> {
    let of_columns = contract.ports.iter().flat_map(|port| &port.columns).flat_map(|column| &column.glossary);
    let terms: BTreeSet<&TermName> = contract.glossary.iter().chain(of_columns).collect();
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let meanings = registry::glossary::definitions(&house.registry, &seen.mesh).await?;
    let item = |term: &TermName| TermItem { term: term.to_string(), definition: meanings.get(term).cloned() };
    Ok(terms.into_iter().map(item).collect())
}

fn made_from(seen: &Seen, product: &ProductState) -> Vec<String> {
    let inputs = product.publication.iter().flat_map(|publication| &publication.inputs);
    // SECURITY: a product that may not be known of is not named (test `a_page_names_no_hidden_neighbour`).
    let told = inputs.filter(|(input, _)| seen.mesh.product(input).is_some_and(|input| seen.sees(input)));
    told.map(|(input, _)| input.to_string()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn made_into(seen: &Seen, product: &ProductState) -> Vec<String> {
    let reads = |other: &&ProductState| {
        let publication = other.publication.as_ref();
        publication.is_some_and(|publication| publication.inputs.iter().any(|(input, _)| *input == product.reference))
    };
    seen.products().filter(reads).map(|other| other.reference.to_string()).collect()
}

/// SECURITY: which part of a product is damaged may depend on rows that a reader does not see (test
/// `who_answers_for_a_product_is_told_that_it_cannot_be_read`).
fn unreadable_at(house: &House, seen: &Seen, product: &ProductRef) -> Option<String> {
    if !seen.is_member(&product.domain) && !is_insider(&seen.caller.actor, Some(&product.domain), &seen.roles) {
        return None;
    }
    let met = house.gateway.unreadable();
    met.into_iter().filter(|(port, _)| port.product == *product).map(|(_, at)| at).max().map(|at| at.to_string())
}

/// Purposes that the product may be read for.
pub fn purposes(seen: &Seen, product: &ProductState) -> Vec<String> {
    match &product.access.purposes {
        Some(purposes) => purposes.iter().map(ToString::to_string).collect(),
        None => seen.mesh.purposes().keys().map(ToString::to_string).collect(),
    }
}

/// How a tool reads the first port; nothing while there is nothing to read.
fn connect(
    house: &House,
    seen: &Seen,
    product: &ProductState,
    contract: &Contract,
    purpose: Option<&str>,
) -> Vec<ConnectLine> {
    let address = house.postgres_address();
    let (Some(port), true) = (contract.ports.first(), product.publication.is_some()) else { return Vec::new() };
    let Some((host, number)) = address.rsplit_once(':') else { return Vec::new() };
    let (name, user) = (product.reference.port(port.name.clone()), seen.reader.principal.name());
    let any = || purposes(seen, product).into_iter().next().unwrap_or_else(|| "PURPOSE".to_owned());
    let purpose = purpose.map_or_else(any, str::to_owned);
    let line = |tool: &str, line: String| ConnectLine { tool: tool.to_owned(), line };
    vec![
        line(
            "psql",
            format!(
                "PGPASSWORD=TOKEN PGOPTIONS='-c purpose={purpose}' psql -h {host} -p {number} -U {user} mesh \
                 -c 'SELECT * FROM {name} LIMIT 10'"
            ),
        ),
        line(
            "python",
            format!(
                "psycopg.connect(host='{host}', port={number}, user='{user}', password='TOKEN', dbname='mesh', \
                 options='-c purpose={purpose}').execute('SELECT * FROM {name} LIMIT 10').fetchall()"
            ),
        ),
        line(
            "jdbc",
            format!("jdbc:postgresql://{host}:{number}/mesh?user={user}&password=TOKEN&options=-c%20purpose={purpose}"),
        ),
    ]
}

fn table_name(product: &ProductState, contract: &Contract, port: &PortContract) -> String {
    let reference = &product.reference;
    if contract.ports.len() == 1 {
        format!("{}.{}", reference.domain, reference.product)
    } else {
        format!("{}.{}__{}", reference.domain, reference.product, port.name)
    }
}

fn columns(
    port: &PortContract,
    pinned: Option<&model::publication::PinnedPort>,
    treatment: Option<&Treatment>,
) -> Vec<ColumnPage> {
    let outcome = |name: &str| {
        let columns = treatment.map(|treatment| &treatment.columns)?;
        columns.iter().find(|column| column.column == name).map(|column| &column.outcome)
    };
    // SECURITY: a column denied to a reader does not exist for them (test `a_denied_column_is_on_no_page`).
    let present = port.columns.iter().filter(|column| outcome(&column.name) != Some(&ColumnOutcome::Denied));
    present
        .map(|column| {
            let published =
                pinned.and_then(|pinned| pinned.columns.iter().find(|published| published.name == column.name));
            let carried = published.map(|published| published.tags.iter().map(|tag| tag.class.to_string()));
            let mut tags = column.tags.clone();
            for inherited in carried.into_iter().flatten() {
                if !tags.contains(&inherited) {
                    tags.push(inherited);
                }
            }
            ColumnPage {
                name: column.name.clone(),
                kind: column.kind.to_string(),
                nullable: !column.required,
                description: column.description.clone(),
                tags,
                treatment: outcome(&column.name).map(ToString::to_string),
            }
        })
        .collect()
}

fn next_step(item: &ProductItem) -> Option<String> {
    match (item.status.as_str(), item.access.as_str()) {
        ("published", "no") => Some(format!("tessera request {} --purpose P --reason \"...\"", item.reference)),
        _ => None,
    }
}
