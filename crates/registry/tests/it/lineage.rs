//! Lineage across products: followed as far as asked, told as far as may be.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    Code, Digest,
    lineage::{ColumnLineage, Dependence, InputColumn, LineageDocument, TableLineage},
    name::DomainName,
    reference::{PortRef, ProductRef},
};
use registry::{
    Command,
    lineage::{Asked, Graph, How, Shown, Trace},
};

use crate::house::{CONTRACT, Files, House, files};

/// Everything but some products, domains' own tables and columns.
#[derive(Default)]
struct All {
    products: BTreeSet<&'static str>,
    domains: BTreeSet<&'static str>,
    columns: BTreeSet<&'static str>,
}

impl Shown for All {
    fn product(&self, product: &ProductRef) -> bool {
        !self.products.contains(product.to_string().as_str())
    }

    fn inside(&self, domain: &DomainName) -> bool {
        !self.domains.contains(domain.as_str())
    }

    fn denied(&self, port: &PortRef) -> Arc<BTreeSet<String>> {
        let here = self.columns.iter().filter_map(|column| column.strip_prefix(&format!("{port}.")));
        Arc::new(here.map(str::to_owned).collect())
    }
}

/// A built table by its columns: name, and `table.column` of each input, `=` before a copy.
pub fn table(name: &str, rows: &[&str], columns: &[(&str, &[&str])]) -> TableLineage {
    let input = |text: &str| {
        let (table, column) = text.rsplit_once('.').unwrap();
        InputColumn { table: table.to_owned(), column: column.to_owned() }
    };
    let column = |(name, from): &(&str, &[&str])| ColumnLineage {
        column: (*name).to_owned(),
        from: from
            .iter()
            .map(|text| match text.strip_prefix('=') {
                Some(text) => (input(text), Dependence::Copy),
                None => (input(text), Dependence::Derived),
            })
            .collect(),
        known: true,
        tags: vec![],
    };
    let mut inputs: Vec<String> = columns
        .iter()
        .flat_map(|(_, from)| from.iter())
        .chain(rows)
        .map(|text| input(text.trim_start_matches('=')).table)
        .collect();
    inputs.sort();
    inputs.dedup();
    TableLineage {
        table: name.to_owned(),
        inputs,
        influenced_by: rows.iter().map(|text| input(text)).collect(),
        columns: columns.iter().map(column).collect(),
        mixed: vec![],
    }
}

/// The small mesh with these products, all of the same shape.
pub fn products(names: &[&str]) -> Files {
    let mut all: Files = files();
    for name in names {
        let folder = format!("domains/claims/products/{name}");
        all.insert(format!("{folder}/contract.yaml"), CONTRACT.replace("claims.enriched", name).into_bytes());
        all.insert(format!("{folder}/claims.sql"), all["domains/claims/products/enriched/claims.sql"].clone());
    }
    all
}

/// `claims.first` from bronze, `claims.second` from it, `claims.third` from that one.
pub async fn chain() -> House {
    let house = House::furnished().await;
    house.apply("otto", &products(&["first", "second", "third"])).await.unwrap();
    let silver =
        table("silver.notices", &[], &[("claim_id", &["=bronze.notices.id"]), ("email", &["bronze.notices.mail"])]);
    let first = table(
        "claims.first.claims",
        &["silver.notices.email"],
        &[("claim_id", &["=silver.notices.claim_id"]), ("email", &["silver.notices.email"]), ("region", &[])],
    );
    publish(&house, "claims.first", &[silver], first, &[]).await;
    let own = table("silver.sums", &[], &[("mail", &["=claims.first.claims.email"])]);
    let second = table(
        "claims.second.claims",
        &[],
        &[("claim_id", &["=claims.first.claims.claim_id"]), ("email", &["silver.sums.mail"]), ("region", &[])],
    );
    publish(&house, "claims.second", &[own], second, &["claims.first"]).await;
    let third = table(
        "claims.third.claims",
        &["claims.second.claims.claim_id"],
        &[("claim_id", &[]), ("email", &[]), ("region", &["claims.second.claims.email"])],
    );
    publish(&house, "claims.third", &[], third, &["claims.second"]).await;
    house
}

