//! `tessera whoami`: the principal, groups and roles behind the login.

use clap::Args;

use crate::{Exit, Failure, Session, arguments::Output, json, table};

/// Show who you are, and what you may do.
#[derive(Debug, Args)]
pub struct Whoami {
    #[command(flatten)]
    output: Output,
}

impl Whoami {
    /// Asks the mesh.
    ///
    /// # Errors
    /// Not logged in, or the server does not answer.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let who = client.get("/whoami").await?;
        if self.output.is_json() {
            session.console.json(&who);
            return Ok(Exit::Done);
        }
        let mut rows = Vec::new();
        for key in ["principal", "mesh", "groups", "roles", "attributes", "purpose", "scopes", "until", "postgres"] {
            let value = who.get(key).or_else(|| who.get("token").and_then(|token| token.get(key)));
            let text = match value {
                Some(serde_json::Value::Object(fields)) => fields
                    .iter()
                    .map(|(key, value)| format!("{key}={}", json::plain(value)))
                    .collect::<Vec<_>>()
                    .join(", "),
                Some(_) if key == "until" => json::instant(who.get("token").unwrap_or(&who), key),
                Some(value) => json::plain(value),
                None => continue,
            };
            if !text.is_empty() {
                rows.push([key.to_owned(), text]);
            }
        }
        rows.push(["address".to_owned(), client.url().to_owned()]);
        let text = table::of_facts(&rows, session.console.style());
        session.console.data(&text);
        Ok(Exit::Done)
    }
}
