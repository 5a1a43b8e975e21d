//! Which publications of a product are kept, and for how long: the last word before any file goes.
//!
//! A publication is *served*, or it was and is *superseded* since an instant, or it was *given up* by a record. Files
//! that a served or superseded publication names are kept; so what may be removed follows from the journal alone.
//!
//! INVARIANT: what is served, and what is read as an earlier major version, is never given up (test
//! `what_is_read_is_never_given_up`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{Digest, Problem, Timestamp, id::PublicationId, name::PortName, publication::Publication, time::Span};
use serde::{Deserialize, Serialize};

use super::{
    ProductState,
    fold::{Stamp, misfit},
};

/// How many given up publications are remembered, so that a rollback to one of them is told why it cannot be.
const REMEMBERED: usize = 256;
/// How many are given up by one record.
const AT_ONCE: usize = 1_000;

/// How long is kept what is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// A superseded publication that can be rolled back to, since it was superseded.
    pub publications: Span,
    /// Files that no publication and no newest version names, and publications nobody can roll back to.
    pub unreferenced: Span,
}

impl Default for Retention {
    fn default() -> Self {
        Self { publications: Span::from_days(30), unreferenced: Span::from_days(7) }
    }
}

/// A publication that was served once and whose files are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Superseded {
    /// Since when it is not served.
    pub since: Timestamp,
    /// Digests of its manifests by port.
    pub manifests: BTreeMap<PortName, Digest>,
}

impl ProductState {
    /// The publications that are no longer kept, oldest first: superseded for longer than rollback targets are kept, or,
    /// if they are no targets any more, for longer than unreferenced files are.
    pub fn outdated(&self, retention: Retention, now: Timestamp) -> Vec<PublicationId> {
        let read = self.majors();
        let is_old = |id: &PublicationId, held: &Superseded| {
            let kept = match self.recent.iter().any(|publication| publication.id == *id) {
                true => retention.publications,
                false => retention.unreferenced,
            };
            held.since.plus(kept) <= now
        };
        let old = self.superseded.iter().filter(|(id, held)| !read.contains(id) && is_old(id, held));
        old.map(|(id, _)| *id).take(AT_ONCE).collect()
    }

    /// Digests of every manifest of a port whose files must stay: of what is served, can be rolled back to, or was not
    /// given up yet.
    pub fn kept_manifests(&self, port: &PortName) -> BTreeSet<Digest> {
        let pinned = self.publication.iter().chain(&self.recent);
        let pinned = pinned.filter_map(|publication| publication.ports.get(port)).map(|pinned| pinned.manifest);
        let superseded = self.superseded.values().filter_map(|held| held.manifests.get(port).copied());
        pinned.chain(superseded).collect()
    }

    /// The newest publication of each major version that is not the served one: `product@1` is read from it.
    fn majors(&self) -> BTreeSet<PublicationId> {
        let served = self.publication.as_ref().map(|publication| publication.version.major);
        let newest: BTreeMap<u64, PublicationId> =
            self.recent.iter().map(|publication| (publication.version.major, publication.id)).collect();
        newest.into_iter().filter(|(major, _)| Some(*major) != served).map(|(_, id)| id).collect()
    }

    /// Serves a publication from a record on.
    pub(super) fn serve(&mut self, publication: Arc<Publication>, stamp: Stamp<'_>) {
        let id = publication.id;
        if let Some(before) = self.publication.replace(publication) {
            let manifests = before.ports.iter().map(|(port, pinned)| (port.clone(), pinned.manifest)).collect();
            self.superseded.insert(before.id, Superseded { since: stamp.at, manifests });
        }
        self.superseded.remove(&id);
        self.pinned_seq = stamp.seq;
    }

    /// Gives publications up, as a record says.
    pub(super) fn give_up(&mut self, seq: u64, publications: &[PublicationId]) -> Result<(), Problem> {
        for id in publications {
            self.superseded.remove(id).ok_or_else(|| misfit(seq, "a publication it gives up is not superseded"))?;
            self.recent.retain(|publication| publication.id != *id);
            self.given_up.insert(*id);
        }
        while self.given_up.len() > REMEMBERED {
            self.given_up.pop_first();
        }
        Ok(())
    }
}
