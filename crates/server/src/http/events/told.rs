//! What of a record is told to a caller, if anything: who it concerns, in the words of the pages it is read about on.

use governance::authorise::is_insider;
use model::{
    Timestamp,
    id::{EntitlementId, RequestId},
    reference::PortRef,
};
use registry::{Event, event::Ending};
use serde_json::{Value, json};

use crate::http::{access::judges, entitlements, requests, seen::Seen};

/// An event as it is told.
pub struct Told {
    /// The record's number; absent for what is none.
    pub seq: Option<u64>,
    /// `publication`, `request`, `remark`, `decision` or `incident`.
    pub kind: &'static str,
    /// What happened.
    pub data: Value,
}

/// A record as it is told to a caller.
pub fn of(seen: &Seen, seq: u64, at: Timestamp, event: &Event) -> Option<Told> {
    let at = at.to_string();
    let told = |kind: &'static str, data: Value| Some(Told { seq: Some(seq), kind, data });
    match event {
        Event::ProductPublished(facts) => {
            seen.mesh.product(&facts.product).filter(|product| seen.sees(product))?;
            let (product, version) = (facts.product.to_string(), facts.version.to_string());
            told(
                "publication",
                json!({"at": at, "product": product, "version": version, "publication": format!("pub-{seq}")}),
            )
        }
        Event::ProductRolledBack { product, to, .. } => {
            seen.mesh.product(product).filter(|product| seen.sees(product))?;
            told("publication", json!({"at": at, "product": product.to_string(), "rolled_back_to": to.to_string()}))
        }
        Event::AccessRequested(_) => {
            let request = seen.mesh.request(RequestId::new(seq))?;
            requests::list::sees(seen, request).then_some(())?;
            let (by, product) = (request.by.to_string(), request.product.to_string());
            told(
                "request",
                json!({"at": at, "request": request.id.to_string(), "by": by, "product": product, "purpose": request.purpose.to_string()}),
            )
        }
        Event::EntitlementGranted(_) => {
            let held = seen.mesh.entitlement(EntitlementId::new(seq))?;
            entitlements::list::sees(seen, held).then_some(())?;
            let (subject, product) = (held.subject.to_string(), held.product.to_string());
            told(
                "decision",
                json!({"at": at, "decision": "approved", "entitlement": held.id.to_string(), "subject": subject, "product": product}),
            )
        }
        Event::AccessDenied { request, .. } => {
            let request = seen.mesh.request(*request).filter(|request| requests::list::sees(seen, request))?;
            let product = request.product.to_string();
            told(
                "decision",
                json!({"at": at, "decision": "denied", "request": request.id.to_string(), "product": product}),
            )
        }
        Event::RequestDiscussed { request, text } => {
            let request = seen.mesh.request(*request).filter(|request| requests::list::sees(seen, request))?;
            let said = request.remarks.iter().rev().find(|remark| remark.text == *text)?;
            let (product, by) = (request.product.to_string(), said.by.to_string());
            told("remark", json!({"at": at, "request": request.id.to_string(), "product": product, "by": by}))
        }
        Event::RequestWithdrawn { request } => {
            let request = seen.mesh.request(*request).filter(|request| requests::list::sees(seen, request))?;
            let product = request.product.to_string();
            told(
                "decision",
                json!({"at": at, "decision": "withdrawn", "request": request.id.to_string(), "product": product}),
            )
        }
        Event::EntitlementEnded { entitlement, why } => {
            let held = seen.mesh.entitlement(*entitlement).filter(|held| entitlements::list::sees(seen, held))?;
            let word = match why {
                Ending::Revoked => "revoked",
                Ending::Expired => "expired",
            };
            let (subject, product) = (held.subject.to_string(), held.product.to_string());
            told(
                "decision",
                json!({"at": at, "decision": word, "entitlement": held.id.to_string(), "subject": subject, "product": product}),
            )
        }
        _ => None,
    }
}

/// Published data that cannot be read, for whoever answers for it.
pub fn incident(seen: &Seen, port: &PortRef, at: Timestamp) -> Option<Told> {
    let product = seen.mesh.product(&port.product)?;
    let domain = &port.product.domain;
    let answers =
        judges(seen, product) || seen.is_member(domain) || is_insider(&seen.caller.actor, Some(domain), &seen.roles);
    // SECURITY: which part is damaged may depend on rows that a reader does not see (test
    // `who_answers_for_a_product_is_told_that_it_cannot_be_read`).
    answers.then(|| Told {
        seq: None,
        kind: "incident",
        data: json!({"at": at.to_string(), "unreadable": port.to_string()}),
    })
}
