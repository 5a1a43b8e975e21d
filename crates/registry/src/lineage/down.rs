//! Downwards: what is made of values, and so what would feel it if they changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, btree_map::Entry};

use model::{
    Digest, Problem,
    lineage::{ColumnLineage, InputColumn, LineageDocument, TableLineage},
    reference::ProductRef,
};

use tokio::task::JoinHandle;

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
        // Each reader once, with all that changed for it.
        let mut felt_by: BTreeMap<&ProductRef, Reached> = BTreeMap::new();
        for (product, changed) in &front {
            // SECURITY: downwards, what may not be told is absent: that it exists is for its domain and its readers to
            // know (test `what_may_not_be_told_is_nameless_upwards_and_absent_downwards`).
            for reader in readers.get(product).into_iter().flatten().filter(|reader| shown.product(reader)) {
                let reached = felt_by.entry(reader).or_default();
                for node in changed {
                    reached.add(node.table.to_string(), node.column.clone());
                }
            }
        }
        let mut next: BTreeMap<ProductRef, BTreeSet<Node>> = BTreeMap::new();
        let mut waiting = felt_by.into_iter().filter_map(|(reader, reached)| {
            let publication = documents.mesh.product(reader)?.publication.as_ref()?;
            Some((reader.clone(), reached, publication.lineage))
        });
        let mut working: Option<JoinHandle<Result<Vec<Felt>, Problem>>> = None;
        loop {
            let some: Vec<(ProductRef, Reached, Digest)> = waiting.by_ref().take(AT_ONCE).collect();
            let digests: Vec<Digest> = some.iter().map(|(.., digest)| *digest).collect();
            // Read while the documents before are worked through.
            let read = documents.registry.blobs(&digests).await?;
            let done = match working.take() {
                Some(working) => working.await.map_err(Problem::internal)??,
                None => Vec::new(),
            };
            let is_last = some.is_empty();
            if !is_last {
                let with_edges = trace.keeps_edges;
                working = Some(tokio::task::spawn_blocking(move || work(some, &read, with_edges)));
            }
            for Felt { product, ports, edges } in done {
                for node in ports {
                    if let Entry::Vacant(place) = trace.affected.entry(node) {
                        next.entry(product.clone()).or_default().insert(place.key().clone());
                        place.insert(far);
                    }
                }
                for edge in edges {
                    trace.add(edge)?;
                }
            }
            if is_last {
                break;
            }
        }
        front = next;
        if front.is_empty() {
            break;
        }
    }
    Ok(())
}

/// Documents that are read and worked through at once.
const AT_ONCE: usize = 500;

/// What changes of a product.
struct Felt {
    product: ProductRef,
    ports: Vec<Node>,
    edges: Vec<Edge>,
}

fn work(some: Vec<(ProductRef, Reached, Digest)>, read: &[Vec<u8>], with_edges: bool) -> Result<Vec<Felt>, Problem> {
    let felt = |((product, reached, _), bytes): ((ProductRef, Reached, Digest), &Vec<u8>)| {
        let document = super::document(bytes)?;
        let (ports, edges) = felt(&product, &document, reached, with_edges);
        Ok(Felt { product, ports, edges })
    };
    some.into_iter().zip(read).map(felt).collect()
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

/// What changed, by the names that a document gives its tables: columns, and whether there are other rows.
#[derive(Debug, Default)]
struct Reached {
    tables: HashMap<String, (HashSet<String>, bool)>,
}

impl Reached {
    /// Whether it was not known.
    fn add(&mut self, table: String, column: Option<String>) -> bool {
        let (columns, rows) = self.tables.entry(table).or_default();
        match column {
            Some(column) => columns.insert(column),
            None => !std::mem::replace(rows, true),
        }
    }

    fn column(&self, input: &InputColumn) -> bool {
        self.tables.get(&input.table).is_some_and(|(columns, _)| columns.contains(&input.column))
    }

    fn rows(&self, table: &str) -> bool {
        self.tables.get(table).is_some_and(|(_, rows)| *rows)
    }
}

/// What of a product's ports depends on what changed, however many of its own tables lie between, and how if that is
/// wanted.
fn felt(
    product: &ProductRef,
    document: &LineageDocument,
    mut reached: Reached,
    with_edges: bool,
) -> (Vec<Node>, Vec<Edge>) {
    let tables: Vec<&TableLineage> = document.tables.iter().chain(document.ports.values()).collect();
    let mut edges = Vec::new();
    let mut ports = Vec::new();
    let node = |table: &str, column: Option<&str>| Node {
        table: Table::named(&product.domain, table),
        column: column.map(str::to_owned),
    };
    // A table may stand before what it reads; few passes end it.
    loop {
        let mut more = false;
        for table in &tables {
            for column in table.columns.iter().map(Some).chain([None]) {
                if !depends(table, column, &reached) {
                    continue;
                }
                let name = column.map(|column| column.column.as_str());
                if reached.add(table.table.clone(), name.map(str::to_owned)) {
                    more = true;
                    let is_port = document.ports.values().any(|port| port.table == table.table);
                    ports.extend(is_port.then(|| node(&table.table, name)));
                }
            }
        }
        if !more {
            break;
        }
    }
    for table in tables.iter().filter(|_| with_edges) {
        for column in &table.columns {
            let to = node(&table.table, Some(&column.column));
            let from = column.from.iter().filter(|(input, _)| reached.column(input));
            edges.extend(from.map(|(input, dependence)| Edge {
                from: node(&input.table, Some(&input.column)),
                to: to.clone(),
                how: How::from(*dependence),
            }));
            for input in table.inputs.iter().filter(|_| !column.known) {
                let columns = reached.tables.get(input).into_iter().flat_map(|(columns, _)| columns);
                edges.extend(columns.map(|name| Edge {
                    from: node(input, Some(name)),
                    to: to.clone(),
                    how: How::Unknown,
                }));
            }
        }
        let rows = node(&table.table, None);
        let deciding = table.influenced_by.iter().filter(|input| reached.column(input));
        let deciding = deciding.map(|input| node(&input.table, Some(&input.column)));
        // Other rows of a table are other rows of what is made from it.
        let through = table.inputs.iter().filter(|input| reached.rows(input)).map(|input| node(input, None));
        edges.extend(deciding.chain(through).map(|from| Edge { from, to: rows.clone(), how: How::Rows }));
    }
    (ports, edges)
}

/// Whether a column of a table, or which rows it has, depends on what was reached.
fn depends(table: &TableLineage, column: Option<&ColumnLineage>, reached: &Reached) -> bool {
    match column {
        Some(column) => {
            // One that could not be followed may come from any column of any input.
            let any = |input: &String| reached.tables.get(input).is_some_and(|(columns, _)| !columns.is_empty());
            column.from.iter().any(|(input, _)| reached.column(input))
                || (!column.known && table.inputs.iter().any(any))
        }
        None => {
            table.influenced_by.iter().any(|input| reached.column(input))
                || table.inputs.iter().any(|input| reached.rows(input))
        }
    }
}
