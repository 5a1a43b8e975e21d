//! Which published ports statements could not read, so that those who answer for them are told, not only who asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use lake::PinnedPort;
use model::{Code, Digest, Problem, Timestamp, reference::PortRef};
use registry::Mesh;

/// A port at one publication.
pub(crate) type Pinned = (PortRef, Digest);

/// When statements last met data that cannot be read, by port.
#[derive(Debug, Default)]
pub(crate) struct Unreadable(Mutex<HashMap<Pinned, Timestamp>>);

impl Unreadable {
    /// A statement failed. What cannot be read is looked for among the ports that are open.
    pub(crate) fn note(&self, problem: &Problem, open: &Mutex<HashMap<Pinned, Arc<PinnedPort>>>, now: Timestamp) {
        if problem.code() != Code::DataUnavailable {
            return;
        }
        let open = open.lock().unwrap_or_else(PoisonError::into_inner);
        for (pinned, _) in open.iter().filter(|(_, port)| port.store().take_failed()) {
            self.met(pinned.clone(), now);
        }
    }

    /// A port could not be read.
    pub(crate) fn met(&self, pinned: Pinned, now: Timestamp) {
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let port = pinned.0.to_string();
        if met.insert(pinned, now).is_none() {
            tracing::error!(port, "a statement met published data that cannot be read");
        }
    }

    /// Ports whose present publication could not be read, and when that was met last. What was published anew since is
    /// forgotten.
    pub(crate) fn of(&self, mesh: &Mesh) -> Vec<(PortRef, Timestamp)> {
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        met.retain(|(port, manifest), _| {
            let publication = mesh.product(&port.product).and_then(|product| product.publication.as_ref());
            publication
                .and_then(|publication| publication.ports.get(&port.port))
                .is_some_and(|p| p.manifest == *manifest)
        });
        met.iter().map(|((port, _), at)| (port.clone(), *at)).collect()
    }
}