pub async fn publish(house: &House, product: &str, tables: &[TableLineage], port: TableLineage, inputs: &[&str]) {
    let document =
        LineageDocument { format: 1, ports: [("claims".parse().unwrap(), port)].into(), tables: tables.to_vec() };
    let lineage = serde_json::to_vec(&document).unwrap();
    let mesh = house.registry.mesh();
    let reference: ProductRef = product.parse().unwrap();
    let mut publish = house.candidate(1);
    let state = mesh.product(&reference).unwrap();
    publish.contract = state.contract_digest;
    publish.version = state.contract.version.clone();
    publish.based_on = state.publication.as_ref().map(|publication| publication.id);
    publish.product = reference;
    publish.lineage = Digest::of(&lineage);
    publish.inputs = inputs
        .iter()
        .map(|input| {
            let input: ProductRef = input.parse().unwrap();
            let id = mesh.product(&input).unwrap().publication.as_ref().unwrap().id;
            (input, id)
        })
        .collect();
    publish.blobs.push((publish.lineage, lineage));
    house.run("svc-claims", Command::Publish(Box::new(publish))).await.unwrap();
}

async fn trace(house: &House, of: &str, up: usize, down: usize, shown: &All) -> Vec<String> {
    let of: model::reference::Reference = of.parse().unwrap();
    let asked = Asked { product: of.product, port: of.port, column: of.column, up, down, edges: true };
    let graph = Graph::new(house.registry.clone());
    let trace = Trace::of(&graph, &house.registry.mesh(), &asked, shown).await.unwrap();
    // What is in memory says what the documents say.
    graph.follow().await.unwrap();
    assert_eq!(Trace::of(&graph, &house.registry.mesh(), &asked, shown).await.unwrap(), trace);
    trace
        .edges
        .iter()
        .map(|edge| {
            let name = |node: &registry::lineage::Node| match &node.column {
                Some(column) => format!("{}.{column}", node.table),
                None => node.table.to_string(),
            };
            let how = match edge.how {
                How::Copy => "=",
                How::Derived => "~",
                How::Rows => "rows",
                How::Unknown => "?",
            };
            format!("{} {how} {}", name(&edge.from), name(&edge.to)).replace(".claims.", ".")
        })
        .collect()
}

#[tokio::test]
async fn what_changes_downwards_is_each_column_and_which_rows_there_are() {
    let house = chain().await;
    // Made of the third with a step that could not be followed: any column of it may be in this one.
    let mut fourth = table("claims.third.claims", &[], &[("claim_id", &[]), ("email", &[]), ("region", &[])]);
    (fourth.table, fourth.inputs) = ("claims.fourth.claims".to_owned(), vec!["claims.third.claims".to_owned()]);
    fourth.columns[1].known = false;
    house.apply("otto", &products(&["first", "second", "third", "fourth"])).await.unwrap();
    publish(&house, "claims.fourth", &[], fourth, &["claims.third"]).await;
    let affected = async |of: &str| {
        let of: model::reference::Reference = of.parse().unwrap();
        let asked = Asked { product: of.product, port: of.port, column: of.column, up: 0, down: 9, edges: false };
        let graph = Graph::new(house.registry.clone());
        let trace = Trace::of(&graph, &house.registry.mesh(), &asked, &All::default()).await.unwrap();
        let columns = trace.affected.iter().flat_map(|(table, columns)| {
            columns.iter().map(move |(column, far)| {
                let name = column.clone().unwrap_or_else(|| "(rows)".to_owned());
                format!("{far} {table}.{name}").replace("claims.", "").replace(".claims", "")
            })
        });
        columns.collect::<Vec<_>>()
    };
    assert_eq!(
        affected("claims.first.claims.claim_id").await,
        ["0 first.claim_id", "3 fourth.(rows)", "1 second.claim_id", "2 third.(rows)"],
        "which rows the third has depends on it, and so which the fourth has"
    );
    assert_eq!(
        affected("claims.first.claims.email").await,
        ["0 first.email", "3 fourth.email", "1 second.email", "2 third.region"],
    );
}

