//! Upwards: where values come from.

use std::collections::{BTreeMap, BTreeSet};

use model::{Problem, lineage::TableLineage, reference::ProductRef};

use super::{Documents, Edge, How, Node, Shown, Table, Trace};

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
        for (product, nodes) in std::mem::take(&mut front) {
            let Some(document) = documents.of(&product).await? else { continue };
            let tables: BTreeMap<Table, &TableLineage> = document
                .tables
                .iter()
                .chain(document.ports.values())
                .map(|table| (Table::named(&product.domain, &table.table), table))
                .collect();
            let mut waiting: Vec<Node> = nodes.into_iter().collect();
            while let Some(node) = waiting.pop() {
                let Some(table) = tables.get(&node.table) else { continue };
                for (from, how) in sources(&product, table, &node) {
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
fn sources(product: &ProductRef, table: &TableLineage, node: &Node) -> Vec<(Node, How)> {
    let input = |input: &model::lineage::InputColumn| Node {
        table: Table::named(&product.domain, &input.table),
        column: Some(input.column.clone()),
    };
    let rows = || table.influenced_by.iter().map(|column| (input(column), How::Rows));
    let Some(name) = &node.column else { return rows().collect() };
    let Some(column) = table.columns.iter().find(|column| column.column == *name) else { return Vec::new() };
    let mut found: Vec<(Node, How)> =
        column.from.iter().map(|(from, dependence)| (input(from), How::from(*dependence))).collect();
    if !column.known {
        let tables = table.inputs.iter().map(|input| Table::named(&product.domain, input));
        found.extend(tables.map(|table| (Node { table, column: None }, How::Unknown)));
    }
    found.extend(rows());
    found
}
