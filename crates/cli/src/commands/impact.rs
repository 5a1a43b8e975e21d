//! `tessera impact`: who would feel a change of a product or column.

use clap::Args;
use model::reference::Reference;
use serde_json::Value;

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed_as_text},
    client::encode,
    console::visible,
    json, table,
};

/// Show who would feel a change of a product or column: what is made of it, and who reads that.
#[derive(Debug, Args)]
pub struct Impact {
    /// DOMAIN.PRODUCT, with .PORT and .COLUMN if only these would change
    #[arg(value_name = "REF", value_parser = parsed_as_text::<Reference>)]
    of: String,
    #[command(flatten)]
    output: Output,
}

impl Impact {
    /// Prints what is made of it, the nearest first, and who read any of that, the latest first.
    ///
    /// # Errors
    /// The product is absent or invisible to the caller.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let answer = client.get(&format!("/impact?of={}", encode(&self.of))).await?;
        if self.output.is_json() {
            session.console.json(&answer);
            return Ok(Exit::Done);
        }
        let style = session.console.style();
        let affected = json::list(&answer, "affected");
        if !affected.is_empty() {
            let rows: Vec<_> =
                affected.iter().map(|item| [json::text(item, "name"), json::text(item, "far")]).collect();
            session.console.data(&table::of_rows(["made of it", "products away"], &rows, style));
        }
        let readers = json::list(&answer, "readers");
        if !readers.is_empty() {
            session.console.data(&table::of_rows(HEADER, &readers.iter().map(reader).collect::<Vec<_>>(), style));
        }
        let (made, read) = (affected.len(), readers.len());
        session.console.talk(&format!("{made} made of {}, {read} who read any of it", visible(&self.of)));
        let untold = json::list(&answer, "readers_untold").iter().map(json::plain).collect::<Vec<_>>();
        if !untold.is_empty() {
            let names = visible(&untold.join(", "));
            session.console.talk(&format!("who reads {names} is for those who answer for it to know"));
        }
        Ok(Exit::Done)
    }
}

pub(super) const HEADER: [&str; 6] = ["reader", "port", "columns", "statements", "last", "fingerprints"];
/// Fingerprints of statements that a line names.
const NAMED: usize = 3;

/// A reader's line.
pub(super) fn reader(used: &Value) -> [String; 6] {
    let columns = json::list(used, "columns").iter().map(json::plain).collect::<Vec<_>>().join(", ");
    [
        json::text(used, "principal"),
        json::text(used, "port"),
        columns,
        json::text(used, "statements"),
        json::instant(used, "last"),
        fingerprints(used),
    ]
}

/// The beginnings of the statements' fingerprints, by which `tessera audit --json` names them.
fn fingerprints(used: &Value) -> String {
    let all = json::list(used, "fingerprints");
    let short = |fingerprint: &Value| json::plain(fingerprint).chars().take(12).collect::<String>();
    let more = all.len().saturating_sub(NAMED);
    let mut named: Vec<String> = all.iter().take(NAMED).map(short).collect();
    if more > 0 {
        named.push(format!("{more} more"));
    }
    named.join(", ")
}
