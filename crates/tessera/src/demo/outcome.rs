//! What became of the numbers that NorthPeak began with, measured from the journal of the mesh that was just built.

use std::collections::{BTreeMap, BTreeSet};

use cli::{Failure, json};
use model::{Problem, Timestamp, access::Origin, id::RequestId, name::DomainName, reference::ProductRef};
use registry::event::{Event, ProductDeclaration};
use serde_json::Value;

use super::{
    producers::SIGNALS,
    stage::{Stage, hold, not_held},
};

/// The class of people's names: who tags a column with it keeps people.
const NAMES: &str = "pii.name";
/// Records that are asked for at once.
const PAGE: usize = 1_000;

/// A record of the journal.
struct Record {
    seq: u64,
    at: Timestamp,
    event: Event,
}

/// What the journal tells.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    /// From the first apply of each product's contract to its first publication, in microseconds, in order.
    lead_times: Vec<i64>,
    /// From each request to the entitlement, in microseconds, in order.
    access_times: Vec<i64>,
    /// Products whose contract itself says that a column holds people's names.
    keepers: BTreeSet<ProductRef>,
    /// Products that were made of one of these, in place, and the bytes of what is served of each.
    made_of_them: BTreeMap<ProductRef, u64>,
    /// The bytes of what is served of each product.
    bytes: BTreeMap<ProductRef, u64>,
    /// Published products.
    published: BTreeSet<ProductRef>,
    /// Those of them whose domain has an owner group and whose contract promises a freshness.
    accountable: BTreeSet<ProductRef>,
    /// The lead time of the fraud signals.
    fraud: Option<i64>,
}

impl Outcome {
    fn of(records: &[Record], fraud: &str) -> Self {
        let mut declared: BTreeMap<&ProductRef, (Timestamp, &ProductDeclaration)> = BTreeMap::new();
        let mut owned: BTreeSet<&DomainName> = BTreeSet::new();
        let mut asked: BTreeMap<RequestId, Timestamp> = BTreeMap::new();
        let mut inputs: Vec<(&ProductRef, &ProductRef)> = Vec::new();
        let mut outcome = Self::default();
        for record in records {
            match &record.event {
                Event::DomainOnboarding(declaration) | Event::DomainChanged(declaration) => {
                    owned.insert(&declaration.facts.domain);
                }
                Event::ProductDeclared(product) => {
                    let first = declared.get(&product.product).map_or(record.at, |(first, _)| *first);
                    declared.insert(&product.product, (first, product));
                }
                Event::ProductPublished(facts) => {
                    let bytes = facts.ports.values().map(|port| port.bytes).sum();
                    outcome.bytes.insert(facts.product.clone(), bytes);
                    inputs.extend(facts.inputs.iter().map(|(input, _)| (&facts.product, input)));
                    let Some((since, _)) = declared.get(&facts.product) else { continue };
                    if outcome.published.insert(facts.product.clone()) {
                        let took = record.at.micros() - since.micros();
                        outcome.lead_times.push(took);
                        if facts.product.to_string() == fraud {
                            outcome.fraud = Some(took);
                        }
                    }
                }
                Event::AccessRequested(_) => _ = asked.insert(RequestId::new(record.seq), record.at),
                Event::EntitlementGranted(granted) => {
                    if let Origin::Request(request) = &granted.origin
                        && let Some(since) = asked.get(request)
                    {
                        outcome.access_times.push(record.at.micros() - since.micros());
                    }
                }
                _ => {}
            }
        }
        for (product, (_, declaration)) in declared {
            let mut columns = declaration.contract.ports.iter().flat_map(|port| &port.columns);
            if columns.any(|column| column.tags.iter().any(|tag| tag == NAMES)) {
                outcome.keepers.insert(product.clone());
            }
            let promises = !declaration.contract.freshness.is_empty();
            if promises && owned.contains(&product.domain) && outcome.published.contains(product) {
                outcome.accountable.insert(product.clone());
            }
        }
        for (product, input) in inputs {
            if outcome.keepers.contains(input) {
                outcome.made_of_them.insert(product.clone(), outcome.bytes.get(product).copied().unwrap_or(0));
            }
        }
        outcome.lead_times.sort_unstable();
        outcome.access_times.sort_unstable();
        outcome
    }
}

