//! `tessera deny`: refuses an access request, with a word why.

use clap::Args;
use model::id::RequestId;
use serde_json::json;

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
};

/// Refuse an access request.
#[derive(Debug, Args)]
pub struct Deny {
    /// The request: req-N
    #[arg(value_name = "REQ-N", value_parser = parsed::<RequestId>)]
    request: RequestId,
    /// Why, for the requester; kept on the record
    #[arg(long)]
    note: String,
    #[command(flatten)]
    output: Output,
}

impl Deny {
    /// Decides.
    ///
    /// # Errors
    /// The request is not the caller's to decide, or is decided already.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let body = json!({ "decision": "deny", "note": self.note });
        let answer = client.post(&format!("/requests/{}/decision", self.request), &body).await?;
        if self.output.is_json() {
            session.console.json(&answer);
        } else {
            session.console.data(&format!("{} denied", self.request));
        }
        Ok(Exit::Done)
    }
}
