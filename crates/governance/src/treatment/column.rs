//! The outcome of one column (M3, M6, M15a): the strongest over all its classes, on top of what was applied upstream.
//!
//! A class on a field inside an object, array or map counts for the whole container, which is then NULL or absent.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    access::Entitlement,
    class::{ClassName, Classifications, Mask, TokenScope},
    id::EntitlementId,
    name::{DomainName, GroupName, PurposeName},
    publication::PublishedColumn,
    treatment::{CarriedTag, ColumnTreatment, Outcome, TokenKey},
};

use super::{TreatmentQuestion, strength};
use crate::{derive, mask};

/// What the decision on a column rests on.
pub(super) struct Grounds<'a> {
    classes: &'a Classifications,
    groups: &'a BTreeSet<GroupName>,
    /// Classes shown clear, by the entitlement that says so.
    clear: BTreeMap<&'a ClassName, EntitlementId>,
    domain: &'a DomainName,
    purpose: &'a PurposeName,
    key_version: u32,
}

impl<'a> Grounds<'a> {
    pub(super) fn new(
        question: &TreatmentQuestion<'a>,
        purpose: &'a PurposeName,
        applicable: &[&'a Entitlement],
    ) -> Self {
        Self {
            classes: question.classes,
            groups: &question.reader.groups,
            clear: applicable.iter().flat_map(|grant| grant.clear.iter().map(|class| (class, grant.id))).collect(),
            domain: question.domain,
            purpose,
            key_version: question.key_version,
        }
    }

    /// Why the class is granted, or `None`. An undeclared class is never granted: an unknown tag denies (M2).
    fn grant(&self, class: &ClassName) -> Option<String> {
        let declared = self.classes.get(class)?;
        if let Some(group) = declared.unmask.iter().find(|group| self.groups.contains(*group)) {
            return Some(format!("members of `{group}` see `{class}` clear"));
        }
        self.clear.get(class).map(|id| format!("entitlement {id} shows `{class}` clear"))
    }

    fn key(&self, class: &ClassName, scope: TokenScope) -> TokenKey {
        let scope = match scope {
            TokenScope::Mesh => "mesh".to_owned(),
            TokenScope::Domain => format!("domain:{}", self.domain),
            TokenScope::Purpose => format!("purpose:{}", self.purpose),
        };
        TokenKey { class: class.clone(), scope, version: self.key_version }
    }

    /// What the class asks for, before the column's type is looked at.
    fn required(&self, class: &ClassName) -> (Outcome, String) {
        let Some(declared) = self.classes.get(class) else {
            return (Outcome::Denied, format!("`{class}` is not a declared class, so the column is denied"));
        };
        let outcome = match &declared.mask {
            None => return (Outcome::Denied, format!("`{class}` declares no mask, so the column is denied")),
            Some(Mask::Partial { of }) => Outcome::Partial { of: *of },
            Some(Mask::Generalise { to }) => Outcome::Generalise { to: *to },
            Some(Mask::Token { scope }) => Outcome::Token { key: self.key(class, *scope) },
            Some(Mask::Constant { value }) => Outcome::Constant { value: value.clone() },
            Some(Mask::Null {}) => Outcome::Null,
            Some(Mask::Denied {}) => Outcome::Denied,
        };
        let reason = format!("`{class}` is treated as {outcome}");
        (outcome, reason)
    }
}

/// Decides one column.
pub(super) fn treat(column: &PublishedColumn, grounds: &Grounds<'_>) -> ColumnTreatment {
    let tags = derive::carried_tags(column, grounds.classes);
    let done = |outcome, apply, reasons| ColumnTreatment { column: column.name.clone(), outcome, apply, reasons };
    if tags.is_empty() {
        return done(Outcome::Clear, Outcome::Clear, vec!["carries no class".to_owned()]);
    }
    let classes: BTreeSet<&ClassName> = tags.iter().map(|tag| &tag.class).collect();
    let upstream = weakest_applied(&tags);
    let grants: Vec<Option<String>> = classes.iter().map(|class| grounds.grant(class)).collect();
    if grants.iter().all(Option::is_some) {
        let mut reasons: Vec<String> = grants.into_iter().flatten().collect();
        reasons.extend(told_upstream(&tags, &upstream));
        return done(upstream, Outcome::Clear, reasons);
    }
    let mut reasons = Vec::new();
    let mut required = Vec::new();
    for class in &classes {
        let (asked, reason) = grounds.required(class);
        let fitting = mask::fit(&asked, &column.kind, Some(&grounds.key(class, TokenScope::Mesh)));
        reasons.push(reason);
        if fitting != asked {
            reasons.push(format!("{} does not fit {}, {} does", asked.word(), column.kind, fitting.word()));
        }
        required.push(fitting);
    }
    if grants.iter().any(Option::is_some) {
        reasons.push("a column is shown clear only if every one of its classes is granted".to_owned());
    }
    let (outcome, apply) = settle(&required, &tags, &upstream, column, grounds, &mut reasons);
    done(outcome, apply, reasons)
}

/// The outcome and what is left to apply.
fn settle(
    required: &[Outcome],
    tags: &BTreeSet<CarriedTag>,
    upstream: &Outcome,
    column: &PublishedColumn,
    grounds: &Grounds<'_>,
    reasons: &mut Vec<String>,
) -> (Outcome, Outcome) {
    let rank = required.iter().map(Outcome::rank).max().unwrap_or_default();
    let suffices = |outcome: &&Outcome| tags.iter().all(|tag| strength::covers(&tag.applied, outcome));
    if required.iter().filter(|outcome| outcome.rank() == rank).any(|outcome| suffices(&outcome)) {
        reasons.extend(told_upstream(tags, upstream));
        return (upstream.clone(), Outcome::Clear);
    }
    let applied: Vec<Outcome> = tags.iter().map(|tag| tag.applied.clone()).collect();
    let Some(first) = tags.first() else { return (Outcome::Denied, Outcome::Denied) };
    let key = grounds.key(&first.class, TokenScope::Mesh);
    let outcome = strength::strongest(required, &applied, &column.kind, &key);
    if outcome.rank() > rank {
        reasons.push(format!(
            "these do not combine{}, so the next stronger is taken: {}",
            if *upstream == Outcome::Clear { "" } else { " with what was applied upstream" },
            outcome.word()
        ));
    }
    (outcome.clone(), outcome)
}

/// The weakest of what was applied: a column of which a part is as stored is never shown as better protected than that.
fn weakest_applied(tags: &BTreeSet<CarriedTag>) -> Outcome {
    tags.iter().map(|tag| &tag.applied).min_by_key(|outcome| outcome.rank()).cloned().unwrap_or(Outcome::Clear)
}

fn told_upstream(tags: &BTreeSet<CarriedTag>, weakest: &Outcome) -> Option<String> {
    if *weakest != Outcome::Clear {
        return Some(format!("the values were already {} where they were read upstream", weakest.word()));
    }
    let some = tags.iter().any(|tag| tag.applied != Outcome::Clear);
    some.then(|| "a part of the values was already treated where it was read upstream".to_owned())
}
