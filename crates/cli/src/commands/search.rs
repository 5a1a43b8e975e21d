//! `tessera search`: the marketplace in one table.

use clap::Args;
use serde_json::Value;

use crate::{Exit, Failure, Session, arguments::Output, client::encode, console::visible, json, table};

/// Products that are shown at once.
const MOST: usize = 200;

/// Find products.
#[derive(Debug, Args)]
pub struct Search {
    /// Words to look for, or col:customer_id, tag:, term:, name:, owner:, domain:, class:, tier:, state:, access:;
    /// every product you may see if absent
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    #[command(flatten)]
    output: Output,
}

impl Search {
    /// Searches names, titles, columns, tags, terms and texts of what the caller may see, the best first.
    ///
    /// # Errors
    /// Not logged in, or the server does not answer.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let question = encode(&self.text.join(" "));
        if self.output.is_json() {
            let list = client.list(&format!("/products?q={question}")).await?;
            session.console.json(&Value::Array(list.items));
            super::tell_more(session, list.more);
            return Ok(Exit::Done);
        }
        let found = client.get(&format!("/products?limit={MOST}&q={question}")).await?;
        let items = json::list(&found, "items");
        if items.is_empty() {
            session.console.talk("no product that you may see matches");
            let near = json::text(&found, "suggestion");
            if !near.is_empty() {
                session.console.talk(&format!("did you mean `{}`?", visible(&near)));
            }
            return Ok(Exit::Done);
        }
        let rows: Vec<_> = items
            .iter()
            .map(|item| {
                let reference = json::text(item, "reference");
                let purpose = json::text(item, "purpose");
                let about = if purpose.is_empty() { json::text(item, "title") } else { purpose };
                let about: String = about.split_whitespace().collect::<Vec<_>>().join(" ");
                [
                    reference,
                    json::text(item, "version"),
                    json::text(item, "status"),
                    json::text(item, "freshness"),
                    json::text(item, "access"),
                    json::text(item, "owner"),
                    about.chars().take(60).collect(),
                    why(item),
                ]
            })
            .collect();
        let header = ["product", "version", "status", "fresh", "access", "owner", "about", "found in"];
        let text = table::of_rows(header, &rows, session.console.style());
        session.console.data(&text);
        let total = json::text(&found, "total");
        if found.get("next").is_some() {
            session.console.talk(&format!("the first {} of {total}; narrow the search", items.len()));
        }
        Ok(Exit::Done)
    }
}

/// Where the words were found, in a few.
fn why(item: &Value) -> String {
    let places = json::list(item, "why").iter().map(|why| match json::text(why, "place").as_str() {
        "" => json::text(why, "in"),
        place => format!("{} {place}", json::text(why, "in")),
    });
    let mut places: Vec<String> = places.collect();
    places.dedup();
    places.join(", ")
}
