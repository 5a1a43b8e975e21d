//! `tessera diff`: what changed between two versions of a product's contract, and what that means for its readers.

use clap::Args;
use model::reference::ProductRef;
use serde_json::Value;

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
    client::encode,
    console::{Style, visible},
    json,
};

/// Compare two versions of a product's contract: documentation, additive or breaking, and why.
#[derive(Debug, Args)]
pub struct Diff {
    /// The product: DOMAIN.PRODUCT
    #[arg(value_name = "REF", value_parser = parsed::<ProductRef>)]
    product: ProductRef,
    /// The earlier one: a version (1.2.0), a major (1), a publication (pub-12)
    #[arg(value_name = "OLD")]
    old: String,
    /// The later one, likewise; `current` is what is served, `declared` what was applied
    #[arg(value_name = "NEW", default_value = "current")]
    new: String,
    #[command(flatten)]
    output: Output,
}

impl Diff {
    /// Prints the verdict and every change with its reason.
    ///
    /// # Errors
    /// The product or one of its versions is absent or invisible to the caller.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let path = format!(
            "/products/{}/{}/diff?old={}&new={}",
            self.product.domain,
            self.product.product,
            encode(&self.old),
            encode(&self.new)
        );
        let difference = client.get(&path).await?;
        if self.output.is_json() {
            session.console.json(&difference);
            return Ok(Exit::Done);
        }
        let style = session.console.style();
        let text = |key: &str| json::text(&difference, key);
        for line in change_lines(&difference, style) {
            session.console.data(&line);
        }
        let talk = match text("verdict").as_str() {
            "" => format!("{} and {} promise the same", text("old"), text("new")),
            verdict => format!("{} to {} is {verdict}: {} or higher", text("old"), text("new"), text("least")),
        };
        session.console.talk(&talk);
        Ok(Exit::Done)
    }
}

/// One line for each change, the reason beside it.
pub(super) fn change_lines(difference: &Value, style: Style) -> Vec<String> {
    let line = |change: &Value| {
        let text = |key: &str| json::text(change, key);
        let verdict = text("verdict");
        let word = format!("{verdict:<13}");
        let word = match verdict.as_str() {
            "breaking" => style.red(&word),
            "additive" => style.green(&word),
            _ => style.dim(&word),
        };
        let place = [text("port"), text("column")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        let place = if place.is_empty() { String::new() } else { format!("`{}`: ", place.join(".")) };
        format!(
            "{word} {} {}",
            visible(&format!("{place}{}", text("what"))),
            style.dim(&visible(&format!("({})", text("why"))))
        )
    };
    json::list(difference, "changes").iter().map(line).collect()
}
