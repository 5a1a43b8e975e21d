//! Which rows: the OR of the entitlements' scopes, and every restriction (M4).

use model::{
    access::{AccessRules, Entitlement, RowsGrant},
    error::{Code, Problem},
    name::ScopeName,
    scope::RowScope,
    treatment::RowTreatment,
};

use super::TreatmentQuestion;

/// The rows the applicable entitlements give, attributes bound.
pub(super) fn treat(question: &TreatmentQuestion<'_>, applicable: &[&Entitlement]) -> Result<RowTreatment, Problem> {
    let bind = |scope: &RowScope| scope.bind(&question.reader.attributes);
    let mut any_of = Some(Vec::new());
    for grant in applicable {
        match rows_of(question, &grant.rows) {
            Rows::All => any_of = None,
            Rows::None => {}
            Rows::Where(scope) => {
                if let Some(scopes) = &mut any_of {
                    push_new(scopes, bind(scope));
                }
            }
        }
    }
    let mut all_of = Vec::new();
    let own = question.rules.restrict.iter().filter(|restriction| restriction.holds_on(question.port));
    for restriction in own.map(|restriction| &restriction.scope).chain(question.inherited_restrict) {
        push_new(&mut all_of, bind(restriction));
    }
    for scope in any_of.iter().flatten().chain(&all_of) {
        check_columns(question, scope)?;
    }
    Ok(RowTreatment { any_of, all_of })
}

/// What one grant gives.
enum Rows<'a> {
    All,
    None,
    Where(&'a RowScope),
}

fn rows_of<'a>(question: &TreatmentQuestion<'a>, grant: &RowsGrant) -> Rows<'a> {
    let rules: &'a AccessRules = question.rules;
    let named = |name: &ScopeName| match rules.scopes.get(name) {
        // A scope that was declared and is gone hides everything: removing a rule never widens access (M2).
        None => Rows::None,
        Some(scope) if scope.holds_on(question.port) => Rows::Where(&scope.scope),
        // The access file leaves this port out of the scope by name: the port has no such column to restrict by.
        Some(_) => Rows::All,
    };
    match (grant, &rules.default_scope) {
        (RowsGrant::All, _) | (RowsGrant::Default, None) => Rows::All,
        (RowsGrant::Default, Some(name)) => named(name),
        (RowsGrant::Scope(name), _) => named(name),
    }
}

fn push_new(scopes: &mut Vec<RowScope>, scope: RowScope) {
    if !scopes.contains(&scope) {
        scopes.push(scope);
    }
}

/// M14: a publication that lacks a column of today's row rules is not served at all.
fn check_columns(question: &TreatmentQuestion<'_>, scope: &RowScope) -> Result<(), Problem> {
    let has = |name: &String| question.columns.iter().any(|column| column.name == *name);
    if scope.columns().iter().all(has) {
        return Ok(());
    }
    Err(Problem::new(
        Code::PolicyUnavailable,
        format!("the row rules of `{}` need a column that this publication does not have", question.product),
    )
    .with_hint("publish the product anew under its current rules"))
}
