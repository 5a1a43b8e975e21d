//! Classes that arrive later: a class that is put on a column holds on every column that was made of it, in whichever
//! product, from the record on that puts it there. Nothing is rebuilt and nothing published for it.
//!
//! A publication carries the classes that what it is made of had when it was built. What that has been given since is a
//! record of its own in the same append as what gave it ([`Event::ClassesInherited`]), so that a mesh never shows the one
//! without the other. Classes are only ever added here; a steward's lowering holds (M3, M15).
//!
//! SECURITY: tests `a_class_reaches_every_product_that_carries_the_column`, `a_publication_cannot_outrun_a_class`.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use governance::derive::{self, InputFacts};
use model::{
    Digest, Problem,
    class::ClassName,
    lineage::{LineageDocument, TableLineage},
    name::PortName,
    publication::{Publication, PublishedColumn},
    reference::{PortRef, ProductRef},
    treatment::{CarriedTag, Outcome},
};

use crate::{
    event::{Event, InheritedClasses},
    mesh::{Mesh, ProductState},
};

/// Documents that are read and looked at in one go.
const AT_ONCE: usize = 100;
/// What a table of rows set aside is called beside the table.
const REJECTED: &str = "__rejected";

/// What has still to be looked at because of a decision.
pub(crate) struct Inheritance {
    mesh: Mesh,
    /// Which products are made of a product; most decisions never ask.
    readers: OnceCell<BTreeMap<ProductRef, BTreeSet<ProductRef>>>,
    pending: BTreeSet<ProductRef>,
    found: Vec<Event>,
}

/// A publication that is served, and where its lineage is.
pub(crate) type Wanted = (ProductRef, Digest);

impl Inheritance {
    /// What these events concern, most often nothing; `after` is the mesh with them.
    pub(crate) fn of(before: &Mesh, after: &Mesh, events: &[Event]) -> Option<Self> {
        let mut pending = BTreeSet::new();
        let mut gaining: Vec<&ProductRef> = Vec::new();
        let gains = |product: &ProductRef| gains(before, after, product);
        for event in events {
            match event {
                // What is pinned was built before: what it is made of may have been given a class meanwhile.
                Event::ProductPublished(facts) => _ = pending.insert(facts.product.clone()),
                Event::ProductRolledBack { product, .. } => _ = pending.insert(product.clone()),
                Event::ProductDeclared(declared) if gains(&declared.product) => gaining.push(&declared.product),
                Event::ClassificationDeclared(_) => {
                    gaining.extend(after.products().map(|state| &state.reference).filter(|product| gains(product)));
                }
                _ => {}
            }
        }
        if pending.is_empty() && gaining.is_empty() {
            return None;
        }
        let mut inheritance = Self { mesh: after.clone(), readers: OnceCell::new(), pending, found: Vec::new() };
        gaining.into_iter().for_each(|product| inheritance.look_at_readers(product));
        Some(inheritance)
    }

    /// Whatever is made of a product is to be looked at.
    fn look_at_readers(&mut self, product: &ProductRef) {
        let readers = self.readers.get_or_init(|| readers(&self.mesh));
        self.pending.extend(readers.get(product).into_iter().flatten().cloned());
    }

    /// The next products to look at, and the documents that are needed for it; none when everything is found.
    pub(crate) fn next(&mut self) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        while wanted.len() < AT_ONCE
            && let Some(product) = self.pending.pop_first()
        {
            let served = self.mesh.product(&product).map(served).unwrap_or_default();
            let made = served.iter().filter(|publication| !publication.inputs.is_empty());
            wanted.extend(made.map(|publication| (product.clone(), publication.lineage)));
        }
        wanted
    }

    /// Looks at these products. A document that is absent or unreadable may have said anything: every column is taken to be
    /// made of everything.
    pub(crate) fn look(&mut self, wanted: &[Wanted], documents: &HashMap<Digest, Vec<u8>>) -> Result<(), Problem> {
        for (product, lineage) in wanted {
            let document = documents.get(lineage).and_then(|bytes| serde_json::from_slice(bytes).ok());
            let served = self.mesh.product(product).map(served).unwrap_or_default();
            for publication in served.iter().filter(|publication| publication.lineage == *lineage) {
                let look = Look { mesh: &self.mesh, product, publication, document: document.as_ref() };
                let ports = look.missing()?;
                if ports.is_empty() {
                    continue;
                }
                let facts = InheritedClasses { product: product.clone(), publication: publication.id, ports };
                self.mesh.inherit(&facts);
                self.found.push(Event::ClassesInherited(facts));
                self.look_at_readers(product);
            }
        }
        Ok(())
    }

    /// What was found.
    pub(crate) fn events(self) -> Vec<Event> {
        self.found
    }
}

