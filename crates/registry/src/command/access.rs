//! Decide a request, discuss it, lower a class, waive a restriction: what stewards do.

use governance::authorise::Action;
use model::{
    Code, Digest, Problem, Span, Timestamp,
    access::{AccessRequest, Origin, Purposes, RequestState, RowsGrant},
    class::ClassName,
    contract::PortContract,
    id::RequestId,
    reference::PortRef,
    suggest,
};

use super::{
    Case, Decision, MOST_REMARKS, Verdict,
    request::{check_rows, check_until},
};
use crate::{
    event::{Declassification, Event, GrantFacts, Waiver},
    mesh::ProductState,
};

pub(super) fn decide(case: &Case<'_>, id: RequestId, verdict: &Verdict) -> Result<Decision, Problem> {
    let (request, product) = find(case, id)?;
    case.authorise(&Action::DecideRequest {
        domain: request.product.domain.clone(),
        approver: product.access.approver.clone(),
        requester: request.by.clone(),
        subject: request.subject.clone(),
    })?;
    waits(request)?;
    match verdict {
        Verdict::Approve { until, rows, note } => {
            approve(case, request, product, *until, rows.as_ref(), note.as_deref())
        }
        Verdict::Deny { note } => {
            let mut decision = Decision::default();
            let note = decision.keep_optional("note", note.as_deref())?;
            decision.events.push(Event::AccessDenied { request: id, note });
            Ok(decision)
        }
    }
}

/// Asks or answers something about a request that waits: whoever asked, whom it is for, whoever decides it, and the
/// domain's owners and stewards.
pub(super) fn discuss(case: &Case<'_>, id: RequestId, text: &str) -> Result<Decision, Problem> {
    let (request, product) = find(case, id)?;
    case.authorise(&Action::DiscussRequest {
        domain: request.product.domain.clone(),
        approver: product.access.approver.clone(),
        requester: request.by.clone(),
        subject: request.subject.clone(),
    })?;
    waits(request)?;
    if request.remarks.len() >= MOST_REMARKS {
        return Err(Problem::new(Code::TooLarge, format!("{MOST_REMARKS} things were said about `{id}` already"))
            .with_hint("decide it, or take it back and ask anew"));
    }
    let mut decision = Decision::default();
    let text = decision.keep_text("remark", text)?;
    decision.events.push(Event::RequestDiscussed { request: id, text });
    Ok(decision)
}

fn approve(
    case: &Case<'_>,
    request: &AccessRequest,
    product: &ProductState,
    until: Option<Timestamp>,
    rows: Option<&RowsGrant>,
    note: Option<&str>,
) -> Result<Decision, Problem> {
    let days = product.access.max_days;
    let latest = case.now.plus(Span::from_days(days));
    let until = until.or(request.until).unwrap_or(latest);
    check_until(until, case.now, latest, days)?;
    let rows = rows.unwrap_or(&request.rows);
    check_rows(rows, &product.access)?;
    let mut decision = Decision::default();
    let note = decision.keep_optional("note", note)?;
    decision.events.push(Event::EntitlementGranted(GrantFacts {
        subject: request.subject.clone(),
        product: request.product.clone(),
        purposes: Purposes::Only(vec![request.purpose.clone()]),
        rows: rows.clone(),
        clear: request.clear.clone(),
        until: Some(until),
        origin: Origin::Request(request.id),
        by: Some(case.principal().clone()),
        note,
    }));
    Ok(decision)
}

/// A request that the actor may know of; others do not exist for them.
pub(super) fn find<'a>(case: &'a Case<'_>, id: RequestId) -> Result<(&'a AccessRequest, &'a ProductState), Problem> {
    let absent = || Problem::new(Code::NotFound, format!("request `{id}` does not exist"));
    let request = case.mesh.request(id).ok_or_else(absent)?;
    let product = case.visible_product(&request.product).map_err(|_| absent())?;
    if !case.knows_access(&request.product, &product.access.approver, &request.subject, Some(&request.by)) {
        return Err(absent());
    }
    Ok((request, product))
}

/// Whether nobody has decided it.
fn waits(request: &AccessRequest) -> Result<(), Problem> {
    match &request.state {
        RequestState::Pending => Ok(()),
        decided => Err(Problem::new(Code::Conflict, format!("`{}` is decided already: {}", request.id, word(decided)))),
    }
}

pub(super) fn word(state: &RequestState) -> &'static str {
    match state {
        RequestState::Pending => "pending",
        RequestState::Approved { .. } => "approved",
        RequestState::Denied { .. } => "denied",
        RequestState::Withdrawn { .. } => "withdrawn",
    }
}

pub(super) fn declassify(
    case: &Case<'_>,
    port: &PortRef,
    column: &str,
    class: &ClassName,
    reason: &str,
) -> Result<Decision, Problem> {
    let contract = own_port(case, port)?;
    if !contract.columns.iter().any(|known| known.name == column) {
        let problem = Problem::new(Code::NotFound, format!("`{port}` has no column `{}`", column.escape_debug()))
            .with_sqlstate("42703");
        // The steward of the domain reads the contract, so its columns may be named.
        let hint = suggest::hint(column, contract.columns.iter().map(|known| known.name.as_str()));
        return Err(hint.map_or(problem.clone(), |hint| problem.with_hint(hint)));
    }
    if case.mesh.classes().get(class).is_none() {
        return Err(Problem::new(Code::ReferenceUnknown, format!("class `{class}` is not declared")));
    }
    if case.mesh.declassified(port, column, class) {
        return Ok(Decision::default());
    }
    let mut decision = Decision::default();
    let reason = decision.keep_text("reason", reason)?;
    decision.events.push(Event::Declassified(Declassification {
        port: port.clone(),
        column: column.to_owned(),
        class: class.clone(),
        reason,
    }));
    Ok(decision)
}

pub(super) fn waive(case: &Case<'_>, port: &PortRef, restriction: Digest, reason: &str) -> Result<Decision, Problem> {
    own_port(case, port)?;
    if case.mesh.waived(port, &restriction) {
        return Ok(Decision::default());
    }
    let mut decision = Decision::default();
    let reason = decision.keep_text("reason", reason)?;
    decision.events.push(Event::RestrictionWaived(Waiver { port: port.clone(), restriction, reason }));
    Ok(decision)
}

/// The contract of a port in a domain whose steward the actor is.
fn own_port<'a>(case: &'a Case<'_>, port: &PortRef) -> Result<&'a PortContract, Problem> {
    let product = case.visible_product(&port.product)?;
    case.authorise(&Action::Declassify(port.product.domain.clone()))?;
    product
        .contract
        .ports
        .iter()
        .find(|known| known.name == port.port)
        .ok_or_else(|| Problem::new(Code::NotFound, format!("`{}` has no port `{}`", port.product, port.port)))
}
