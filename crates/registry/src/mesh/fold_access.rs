//! The fold of requests, entitlements, tokens, declassifications and waivers.

use std::sync::Arc;

use model::{
    Problem, Timestamp,
    access::{AccessRequest, Entitlement, Origin, Remark, RequestState},
    id::{EntitlementId, RequestId, TokenId},
};

use super::{
    Mesh, Token,
    fold::{Stamp, misfit},
};
use crate::event::{Event, GrantFacts, RequestFacts, TokenFacts};

impl Mesh {
    pub(super) fn change_access(&mut self, stamp: Stamp<'_>, event: Event) -> Result<(), Problem> {
        let seq = stamp.seq;
        match event {
            Event::AccessRequested(facts) => self.request_access(stamp, facts),
            Event::EntitlementGranted(facts) => self.grant(stamp, facts)?,
            Event::AccessDenied { request, note } => {
                let by = stamp.actor.cloned().ok_or_else(|| misfit(seq, "nobody decided"))?;
                self.settle(stamp, request, RequestState::Denied { by, at: stamp.at, note })?;
            }
            Event::RequestDiscussed { request, text } => {
                let by = stamp.actor.cloned().ok_or_else(|| misfit(seq, "nobody said it"))?;
                let remark = Remark { by, at: stamp.at, text };
                if !self.requests.change(request.seq(), |known| known.remarks.push(remark)) {
                    return Err(misfit(seq, "its request is unknown"));
                }
            }
            Event::RequestWithdrawn { request } => {
                self.settle(stamp, request, RequestState::Withdrawn { at: stamp.at })?;
            }
            Event::EntitlementEnded { entitlement, .. } => {
                let held = self.entitlement(entitlement).ok_or_else(|| misfit(seq, "its entitlement is unknown"))?;
                let product = held.product.clone();
                self.end(entitlement, stamp.at);
                self.product_mut(seq, &product)?.entitlements.remove(&entitlement);
            }
            Event::TokenCreated(facts) => self.make_token(stamp, facts),
            Event::TokenEnded { token, .. } => {
                if !self.tokens.change(token.seq(), |held| held.ended = held.ended.or(Some(stamp.at))) {
                    return Err(misfit(seq, "its token is unknown"));
                }
            }
            Event::Declassified(facts) => {
                let product = self.product_mut(seq, &facts.port.product)?;
                product.declassified.insert((facts.port.port, facts.column, facts.class));
            }
            Event::RestrictionWaived(facts) => {
                self.product_mut(seq, &facts.port.product)?.waived.insert((facts.port.port, facts.restriction));
            }
            Event::ActivityAnchored { node, seq, hash } => {
                self.anchors.insert(node, (seq, hash));
            }
            _ => return Err(misfit(seq, "its kind has no place here")),
        }
        Ok(())
    }

    fn request_access(&mut self, stamp: Stamp<'_>, facts: RequestFacts) {
        let request = AccessRequest {
            id: RequestId::new(stamp.seq),
            by: facts.by,
            subject: facts.subject,
            product: facts.product,
            purpose: facts.purpose,
            rows: facts.rows,
            clear: facts.clear,
            until: facts.until,
            reason: facts.reason,
            at: stamp.at,
            remarks: Vec::new(),
            state: RequestState::Pending,
        };
        self.requests.insert(stamp.seq, request);
    }

    fn grant(&mut self, stamp: Stamp<'_>, facts: GrantFacts) -> Result<(), Problem> {
        let id = EntitlementId::new(stamp.seq);
        if let Origin::Request(request) = &facts.origin {
            let state = RequestState::Approved { entitlement: id, by: facts.by, at: stamp.at };
            self.settle(stamp, *request, state)?;
        }
        self.product_mut(stamp.seq, &facts.product)?.entitlements.insert(id);
        let entitlement = Entitlement {
            id,
            subject: facts.subject,
            product: facts.product,
            purposes: facts.purposes,
            rows: facts.rows,
            clear: facts.clear,
            until: facts.until,
            origin: facts.origin,
            since: stamp.at,
            ended: None,
        };
        self.hold(&entitlement);
        self.entitlements.insert(stamp.seq, entitlement);
        Ok(())
    }

    /// Notes whom an entitlement is for.
    pub(super) fn hold(&mut self, entitlement: &Entitlement) {
        let held = self.held.entry(entitlement.subject.clone()).or_default();
        Arc::make_mut(held).insert(entitlement.id);
    }

    /// Ends an entitlement, unless it has ended.
    pub(super) fn end(&mut self, id: EntitlementId, at: Timestamp) {
        self.entitlements.change(id.seq(), |held| held.ended = held.ended.or(Some(at)));
        let Some(subject) = self.entitlement(id).map(|held| held.subject.clone()) else { return };
        if let Some(held) = self.held.get_mut(&subject) {
            Arc::make_mut(held).remove(&id);
            if held.is_empty() {
                self.held.remove(&subject);
            }
        }
    }

    fn settle(&mut self, stamp: Stamp<'_>, request: RequestId, state: RequestState) -> Result<(), Problem> {
        if self.request(request).is_none_or(|known| known.state != RequestState::Pending) {
            return Err(misfit(stamp.seq, "its request is not pending"));
        }
        self.requests.change(request.seq(), |known| known.state = state);
        Ok(())
    }

    fn make_token(&mut self, stamp: Stamp<'_>, facts: TokenFacts) {
        let id = TokenId::new(stamp.seq);
        Arc::make_mut(&mut self.token_hashes).insert(facts.hash, id);
        let token = Token {
            id,
            principal: facts.principal,
            hash: facts.hash,
            label: facts.label,
            scopes: facts.scopes,
            purpose: facts.purpose,
            until: facts.until,
            since: stamp.at,
            ended: None,
        };
        self.tokens.insert(stamp.seq, token);
    }
}
