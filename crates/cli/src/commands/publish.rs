//! `tessera publish`: builds a product's candidate, gates it and publishes it, or stops before the commit.

use clap::Args;
use model::reference::ProductRef;
use serde_json::{Value, json};

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
    console::visible,
    json as read,
    progress::{duration, thousands},
    table,
};

/// Build a product's candidate if needed, gate it and publish it.
#[derive(Debug, Args)]
pub struct Publish {
    /// The product: DOMAIN.PRODUCT
    #[arg(value_name = "DOMAIN.PRODUCT", value_parser = parsed::<ProductRef>)]
    product: ProductRef,
    /// Stop before the commit: show what the gate says
    #[arg(long)]
    dry_run: bool,
    /// Show every rule, not only those that did not pass
    #[arg(long)]
    rules: bool,
    #[command(flatten)]
    output: Output,
}

impl Publish {
    /// Publishes and prints the gate's verdict.
    ///
    /// # Errors
    /// The gate or a standard refuses; the previous publication still serves.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let body = json!({ "product": self.product, "dry_run": self.dry_run });
        let report = super::run::follow(session, &client, "/publications", &body).await;
        let (domain, product) = (&self.product.domain, &self.product.product);
        let file = format!("domains/{domain}/products/{product}/contract.yaml");
        let report = report.map_err(|failure| failure.unless_applied(&session.environment, &file))?;
        if self.output.is_json() {
            session.console.json(&report);
        } else {
            self.print(session, &report);
        }
        let refused = read::list(report.get("gate").unwrap_or(&Value::Null), "rules").iter().any(blocks);
        Ok(if refused { Exit::Refused } else { Exit::Done })
    }

    fn print(&self, session: &mut Session, report: &Value) {
        let style = session.console.style();
        let gate = report.get("gate").cloned().unwrap_or_default();
        let rules = read::list(&gate, "rules");
        let shown: Vec<[String; 5]> = rules
            .iter()
            .filter(|rule| self.rules || read::text(rule, "outcome") != "passed")
            .map(|rule| {
                let port = read::text(rule, "port");
                let column = read::text(rule, "column");
                let place = if column.is_empty() { port } else { format!("{port}.{column}") };
                [
                    read::text(rule, "outcome").replace('_', " "),
                    place,
                    read::text(rule, "rule"),
                    read::text(rule, "expected"),
                    read::text(rule, "found"),
                ]
            })
            .collect();
        if !shown.is_empty() {
            session.console.data(&table::of_rows(["outcome", "on", "rule", "expected", "found"], &shown, style));
        }
        for advice in read::list(report, "advice") {
            session.console.talk(&format!("advice: {}", visible(&read::text(advice, "message"))));
            for line in read::text(advice, "paste").lines() {
                session.console.talk(&format!("  {}", visible(line)));
            }
        }
        let outcome = |word: &str| rules.iter().filter(|rule| read::text(rule, "outcome") == word).count();
        let rows: u64 = report
            .get("ports")
            .and_then(Value::as_object)
            .map(|ports| ports.values().filter_map(|port| port.get("rows").and_then(Value::as_u64)).sum())
            .unwrap_or(0);
        let verb = match (self.dry_run, report.get("publication").map(read::plain)) {
            (false, Some(publication)) => {
                format!("published {} {} as {publication}", self.product, read::text(report, "version"))
            }
            _ => format!("dry run of {} {}: nothing was published", self.product, read::text(report, "version")),
        };
        session.console.data(&format!(
            "{verb}; {} rows; {} rules passed, {} failed, {} not evaluated; {}",
            thousands(rows),
            outcome("passed"),
            outcome("failed") + outcome("error"),
            outcome("not_evaluated"),
            duration(report.get("millis").and_then(Value::as_u64).unwrap_or(0)),
        ));
    }
}

fn blocks(rule: &Value) -> bool {
    read::text(rule, "severity") == "error" && matches!(read::text(rule, "outcome").as_str(), "failed" | "error")
}
