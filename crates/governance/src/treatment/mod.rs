//! The decision point: what a reader gets from one port, with reasons (M1-M4, M10, M12, M14, M15a).
//!
//! Not for executing anything: the gateway carries the treatment out. Grants add up as the specification says: rows are
//! the OR of the scopes of all entitlements under the purpose, and a class that any of them shows clear is granted for
//! all rows they give; a product for which this is too much declares a restriction.
//!
//! INVARIANT: [`decide`] answers with rows only for an active entitlement under a declared, granted purpose; whatever
//! it cannot establish makes the answer narrower (`tests/it/reference_model.rs` holds it to an independent formulation).

mod column;
mod row;
mod strength;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    access::{AccessRules, Entitlement},
    class::Classifications,
    error::{Code, Problem},
    files::{access::Visibility, governance::Purpose},
    name::{DomainName, GroupName, PortName, PurposeName},
    principal::{Principal, Subject},
    publication::PublishedColumn,
    reference::ProductRef,
    scope::{Attributes, RowScope},
    time::Timestamp,
    treatment::Treatment,
};

/// Somebody who reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The person or service.
    pub principal: Principal,
    /// Its groups.
    pub groups: BTreeSet<GroupName>,
    /// Its attributes, for row scopes.
    pub attributes: Attributes,
    /// The domain a service works for.
    pub home_domain: Option<DomainName>,
}

/// Everything the decision depends on.
#[derive(Debug, Clone)]
pub struct TreatmentQuestion<'a> {
    /// Who reads.
    pub reader: &'a Reader,
    /// Under which purpose; see [`crate::purpose::settle`].
    pub purpose: Option<&'a PurposeName>,
    /// The present.
    pub now: Timestamp,
    /// The product.
    pub product: &'a ProductRef,
    /// Its owning domain.
    pub domain: &'a DomainName,
    /// Whether the reader holds a role in that domain; a service's home domain counts without it.
    pub is_domain_member: bool,
    /// The port.
    pub port: &'a PortName,
    /// The port's columns as published.
    pub columns: &'a [PublishedColumn],
    /// Restrictions the port inherited from its inputs.
    pub inherited_restrict: &'a [RowScope],
    /// The product's access rules of today.
    pub rules: &'a AccessRules,
    /// All entitlements of this product.
    pub entitlements: &'a [&'a Entitlement],
    /// Declared classes.
    pub classes: &'a Classifications,
    /// Declared purposes.
    pub purposes: &'a BTreeMap<PurposeName, Purpose>,
    /// The current version of token keys.
    pub key_version: u32,
}

impl Reader {
    /// Whether an entitlement's subject is this reader or one of its groups.
    pub fn is(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Principal(principal) => *principal == self.principal,
            Subject::Group(group) => self.groups.contains(group),
        }
    }
}

/// Decides what the reader gets.
///
/// # Errors
/// `not-found` (42P01) if the product is invisible to the reader, `access-required` without an active entitlement,
/// `purpose-required` without a purpose, `purpose-not-granted` under a purpose that is not the reader's here,
/// `policy-unavailable` if a row rule needs a column that the publication does not have (M14).
pub fn decide(question: &TreatmentQuestion<'_>) -> Result<Treatment, Problem> {
    let granted = purposes(question)?;
    let purpose = question.purpose.ok_or_else(|| crate::purpose::required(&granted, &question.product.to_string()))?;
    if !granted.contains(purpose) {
        return Err(crate::purpose::not_granted(purpose, &granted, &question.product.to_string()));
    }
    let applicable: Vec<&Entitlement> = active(question).filter(|grant| grant.is_for(purpose)).collect();
    let rows = row::treat(question, &applicable)?;
    let grounds = column::Grounds::new(question, purpose, &applicable);
    Ok(Treatment {
        columns: question.columns.iter().map(|published| column::treat(published, &grounds)).collect(),
        rows,
        entitlements: applicable.iter().map(|grant| grant.id).collect(),
        purpose: Some(purpose.clone()),
    })
}

