//! `tessera requests`: the caller's requests and those that wait for the caller.

use clap::Args;
use serde_json::Value;

use crate::{Exit, Failure, Session, arguments::Output, json, table};

/// List access requests: yours, and those that wait for you.
#[derive(Debug, Args)]
pub struct Requests {
    /// Only those that wait for a decision
    #[arg(long)]
    pending: bool,
    #[command(flatten)]
    output: Output,
}

impl Requests {
    /// Lists them.
    ///
    /// # Errors
    /// Not logged in, or the server does not answer.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let mut list = client.list("/requests").await?;
        if self.pending {
            list.items.retain(|item| json::text(item, "state") == "pending");
        }
        if self.output.is_json() {
            session.console.json(&Value::Array(list.items));
            return Ok(Exit::Done);
        }
        if list.items.is_empty() {
            session.console.talk("no requests");
            return Ok(Exit::Done);
        }
        let rows: Vec<_> = list
            .items
            .iter()
            .map(|item| {
                [
                    json::text(item, "id"),
                    json::text(item, "state"),
                    json::text(item, "subject"),
                    json::text(item, "product"),
                    json::text(item, "purpose"),
                    json::text(item, "rows"),
                    json::text(item, "clear"),
                    json::text(item, "entitlement"),
                    json::text(item, "reason"),
                ]
            })
            .collect();
        let header = ["request", "state", "for", "product", "purpose", "rows", "clear", "entitlement", "reason"];
        let text = table::of_rows(header, &rows, session.console.style());
        session.console.data(&text);
        super::tell_more(session, list.more);
        Ok(Exit::Done)
    }
}
