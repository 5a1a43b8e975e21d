//! `tessera search`: the marketplace in one table.

use clap::Args;
use serde_json::Value;

use crate::{Exit, Failure, Session, arguments::Output, client::encode, json, table};

/// Find products.
#[derive(Debug, Args)]
pub struct Search {
    /// Words to look for; every product you may see if absent
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    #[command(flatten)]
    output: Output,
}

impl Search {
    /// Searches names, titles and descriptions of what the caller may see.
    ///
    /// # Errors
    /// Not logged in, or the server does not answer.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let list = client.list(&format!("/products?q={}", encode(&self.text.join(" ")))).await?;
        if self.output.is_json() {
            session.console.json(&Value::Array(list.items));
            return Ok(Exit::Done);
        }
        if list.items.is_empty() {
            session.console.talk("no product that you may see matches");
            return Ok(Exit::Done);
        }
        let rows: Vec<_> = list
            .items
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
                ]
            })
            .collect();
        let header = ["product", "version", "status", "fresh", "access", "owner", "about"];
        let text = table::of_rows(header, &rows, session.console.style());
        session.console.data(&text);
        super::tell_more(session, list.more);
        Ok(Exit::Done)
    }
}