/// What is served of a product: the current publication, and the version before as long as it is served beside.
fn served(state: &ProductState) -> Vec<Arc<Publication>> {
    let Some(current) = &state.publication else { return Vec::new() };
    let beside = |earlier: &&Arc<Publication>| earlier.id != current.id && state.served_until(earlier).is_some();
    std::iter::once(current).chain(state.recent.iter().filter(beside)).cloned().collect()
}

/// Which products are made of a product.
fn readers(mesh: &Mesh) -> BTreeMap<ProductRef, BTreeSet<ProductRef>> {
    let mut readers: BTreeMap<ProductRef, BTreeSet<ProductRef>> = BTreeMap::new();
    for state in mesh.products() {
        for (input, _) in served(state).iter().flat_map(|publication| &publication.inputs) {
            readers.entry(input.clone()).or_default().insert(state.reference.clone());
        }
    }
    readers
}

/// Whether a column of what is served of a product carries a class that it did not carry before.
fn gains(before: &Mesh, after: &Mesh, product: &ProductRef) -> bool {
    let (Some(_), Some(state)) = (before.product(product), after.product(product)) else { return false };
    served(state).iter().flat_map(|publication| &publication.ports).any(|(name, port)| {
        let reference = product.port(name.clone());
        let then = before.columns_today(&reference, &port.columns);
        let now = after.columns_today(&reference, &port.columns);
        then.iter().zip(now.iter()).any(|(then, now)| !classes(after, now).is_subset(&classes(before, then)))
    })
}

fn classes(mesh: &Mesh, column: &PublishedColumn) -> BTreeSet<ClassName> {
    derive::carried_tags(column, mesh.classes()).into_iter().map(|tag| tag.class).collect()
}

/// Classes by column.
type Columns = BTreeMap<String, BTreeSet<CarriedTag>>;

/// One publication and what its lineage says.
struct Look<'a> {
    mesh: &'a Mesh,
    product: &'a ProductRef,
    publication: &'a Publication,
    document: Option<&'a LineageDocument>,
}

