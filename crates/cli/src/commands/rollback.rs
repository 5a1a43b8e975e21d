//! `tessera rollback`: serves an earlier publication again.

use clap::Args;
use model::{id::PublicationId, reference::ProductRef};
use serde_json::json;

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
};

/// Serve an earlier publication again.
#[derive(Debug, Args)]
pub struct Rollback {
    /// The product: DOMAIN.PRODUCT
    #[arg(value_name = "DOMAIN.PRODUCT", value_parser = parsed::<ProductRef>)]
    product: ProductRef,
    /// The publication to serve: pub-N
    #[arg(value_name = "PUB-N", value_parser = parsed::<PublicationId>)]
    to: PublicationId,
    #[command(flatten)]
    output: Output,
}

impl Rollback {
    /// Pins the publication.
    ///
    /// # Errors
    /// It is unknown, out of reach, or not the caller's to roll back.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let answer = client.post("/rollbacks", &json!({ "product": self.product, "to": self.to })).await?;
        if self.output.is_json() {
            session.console.json(&answer);
        } else {
            session.console.data(&format!("{} serves {} again", self.product, self.to));
        }
        Ok(Exit::Done)
    }
}
