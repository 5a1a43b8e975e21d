//! The chain of an activity log: every record's hash covers the one before it.

use model::{Digest, Timestamp};
use sha2::{Digest as _, Sha256};

/// A record as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    pub(super) kind: String,
    pub(super) statement: String,
    pub(super) principal: String,
    pub(super) body: Vec<u8>,
    pub(super) hash: Digest,
}

/// The hash before the first record.
pub(super) fn start() -> Digest {
    Digest::from_bytes([0; 32])
}

impl Link {
    /// The hash it must have after a record with this hash.
    pub(super) fn hash_after(&self, previous: &Digest) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(b"tessera activity 1\n");
        hasher.update(previous.as_bytes());
        let fields: [&[u8]; 6] = [
            &self.seq.to_le_bytes(),
            &self.at.micros().to_le_bytes(),
            self.kind.as_bytes(),
            self.statement.as_bytes(),
            self.principal.as_bytes(),
            &self.body,
        ];
        for field in fields {
            hasher.update((field.len() as u64).to_le_bytes());
            hasher.update(field);
        }
        Digest::from_bytes(hasher.finalize().into())
    }
}
