//! One record of the journal, exactly as stored, and the hash that chains it to the one before.

use model::{Code, Digest, Problem, Timestamp, principal::Principal};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::event::{Encoded, Event, UnknownEvent};

/// A position in the chain: the last record's number and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Sequence number; 0 before the first record.
    pub seq: u64,
    /// Hash; all zero before the first record.
    pub hash: Digest,
}

impl Position {
    /// Before the first record.
    pub fn start() -> Self {
        Self { seq: 0, hash: Digest::from_bytes([0; 32]) }
    }
}

/// A stored record. `body` is byte for byte what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When; never before the record before it.
    pub at: Timestamp,
    /// Who, as `user:ana`.
    pub actor: String,
    /// The command it belongs to.
    pub command_id: String,
    /// Its place among the command's records, from 0.
    pub part: u32,
    /// Fingerprint of the command, so that a repeated id with another body is noticed.
    pub request: Digest,
    /// The kind of event.
    pub kind: String,
    /// The version of the kind.
    pub version: u32,
    /// The event.
    pub body: Vec<u8>,
    /// SHA-256 over the fields above and the previous record's hash.
    pub hash: Digest,
}

/// What the records of one command have in common.
#[derive(Debug, Clone)]
pub struct Command {
    /// When it was decided.
    pub at: Timestamp,
    /// Who, as `user:ana`.
    pub actor: String,
    /// Its id.
    pub id: String,
    /// Its fingerprint.
    pub request: Digest,
}

impl StoredRecord {
    /// The records of one command, chained to a position.
    pub fn chain(after: Position, command: &Command, events: Vec<Encoded>) -> Vec<Self> {
        let mut previous = after;
        let mut records = Vec::with_capacity(events.len());
        for (part, event) in (0_u32..).zip(events) {
            let mut record = Self {
                seq: previous.seq + 1,
                at: command.at,
                actor: command.actor.clone(),
                command_id: command.id.clone(),
                part,
                request: command.request,
                kind: event.kind.to_owned(),
                version: event.version,
                body: event.body,
                hash: previous.hash,
            };
            record.hash = record.hash_after(&previous.hash);
            previous = record.position();
            records.push(record);
        }
        records
    }

    /// Its place in the chain.
    pub fn position(&self) -> Position {
        Position { seq: self.seq, hash: self.hash }
    }

    /// The hash it must have after a record with this hash: every field length-prefixed, so that no two records read
    /// the same.
    pub fn hash_after(&self, previous: &Digest) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(b"tessera journal 1\n");
        hasher.update(previous.as_bytes());
        let fields: [&[u8]; 9] = [
            &self.seq.to_le_bytes(),
            &self.at.micros().to_le_bytes(),
            self.actor.as_bytes(),
            self.command_id.as_bytes(),
            &self.part.to_le_bytes(),
            self.request.as_bytes(),
            self.kind.as_bytes(),
            &self.version.to_le_bytes(),
            &self.body,
        ];
        for field in fields {
            hasher.update((field.len() as u64).to_le_bytes());
            hasher.update(field);
        }
        Digest::from_bytes(hasher.finalize().into())
    }

    /// Whether it follows a position.
    ///
    /// # Errors
    /// `journal-broken` naming this record, or the first one that is missing before it.
    pub fn check_after(&self, previous: Position) -> Result<(), Problem> {
        if self.seq != previous.seq + 1 {
            return Err(broken(previous.seq + 1, "it is missing"));
        }
        if self.hash_after(&previous.hash) != self.hash {
            return Err(broken(self.seq, "its content or its place does not match its hash"));
        }
        Ok(())
    }

    /// The event.
    ///
    /// # Errors
    /// `journal-broken` naming the record.
    pub fn event(&self) -> Result<Event, Problem> {
        Event::decode(&self.kind, self.version, &self.body).map_err(|why| match why {
            UnknownEvent::Kind => Problem::new(
                Code::JournalBroken,
                format!(
                    "record {} is of kind `{}` version {}, which this build does not know",
                    self.seq, self.kind, self.version
                ),
            )
            .with_hint("start the build that wrote it, or a newer one"),
            UnknownEvent::Body(why) => broken(self.seq, "its body does not fit its kind").with_cause(why),
        })
    }

    /// Who, if the name still parses.
    pub fn principal(&self) -> Option<Principal> {
        self.actor.parse().ok()
    }

    /// As shown to auditors.
    pub fn view(&self) -> RecordView {
        RecordView {
            seq: self.seq,
            at: self.at.to_string(),
            actor: self.actor.clone(),
            command_id: self.command_id.clone(),
            kind: self.kind.clone(),
            version: self.version,
            body: serde_json::from_slice(&self.body).unwrap_or_default(),
            hash: self.hash,
        }
    }
}

/// A record as `tessera journal show` and `GET /journal` show it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RecordView {
    /// Its number.
    pub seq: u64,
    /// When, RFC 3339.
    pub at: String,
    /// Who.
    pub actor: String,
    /// The command it belongs to.
    pub command_id: String,
    /// The kind of event.
    pub kind: String,
    /// The version of the kind.
    pub version: u32,
    /// The event.
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
    /// Its hash.
    #[schema(value_type = String)]
    pub hash: Digest,
}

/// The refusal that names the first bad record.
pub(crate) fn broken(seq: u64, why: &str) -> Problem {
    Problem::new(Code::JournalBroken, format!("the journal is broken at record {seq}: {why}"))
        .with_hint("restore DATA from a backup (`tessera restore FILE`); records before it are as they were written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_between_fields_changes_the_hash() {
        let record = StoredRecord {
            seq: 1,
            at: Timestamp::from_micros(5),
            actor: "user:ana".into(),
            command_id: "ab".into(),
            part: 0,
            request: Digest::of(b"x"),
            kind: "c".into(),
            version: 1,
            body: b"d".to_vec(),
            hash: Digest::of(b""),
        };
        let zero = Position::start().hash;
        let moved = StoredRecord { actor: "user:anaa".into(), command_id: "b".into(), ..record.clone() };
        assert_ne!(record.hash_after(&zero), moved.hash_after(&zero));
        assert_ne!(record.hash_after(&zero), record.hash_after(&Digest::of(b"other")));
    }
}
