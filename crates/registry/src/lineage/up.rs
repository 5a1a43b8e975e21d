//! Upwards: where values come from.

use std::collections::{BTreeMap, BTreeSet};

use model::{Problem, name::DomainName, reference::ProductRef};

use super::{
    Documents, Edge, How, Node, Shown, Table, Trace,
    compact::{Compact, Made, Place},
};

/// Follows columns up through so many products.
pub(super) async fn follow(
    documents: &Documents<'_>,
    start: &BTreeSet<Node>,
    most: usize,
    shown: &dyn Shown,
    trace: &mut Trace,
) -> Result<(), Problem> {
    let mut front: BTreeMap<ProductRef, BTreeSet<Node>> = BTreeMap::new();
    for node in start {
        if let Table::Port(port) = &node.table {
            front.entry(port.product.clone()).or_default().insert(node.clone());
        }
    }
    let mut seen: BTreeSet<Node> = start.clone();
    for _ in 0..most {
        let mut next: BTreeMap<ProductRef, BTreeSet<Node>> = BTreeMap::new();
        let asked: Vec<&ProductRef> = front.keys().collect();
        let read = documents.graph.of(documents.mesh, &asked).await?;
        for ((product, nodes), document) in std::mem::take(&mut front).into_iter().zip(read) {
            let Some(document) = document else { continue };
            let named = |table: &Made| Table::named(&product.domain, document.name(table.name));
            let tables: BTreeMap<Table, &Made> = document.tables.iter().map(|table| (named(table), table)).collect();
            let mut waiting: Vec<Node> = nodes.into_iter().collect();
            while let Some(node) = waiting.pop() {
                let Some(table) = tables.get(&node.table) else { continue };
                for (from, how) in sources(&product.domain, &document, table, &node) {
                    trace.add(Edge { from: from.clone(), to: node.clone(), how })?;
                    if !seen.insert(from.clone()) {
                        continue;
                    }
                    match &from.table {
                        Table::Port(port) if port.product != product => {
                            if shown.product(&port.product) {
                                next.entry(port.product.clone()).or_default().insert(from);
                            }
                        }
                        _ => waiting.push(from),
                    }
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

/// What a column is made from; of a table's rows, what decides which there are.
fn sources(domain: &DomainName, document: &Compact, table: &Made, node: &Node) -> Vec<(Node, How)> {
    let named = |table| Table::named(domain, document.name(table));
    let input = |(table, column): Place| Node { table: named(table), column: Some(document.name(column).to_owned()) };
    let rows = || table.influenced_by.iter().map(|place| (input(*place), How::Rows));
    let Some(name) = &node.column else { return rows().collect() };
    let id = document.id(name);
    let Some(column) = table.columns.iter().find(|column| Some(column.name) == id) else { return Vec::new() };
    let mut found: Vec<(Node, How)> = column.from.iter().map(|(from, how)| (input(*from), How::from(*how))).collect();
    if !column.known {
        let tables = table.inputs.iter().map(|input| Node { table: named(*input), column: None });
        found.extend(tables.map(|node| (node, How::Unknown)));
    }
    found.extend(rows());
    found
}
