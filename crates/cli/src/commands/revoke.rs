//! `tessera revoke`: ends an entitlement; the very next statement is refused.

use clap::Args;
use model::{
    Problem,
    id::{EntitlementId, RequestId},
};

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
};

/// End an entitlement, or take back a request.
#[derive(Debug, Args)]
pub struct Revoke {
    /// The entitlement or the request: ent-N or req-N
    #[arg(value_name = "ENT-N or REQ-N", value_parser = parsed::<Revocable>)]
    what: Revocable,
    #[command(flatten)]
    output: Output,
}

/// What can be revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Revocable {
    Entitlement(EntitlementId),
    Request(RequestId),
}

impl std::str::FromStr for Revocable {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        if text.starts_with("req-") {
            return text.parse().map(Self::Request);
        }
        text.parse().map(Self::Entitlement)
    }
}

impl Revoke {
    /// Revokes.
    ///
    /// # Errors
    /// It is not the caller's to revoke, or has ended already.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let (path, id) = match &self.what {
            Revocable::Entitlement(id) => (format!("/entitlements/{id}"), id.to_string()),
            Revocable::Request(id) => (format!("/requests/{id}"), id.to_string()),
        };
        let answer = client.delete(&path).await?;
        if self.output.is_json() {
            session.console.json(&answer);
        } else {
            session.console.data(&format!("{id} revoked"));
            session.console.talk("it holds from the next statement on");
        }
        Ok(Exit::Done)
    }
}