impl Look<'_> {
    /// Classes that columns of what it is made of carry and its own do not, less what a steward lowered.
    fn missing(&self) -> Result<BTreeMap<PortName, BTreeMap<String, BTreeSet<ClassName>>>, Problem> {
        let mut known = BTreeMap::new();
        let mut missing: BTreeMap<PortName, BTreeMap<String, BTreeSet<ClassName>>> = BTreeMap::new();
        for (name, port) in &self.publication.ports {
            let reference = self.product.port(name.clone());
            let lineage = self.document.and_then(|document| document.ports.get(name));
            let inherited = lineage.map(|lineage| self.made(lineage, &mut known)).transpose()?;
            for column in self.mesh.columns_today(&reference, &port.columns).iter() {
                let carried = classes(self.mesh, column);
                let tags = match &inherited {
                    Some(inherited) => inherited.get(&column.name).cloned().unwrap_or_default(),
                    None => self.everything(),
                };
                let lacks = |class: &ClassName| {
                    !carried.contains(class) && !self.mesh.declassified(&reference, &column.name, class)
                };
                let lacking: BTreeSet<ClassName> = tags.into_iter().map(|tag| tag.class).filter(lacks).collect();
                if !lacking.is_empty() {
                    missing.entry(name.clone()).or_default().insert(column.name.clone(), lacking);
                }
            }
        }
        Ok(missing)
    }

    /// The classes of a table that was made on the way, or of a port of the product, less what a steward lowered there.
    fn made(&self, lineage: &TableLineage, known: &mut BTreeMap<String, Columns>) -> Result<Columns, Problem> {
        let mut inputs = BTreeMap::new();
        for table in &lineage.inputs {
            let columns = self.table(table, known)?;
            inputs.insert(table.clone(), InputFacts { columns, ..InputFacts::default() });
        }
        let port = self.own_port(&lineage.table);
        let lowered = |column: &str, class: &ClassName| {
            port.as_ref().is_some_and(|port| self.mesh.declassified(port, column, class))
        };
        let tags = derive::tags(lineage, &inputs, &BTreeMap::new(), &lowered)?;
        let mut columns: Columns = lineage.columns.iter().map(|column| column.column.clone()).zip(tags).collect();
        let pinned = port.as_ref().and_then(|port| self.publication.ports.get(&port.port));
        if let (Some(port), Some(pinned)) = (&port, pinned) {
            self.add(&mut columns, port, &pinned.columns);
        }
        Ok(columns)
    }

    /// The port of the product that a table of the document is, if it is one.
    fn own_port(&self, table: &str) -> Option<PortRef> {
        table.parse::<PortRef>().ok().filter(|port| port.product == *self.product)
    }

    /// The classes of a table that was read: one of the document, or another product's port. Bronze carries none.
    fn table(&self, name: &str, known: &mut BTreeMap<String, Columns>) -> Result<Columns, Problem> {
        if let Some(columns) = known.get(name) {
            return Ok(columns.clone());
        }
        let document = self.document.into_iter();
        let mut tables = document.flat_map(|document| document.tables.iter().chain(document.ports.values()));
        let made = tables.find(|table| table.table == name.strip_suffix(REJECTED).unwrap_or(name));
        // A document that goes in circles ends here.
        known.insert(name.to_owned(), Columns::new());
        let columns = match (made, name.parse::<PortRef>()) {
            (Some(lineage), _) => self.made(lineage, known)?,
            (None, Ok(port)) => self.port(&port),
            (None, Err(_)) => Columns::new(),
        };
        known.insert(name.to_owned(), columns.clone());
        Ok(columns)
    }

    /// The classes of another product's port today: of what is served, and of what this was built from.
    fn port(&self, port: &PortRef) -> Columns {
        let mut columns = Columns::new();
        let Some(state) = self.mesh.product(&port.product) else { return columns };
        let built = self.publication.inputs.iter().filter(|(product, _)| *product == port.product);
        let built = built.filter_map(|(_, id)| state.recent.iter().find(|publication| publication.id == *id));
        for pinned in built.chain(&state.publication).filter_map(|publication| publication.ports.get(&port.port)) {
            self.add(&mut columns, port, &pinned.columns);
        }
        columns
    }

    /// Adds what columns of a port carry today.
    fn add(&self, columns: &mut Columns, port: &PortRef, pinned: &Arc<[PublishedColumn]>) {
        for column in self.mesh.columns_today(port, pinned).iter() {
            let tags = classes(self.mesh, column).into_iter();
            let tags = tags.map(|class| CarriedTag { class, applied: Outcome::Clear });
            columns.entry(column.name.clone()).or_default().extend(tags);
        }
    }

    /// The classes of everything that it may be made of.
    fn everything(&self) -> BTreeSet<CarriedTag> {
        let ports = self.publication.inputs.iter().flat_map(|(product, _)| {
            let state = self.mesh.product(product);
            let names = state.and_then(|state| state.publication.as_ref()).into_iter().flat_map(|now| now.ports.keys());
            names.map(|name| product.port(name.clone())).collect::<Vec<_>>()
        });
        ports.flat_map(|port| self.port(&port).into_values().flatten()).collect()
    }
}
