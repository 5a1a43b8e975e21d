//! Lineage: what really ran, per column, across products; up to where values come from and down to what is made of them.
//!
//! The graph is what the documents say that publications name. Not for deciding what may be
//! told: [`Shown`] is the caller's. INVARIANT: a product that may not be told is nameless upwards and absent downwards, and
//! nothing beyond it is followed (test `what_may_not_be_told_is_nameless_upwards_and_absent_downwards`).

mod compact;
mod down;
mod graph;
mod up;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use model::{
    Code, Problem,
    lineage::Dependence,
    name::DomainName,
    reference::{PortRef, ProductRef},
};

use crate::mesh::Mesh;

pub use graph::Graph;

/// Most edges that one question gathers.
const MOST: usize = 200_000;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// A port of a product.
    Port(PortRef),
    /// A bronze or silver table of a domain.
    Own {
        /// The domain.
        domain: DomainName,
        /// `bronze.claims`, `silver.claims`.
        name: String,
    },
    /// One that may not be told.
    Hidden,
}

/// A column of a table, or the table as a whole: which of its rows there are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// The table.
    pub table: Table,
    /// The column; `None` for its rows.
    pub column: Option<String>,
}

/// How a node depends on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// The value itself, unchanged.
    Copy,
    /// Computed from it.
    Derived,
    /// It decides which rows there are.
    Rows,
    /// The plan could not be followed: it may be any of these.
    Unknown,
}

/// One dependence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// What is depended on.
    pub from: Node,
    /// What depends on it.
    pub to: Node,
    /// How.
    pub how: How,
}

/// What a question asks about, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The product.
    pub product: ProductRef,
    /// One of its ports; all of them without.
    pub port: Option<model::name::PortName>,
    /// One of the port's columns; all of them without.
    pub column: Option<String>,
    /// How many products to follow upwards.
    pub up: usize,
    /// How many products to follow downwards.
    pub down: usize,
    /// Whether the dependences are wanted, and not only what is affected.
    pub edges: bool,
}

/// What may be told.
pub trait Shown: Send + Sync {
    /// Whether a product may be known of.
    fn product(&self, product: &ProductRef) -> bool;
    /// Whether a domain's own tables may be told.
    fn inside(&self, domain: &DomainName) -> bool;
    /// The columns of a port that may be known of that may not be told.
    fn denied(&self, port: &PortRef) -> Arc<BTreeSet<String>>;
}

/// The part of the graph that a question reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// The dependences, upwards and downwards.
    pub edges: BTreeSet<Edge>,
    /// Ports downwards, each with its columns and how many products away these are; `None` are its rows, and the product
    /// itself is 0.
    pub affected: BTreeMap<Table, BTreeMap<Option<String>, usize>>,
    keeps_edges: bool,
}

impl From<Dependence> for How {
    fn from(dependence: Dependence) -> Self {
        match dependence {
            Dependence::Copy => Self::Copy,
            Dependence::Derived => Self::Derived,
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(port) => port.fmt(f),
            Self::Own { domain, name } => write!(f, "{domain}/{name}"),
            Self::Hidden => f.write_str("(not visible)"),
        }
    }
}

impl Table {
    /// A table as the lineage of a domain's product names it.
    fn named(domain: &DomainName, name: &str) -> Self {
        match name.parse::<PortRef>() {
            Ok(port) => Self::Port(port),
            Err(_) => Self::Own { domain: domain.clone(), name: name.to_owned() },
        }
    }
}

impl Trace {
    /// Follows what a mesh serves.
    ///
    /// # Errors
    /// `not-found` if the port or column is not served; `too-large` beyond 200,000 dependences; `data-unavailable` if a
    /// document cannot be read.
    pub async fn of(graph: &Graph, mesh: &Mesh, asked: &Asked, shown: &dyn Shown) -> Result<Self, Problem> {
        let start = start(mesh, asked, shown)?;
        let mut trace = Self { keeps_edges: asked.edges, ..Self::default() };
        let documents = Documents { graph, mesh };
        if asked.up > 0 {
            up::follow(&documents, &start, asked.up, shown, &mut trace).await?;
        }
        if asked.down > 0 {
            down::follow(&documents, &asked.product, &start, asked.down, shown, &mut trace).await?;
        }
        Ok(trace.concealed(shown))
    }

