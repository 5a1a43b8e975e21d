//! `tessera requests`: the caller's requests and those that wait for the caller.

use clap::Args;
use serde_json::Value;

use super::who_can_read::under_line;
use crate::{
    Exit, Failure, Session,
    arguments::Output,
    console::{Style, visible},
    json, table,
};

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
        let style = session.console.style();
        for item in &list.items {
            for line in to_decide(item, style) {
                session.console.data(&line);
            }
        }
        super::tell_more(session, list.more);
        Ok(Exit::Done)
    }
}

/// All that whoever decides needs to know, and what they may type; nothing for requests that are not theirs.
fn to_decide(item: &Value, style: Style) -> Vec<String> {
    let Some(facts) = item.get("to_decide").filter(|facts| facts.is_object()) else { return Vec::new() };
    let list = |key: &str| json::list(facts, key).iter().map(json::plain).collect::<Vec<_>>().join(", ");
    let or = |text: String, none: &str| if text.is_empty() { none.to_owned() } else { text };
    let (id, by) = (json::text(item, "id"), json::text(item, "by"));
    let until = or(json::instant(item, "until"), &format!("the longest, {} days", json::text(facts, "max_days")));
    let mut lines = vec![
        format!("\n{} {} of {by}", style.bold(&visible(&id)), visible(&json::text(item, "purpose"))),
        format!("  why    {}", visible(&json::text(item, "reason"))),
        format!("  who    {}; {}", or(list("groups"), "in no group"), or(list("holds"), "holds nothing here")),
        format!("  until  {until}"),
    ];
    match facts.get("would_get").filter(|under| under.is_object()) {
        None => lines.push(
            "  gets   nothing as things are: nothing is served, or the purpose is none of the product's".to_owned(),
        ),
        Some(under) => {
            lines.extend(
                json::list(under, "ports").iter().map(|port| format!("  gets   {}", visible(&under_line(port)))),
            );
        }
    }
    lines.push(format!("  decide tessera approve {id}    or: tessera deny {id} --note \"...\""));
    lines
}
