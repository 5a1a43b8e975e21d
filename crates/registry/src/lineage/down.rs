//! Downwards: what is made of values, and so what would feel it if they changed.

use std::collections::{BTreeMap, BTreeSet, HashSet, btree_map::Entry};

use model::{Problem, reference::ProductRef};

use super::{
    Documents, Edge, How, Node, Shown, Table, Trace,
    compact::{Column, Compact, Id, Made, Place},
};
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
    let mut begun = Changed::new();
    for node in start {
        begun.entry(node.table.clone()).or_default().push(node.column.clone());
        trace.affected.entry(node.table.clone()).or_default().insert(node.column.clone(), 0);
    }
    // Products that something changed of, and what did.
    let mut front: BTreeMap<ProductRef, Changed> = [(product.clone(), begun)].into();
    for far in 1..=most {
        // Each reader once, with all that changed for it.
        let mut felt_by: BTreeMap<&ProductRef, Vec<&Changed>> = BTreeMap::new();
        for (product, changed) in &front {
            // SECURITY: downwards, what may not be told is absent: that it exists is for its domain and its readers to
            // know (test `what_may_not_be_told_is_nameless_upwards_and_absent_downwards`).
            for reader in readers.get(product).into_iter().flatten().filter(|reader| shown.product(reader)) {
                felt_by.entry(reader).or_default().push(changed);
            }
        }
        let mut next: BTreeMap<ProductRef, Changed> = BTreeMap::new();
        let felt_by: Vec<(&ProductRef, Vec<&Changed>)> = felt_by.into_iter().collect();
        for some in felt_by.chunks(AT_ONCE) {
            let readers: Vec<&ProductRef> = some.iter().map(|(reader, _)| *reader).collect();
            let read = documents.graph.of(documents.mesh, &readers).await?;
            for ((reader, changed), document) in some.iter().zip(read) {
                let Some(document) = document else { continue };
                let (ports, edges) = felt(reader, &document, Reached::of(&document, changed), trace.keeps_edges);
                for (table, columns) in ports {
                    let known = trace.affected.entry(table.clone()).or_default();
                    let is_new = |column: &Option<String>| match known.entry(column.clone()) {
                        Entry::Vacant(place) => {
                            place.insert(far);
                            true
                        }
                        Entry::Occupied(_) => false,
                    };
                    let columns: Vec<Option<String>> = columns.into_iter().filter(is_new).collect();
                    if !columns.is_empty() {
                        next.entry((*reader).clone()).or_default().insert(table, columns);
                    }
                }
                for edge in edges {
                    trace.add(edge)?;
                }
            }
            // Nobody else waits for the whole of a long walk.
            tokio::task::yield_now().await;
        }
        front = next;
        if front.is_empty() {
            break;
        }
    }
    Ok(())
}

/// Columns of tables, and `None` for which rows there are.
type Changed = BTreeMap<Table, Vec<Option<String>>>;

/// Documents that are asked for and worked through at once.
const AT_ONCE: usize = 100;

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

/// What changed, by the places a document gives its names.
#[derive(Debug, Default)]
struct Reached {
    columns: HashSet<Place>,
    /// Tables of which there are other rows.
    rows: HashSet<Id>,
}

impl Reached {
    fn of(document: &Compact, changed: &[&Changed]) -> Self {
        let mut reached = Self::default();
        for (table, columns) in changed.iter().copied().flatten() {
            let Some(id) = document.id(&table.to_string()) else { continue };
            for column in columns {
                match column {
                    Some(column) => reached.columns.extend(document.id(column).map(|column| (id, column))),
                    None => _ = reached.rows.insert(id),
                }
            }
        }
        reached
    }

    /// Whether a column of a table, or which rows it has, depends on what was reached.
    fn decides(&self, table: &Made, column: Option<&Column>) -> bool {
        match column {
            Some(column) => {
                // One that could not be followed may come from any column of any input.
                column.from.iter().any(|(input, _)| self.columns.contains(input))
                    || (!column.known && self.columns.iter().any(|(input, _)| table.inputs.contains(input)))
            }
            None => {
                table.influenced_by.iter().any(|input| self.columns.contains(input))
                    || table.inputs.iter().any(|input| self.rows.contains(input))
            }
        }
    }

    /// Whether it was not known.
    fn add(&mut self, table: Id, column: Option<Id>) -> bool {
        match column {
            Some(column) => self.columns.insert((table, column)),
            None => self.rows.insert(table),
        }
    }
}

/// What of a product's ports depends on what changed, however many of its own tables lie between, and how if that is
/// wanted.
fn felt(product: &ProductRef, document: &Compact, mut reached: Reached, with_edges: bool) -> (Changed, Vec<Edge>) {
    let mut edges = Vec::new();
    let mut ports = Changed::new();
    let name = |table: Id| Table::named(&product.domain, document.name(table));
    let column = |column: Id| Some(document.name(column).to_owned());
    let at = |place: Place| Node { table: name(place.0), column: column(place.1) };
    // A table may stand before what it reads; few passes end it.
    loop {
        let mut more = false;
        for table in &document.tables {
            let mut felt = Vec::new();
            for of in table.columns.iter().map(Some).chain([None]) {
                if reached.decides(table, of) && reached.add(table.name, of.map(|of| of.name)) {
                    felt.push(of.and_then(|of| column(of.name)));
                }
            }
            more |= !felt.is_empty();
            if table.is_port && !felt.is_empty() {
                ports.entry(name(table.name)).or_default().extend(felt);
            }
        }
        if !more {
            break;
        }
    }
    for table in document.tables.iter().filter(|_| with_edges) {
        for column in &table.columns {
            let to = at((table.name, column.name));
            let from = column.from.iter().filter(|(input, _)| reached.columns.contains(input));
            edges.extend(from.map(|(input, how)| Edge { from: at(*input), to: to.clone(), how: How::from(*how) }));
            if !column.known {
                let any = reached.columns.iter().filter(|(input, _)| table.inputs.contains(input));
                edges.extend(any.map(|input| Edge { from: at(*input), to: to.clone(), how: How::Unknown }));
            }
        }
        let rows = Node { table: name(table.name), column: None };
        let deciding = table.influenced_by.iter().filter(|input| reached.columns.contains(input));
        let deciding = deciding.map(|input| at(*input));
        // Other rows of a table are other rows of what is made from it.
        let through = table.inputs.iter().filter(|input| reached.rows.contains(input));
        let through = through.map(|input| Node { table: name(*input), column: None });
        edges.extend(deciding.chain(through).map(|from| Edge { from, to: rows.clone(), how: How::Rows }));
    }
    (ports, edges)
}
