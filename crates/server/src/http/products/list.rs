//! `GET /api/v1/products?q=`: the marketplace.

use axum::{Json, extract::State};
use model::{Timestamp, access::RequestState, contract::Contract};
use registry::ProductState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{
        extract::Params,
        failure::Outcome,
        page::{Asked, Page, PageParams},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// What is looked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Words that all occur in names, title, purpose, columns, tags or terms.
    #[serde(default)]
    pub q: Option<String>,
    /// Products of one domain.
    #[serde(default)]
    pub domain: Option<String>,
    /// Items at most, 1 to 500; 50 if absent.
    #[serde(default)]
    pub limit: Option<usize>,
    /// Where the previous page ended: its `next`.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A product at a glance.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProductItem {
    /// `claims.claims_enriched`.
    #[schema(example = "claims.claims_enriched")]
    pub reference: String,
    /// Its title.
    pub title: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// The owning team.
    pub owner: String,
    /// The contract's version.
    pub version: String,
    /// `published` or `draft`.
    pub status: String,
    /// `listed` or `unlisted`.
    pub visibility: String,
    /// `ok`, `due` or `late`; absent without a promise or a publication.
    pub freshness: Option<String>,
    /// `yes`, `no` or `requested`: whether the caller may read.
    pub access: String,
    /// Names of the ports.
    pub ports: Vec<String>,
    /// Labels of the product.
    pub tags: Vec<String>,
}

impl ProductItem {
    /// The product as a caller sees it.
    pub fn of(seen: &Seen, product: &ProductState, contract: &Contract) -> Self {
        let owner = contract
            .owner
            .clone()
            .or_else(|| seen.mesh.domain(&product.reference.domain).map(|domain| domain.file.owner.to_string()));
        Self {
            reference: product.reference.to_string(),
            title: contract.title.clone(),
            purpose: contract.purpose.clone(),
            owner: owner.unwrap_or_default(),
            version: contract.version.to_string(),
            status: if product.publication.is_some() { "published" } else { "draft" }.to_owned(),
            visibility: format!("{:?}", product.access.visibility).to_lowercase(),
            freshness: freshness(product, contract, seen.now).map(str::to_owned),
            access: access(seen, product).to_owned(),
            ports: contract.ports.iter().map(|port| port.name.to_string()).collect(),
            tags: contract.tags.clone(),
        }
    }
}

/// Whether the caller may read: an active entitlement, a request that waits, or neither.
pub fn access(seen: &Seen, product: &ProductState) -> &'static str {
    let asked = |request: &&model::access::AccessRequest| {
        request.product == product.reference
            && matches!(request.state, RequestState::Pending)
            && (request.by == seen.reader.principal || seen.reader.is(&request.subject))
    };
    if seen.entitlements(&product.reference).next().is_some() {
        "yes"
    } else if seen.mesh.requests().rev().any(|request| asked(&request)) {
        "requested"
    } else {
        "no"
    }
}

/// The state of the tightest freshness promise: late beyond it, due beyond four fifths of it.
pub fn freshness(product: &ProductState, contract: &Contract, now: Timestamp) -> Option<&'static str> {
    let publication = product.publication.as_ref()?;
    let state = |promise: &model::contract::Freshness| {
        let pinned = promise.element.as_ref().and_then(|(port, _)| publication.ports.get(port));
        let since = pinned.and_then(|port| port.fresh_until).unwrap_or(publication.at);
        let (lag, within) = (now.seconds_since(since), promise.within.seconds());
        if lag > within {
            2
        } else if lag.saturating_mul(5) > within.saturating_mul(4) {
            1
        } else {
            0
        }
    };
    match contract.freshness.iter().map(state).max()? {
        0 => Some("ok"),
        1 => Some("due"),
        _ => Some("late"),
    }
}

fn matches(words: &[String], product: &ProductState, contract: &Contract) -> bool {
    let mut text = format!("{} ", product.reference);
    let port_text = contract.ports.iter().flat_map(|port| {
        let columns = port.columns.iter().flat_map(|column| {
            [column.name.as_str(), column.description.as_deref().unwrap_or("")]
                .into_iter()
                .chain(column.tags.iter().map(String::as_str))
        });
        [port.name.as_str(), port.description.as_deref().unwrap_or("")].into_iter().chain(columns)
    });
    let own = [contract.title.as_deref(), contract.purpose.as_deref(), contract.owner.as_deref()];
    let terms = contract.glossary.iter().map(|term| term.as_str());
    for part in own.into_iter().flatten().chain(port_text).chain(terms).chain(contract.tags.iter().map(String::as_str))
    {
        text.push_str(part);
        text.push(' ');
    }
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

/// Visible products, by name.
#[utoipa::path(get, path = "/api/v1/products", tag = "products", params(Search),
    responses((status = 200, body = Page<ProductItem>)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(search): Params<Search>,
) -> Outcome<Json<Page<ProductItem>>> {
    let seen = Seen::by(&house, caller);
    let text = search.q.clone().unwrap_or_default().to_lowercase();
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let question = format!("products {:?} {:?}", search.domain, words);
    let mut items = Vec::new();
    for product in seen.products() {
        let elsewhere = search.domain.as_ref().is_some_and(|domain| product.reference.domain.as_str() != domain);
        if elsewhere {
            continue;
        }
        let contract = super::contract_of(&house, product).await?;
        if matches(&words, product, &contract) {
            items.push(ProductItem::of(&seen, product, &contract));
        }
    }
    items.sort_by(|a, b| a.reference.cmp(&b.reference));
    let params = PageParams { limit: search.limit, cursor: search.cursor };
    let asked = Asked { principal: &seen.reader.principal, question: &question };
    let page = house.cursors.cut(
        &params,
        asked,
        |item: &ProductItem| item.reference.clone(),
        |start| items.into_iter().filter(|item| start.is_none_or(|start| item.reference.as_str() > start)).collect(),
    )?;
    Ok(Json(page))
}
