//! Whether a contract may follow the one that is published: what readers rely on goes only with a new major version.

use model::{
    Code, Problem,
    contract::{Column, Contract, PortContract},
    reference::ProductRef,
};

/// Checks a contract against the published one.
///
/// # Errors
/// `contract-breaking` with every break as an item.
pub(super) fn check(product: &ProductRef, published: &Contract, declared: &Contract) -> Result<(), Problem> {
    if declared.version < published.version {
        return Err(Problem::new(
            Code::ContractBreaking,
            format!(
                "the contract of `{product}` has version {}, but {} is published",
                declared.version, published.version
            ),
        )
        .with_hint("versions only go up; an earlier publication comes back with `tessera rollback`"));
    }
    if declared.version.major > published.version.major {
        return Ok(());
    }
    let breaks: Vec<Problem> =
        breaks(published, declared).into_iter().map(|message| Problem::new(Code::ContractBreaking, message)).collect();
    let Some(first) = breaks.first() else { return Ok(()) };
    let next = published.version.major + 1;
    let message = format!("the contract of `{product}` breaks its readers: {}", first.message());
    Err(Problem::new(Code::ContractBreaking, message)
        .with_hint(format!("give it the version {next}.0.0, or keep what is promised"))
        .with_items(breaks))
}

fn breaks(published: &Contract, declared: &Contract) -> Vec<String> {
    let mut found = Vec::new();
    for before in &published.ports {
        match declared.ports.iter().find(|port| port.name == before.name) {
            None => found.push(format!("the port `{}` is gone", before.name)),
            Some(now) => of_port(before, now, &mut found),
        }
    }
    found
}

fn of_port(before: &PortContract, now: &PortContract, found: &mut Vec<String>) {
    for column in &before.columns {
        let place = format!("`{}.{}`", before.name, column.name);
        match now.columns.iter().find(|known| known.name == column.name) {
            None => found.push(format!("the column {place} is gone")),
            Some(known) => of_column(&place, column, known, found),
        }
    }
}

fn of_column(place: &str, before: &Column, now: &Column, found: &mut Vec<String>) {
    if before.kind != now.kind {
        found.push(format!("the column {place} was of type {} and is now {}", before.kind, now.kind));
    }
    if before.required && !now.required && now.primary_key.is_none() {
        found.push(format!("the column {place} was never NULL and may be now"));
    }
    if before.unique && !now.unique {
        found.push(format!("the column {place} was unique and need not be now"));
    }
    if before.primary_key.is_some() && now.primary_key.is_none() {
        found.push(format!("the column {place} is no longer part of the primary key"));
    }
}
