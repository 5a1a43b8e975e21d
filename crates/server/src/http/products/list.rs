//! `GET /api/v1/products?q=`: the marketplace.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State};
use model::{
    Timestamp,
    contract::{Contract, Freshness},
    publication::Publication,
};
use registry::{
    ProductState,
    search::{Filter, Question, Why},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::hits::{self, Hit};
use crate::{
    http::{
        extract::Params,
        failure::Outcome,
        page::{Asked, PageParams},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// What is looked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Looked {
    /// Words that are all found in names, title, columns, tags, terms, owner or texts, whole, as beginnings or with slips;
    /// `col:customer_id`, `tag:`, `term:`, `name:`, `owner:` look in one of these, `domain:`, `class:`, `tier:`, `state:`,
    /// `access:` narrow.
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

/// One page of products, the best first; by name where nothing is looked for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Found {
    /// The products.
    pub items: Vec<FoundItem>,
    /// The cursor of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many there are on all pages.
    pub total: usize,
    /// How many of them have which property: `domain`, `class`, `tier`, `state`, `access`.
    pub facets: BTreeMap<String, BTreeMap<String, usize>>,
    /// What may have been meant, where nothing is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// A product that was found, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FoundItem {
    /// The product.
    #[serde(flatten)]
    pub product: ProductItem,
    /// Classes of the columns that exist for the caller, by name.
    pub classes: Vec<String>,
    /// How many people and services read it in the last 90 days.
    pub readers: usize,
    /// Where each word was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<WhyItem>,
}

/// Where a word was found.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WhyItem {
    /// The word.
    pub word: String,
    /// `name`, `title`, `column`, `tag`, `term`, `owner` or `text`.
    #[serde(rename = "in")]
    pub field: String,
    /// `port.column`, or the port, if it is one's.
    pub place: Option<String>,
    /// The text that holds it, or its beginning.
    pub text: String,
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
    /// Its recovery tier: 1, 2 or 3.
    pub tier: u8,
    /// Since when what is served is; absent for a draft.
    pub published_at: Option<String>,
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
            access: hits::access(seen, product).to_owned(),
            ports: contract.ports.iter().map(|port| port.name.to_string()).collect(),
            tags: contract.tags.clone(),
            tier: contract.tier,
            published_at: product.publication.as_ref().map(|publication| publication.at.to_string()),
        }
    }
}

/// How far a freshness promise is kept.
pub struct Kept {
    /// The newest data that it is about.
    pub newest: Timestamp,
    /// When it is broken.
    pub late_from: Timestamp,
    /// `ok`, `due` or `late`: late beyond it, due beyond four fifths of it.
    pub state: &'static str,
}

/// How far a promise of what is served is kept.
pub fn kept(publication: &Publication, promise: &Freshness, now: Timestamp) -> Kept {
    let pinned = promise.element.as_ref().and_then(|(port, _)| publication.ports.get(port));
    let newest = pinned.and_then(|port| port.fresh_until).unwrap_or(publication.at);
    let (lag, within) = (now.seconds_since(newest), promise.within.seconds());
    let state = if lag > within {
        "late"
    } else if lag.saturating_mul(5) > within.saturating_mul(4) {
        "due"
    } else {
        "ok"
    };
    Kept { newest, late_from: newest.plus(promise.within), state }
}

/// The state of the freshness promise that is kept worst.
pub fn freshness(product: &ProductState, contract: &Contract, now: Timestamp) -> Option<&'static str> {
    let publication = product.publication.as_ref()?;
    let states = contract.freshness.iter().map(|promise| kept(publication, promise, now).state);
    states.max_by_key(|state| ["ok", "due", "late"].iter().position(|known| known == state))
}

/// Visible products: by name, or those in which all words are found, the best first.
#[utoipa::path(get, path = "/api/v1/products", tag = "products", params(Looked),
    responses((status = 200, body = Found), (status = 413, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(looked): Params<Looked>,
) -> Outcome<Json<Found>> {
    let seen = Seen::by(&house, caller);
    let text = looked.q.clone().unwrap_or_default();
    let mut question = Question::parse(&text)?;
    question.filters.extend(looked.domain.clone().map(|domain| (Filter::Domain, domain)));
    let hits = hits::find(&house, &seen, &question).await?;
    let facets = hits::facets(&hits);
    let (total, asked) = (hits.len(), format!("products {question:?}"));
    let suggestion = if hits.is_empty() { suggestion(&seen, &question) } else { None };
    let params = PageParams { limit: looked.limit, cursor: looked.cursor };
    let page = house.cursors.cut(
        &params,
        Asked { principal: &seen.reader.principal, question: &asked },
        Hit::rank,
        |start| hits.into_iter().filter(|hit| start.is_none_or(|start| hit.rank().as_str() > start)).collect(),
    )?;
    let read = house.activity.readers();
    let mut items = Vec::with_capacity(page.items.len());
    for hit in &page.items {
        let contract = super::contract_of(&house, hit.product).await?;
        let why =
            hit.entry.as_deref().and_then(|entry| question.why(entry, |fact| hit.tells(fact))).unwrap_or_default();
        let product = ProductItem::of(&seen, hit.product, &contract);
        let classes = hit.classes().map(ToString::to_string).collect::<BTreeSet<_>>().into_iter().collect();
        let readers = read.get(&hit.product.reference).copied().unwrap_or_default();
        items.push(FoundItem { product, classes, readers, why: why.iter().map(WhyItem::of).collect() });
    }
    Ok(Json(Found { items, next: page.next, total, facets, suggestion }))
}

/// The name nearest to what was looked for, of what the caller sees.
fn suggestion(seen: &Seen, question: &Question) -> Option<String> {
    let word = question.words.first()?;
    let names: Vec<String> = seen
        .products()
        .flat_map(|product| [product.reference.product.to_string(), product.reference.domain.to_string()])
        .collect();
    let typed = word.whole.clone().unwrap_or_else(|| word.parts.concat());
    model::suggest::nearest(&typed, names.iter().map(String::as_str)).map(str::to_owned)
}

impl WhyItem {
    fn of(why: &Why<'_>) -> Self {
        /// Longest text that is told.
        const LONGEST: usize = 200;
        let fact = why.fact;
        let place = [fact.port.as_deref(), fact.column.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(".");
        let text = &fact.text[..fact.text.floor_char_boundary(LONGEST)];
        Self {
            word: why.word.whole.clone().unwrap_or_else(|| why.word.parts.concat()),
            field: fact.field.word().to_owned(),
            place: (!place.is_empty()).then_some(place),
            text: if text.len() < fact.text.len() { format!("{text}...") } else { text.to_owned() },
        }
    }
}