/// The purposes under which the reader may read the product: those of its active entitlements that are still declared
/// and still among the product's. The question's own purpose plays no part.
///
/// # Errors
/// `not-found` if the product is invisible to the reader, `access-required` without an active entitlement or when none
/// of its purposes is left.
pub fn purposes(question: &TreatmentQuestion<'_>) -> Result<BTreeSet<PurposeName>, Problem> {
    if !visible(
        question.reader,
        question.rules,
        question.entitlements.iter().copied(),
        question.is_domain_member || question.reader.home_domain.as_ref() == Some(question.domain),
        question.now,
    ) {
        return Err(table_not_found(&question.product.port(question.port.clone()).to_string()));
    }
    let open = |purpose: &&PurposeName| question.rules.purposes.as_ref().is_none_or(|list| list.contains(*purpose));
    let granted: BTreeSet<PurposeName> = question
        .purposes
        .keys()
        .filter(open)
        .filter(|purpose| active(question).any(|grant| grant.is_for(purpose)))
        .cloned()
        .collect();
    if granted.is_empty() {
        return Err(access_required(question));
    }
    Ok(granted)
}

/// Whether the reader may know of the product (M1): it is listed, or the reader belongs to its domain, decides on it or
/// has an active entitlement. `entitlements` are those of the product.
pub fn visible<'a>(
    reader: &Reader,
    rules: &AccessRules,
    entitlements: impl IntoIterator<Item = &'a Entitlement>,
    is_domain_member: bool,
    now: Timestamp,
) -> bool {
    rules.visibility == Visibility::Listed
        || is_domain_member
        || reader.groups.contains(&rules.approver)
        || entitlements.into_iter().any(|grant| grant.is_active(now) && reader.is(&grant.subject))
}

/// The columns that exist for the reader, for catalogs: under the stated purpose, or, without one, those that exist
/// under any purpose the reader has here.
///
/// # Errors
/// As [`decide`].
pub fn visible_columns(question: &TreatmentQuestion<'_>) -> Result<BTreeSet<String>, Problem> {
    let purposes = match question.purpose {
        Some(purpose) => [purpose.clone()].into(),
        None => purposes(question)?,
    };
    let mut found = BTreeSet::new();
    for purpose in &purposes {
        let treatment = decide(&TreatmentQuestion { purpose: Some(purpose), ..question.clone() })?;
        let present = treatment.columns.into_iter().filter(|column| column.outcome.word() != "denied");
        found.extend(present.map(|column| column.column));
    }
    Ok(found)
}

/// The refusal for a table that is absent or invisible. SECURITY: both cases use this very function, so that they
/// cannot be told apart (test `invisible_and_absent_are_told_alike`).
pub fn table_not_found(name: &str) -> Problem {
    Problem::new(Code::NotFound, format!("table `{name}` does not exist"))
}

/// The active entitlements of the product that are the reader's.
fn active<'a>(question: &TreatmentQuestion<'a>) -> impl Iterator<Item = &'a Entitlement> {
    let (reader, product, now) = (question.reader, question.product, question.now);
    question
        .entitlements
        .iter()
        .copied()
        .filter(move |grant| grant.product == *product && grant.is_active(now) && reader.is(&grant.subject))
}

fn access_required(question: &TreatmentQuestion<'_>) -> Problem {
    let purpose = question
        .purpose
        .filter(|purpose| question.purposes.contains_key(*purpose))
        .map_or("P", |purpose| purpose.as_str());
    Problem::new(Code::AccessRequired, format!("reading rows of `{}` needs an entitlement", question.product))
        .with_hint(format!(
            "the group `{}` decides; ask with `tessera request {} --purpose {purpose} --reason \"...\"`",
            question.rules.approver, question.product
        ))
}
