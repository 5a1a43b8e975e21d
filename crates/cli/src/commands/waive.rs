//! `tessera waive`: the steward's recorded waiver of a restriction that a port's rows lost on the way.

use clap::Args;
use model::{Code, Digest, Problem, reference::Reference};
use serde_json::json;

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
};

/// Let a port go on without a restriction of its input, on the record.
#[derive(Debug, Args)]
pub struct Waive {
    /// The port: DOMAIN.PRODUCT.PORT
    #[arg(value_name = "REF.PORT", value_parser = parsed::<Reference>)]
    port: Reference,
    /// The restriction, as the refusal of the publication names it
    #[arg(value_name = "RESTRICTION", value_parser = parsed::<Digest>)]
    restriction: Digest,
    /// Why the rows do not need it; kept on the record
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    output: Output,
}

impl Waive {
    /// Records the waiver.
    ///
    /// # Errors
    /// The port is not one of the caller's domain.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let (Some(port), None) = (&self.port.port, &self.port.column) else {
            return Err(Failure {
                usage: true,
                ..Problem::new(Code::InvalidValue, "a restriction is waived on one port")
                    .with_hint("write DOMAIN.PRODUCT.PORT")
                    .into()
            });
        };
        let client = session.client()?;
        let port = format!("{}.{port}", self.port.product);
        let body = json!({ "port": port, "restriction": self.restriction, "reason": self.reason });
        let answer = client.post("/waivers", &body).await?;
        if self.output.is_json() {
            session.console.json(&answer);
        } else {
            session.console.data(&format!("{port} goes on without that restriction"));
            session.console.talk("it holds from the next publication on");
        }
        Ok(Exit::Done)
    }
}
