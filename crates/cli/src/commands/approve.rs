//! `tessera approve`: grants an access request. Approval is the grant: it holds from the next statement on.

use clap::Args;
use model::{access::RowsGrant, id::RequestId};
use serde_json::{Value, json};

use crate::{
    Exit, Failure, Session,
    arguments::{Output, Until, parsed},
    json as read,
};

/// Grant an access request.
#[derive(Debug, Args)]
pub struct Approve {
    /// The request: req-N
    #[arg(value_name = "REQ-N", value_parser = parsed::<RequestId>)]
    request: RequestId,
    /// Until when, if sooner than asked
    #[arg(long, value_name = "DATE", value_parser = parsed::<Until>)]
    until: Option<Until>,
    /// Other rows than asked
    #[arg(long, value_name = "SCOPE", value_parser = parsed::<RowsGrant>)]
    rows: Option<RowsGrant>,
    /// A word to the requester, kept on the record
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl Approve {
    /// Decides.
    ///
    /// # Errors
    /// The request is not the caller's to decide, or is decided already.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let mut body = json!({ "decision": "approve" });
        if let Some(fields) = body.as_object_mut() {
            let optional = [
                ("until", self.until.as_ref().map(|until| until.0.clone())),
                ("rows", self.rows.as_ref().map(ToString::to_string)),
                ("note", self.note.clone()),
            ];
            fields.extend(optional.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Value::from(value?)))));
        }
        let answer = client.post(&format!("/requests/{}/decision", self.request), &body).await?;
        if self.output.is_json() {
            session.console.json(&answer);
        } else {
            session.console.data(&read::text(&answer, "entitlement"));
            session.console.talk("granted; it holds from the next statement on");
        }
        Ok(Exit::Done)
    }
}