/// The table: before, after, and how the figure was measured.
pub async fn table(stage: &mut Stage<'_>, copied: u64) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Before and after",
        "What NorthPeak began with is invented, as it is. What became of it is measured: from this journal, a minute old.",
    );
    let records = records(stage).await?;
    let outcome = Outcome::of(&records, SIGNALS);
    let products = outcome.published.len();
    hold(products == 11 && outcome.accountable == outcome.published, "every product has an owner and a promise")?;
    hold(outcome.keepers.len() == 1, "people's names are kept by one product")?;
    hold(copied == 0, "reading in place copies nothing")?;
    let keeper = outcome.keepers.first().map(|keeper| keeper.product.to_string()).unwrap_or_default();
    let fraud = outcome.fraud.ok_or_else(|| not_held("the fraud signals were published"))?;
    let rows = [
        (
            "Lead time of a dataset",
            "~9 weeks",
            span(median(&outcome.lead_times)),
            format!("{products} products: contract applied to published"),
        ),
        (
            "Access to a team's data",
            "ticket, ~2 weeks",
            span(median(&outcome.access_times)),
            format!("{} requests: asked to granted", outcome.access_times.len()),
        ),
        (
            "Lists of customers",
            "7 divergent",
            "1 product".to_owned(),
            format!(
                "{keeper}; {} others hold {} of {} MB made of it",
                outcome.made_of_them.len(),
                megabytes(outcome.made_of_them.values().sum()),
                megabytes(outcome.bytes.values().sum()),
            ),
        ),
        (
            "Storage growth from copies",
            "~1 TB a quarter",
            format!("{copied} bytes"),
            "all zones, before and after ana's questions".to_owned(),
        ),
        (
            "Accountable for a dataset",
            "the central team",
            format!("{} of {products}", outcome.accountable.len()),
            "have an owner and a promised freshness".to_owned(),
        ),
        (
            "Fraud detection",
            "stalled, 5 quarters",
            format!("live in {}", span(fraud)),
            "contract drafted to published".to_owned(),
        ),
    ];
    let columns = ["median or total", "before", "after", "how it was measured"].map(str::to_owned);
    let rows = rows
        .map(|(what, before, after, how)| vec![Some(what.to_owned()), Some(before.to_owned()), Some(after), Some(how)]);
    stage.narrator.rows(&columns, &rows);
    stage.narrator.note("here machines decided at once; what is left of the time in a company is that people think");
    Ok(())
}

/// Every record of the journal, as the auditor reads it.
async fn records(stage: &Stage<'_>) -> Result<Vec<Record>, Failure> {
    let auditor = stage.as_person("iris")?;
    let (mut records, mut from) = (Vec::new(), 1);
    loop {
        let page = auditor.get(&format!("/journal?from={from}&limit={PAGE}")).await?;
        for item in json::list(&page, "items") {
            records.push(record(item)?);
        }
        match page.get("next_from").and_then(Value::as_u64) {
            Some(next) => from = next,
            None => return Ok(records),
        }
    }
}

fn record(item: &Value) -> Result<Record, Failure> {
    let number = |key: &str| item.get(key).and_then(Value::as_u64).unwrap_or_default();
    let body = item.get("body").map(Value::to_string).unwrap_or_default();
    let version = u32::try_from(number("version")).map_err(Problem::internal)?;
    let event = Event::decode(&json::text(item, "kind"), version, body.as_bytes());
    let event = event.map_err(|_| not_held("every record of the journal can be read"))?;
    Ok(Record { seq: number("seq"), at: json::text(item, "at").parse()?, event })
}

/// Bytes as people read them.
fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

