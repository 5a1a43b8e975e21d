//! `tessera show`: a product's page.

use clap::{Args, ValueEnum};
use model::reference::Reference;
use serde_json::Value;

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
    client::encode,
    json, table,
};

/// Show a product: what it promises, how it is, how you get it.
#[derive(Debug, Args)]
pub struct Show {
    /// The product: DOMAIN.PRODUCT
    #[arg(value_name = "REF", value_parser = parsed::<Reference>)]
    reference: Reference,
    /// Show one part of the page in full
    #[arg(long, value_enum, value_name = "PART")]
    part: Option<Part>,
    /// With `--part sample`: rows as you get them instead of made-up ones, read by a statement that is recorded
    #[arg(long)]
    own: bool,
    /// The purpose of that statement; your token's if absent
    #[arg(long, value_name = "PURPOSE", requires = "own")]
    purpose: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// A part of a product's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The contract as it was written
    Contract,
    /// A few rows that show the shape: made up, or your own with --own
    Sample,
    /// The last gate, rule by rule
    Quality,
    /// How access is given, and to whom
    Access,
    /// Where the columns come from
    Lineage,
    /// The publications
    Versions,
    /// The product as linked data (DCAT, DPROD), for catalogues
    Dprod,
}

impl Show {
    /// Prints the page, or one part of it.
    ///
    /// # Errors
    /// The product is absent or invisible to the caller.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let product = &self.reference.product;
        let mut path = format!("/products/{}/{}", product.domain, product.product);
        match self.part {
            Some(part @ (Part::Contract | Part::Sample)) => {
                path.push_str(if part == Part::Contract { "/contract" } else { "/sample" });
                if part == Part::Sample {
                    path.push_str(&self.which());
                }
                let text = client.get_text(&path).await?;
                session.console.data(text.trim_end());
            }
            Some(Part::Versions) if !self.output.is_json() => {
                let list = client.list(&format!("{path}/versions")).await?;
                print_versions(session, &list.items);
            }
            Some(part) => {
                let name = part.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
                let document = client.get(&format!("{path}/{name}")).await?;
                session.console.json(&document);
            }
            None => {
                let page = client.get(&path).await?;
                if self.output.is_json() {
                    session.console.json(&page);
                    return Ok(Exit::Done);
                }
                print(session, &page);
            }
        }
        Ok(Exit::Done)
    }
}

impl Show {
    /// Which sample.
    fn which(&self) -> String {
        let port = self.reference.port.as_ref().map(|port| format!("port={}", encode(port.as_str())));
        let purpose = self.purpose.as_ref().map(|purpose| format!("purpose={}", encode(purpose)));
        let own = self.own.then(|| "own=true".to_owned());
        let asked: Vec<String> = port.into_iter().chain(own).chain(purpose).collect();
        if asked.is_empty() { String::new() } else { format!("?{}", asked.join("&")) }
    }
}

fn print_versions(session: &mut Session, items: &[Value]) {
    let rows: Vec<_> = items
        .iter()
        .map(|item| {
            let served = item.get("current").and_then(Value::as_bool) == Some(true);
            [
                json::text(item, "publication"),
                json::text(item, "version"),
                json::instant(item, "at"),
                if served { "served now".to_owned() } else { String::new() },
            ]
        })
        .collect();
    let text = table::of_rows(["publication", "version", "at", ""], &rows, session.console.style());
    session.console.data(&text);
}

