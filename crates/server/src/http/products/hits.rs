//! What a search finds for a caller, in which order, and what of it is counted.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::Hash,
    sync::Arc,
    time::Duration,
};

use model::{Code, Problem, access::RequestState, class::ClassName, reference::ProductRef};
use registry::{
    ProductState,
    search::{Entry, Fact, Filter, Question},
};

use super::list::freshness;
use crate::{http::seen::Seen, wiring::House};

/// How long a search waits for the index of a server that has just started.
const BUILDING: Duration = Duration::from_secs(20);

/// A product that was found, and where it stands among the others.
pub struct Hit<'a> {
    /// The product.
    pub product: &'a ProductState,
    /// Its texts, where words were looked for.
    pub entry: Option<Arc<Entry>>,
    /// What it is worth: a positive number's bits are in its order.
    worth: u32,
    state: &'static str,
    access: &'static str,
    /// Columns that do not exist for the caller, by port and name.
    denied: Option<BTreeSet<(String, String)>>,
}

impl Hit<'_> {
    /// Its place among the hits, as text: larger comes later.
    pub fn rank(&self) -> String {
        format!("{:08x} {}", u32::MAX - self.worth, self.product.reference)
    }

    /// Whether a text of the product may be told.
    pub fn tells(&self, fact: &Fact) -> bool {
        told(self.denied.as_ref(), fact)
    }

    /// The classes of the columns that exist for the caller, some more than once.
    pub fn classes(&self) -> impl Iterator<Item = &ClassName> {
        let ports = self.product.publication.iter().flat_map(|publication| &publication.ports);
        let columns = ports.flat_map(|(port, pinned)| pinned.columns.iter().map(move |column| (port, column)));
        let exists = |port: &str, column: &str| {
            self.denied.as_ref().is_none_or(|denied| !denied.contains(&(port.to_owned(), column.to_owned())))
        };
        let told = columns.filter(move |(port, column)| exists(port.as_str(), &column.name));
        told.flat_map(|(_, column)| column.tags.iter().map(|tag| &tag.class))
    }

    /// Whether it has a property.
    fn has(&self, filter: Filter, value: &str) -> bool {
        match filter {
            Filter::Domain => self.product.reference.domain.as_str() == value,
            Filter::Tier => self.product.contract_served().tier.to_string() == value,
            Filter::State => self.state == value,
            Filter::Access => self.access == value,
            Filter::Class => self.classes().any(|class| class.as_str() == value),
        }
    }
}

/// Every visible product that answers the question, the best first.
///
/// # Errors
/// `data-unavailable` while the index of a server that has just started is being built.
pub async fn find<'a>(house: &House, seen: &'a Seen, question: &Question) -> Result<Vec<Hit<'a>>, Problem> {
    let waiting = waiting(seen);
    let readers = house.activity.readers();
    let hit = |product: &'a ProductState, found: Option<(Arc<Entry>, f32)>| {
        let access = access_given(seen, product, &waiting);
        let denied = if access == "yes" { seen.denied(product) } else { BTreeSet::new() };
        let denied = (!denied.is_empty()).then_some(denied);
        let (entry, score) = match (found, &denied) {
            (None, _) => (None, 0.0),
            (Some((entry, score)), None) => (Some(entry), score),
            // SECURITY: no word is found in a column that is denied to the caller, nor worth anything there (test
            // `what_is_hidden_is_in_no_hit_no_count_and_no_suggestion`).
            (Some((entry, _)), Some(denied)) => {
                let score = question.worth(&entry, |fact| told(Some(denied), fact))?;
                (Some(entry), score)
            }
        };
        let state = freshness(product, product.contract_served(), seen.now);
        let read = readers.get(&product.reference).copied().unwrap_or_default();
        let worth = (score * health(product, state) * usage(read)).to_bits();
        Some(Hit { product, entry, worth, state: state.unwrap_or("none"), access, denied })
    };
    let mut hits: Vec<Hit<'a>> = if question.words.is_empty() {
        seen.products().filter_map(|product| hit(product, None)).collect()
    } else {
        if tokio::time::timeout(BUILDING, house.search.built()).await.is_err() {
            return Err(Problem::new(Code::DataUnavailable, "the index of the marketplace is still being built")
                .with_hint("try again in a moment"));
        }
        let (search, asked) = (house.search.clone(), question.clone());
        let found = tokio::task::spawn_blocking(move || search.find(&asked)).await.map_err(Problem::internal)??;
        // SECURITY: nothing is counted, named or suggested before it is known to be visible (test
        // `what_is_hidden_is_in_no_hit_no_count_and_no_suggestion`).
        let visible = found.into_iter().filter_map(|(entry, score)| {
            let product = seen.mesh.product(&entry.product).filter(|product| seen.sees(product))?;
            hit(product, Some((entry, score)))
        });
        visible.collect()
    };
    hits.retain(|hit| question.filters.iter().all(|(filter, value)| hit.has(*filter, value)));
    hits.sort_unstable_by(|a, b| {
        (Reverse(a.worth), &a.product.reference).cmp(&(Reverse(b.worth), &b.product.reference))
    });
    Ok(hits)
}

