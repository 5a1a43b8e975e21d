//! `tessera journal`: the record of every decision, read and verified.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::{Exit, Failure, Session, arguments::Output, json, table};

/// Read and verify the record of every decision.
#[derive(Debug, Args)]
pub struct Journal {
    /// What to do with it.
    #[command(subcommand)]
    pub action: Action,
}

/// What can be done with the journal.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List records
    Show(Show),
    /// Verify the chain from the first record to the last, and name the first that does not hold
    Verify(Verify),
}

/// List records.
#[derive(Debug, Args)]
pub struct Show {
    /// The first record to show
    #[arg(long, value_name = "SEQ")]
    from: Option<u64>,
    /// How many
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: u32,
    #[command(flatten)]
    output: Output,
}

/// Verify the chain.
#[derive(Debug, Args)]
pub struct Verify {
    /// Verify a stopped mesh in its data directory instead of asking a server
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The form of the verdict.
    #[command(flatten)]
    pub output: Output,
}

impl Journal {
    /// Asks the server. A stopped mesh is verified by the binary.
    ///
    /// # Errors
    /// The chain does not hold, or the journal is not the caller's to read.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        match self.action {
            Action::Show(show) => {
                let from = show.from.map(|from| format!("from={from}&")).unwrap_or_default();
                let page = client.get(&format!("/journal?{from}limit={}", show.limit)).await?;
                let items = page.as_array().map_or_else(|| json::list(&page, "items"), Vec::as_slice);
                if show.output.is_json() {
                    session.console.json(&Value::Array(items.to_vec()));
                } else {
                    print(session, items);
                }
            }
            Action::Verify(verify) => {
                let verdict = client.get("/journal/verify").await?;
                tell_verdict(session, &verdict, verify.output);
            }
        }
        Ok(Exit::Done)
    }
}

fn print(session: &mut Session, items: &[Value]) {
    let rows: Vec<_> = items
        .iter()
        .map(|record| {
            [
                json::text(record, "seq"),
                json::instant(record, "at"),
                json::text(record, "actor"),
                json::text(record, "kind"),
                what(record.get("body").unwrap_or(&Value::Null)),
            ]
        })
        .collect();
    let text = table::of_rows(["seq", "at", "actor", "kind", "what"], &rows, session.console.style());
    session.console.data(&text);
}

/// The facts of a record that people look for, in one line; `--output json` has all of them.
fn what(body: &Value) -> String {
    const FACTS: [&str; 13] = [
        "path",
        "product",
        "object",
        "subject",
        "principal",
        "purpose",
        "rows",
        "request",
        "entitlement",
        "version",
        "publication",
        "publications",
        "class",
    ];
    /// What says enough only where there is none of those, or beside them.
    const ENDS: [&str; 11] =
        ["repository", "commit", "domain", "token", "port", "column", "class", "to", "why", "node", "seq"];
    let told = |keys: &[&str]| keys.iter().filter_map(|key| find(body, key, 0)).collect::<Vec<_>>();
    let mut facts = told(&FACTS);
    if facts.is_empty() {
        facts = told(&ENDS);
    } else {
        facts.extend(told(&["to", "why"]));
    }
    if facts.is_empty() {
        plain_values(body, &mut facts);
    }
    facts.join(" ")
}

/// Every text and number of a body whose kind is not known here, within bounds.
fn plain_values(value: &Value, into: &mut Vec<String>) {
    const MOST: usize = 4;
    match value {
        Value::Object(fields) => fields.values().for_each(|inner| plain_values(inner, into)),
        Value::String(text) if into.len() < MOST => into.push(text.clone()),
        Value::Number(number) if into.len() < MOST => into.push(number.to_string()),
        _ => {}
    }
}

/// The first plain text under a key, not too deep.
fn find(value: &Value, key: &str, depth: u8) -> Option<String> {
    let fields = value.as_object().filter(|_| depth < 3)?;
    match fields.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(format!("{key} {number}")),
        Some(Value::Array(items)) if !items.is_empty() && items.iter().all(Value::is_string) => {
            let first: Vec<&str> = items.iter().filter_map(Value::as_str).take(4).collect();
            let more = if items.len() > first.len() { " ..." } else { "" };
            Some(format!("{}{more}", first.join(" ")))
        }
        _ => fields.values().find_map(|inner| find(inner, key, depth + 1)),
    }
}

/// Prints that a chain holds.
pub fn tell_verdict(session: &mut Session, verdict: &Value, output: Output) {
    if output.is_json() {
        session.console.json(verdict);
        return;
    }
    let head = json::text(verdict, "head");
    let head = head.get(..12).unwrap_or(&head);
    session.console.data(&format!("the chain holds: {} records, head {head}", json::text(verdict, "records")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_what_it_is_about() {
        let body = serde_json::json!({"entitlement": {"id": 20, "subject": "user:ana", "product": "shop.orders",
            "purposes": {"only": ["analytics"]}, "rows": "default"}});
        assert_eq!(what(&body), "shop.orders user:ana default");
        assert_eq!(what(&Value::Null), "");
        for (body, told) in [
            (serde_json::json!({"repository": "mesh:acme", "dirty": false, "genesis": true}), "mesh:acme"),
            (serde_json::json!({"domain": "shop", "zones": []}), "shop"),
            (serde_json::json!({"token": 9, "why": "revoked"}), "token 9 revoked"),
            (serde_json::json!({"entitlement": 9, "why": "expired"}), "entitlement 9 expired"),
            (serde_json::json!({"node": "local", "seq": 7, "hash": "ab"}), "local seq 7"),
            (serde_json::json!({"object": {"silver": {"table": "t"}}}), "t"),
            (
                serde_json::json!({"product": "shop.orders", "publications": ["pub-7", "pub-9"]}),
                "shop.orders pub-7 pub-9",
            ),
        ] {
            assert_eq!(what(&body), told, "{body}");
        }
    }
}
