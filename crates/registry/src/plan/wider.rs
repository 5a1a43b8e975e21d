//! What a product's new access rules let somebody see beyond the old ones (M2).
//!
//! Whether one condition on rows implies another is not decided: another condition may show other rows, so it counts.
//! What a person still has to approve, such as a further purpose or a longer entitlement, does not.

use model::{
    access::{AccessRules, PortScope},
    files::access::Visibility,
};

use crate::mesh::ProductState;

/// The loosenings, one line each. A product that nobody can read yet has none.
pub(super) fn of(current: &ProductState, wanted: &AccessRules) -> Vec<String> {
    let read = current.publication.is_some() || !current.entitlements.is_empty();
    if read { between(&current.access, wanted) } else { Vec::new() }
}

fn between(before: &AccessRules, after: &AccessRules) -> Vec<String> {
    let mut found = Vec::new();
    if before.visibility == Visibility::Unlisted && after.visibility == Visibility::Listed {
        found.push("everybody would see that it exists".to_owned());
    }
    if after.direct && !before.direct {
        found.push("its files would be read directly".to_owned());
    }
    for gone in before.restrict.iter().filter(|scope| !after.restrict.contains(scope)) {
        found.push(format!("the restriction `{}` would be gone", gone.scope.predicate));
    }
    let rows = |rules: &AccessRules| rules.default_scope.as_ref().map(|name| rules.scopes.get(name).cloned());
    match (rows(before), rows(after)) {
        (Some(_), None) => found.push("entitlements without a scope would read every row".to_owned()),
        (Some(old), Some(new)) if !same(old.as_ref(), new.as_ref()) => {
            found.push("entitlements without a scope would read other rows".to_owned());
        }
        _ => {}
    }
    for (name, old) in &before.scopes {
        if after.scopes.get(name).is_some_and(|new| !same(Some(old), Some(new))) {
            found.push(format!("entitlements with the scope `{name}` would read other rows"));
        }
    }
    for auto in &after.auto {
        let covers = |known: &&model::files::access::AutoApproval| {
            known.group == auto.group && known.purpose == auto.purpose && known.days >= auto.days
        };
        if !before.auto.iter().any(|known| covers(&known)) {
            found.push(format!("`{}` would read it for `{}` without anybody deciding", auto.group, auto.purpose));
        }
    }
    found
}

/// Whether two scopes let the same rows through, whatever they are called.
fn same(one: Option<&PortScope>, other: Option<&PortScope>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.scope.predicate == other.scope.predicate && one.ports == other.ports,
        // A default scope that is not declared hides everything; any other shows more than that.
        (None, Some(_)) => false,
        (_, None) => true,
    }
}