/// Whether the caller may read: an active entitlement, a request that waits, or neither.
pub fn access(seen: &Seen, product: &ProductState) -> &'static str {
    access_given(seen, product, &waiting(seen))
}

fn access_given(seen: &Seen, product: &ProductState, waiting: &BTreeSet<&ProductRef>) -> &'static str {
    if seen.reads(&product.reference) {
        "yes"
    } else if waiting.contains(&product.reference) {
        "requested"
    } else {
        "no"
    }
}

/// The products that requests of the caller's wait for.
fn waiting(seen: &Seen) -> BTreeSet<&ProductRef> {
    let mine = seen.mesh.requests().filter(|request| {
        matches!(request.state, RequestState::Pending)
            && (request.by == seen.reader.principal || seen.reader.is(&request.subject))
    });
    mine.map(|request| &request.product).collect()
}

/// What a product is worth by how it keeps its promise.
fn health(product: &ProductState, state: Option<&str>) -> f32 {
    match (product.publication.is_some(), state) {
        (false, _) => 0.5,
        (true, Some("late")) => 0.7,
        (true, Some("due")) => 0.9,
        (true, _) => 1.0,
    }
}

/// What a product is worth by how many read it: twice as much from a thousand readers on.
#[allow(clippy::cast_precision_loss)]
fn usage(readers: usize) -> f32 {
    1.0 + (readers.min(1_023) as f32 + 1.0).log2() / 10.0
}

/// How many of the hits have which property.
pub fn facets(hits: &[Hit<'_>]) -> BTreeMap<String, BTreeMap<String, usize>> {
    let counted = |filter: Filter| {
        let counts = match filter {
            Filter::Domain => count(hits.iter().map(|hit| &hit.product.reference.domain)),
            Filter::Tier => count(hits.iter().map(|hit| hit.product.contract_served().tier)),
            Filter::State => count(hits.iter().map(|hit| hit.state)),
            Filter::Access => count(hits.iter().map(|hit| hit.access)),
            Filter::Class => classes(hits),
        };
        (filter.word().to_owned(), counts)
    };
    Filter::ALL.into_iter().map(counted).collect()
}

fn classes(hits: &[Hit<'_>]) -> BTreeMap<String, usize> {
    let (mut counts, mut here): (HashMap<&ClassName, usize>, Vec<&ClassName>) = (HashMap::new(), Vec::new());
    for hit in hits {
        here.clear();
        for class in hit.classes() {
            if !here.contains(&class) {
                here.push(class);
            }
        }
        for class in &here {
            *counts.entry(class).or_insert(0) += 1;
        }
    }
    counts.into_iter().map(|(class, count)| (class.to_string(), count)).collect()
}

fn count<T: Hash + Eq + ToString>(values: impl Iterator<Item = T>) -> BTreeMap<String, usize> {
    let mut counts: HashMap<T, usize> = HashMap::new();
    for value in values {
        *counts.entry(value).or_insert(0) += 1;
    }
    counts.into_iter().map(|(value, count)| (value.to_string(), count)).collect()
}

fn told(denied: Option<&BTreeSet<(String, String)>>, fact: &Fact) -> bool {
    match (denied, &fact.port, &fact.column) {
        (Some(denied), Some(port), Some(column)) => !denied.contains(&(port.clone(), column.clone())),
        _ => true,
    }
}
