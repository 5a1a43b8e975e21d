//! `GET /api/v1/events`: server-sent events for publications, requests and decisions, and incidents, as far as the caller
//! may know of each. An event's id is its record's number: a client that comes back with `Last-Event-ID` misses none.
//!
//! INVARIANT: every event is told with the rights of its moment, and the stream ends with the caller's token (test
//! `events_are_told_to_whom_they_concern`).

use std::{
    collections::{BTreeSet, VecDeque},
    convert::Infallible,
    time::Duration,
};

use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures::Stream;
use model::{Problem, error::Code, reference::PortRef};
use tokio::sync::watch;

use super::told::{self, Told};
use crate::{
    http::{failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Records looked at in one go.
const AT_ONCE: u32 = 200;
/// Between two looks at what is no record: incidents, a token whose time is over, a server that stops.
const LOOK: Duration = Duration::from_secs(2);

/// What is under way for one client.
struct Following {
    house: House,
    caller: Caller,
    changes: watch::Receiver<u64>,
    seq: u64,
    incidents: BTreeSet<PortRef>,
    ready: VecDeque<Told>,
}

/// Events from now on, or from the one after `Last-Event-ID`.
#[utoipa::path(get, path = "/api/v1/events", tag = "events",
    responses((status = 200, body = String, content_type = "text/event-stream"),
        (status = 400, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
) -> Outcome<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let now = house.registry.mesh().seq();
    let seq = match headers.get("last-event-id") {
        None => now,
        Some(id) => {
            let number = id.to_str().ok().and_then(|id| id.parse::<u64>().ok());
            // One of the future would keep everything back until then.
            number.filter(|number| *number <= now).ok_or_else(|| {
                Problem::new(Code::InvalidValue, "`Last-Event-ID` is not the number of an event of this mesh")
            })?
        }
    };
    let changes = house.registry.changes();
    let following = Following { house, caller, changes, seq, incidents: BTreeSet::new(), ready: VecDeque::new() };
    let events = futures::stream::unfold(following, |mut following| async move {
        let told = following.next().await?;
        let mut event = Event::default().event(told.kind).data(told.data.to_string());
        if let Some(seq) = told.seq {
            event = event.id(seq.to_string());
        }
        Some((Ok(event), following))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

impl Following {
    /// The next event; `None` when the stream is over.
    async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(told) = self.ready.pop_front() {
                return Some(told);
            }
            // SECURITY: rights are asked anew for every look, so that a revoked token hears nothing more (test
            // `events_are_told_to_whom_they_concern`).
            let actor = self.house.authenticator.actor(&self.caller.signed).ok()?;
            if self.house.is_draining() {
                return None;
            }
            let caller = Caller { signed: self.caller.signed.clone(), actor };
            let seen = Seen::by(&self.house, caller);
            if self.gather(&seen).await.is_err() {
                return None;
            }
            if self.ready.is_empty() && self.seq >= seen.mesh.seq() {
                tokio::select! {
                    changed = self.changes.changed() => if changed.is_err() { return None },
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        }
    }

    /// Looks at the records that are new, and at what cannot be read.
    async fn gather(&mut self, seen: &Seen) -> Result<(), Problem> {
        if self.seq < seen.mesh.seq() {
            for (seq, at, event) in self.house.registry.events(self.seq + 1, AT_ONCE).await? {
                // What is newer than what rights were asked of waits for the next look.
                if seq > seen.mesh.seq() {
                    break;
                }
                self.ready.extend(told::of(seen, seq, at, &event));
                self.seq = seq;
            }
        }
        let unreadable = self.house.gateway.unreadable();
        self.incidents.retain(|port| unreadable.iter().any(|(known, _)| known == port));
        for (port, at) in unreadable {
            if !self.incidents.contains(&port)
                && let Some(told) = told::incident(seen, &port, at)
            {
                self.incidents.insert(port);
                self.ready.push_back(told);
            }
        }
        Ok(())
    }
}
