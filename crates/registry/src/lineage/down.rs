//! Downwards: what is made of values, and so what would feel it if they changed.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Problem,
    lineage::{LineageDocument, TableLineage},
    reference::ProductRef,
};

use super::{Documents, Edge, How, Node, Shown, Table, Trace};
use crate::mesh::Mesh;

/// Follows columns down through so many products.
pub(super) async fn follow(
    documents: &Documents<'_>,
    product: &ProductRef,
    start: &BTreeSet<Node>,
    most: usize,
    shown: &dyn Shown,
    trace: &mut Trace,
) -> Result<(), Problem> {
    let readers = readers(documents.mesh);
    trace.affected.extend(start.iter().map(|node| (node.clone(), 0)));
    // Products that something changed for, and what of their inputs did.
    let mut front: BTreeMap<ProductRef, BTreeSet<Node>> = [(product.clone(), start.clone())].into();
    for far in 1..=most {
        let mut next: BTreeMap<ProductRef, BTreeSet<Node>> = BTreeMap::new();
        for (product, changed) in &front {
            for reader in readers.get(product).into_iter().flatten() {
                // SECURITY: downwards, what may not be told is absent: that it exists is for its domain and its readers to
                // know (test `what_may_not_be_told_is_nameless_upwards_and_absent_downwards`).
                if !shown.product(reader) {
                    continue;
                }
                let Some(document) = documents.of(reader).await? else { continue };
                for edge in felt(reader, &document, changed) {
                    let is_port = matches!(&edge.to.table, Table::Port(port) if port.product == **reader);
                    if is_port && !trace.affected.contains_key(&edge.to) {
                        trace.affected.insert(edge.to.clone(), far);
                        next.entry((*reader).clone()).or_default().insert(edge.to.clone());
                    }
                    trace.add(edge)?;
                }
            }
        }
        front = next;
        if front.is_empty() {
            break;
        }
    }
    Ok(())
}

/// The products that read a product, by what they were published from.
fn readers(mesh: &Mesh) -> BTreeMap<&ProductRef, BTreeSet<&ProductRef>> {
    let mut readers: BTreeMap<&ProductRef, BTreeSet<&ProductRef>> = BTreeMap::new();
    for product in mesh.products().filter(|product| product.is_served()) {
        for (input, _) in product.publication.iter().flat_map(|publication| &publication.inputs) {
            readers.entry(input).or_default().insert(&product.reference);
        }
    }
    readers
}

/// What of a product's tables depends on what changed, however many of its own tables lie between.
fn felt(product: &ProductRef, document: &LineageDocument, changed: &BTreeSet<Node>) -> Vec<Edge> {
    let tables: Vec<(Table, &TableLineage)> = document
        .tables
        .iter()
        .chain(document.ports.values())
        .map(|table| (Table::named(&product.domain, &table.table), table))
        .collect();
    let mut reached = changed.clone();
    let mut edges = Vec::new();
    let mut known = BTreeSet::new();
    // A table may stand before what it reads; few passes end it.
    loop {
        let before = edges.len();
        for (table, lineage) in &tables {
            for edge in of_table(product, table, lineage, &reached) {
                if known.insert(edge.clone()) {
                    edges.push(edge);
                }
            }
            reached.extend(edges.iter().skip(before).map(|edge| edge.to.clone()));
        }
        if edges.len() == before {
            return edges;
        }
    }
}

fn of_table(product: &ProductRef, table: &Table, lineage: &TableLineage, reached: &BTreeSet<Node>) -> Vec<Edge> {
    let node = |column: Option<&str>| Node { table: table.clone(), column: column.map(str::to_owned) };
    let mut edges = Vec::new();
    for column in &lineage.columns {
        for (input, dependence) in &column.from {
            let from = Node { table: Table::named(&product.domain, &input.table), column: Some(input.column.clone()) };
            if reached.contains(&from) {
                edges.push(Edge { from, to: node(Some(&column.column)), how: How::from(*dependence) });
            }
        }
        if !column.known {
            // It may come from any column of any input.
            let inputs: Vec<Table> = lineage.inputs.iter().map(|input| Table::named(&product.domain, input)).collect();
            let from = reached.iter().filter(|from| inputs.contains(&from.table));
            edges.extend(from.map(|from| Edge {
                from: from.clone(),
                to: node(Some(&column.column)),
                how: How::Unknown,
            }));
        }
    }
    for input in &lineage.influenced_by {
        let from = Node { table: Table::named(&product.domain, &input.table), column: Some(input.column.clone()) };
        if reached.contains(&from) {
            edges.push(Edge { from, to: node(None), how: How::Rows });
        }
    }
    // Other rows of a table are other rows of what is made from it.
    for input in &lineage.inputs {
        let from = Node { table: Table::named(&product.domain, input), column: None };
        if reached.contains(&from) {
            edges.push(Edge { from, to: node(None), how: How::Rows });
        }
    }
    edges
}
