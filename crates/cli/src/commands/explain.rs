//! `tessera explain`: why somebody can read a product, or cannot.

use clap::Args;
use model::reference::ProductRef;
use serde_json::Value;

use super::who_can_read::{rows_text, then};
use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
    client::encode,
    console::visible,
    json, table,
};

/// Show why somebody can read a product, or cannot: every reason, down to each column.
#[derive(Debug, Args)]
pub struct Explain {
    /// A person or service
    #[arg(value_name = "PRINCIPAL")]
    principal: String,
    /// The product: DOMAIN.PRODUCT
    #[arg(value_name = "REF", value_parser = parsed::<ProductRef>)]
    product: ProductRef,
    /// As it was then: a date (the end of that day, UTC) or an instant; for auditors
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl Explain {
    /// Prints the chain of reasons.
    ///
    /// # Errors
    /// The product is absent, invisible, or not the caller's to answer for; nobody of that name is declared.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let path = format!(
            "/access/explain?product={}&principal={}{}",
            self.product,
            encode(&self.principal),
            then(self.as_of.as_deref())
        );
        let answer = client.get(&path).await?;
        if self.output.is_json() {
            session.console.json(&answer);
            return Ok(Exit::Done);
        }
        let style = session.console.style();
        for line in reasons(&answer) {
            session.console.data(&visible(&line));
        }
        for under in json::list(&answer, "under") {
            for port in json::list(under, "ports") {
                let head =
                    format!("{}.{} for {}", self.product, json::text(port, "port"), json::text(under, "purpose"));
                session.console.data(&format!("\n{}: rows {}", style.bold(&head), visible(&rows_text(port))));
                let rows: Vec<_> = json::list(port, "columns")
                    .iter()
                    .map(|column| {
                        let reasons = json::list(column, "reasons").iter().map(json::plain).collect::<Vec<_>>();
                        [json::text(column, "column"), json::text(column, "outcome"), reasons.join("; ")]
                    })
                    .collect();
                session.console.data(&table::of_rows(["column", "seen", "because"], &rows, style));
            }
        }
        let can = answer.get("can_read").and_then(Value::as_bool) == Some(true);
        let verb = if can { "can read" } else { "cannot read" };
        let (who, at) = (json::text(&answer, "principal"), json::instant(&answer, "at"));
        session.console.talk(&format!("{who} {verb} {} at {at}", self.product));
        let hint = json::text(&answer, "hint");
        if !hint.is_empty() {
            session.console.talk(&format!("hint: {}", visible(&hint)));
        }
        Ok(Exit::Done)
    }
}

/// The sentences that come before any column.
fn reasons(answer: &Value) -> Vec<String> {
    let who = json::text(answer, "principal");
    let list = |value: &Value, key: &str| json::list(value, key).iter().map(json::plain).collect::<Vec<_>>().join(", ");
    let mut lines = vec![match list(answer, "groups").as_str() {
        "" => format!("{who} is in no group"),
        groups => format!("{who} is in {groups}"),
    }];
    lines.push(match json::text(answer, "visible").as_str() {
        "" => "the product is not listed, and invisible to them".to_owned(),
        why => format!("the product is visible: {why}"),
    });
    for grant in json::list(answer, "grants") {
        let text = |key: &str| json::text(grant, key);
        let to = match text("group").as_str() {
            "" => who.clone(),
            group => format!("group:{group}"),
        };
        let from = match text("request").as_str() {
            "" => text("decided_by"),
            request => format!("{request}, {}", text("decided_by")),
        };
        let clear = match list(grant, "clear").as_str() {
            "" => String::new(),
            classes => format!(", {classes} clear"),
        };
        let until = match json::instant(grant, "until").as_str() {
            "" => String::new(),
            until => format!(" until {until}"),
        };
        let state = match (text("state").as_str(), json::instant(grant, "over_since")) {
            ("active", _) => String::new(),
            (state, since) => format!("; {state} since {since}"),
        };
        lines.push(format!(
            "{} lets {to} read {} rows for {}{clear}, from {}{until} ({from}){state}",
            text("id"),
            text("rows"),
            list(grant, "purposes"),
            json::instant(grant, "since"),
        ));
    }
    let waiting = list(answer, "waiting");
    if !waiting.is_empty() {
        lines.push(format!("{waiting} waits for a decision"));
    }
    let refused = json::text(answer, "refused");
    if !refused.is_empty() {
        lines.push(format!("refused: {refused}"));
    }
    lines
}
