//! The fingerprint of a command: the same id with another fingerprint is another command.

use model::{Digest, Problem};
use serde::Serialize;

use super::{Command, Revocation, Verdict};
use crate::plan::wanted;

impl Command {
    /// A digest of everything the command says. A token's hash is left out: a repeated call makes another secret, and
    /// must learn that the first one was already handed out.
    ///
    /// # Errors
    /// Problems of the repository, for an apply.
    pub fn fingerprint(&self) -> Result<Digest, Problem> {
        let name = self.name();
        match self {
            Self::Apply(apply) => {
                let files = wanted::digest_of(&apply.repository)?;
                let expected = apply.expected.as_ref();
                of(name, &(files, &apply.commit, apply.dirty, &apply.confirmed, expected, apply.allowed_only))
            }
            Self::RecordZoneReady { domain, locations } => of(name, &(domain, locations)),
            Self::StartPublication { product, contract } => of(name, &(product, contract)),
            Self::Publish(p) => {
                let facts = (&p.product, &p.version, p.contract, &p.ports, p.gate, p.lineage);
                of(name, &(facts, &p.regions, &p.inputs, p.based_on))
            }
            Self::Rollback { product, to } => of(name, &(product, to)),
            Self::RequestAccess(r) => {
                let reason = Digest::of(r.reason.as_bytes());
                of(name, &(&r.product, &r.subject, &r.purpose, &r.rows, &r.clear, r.until, reason))
            }
            Self::Decide { request, verdict } => match verdict {
                Verdict::Approve { until, rows, note } => of(name, &(request, "approve", until, rows, note)),
                Verdict::Deny { note } => of(name, &(request, "deny", note)),
            },
            Self::Discuss { request, text } => of(name, &(request, text)),
            Self::Revoke(Revocation::Entitlement(id)) => of(name, id),
            Self::Revoke(Revocation::Request(id)) => of(name, id),
            Self::CreateToken { principal, label, scopes, purpose, until, hash: _ } => {
                of(name, &(principal, label, scopes, purpose, until))
            }
            Self::RevokeToken { token } => of(name, token),
            Self::Declassify { port, column, class, reason } => of(name, &(port, column, class, reason)),
            Self::WaiveRestriction { port, restriction, reason } => of(name, &(port, restriction, reason)),
            Self::RetirePublications { product, retention } => {
                of(name, &(product, retention.publications, retention.unreferenced))
            }
            Self::LatchExpired => of(name, &()),
            Self::AnchorActivity { node, seq, hash } => of(name, &(node, seq, hash)),
        }
    }
}

fn of(name: &str, said: &impl Serialize) -> Result<Digest, Problem> {
    serde_json::to_vec(&(name, said)).map(|bytes| Digest::of(&bytes)).map_err(Problem::internal)
}
