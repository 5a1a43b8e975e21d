//! Request access: for oneself, a group one is in, or a service of one's domain; some are granted at once.

use governance::authorise::Action;
use model::{
    Code, Problem, Span, Timestamp,
    access::{AccessRules, Origin, Purposes, RequestState, RowsGrant},
    files::access::AutoApproval,
    id::RequestId,
    principal::Subject,
    suggest,
};

use super::{Case, Decision, RequestAccess};
use crate::event::{Event, GrantFacts, RequestFacts};

pub(super) fn request(case: &Case<'_>, asked: &RequestAccess) -> Result<Decision, Problem> {
    let subject = asked.subject.clone().unwrap_or_else(|| Subject::Principal(case.principal().clone()));
    case.authorise(&Action::RequestAccess { subject: subject.clone() })?;
    let product = case.visible_product(&asked.product)?;
    let rules = &product.access;
    check_purpose(case, asked, rules)?;
    check_rows(&asked.rows, rules)?;
    check_clear(case, asked)?;
    let latest = case.now.plus(Span::from_days(rules.max_days));
    if let Some(until) = asked.until {
        check_until(until, case.now, latest, rules.max_days)?;
    }
    check_duplicate(case, asked, &subject)?;
    let mut decision = Decision::default();
    let facts = RequestFacts {
        by: case.principal().clone(),
        subject: subject.clone(),
        product: asked.product.clone(),
        purpose: asked.purpose.clone(),
        rows: asked.rows.clone(),
        clear: asked.clear.clone(),
        until: asked.until,
        reason: decision.keep_text("reason", &asked.reason)?,
    };
    decision.events.push(Event::AccessRequested(facts));
    if let Some(approval) = automatic(case, asked, &subject, rules) {
        let granted = case.now.plus(Span::from_days(approval.days)).min(latest);
        decision.events.push(Event::EntitlementGranted(GrantFacts {
            subject,
            product: asked.product.clone(),
            purposes: Purposes::Only(vec![asked.purpose.clone()]),
            rows: RowsGrant::Default,
            clear: Vec::new(),
            until: Some(asked.until.map_or(granted, |until| until.min(granted))),
            origin: Origin::Request(RequestId::new(case.seq_of_record(0))),
            by: None,
            note: None,
        }));
    }
    Ok(decision)
}

/// The automatic approval that fits: default rows, nothing clear, for the requester itself or the named group.
fn automatic<'a>(
    case: &Case<'_>,
    asked: &RequestAccess,
    subject: &Subject,
    rules: &'a AccessRules,
) -> Option<&'a AutoApproval> {
    if asked.rows != RowsGrant::Default || !asked.clear.is_empty() {
        return None;
    }
    let own = *subject == Subject::Principal(case.principal().clone());
    // SECURITY: groups are those the mesh knows, not those a caller brings (test `automatic_approval_needs_the_group`).
    let groups = case.mesh.groups_of(case.principal());
    rules.auto.iter().find(|auto| {
        auto.purpose == asked.purpose
            && ((own && groups.contains(&auto.group)) || *subject == Subject::Group(auto.group.clone()))
    })
}

fn check_purpose(case: &Case<'_>, asked: &RequestAccess, rules: &AccessRules) -> Result<(), Problem> {
    let declared = case.mesh.purposes();
    if !declared.contains_key(&asked.purpose) {
        let problem = Problem::new(Code::ReferenceUnknown, format!("purpose `{}` is not declared", asked.purpose));
        let hint = suggest::hint(asked.purpose.as_str(), declared.keys().map(|purpose| purpose.as_str()));
        return Err(match hint {
            Some(hint) => problem.with_hint(hint),
            None => problem.with_hint("purposes are declared in `governance/purposes.yaml`"),
        });
    }
    if let Some(allowed) = &rules.purposes
        && !allowed.contains(&asked.purpose)
    {
        let names = allowed.iter().map(|purpose| format!("`{purpose}`")).collect::<Vec<_>>().join(", ");
        return Err(Problem::new(
            Code::InvalidValue,
            format!("`{}` is not read for `{}`", asked.product, asked.purpose),
        )
        .with_hint(format!("it may be read for {names}")));
    }
    Ok(())
}

/// A scope is a declared one.
pub(super) fn check_rows(rows: &RowsGrant, rules: &AccessRules) -> Result<(), Problem> {
    let RowsGrant::Scope(scope) = rows else { return Ok(()) };
    if rules.scopes.contains_key(scope) {
        return Ok(());
    }
    let problem = Problem::new(Code::ReferenceUnknown, format!("the product has no row scope `{scope}`"));
    Err(match suggest::hint(scope.as_str(), rules.scopes.keys().map(|name| name.as_str())) {
        Some(hint) => problem.with_hint(hint),
        None => problem.with_hint("leave `--rows` out for the default rows, or ask for `--rows all`"),
    })
}

fn check_clear(case: &Case<'_>, asked: &RequestAccess) -> Result<(), Problem> {
    for class in &asked.clear {
        if case.mesh.classes().get(class).is_none() {
            return Err(Problem::new(Code::ReferenceUnknown, format!("class `{class}` is not declared")));
        }
    }
    Ok(())
}

/// A limit lies ahead, and no farther than the product allows.
pub(super) fn check_until(until: Timestamp, now: Timestamp, latest: Timestamp, days: u32) -> Result<(), Problem> {
    if until <= now {
        return Err(
            Problem::new(Code::InvalidValue, format!("`{until}` is past")).with_hint("give a date that lies ahead")
        );
    }
    if until > latest {
        return Err(Problem::new(Code::InvalidValue, format!("`{until}` is more than {days} days ahead"))
            .with_hint(format!("access to this product lasts at most until {latest}")));
    }
    Ok(())
}

fn check_duplicate(case: &Case<'_>, asked: &RequestAccess, subject: &Subject) -> Result<(), Problem> {
    let same = case.mesh.requests().rev().find(|known| {
        known.state == RequestState::Pending
            && known.product == asked.product
            && known.subject == *subject
            && known.purpose == asked.purpose
            && known.rows == asked.rows
            && known.clear == asked.clear
            && known.by == *case.principal()
    });
    match same {
        None => Ok(()),
        Some(known) => {
            Err(Problem::new(Code::Conflict, format!("you asked for this already: `{}` is pending", known.id))
                .with_hint(format!("wait for its decision, or take it back with `tessera revoke {}`", known.id)))
        }
    }
}
