//! `tessera rejects`: the rows of a source table that ingestion set aside, with reasons and places; never their values.

use clap::Args;
use model::name::{DomainName, TableName};
use serde_json::Value;

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
    console::visible,
    json,
    progress::thousands,
    table,
};

/// Show which rows of a source table were set aside, and why.
#[derive(Debug, Args)]
pub struct Rejects {
    /// The source table: DOMAIN.TABLE
    #[arg(value_name = "DOMAIN.TABLE", value_parser = parse_table)]
    table: (DomainName, TableName),
    /// How many rows to list
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    limit: u32,
    #[command(flatten)]
    output: Output,
}

impl Rejects {
    /// Prints the reasons with their counts, then the places.
    ///
    /// # Errors
    /// The table is absent, or not the caller's to build.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let (domain, table) = &self.table;
        let path = format!("/domains/{domain}/tables/bronze/{table}/rejects?limit={}", self.limit);
        let found = client.get(&path).await?;
        if self.output.is_json() {
            session.console.json(&found);
            return Ok(Exit::Done);
        }
        let count = |key: &str| found.get(key).and_then(Value::as_u64).unwrap_or(0);
        let (taken, rejected) = (count("taken"), count("rejected"));
        session.console.talk(&format!(
            "{domain}.{table}: {} rows taken, {} set aside",
            thousands(taken),
            thousands(rejected)
        ));
        if rejected == 0 {
            return Ok(Exit::Done);
        }
        session.console.talk(&reasons(json::list(&found, "reasons"), session.console.style_err()));
        let items = json::list(&found, "items");
        let rows: Vec<_> = items
            .iter()
            .map(|item| {
                [format!("{}:{}", json::text(item, "file"), json::text(item, "line")), json::text(item, "reason")]
            })
            .collect();
        let text = table::of_rows(["at", "reason"], &rows, session.console.style());
        session.console.data(&text);
        if (items.len() as u64) < rejected {
            session.console.talk(&format!("the first {} of {}; --limit shows more", items.len(), thousands(rejected)));
        }
        session
            .console
            .talk(&format!("their text lies in `bronze.{table}__rejected`, which a step of the domain may read"));
        Ok(Exit::Done)
    }
}

/// Reasons, each with its count and the place of the first row.
pub(super) fn reasons(reasons: &[Value], style: crate::console::Style) -> String {
    let rows: Vec<_> = reasons
        .iter()
        .map(|reason| {
            [
                thousands(reason.get("rows").and_then(Value::as_u64).unwrap_or(0)),
                visible(&json::text(reason, "reason")),
                format!("{}:{}", json::text(reason, "file"), json::text(reason, "line")),
            ]
        })
        .collect();
    table::of_rows(["rows", "reason", "first at"], &rows, style)
}

fn parse_table(text: &str) -> Result<(DomainName, TableName), String> {
    let (domain, table) = text.split_once('.').ok_or_else(|| format!("`{text}` is not a table; write DOMAIN.TABLE"))?;
    Ok((parsed(domain)?, parsed(table.strip_prefix("bronze.").unwrap_or(table))?))
}