fn print(session: &mut Session, page: &Value) {
    let style = session.console.style();
    let mut facts = Vec::new();
    for (label, key) in [
        ("product", "reference"),
        ("title", "title"),
        ("about", "purpose"),
        ("owner", "owner"),
        ("tier", "tier"),
        ("version", "version"),
        ("before it", "previous_until"),
        ("status", "status"),
        ("publication", "publication"),
        ("published", "published_at"),
        ("unreadable", "unreadable_at"),
        ("fresh", "freshness"),
        ("promised", "fresh_within"),
        ("access", "access"),
        ("decided by", "approver"),
        ("purposes", "purposes"),
        ("scopes", "scopes"),
        ("limits", "limitations"),
        ("usage", "usage"),
    ] {
        let text = match key {
            "previous_until" if page.get(key).is_some_and(Value::is_string) => {
                format!("served until {}", json::instant(page, key))
            }
            key if key.ends_with("_at") => json::instant(page, key),
            key => json::text(page, key),
        };
        if !text.is_empty() {
            facts.push([label.to_owned(), text.split_whitespace().collect::<Vec<_>>().join(" ")]);
        }
    }
    if let Some(quality) = page.get("quality").filter(|quality| quality.is_object()) {
        facts.push(["quality".to_owned(), rules(quality)]);
    }
    for (label, key) in [("made from", "made_from"), ("made into", "made_into")] {
        let names = json::text(page, key);
        if !names.is_empty() {
            facts.push([label.to_owned(), names]);
        }
    }
    for term in json::list(page, "glossary") {
        let meaning = json::text(term, "definition").split_whitespace().collect::<Vec<_>>().join(" ");
        let told = if meaning.is_empty() { String::new() } else { format!(": {meaning}") };
        facts.push(["term".to_owned(), format!("{}{told}", json::text(term, "term"))]);
    }
    session.console.data(&table::of_facts(&facts, style));
    for port in json::list(page, "port_details") {
        let rows: Vec<_> = json::list(port, "columns")
            .iter()
            .map(|column| {
                let nullable = column.get("nullable").and_then(Value::as_bool).unwrap_or(true);
                [
                    json::text(column, "name"),
                    json::text(column, "type"),
                    if nullable { String::new() } else { "required".to_owned() },
                    json::text(column, "tags"),
                    json::text(column, "treatment"),
                    json::text(column, "description"),
                ]
            })
            .collect();
        let name = format!("{}.{}", json::text(page, "reference"), json::text(port, "name"));
        let shown = match json::text(page, "purpose_shown").as_str() {
            "" => String::new(),
            purpose => format!(", as you see it for {purpose}"),
        };
        session.console.data(&format!("\n{}{shown}", style.bold(&name)));
        let header = ["column", "type", "", "classes", "you see", "meaning"];
        session.console.data(&table::of_rows(header, &rows, style));
    }
    let history = json::list(page, "history");
    if !history.is_empty() {
        let rows: Vec<_> = history
            .iter()
            .map(|item| {
                let served = item.get("current").and_then(Value::as_bool) == Some(true);
                [
                    json::text(item, "publication"),
                    json::text(item, "version"),
                    json::instant(item, "at"),
                    item.get("quality").map(rules).unwrap_or_default(),
                    if served { "served now".to_owned() } else { String::new() },
                ]
            })
            .collect();
        session.console.data(&format!("\n{}", style.bold("published")));
        session.console.data(&table::of_rows(["publication", "version", "at", "its gate", ""], &rows, style));
    }
    let lines = json::list(page, "connect");
    if !lines.is_empty() {
        session.console.data(&format!("\n{}", style.bold("read it with")));
        for line in lines {
            let text = format!("  {:<7} {}", json::text(line, "tool"), json::text(line, "line"));
            session.console.data(&crate::console::visible(&text));
        }
    }
    let hint = json::text(page, "next_step");
    if !hint.is_empty() {
        session.console.talk(&format!("hint: {}", crate::console::visible(&hint)));
    }
}

/// What became of a gate's rules.
fn rules(quality: &Value) -> String {
    let count = |key: &str| json::text(quality, key);
    let none = |text: &str| matches!(text, "" | "0");
    let mut text = format!("{} rules passed", count("passed"));
    for (key, word) in [("failed", "failed"), ("error", "not run"), ("not_evaluated", "not evaluated")] {
        if !none(&count(key)) {
            text.push_str(&format!(", {} {word}", count(key)));
        }
    }
    text
}