#[tokio::test]
async fn columns_are_followed_through_every_table_and_product() {
    let house = chain().await;
    let all = All::default();
    assert_eq!(
        trace(&house, "claims.second.claims.email", 9, 0, &all).await,
        [
            "claims.first.email = claims/silver.sums.mail",
            "claims/bronze.notices.mail ~ claims/silver.notices.email",
            "claims/silver.notices.email ~ claims.first.email",
            "claims/silver.notices.email rows claims.first.email",
            "claims/silver.sums.mail ~ claims.second.email",
        ]
    );
    assert_eq!(trace(&house, "claims.second.claims.email", 1, 0, &all).await.len(), 2, "one product");
    assert_eq!(
        trace(&house, "claims.first.claims.email", 0, 9, &all).await,
        [
            "claims.first.email = claims/silver.sums.mail",
            "claims.second.email ~ claims.third.region",
            "claims/silver.sums.mail ~ claims.second.email",
        ]
    );
    let rows = trace(&house, "claims.first.claims.claim_id", 0, 9, &all).await;
    assert_eq!(
        rows,
        ["claims.first.claim_id = claims.second.claim_id", "claims.second.claim_id rows claims.third.claims"]
    );
    let near = trace(&house, "claims.first.claims.claim_id", 0, 1, &all).await;
    assert_eq!(near, ["claims.first.claim_id = claims.second.claim_id"]);
    assert!(trace(&house, "claims.third", 0, 9, &all).await.is_empty());
    // As it was before the third was published.
    let mesh = house.registry.as_of(house.registry.mesh().at()).await.unwrap();
    assert_eq!(mesh.seq(), house.registry.mesh().seq());
}

#[tokio::test]
async fn what_may_not_be_told_is_nameless_upwards_and_absent_downwards() {
    let house = chain().await;
    let outsider = All { domains: ["claims"].into(), ..All::default() };
    assert_eq!(
        trace(&house, "claims.second.claims.email", 9, 0, &outsider).await,
        [
            "claims.first.email ~ claims.second.email",
            "(not visible) ~ claims.first.email",
            "(not visible) rows claims.first.email",
        ],
        "own tables are passed through"
    );
    let hidden = All { products: ["claims.first"].into(), ..All::default() };
    let up = trace(&house, "claims.second.claims.email", 9, 0, &hidden).await;
    assert_eq!(up, ["claims/silver.sums.mail ~ claims.second.email", "(not visible) = claims/silver.sums.mail"]);
    let hidden = All { products: ["claims.second"].into(), ..All::default() };
    assert!(trace(&house, "claims.first.claims.email", 0, 9, &hidden).await.is_empty(), "nor what lies beyond it");
    let denied = All { columns: ["claims.second.claims.email"].into(), ..All::default() };
    assert_eq!(
        trace(&house, "claims.first.claims.email", 0, 9, &denied).await,
        ["claims.first.email = claims/silver.sums.mail", "claims/silver.sums.mail ~ claims.third.region"],
        "a denied column is passed through"
    );
    let nobody = All { columns: ["claims.first.claims.email"].into(), ..All::default() };
    for (of, code) in [
        ("claims.first.claims.email", Code::NotFound),
        ("claims.first.claims.nothing", Code::NotFound),
        ("claims.first.nothing", Code::NotFound),
        ("claims.enriched", Code::NotFound),
        ("claims.nothing", Code::NotFound),
    ] {
        let of: model::reference::Reference = of.parse().unwrap();
        let asked = Asked { product: of.product, port: of.port, column: of.column, up: 1, down: 1, edges: true };
        let refused =
            Trace::of(&Graph::new(house.registry.clone()), &house.registry.mesh(), &asked, &nobody).await.unwrap_err();
        assert_eq!(refused.code(), code);
    }
}