/// The middle one; the later of two.
fn median(sorted: &[i64]) -> i64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Microseconds as people read them.
fn span(micros: i64) -> String {
    match u64::try_from(micros).unwrap_or_default() {
        micros @ 0..1_000 => format!("{micros} µs"),
        micros => cli::progress::duration(micros / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as value;

    /// A record as the journal gives it, some microseconds after midnight of a day.
    fn told(seq: u64, micros: u32, kind: &str, body: Value) -> Record {
        let at = format!("2026-11-27T00:00:00.{micros:06}Z");
        record(&value!({"seq": seq, "at": at, "kind": kind, "version": 1, "body": body})).unwrap()
    }

    fn declared(seq: u64, micros: u32, product: &str, tags: &[&str]) -> Record {
        let digest = "0".repeat(64);
        let contract = contract(tags);
        let domain = value!({"domain": "customer", "owner": "owners", "steward": "stewards"});
        let domain = serde_json::from_value(domain).unwrap();
        let access = model::access::AccessRules::resolve(&contract, None, &domain).unwrap();
        let body = value!({
            "product": product, "repository": "mesh:northpeak", "path": "contract.yaml", "document": digest,
            "contract": contract, "access": access, "steps": {},
        });
        told(seq, micros, "product-declared", body)
    }

    fn contract(tags: &[&str]) -> model::contract::Contract {
        let text = format!(
            "apiVersion: v3.1.0\nkind: DataContract\nid: p\nname: P\nversion: 1.0.0\nstatus: active\n\
             slaProperties: [{{property: freshness, value: 1, unit: h}}]\n\
             schema: [{{name: rows, physicalType: table, properties: [{{name: full_name, logicalType: string, tags: {tags:?}}}]}}]\n"
        );
        model::contract::Contract::parse(text.as_bytes(), "contract.yaml").unwrap()
    }

    fn published(seq: u64, micros: u32, product: &str, inputs: Value) -> Record {
        let digest = "0".repeat(64);
        let port = value!({"manifest": digest, "table_version": 1, "rows": 1, "bytes": 1_000, "columns": []});
        let body = value!({
            "product": product, "version": "1.0.0", "contract": digest, "ports": {"rows": port}, "gate": digest,
            "lineage": digest, "inputs": inputs,
        });
        told(seq, micros, "product-published", body)
    }

    #[test]
    fn the_table_is_what_the_journal_says() {
        let domain = value!({
            "repository": "mesh:northpeak", "path": "domain.yaml", "document": "0".repeat(64),
            "facts": {"domain": "customer", "owner": "owners", "steward": "stewards"},
        });
        let records = [
            told(1, 0, "domain-onboarding", domain),
            declared(2, 100, "customer.master", &["pii.name"]),
            // Declared once more: the time runs from the first.
            declared(3, 400, "customer.master", &["pii.name"]),
            published(4, 500, "customer.master", value!([])),
            declared(5, 600, "claims.signals", &[]),
            published(6, 900, "claims.signals", value!([["customer.master", "pub-4"]])),
            published(7, 950, "claims.signals", value!([["customer.master", "pub-4"]])),
            declared(8, 960, "claims.draft", &["pii.email"]),
        ];
        let outcome = Outcome::of(&records, "claims.signals");
        assert_eq!((outcome.lead_times, outcome.fraud), (vec![300, 400], Some(300)));
        assert_eq!((outcome.keepers.len(), outcome.published.len()), (1, 2));
        assert_eq!(outcome.accountable.len(), 1, "claims has no domain here");
        assert_eq!(outcome.made_of_them.into_iter().collect::<Vec<_>>(), [("claims.signals".parse().unwrap(), 1_000)]);
    }

    #[test]
    fn middles_and_times_are_told_as_people_read_them() {
        assert_eq!((median(&[]), median(&[1]), median(&[1, 5]), median(&[1, 5, 9])), (0, 1, 5, 5));
        assert_eq!((span(12), span(1_500), span(61_000_000)), ("12 µs".into(), "1 ms".into(), "1 min 1 s".into()));
    }
}
