//! Revoke: an entitlement ends now and for good; a pending request is taken back.

use governance::authorise::Action;
use model::{
    Code, Problem,
    access::RequestState,
    id::{EntitlementId, RequestId},
    principal::Principal,
};

use super::{Case, Decision, Revocation, access};
use crate::event::{Ending, Event};

pub(super) fn revoke(case: &Case<'_>, revocation: Revocation) -> Result<Decision, Problem> {
    match revocation {
        Revocation::Entitlement(id) => entitlement(case, id, None),
        Revocation::Request(id) => request(case, id),
    }
}

/// `by` is whoever asked for it, where it is ended by its request.
fn entitlement(case: &Case<'_>, id: EntitlementId, by: Option<&Principal>) -> Result<Decision, Problem> {
    let absent = || Problem::new(Code::NotFound, format!("entitlement `{id}` does not exist"));
    let held = case.mesh.entitlement(id).ok_or_else(absent)?;
    let product = case.mesh.product(&held.product).ok_or_else(absent)?;
    let action = Action::Revoke {
        domain: held.product.domain.clone(),
        approver: product.access.approver.clone(),
        subject: held.subject.clone(),
    };
    if let Err(problem) = case.authorise(&action) {
        // Whoever may not know who reads the product does not learn that somebody does.
        let knows = case.knows_access(&held.product, &product.access.approver, &held.subject, by);
        return Err(if knows { problem } else { absent() });
    }
    if held.ended.is_some() {
        return Ok(Decision::default());
    }
    Ok(Decision::of(Event::EntitlementEnded { entitlement: id, why: Ending::Revoked }))
}

fn request(case: &Case<'_>, id: RequestId) -> Result<Decision, Problem> {
    let absent = || Problem::new(Code::NotFound, format!("request `{id}` does not exist"));
    let known = case.mesh.request(id).ok_or_else(absent)?;
    match &known.state {
        // An entitlement that does not exist for the actor would tell that the request does.
        RequestState::Approved { entitlement: held, .. } => {
            let ended = entitlement(case, *held, Some(&known.by));
            ended.map_err(|problem| if problem.code() == Code::NotFound { absent() } else { problem })
        }
        RequestState::Pending => {
            if let Err(problem) = case.authorise(&Action::WithdrawRequest { by: known.by.clone() }) {
                return Err(match access::find(case, id) {
                    Ok(_) => problem.with_hint(format!("a steward denies it with `tessera deny {id} --note \"...\"`")),
                    Err(_) => absent(),
                });
            }
            Ok(Decision::of(Event::RequestWithdrawn { request: id }))
        }
        state => {
            access::find(case, id)?;
            Err(Problem::new(Code::Conflict, format!("`{id}` is {} already", access::word(state))))
        }
    }
}