    /// Without the names of what may not be told: what lies between is passed through, where values come from is nameless.
    fn concealed(self, shown: &dyn Shown) -> Self {
        let (mut into, mut out) = (Neighbours::new(), Neighbours::new());
        let mut hidden = BTreeSet::new();
        for Edge { from, to, how } in &self.edges {
            into.entry(to.clone()).or_default().insert((from.clone(), *how));
            out.entry(from.clone()).or_default().insert((to.clone(), *how));
            hidden.extend([from, to].into_iter().filter(|node| !may_be_told(node, shown)).cloned());
        }
        for node in hidden {
            let before = into.remove(&node).unwrap_or_default();
            let after = out.remove(&node).unwrap_or_default();
            let nameless = Node { table: Table::Hidden, column: None };
            for (to, second) in &after {
                let ways = into.entry(to.clone()).or_default();
                ways.remove(&(node.clone(), *second));
                if before.is_empty() {
                    ways.insert((nameless.clone(), *second));
                    out.entry(nameless.clone()).or_default().insert((to.clone(), *second));
                }
            }
            for (from, first) in &before {
                let ways = out.entry(from.clone()).or_default();
                ways.remove(&(node.clone(), *first));
                for (to, second) in &after {
                    let how = *first.max(second);
                    ways.insert((to.clone(), how));
                    into.entry(to.clone()).or_default().insert((from.clone(), how));
                }
            }
        }
        let edges = into
            .into_iter()
            .flat_map(|(to, ways)| ways.into_iter().map(move |(from, how)| Edge { from, to: to.clone(), how }));
        let affected = self.affected.into_iter().filter_map(|(table, mut columns)| {
            let denied = match &table {
                Table::Port(port) if shown.product(&port.product) => shown.denied(port),
                Table::Port(_) => return None,
                Table::Own { domain, .. } => shown.inside(domain).then(Arc::default)?,
                Table::Hidden => Arc::default(),
            };
            if !denied.is_empty() {
                columns.retain(|column, _| column.as_ref().is_none_or(|column| !denied.contains(column)));
            }
            (!columns.is_empty()).then_some((table, columns))
        });
        Self { edges: edges.collect(), affected: affected.collect(), keeps_edges: self.keeps_edges }
    }

    fn add(&mut self, edge: Edge) -> Result<(), Problem> {
        if !self.keeps_edges {
            return Ok(());
        }
        self.edges.insert(edge);
        if self.edges.len() > MOST {
            return Err(Problem::new(Code::TooLarge, format!("more than {MOST} dependences are in reach"))
                .with_hint("ask about one column, or follow fewer products"));
        }
        Ok(())
    }
}

/// What lies beside each node, and how.
type Neighbours = BTreeMap<Node, BTreeSet<(Node, How)>>;

fn may_be_told(node: &Node, shown: &dyn Shown) -> bool {
    match (&node.table, &node.column) {
        (Table::Port(port), column) => {
            shown.product(&port.product) && column.as_ref().is_none_or(|column| !shown.denied(port).contains(column))
        }
        (Table::Own { domain, .. }, _) => shown.inside(domain),
        (Table::Hidden, _) => true,
    }
}

/// The nodes that a question begins with.
fn start(mesh: &Mesh, asked: &Asked, shown: &dyn Shown) -> Result<BTreeSet<Node>, Problem> {
    let product = &asked.product;
    let served = mesh.product(product).filter(|state| state.is_served());
    let publication = served.and_then(|state| state.publication.as_ref());
    let publication = publication.ok_or_else(|| {
        Problem::new(Code::NotFound, format!("`{product}` serves nothing, so nothing is known of it"))
    })?;
    let ports = publication.ports.iter().filter(|(name, _)| asked.port.as_ref().is_none_or(|port| port == *name));
    let mut found = BTreeSet::new();
    for (name, pinned) in ports {
        let port = product.port(name.clone());
        let denied = shown.denied(&port);
        let named = |column: &str| asked.column.as_deref().is_none_or(|wanted| wanted == column);
        let told = pinned.columns.iter().filter(|column| named(&column.name) && !denied.contains(&column.name));
        found.extend(told.map(|column| Node { table: Table::Port(port.clone()), column: Some(column.name.clone()) }));
    }
    if found.is_empty() {
        let column = asked.column.as_ref().map(|column| format!(".{}", column.escape_debug())).unwrap_or_default();
        let port = asked.port.as_ref().map(|port| format!(".{port}")).unwrap_or_default();
        return Err(Problem::new(Code::NotFound, format!("`{product}{port}{column}` does not exist")));
    }
    Ok(found)
}

/// The documents of what a mesh serves.
struct Documents<'a> {
    graph: &'a Graph,
    mesh: &'a Mesh,
}
