//! `tessera what-can`: everything that somebody can read.

use clap::Args;

use super::who_can_read::{then, under_lines};
use crate::{Exit, Failure, Session, arguments::Output, client::encode, console::visible, json};

/// Show what somebody can read, and exactly what of it.
#[derive(Debug, Args)]
pub struct WhatCan {
    /// A person or service; you if absent
    #[arg(value_name = "PRINCIPAL")]
    principal: Option<String>,
    /// As it was then: a date (the end of that day, UTC) or an instant; for auditors
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl WhatCan {
    /// Prints the products with what is read of each.
    ///
    /// # Errors
    /// Nobody of that name is declared.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let of = self.principal.as_deref().map(|name| format!("&principal={}", encode(name))).unwrap_or_default();
        let answer = client.get(&format!("/access/what-can?{of}{}", then(self.as_of.as_deref()))).await?;
        if self.output.is_json() {
            session.console.json(&answer);
            return Ok(Exit::Done);
        }
        let style = session.console.style();
        let products = json::list(&answer, "products");
        for product in products {
            session.console.data(&style.bold(&visible(&json::text(product, "product"))));
            for line in under_lines(product, style) {
                session.console.data(&line);
            }
            session.console.data("");
        }
        let all = answer.get("all").and_then(serde_json::Value::as_bool) == Some(true);
        let part = if all { "" } else { " that you answer for" };
        let (who, at, count) = (json::text(&answer, "principal"), json::instant(&answer, "at"), products.len());
        let noun = if count == 1 { "product" } else { "products" };
        session.console.talk(&format!("{who} can read {count} {noun}{part} at {at}"));
        Ok(Exit::Done)
    }
}
