//! `tessera request`: asks for access to a product.

use clap::Args;
use model::{access::RowsGrant, class::ClassName, name::PurposeName, principal::Subject, reference::ProductRef};
use serde_json::{Value, json};

use crate::{
    Exit, Failure, Session,
    arguments::{Output, Until, parsed},
    json as read,
};

/// Ask for access to a product.
#[derive(Debug, Args)]
pub struct Request {
    /// The product: DOMAIN.PRODUCT
    #[arg(value_name = "REF", value_parser = parsed::<ProductRef>)]
    product: ProductRef,
    /// Why the data is read: one of the mesh's purposes
    #[arg(long, value_parser = parsed::<PurposeName>)]
    purpose: PurposeName,
    /// Why you need it, in your words, for the person who decides
    #[arg(long)]
    reason: String,
    /// Until when; the product's longest time if absent
    #[arg(long, value_name = "DATE", value_parser = parsed::<Until>)]
    until: Option<Until>,
    /// For a group or another principal: group:NAME, user:NAME, service:NAME; yourself if absent
    #[arg(long = "for", value_name = "SUBJECT", value_parser = parsed::<Subject>)]
    subject: Option<Subject>,
    /// Which rows: a scope of the product, or all; its default scope if absent
    #[arg(long, value_name = "SCOPE", value_parser = parsed::<RowsGrant>)]
    rows: Option<RowsGrant>,
    /// A class to see unmasked; may be repeated
    #[arg(long, value_name = "CLASS", value_parser = parsed::<ClassName>)]
    clear: Vec<ClassName>,
    #[command(flatten)]
    output: Output,
}

impl Request {
    /// Sends the request.
    ///
    /// # Errors
    /// The product is invisible, or the purpose is not one it may be read for.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let mut body = json!({ "product": self.product, "purpose": self.purpose, "reason": self.reason });
        if let Some(fields) = body.as_object_mut() {
            let optional = [
                ("until", self.until.as_ref().map(|until| Value::from(until.0.clone()))),
                ("for", self.subject.as_ref().map(|subject| Value::from(subject.to_string()))),
                ("rows", self.rows.as_ref().map(|rows| Value::from(rows.to_string()))),
                ("clear", Some(json!(self.clear)).filter(|_| !self.clear.is_empty())),
            ];
            fields.extend(optional.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
        }
        let answer = client.post("/requests", &body).await?;
        if self.output.is_json() {
            session.console.json(&answer);
            return Ok(Exit::Done);
        }
        session.console.data(&read::text(&answer, "id"));
        let decider = read::text(&answer, "approver");
        let talk = match (read::text(&answer, "state").as_str(), decider.as_str()) {
            ("approved", _) => format!("granted at once: you may read `{}` for {}", self.product, self.purpose),
            (_, "") => "waiting for a decision".to_owned(),
            (_, decider) => format!("waiting for a decision of `{decider}`"),
        };
        session.console.talk(&talk);
        Ok(Exit::Done)
    }
}
