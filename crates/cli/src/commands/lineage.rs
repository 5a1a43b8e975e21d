//! `tessera lineage`: where columns come from, and what is made of them.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use model::reference::Reference;
use serde_json::Value;

use super::who_can_read::then;
use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed_as_text},
    client::encode,
    console::{Style, visible},
    json,
};

/// Show where a product's columns come from, and what is made of them.
#[derive(Debug, Args)]
pub struct Lineage {
    /// DOMAIN.PRODUCT, with .PORT and .COLUMN if only these are asked about
    #[arg(value_name = "REF", value_parser = parsed_as_text::<Reference>)]
    of: String,
    /// How many products to follow upwards; one, each way, if neither is given
    #[arg(long, value_name = "N")]
    up: Option<usize>,
    /// How many products to follow downwards
    #[arg(long, value_name = "N")]
    down: Option<usize>,
    /// As it was then: a date (the end of that day, UTC) or an instant; for auditors
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl Lineage {
    /// Prints the dependences as trees: upwards from what was asked about, then downwards.
    ///
    /// # Errors
    /// The product is absent or invisible to the caller.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let mut path = format!("/lineage?of={}{}", encode(&self.of), then(self.as_of.as_deref()));
        for (name, far) in [("up", self.up), ("down", self.down)] {
            path.push_str(&far.map(|far| format!("&{name}={far}")).unwrap_or_default());
        }
        let answer = client.get(&path).await?;
        if self.output.is_json() {
            session.console.json(&answer);
            return Ok(Exit::Done);
        }
        let style = session.console.style();
        for line in lines(&answer, &self.of, style) {
            session.console.data(&line);
        }
        let count = json::list(&answer, "edges").len();
        let noun = if count == 1 { "dependence" } else { "dependences" };
        session.console.talk(&format!("{count} {noun} at {}", json::instant(&answer, "at")));
        Ok(Exit::Done)
    }
}

/// The dependences of an answer as trees: upwards from what was asked about, then downwards.
pub fn lines(answer: &Value, of: &str, style: Style) -> Vec<String> {
    let edges = Edges::of(answer);
    let mut lines = Vec::new();
    for node in edges.roots(of) {
        lines.push(style.bold(&visible(&node)));
        lines.extend(tree(&edges.into, &node, "from", style));
        lines.extend(tree(&edges.out, &node, "to", style));
    }
    lines
}

type Neighbours = BTreeMap<String, Vec<(String, String)>>;

struct Edges {
    into: Neighbours,
    out: Neighbours,
}

impl Edges {
    fn of(answer: &Value) -> Self {
        let mut edges = Self { into: Neighbours::new(), out: Neighbours::new() };
        for edge in json::list(answer, "edges") {
            let text = |key: &str| json::text(edge, key);
            edges.into.entry(text("to")).or_default().push((text("from"), text("how")));
            edges.out.entry(text("from")).or_default().push((text("to"), text("how")));
        }
        edges
    }

    /// The nodes of what was asked about: itself and what lies within it.
    fn roots(&self, of: &str) -> Vec<String> {
        let within = |node: &&String| node.as_str() == of || node.starts_with(&format!("{of}."));
        let all: BTreeSet<&String> = self.into.keys().chain(self.out.keys()).filter(within).collect();
        all.into_iter().cloned().collect()
    }
}

/// What lies behind a node, each node once: deeper ones further in.
fn tree(next: &Neighbours, node: &str, word: &str, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    let mut seen = BTreeSet::from([node.to_owned()]);
    let mut waiting: Vec<(usize, String, String)> = Vec::new();
    let push = |waiting: &mut Vec<(usize, String, String)>, depth: usize, node: &str| {
        for (other, how) in next.get(node).into_iter().flatten().rev() {
            waiting.push((depth, other.clone(), how.clone()));
        }
    };
    push(&mut waiting, 1, node);
    while let Some((depth, node, how)) = waiting.pop() {
        let again = !seen.insert(node.clone()) && next.contains_key(&node);
        let more = if again { style.dim(" (as above)") } else { String::new() };
        lines.push(format!("{}{word} {} {}{more}", "  ".repeat(depth), visible(&node), style.dim(&how)));
        if !again && node != "(not visible)" {
            push(&mut waiting, depth + 1, &node);
        }
    }
    lines
}
