//! Changes of one column, and of the key it may be part of.

use super::{Found, rule};
use crate::{
    column::{ColumnType, Field},
    contract::{Column, PortContract},
};

pub(super) fn compare(found: &mut Found, before: &Column, after: &Column) {
    of_type(found, "", &before.kind, &after.kind);
    // A part of the key is never NULL, whether or not it says so.
    let never_null = |column: &Column| column.required || column.primary_key.is_some();
    match (never_null(before), never_null(after)) {
        (true, false) => found.breaking("it was never NULL and may be now", "results hold NULL where none was"),
        (false, true) => found.additive("it is never NULL any more", "more is promised"),
        _ => {}
    }
    match (before.unique, after.unique) {
        (true, false) => found.breaking("it was unique and need not be now", "a join over it may repeat rows"),
        (false, true) => found.additive("it is unique now", "more is promised"),
        _ => {}
    }
    found.text("description", before.description.as_ref(), after.description.as_ref());
    found.list("glossary term", &before.glossary, &after.glossary);
    found.list("tag", &before.tags, &after.tags);
    if before.examples != after.examples {
        found.documentation("the examples are different");
    }
    rule::compare(found, &before.rules, &after.rules);
}

/// The columns of a port's primary key: what is one row for its readers.
pub(super) fn of_keys(found: &mut Found, before: &PortContract, after: &PortContract) {
    let names = |port: &PortContract| -> Vec<String> {
        port.primary_key().into_iter().map(|column| column.name.clone()).collect()
    };
    let (was, is) = (names(before), names(after));
    let listed = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let same_set = was.len() == is.len() && was.iter().all(|name| is.contains(name));
    match (was.is_empty(), is.is_empty()) {
        _ if was == is => {}
        (true, _) => found.additive(format!("the primary key is {}", listed(&is)), "more is promised"),
        (_, true) => {
            found.breaking(format!("the primary key {} is gone", listed(&was)), "a join over it may repeat rows")
        }
        _ if same_set => found.documentation("the columns of the primary key stand in another order"),
        _ => found.breaking(
            format!("the primary key was {} and is {}", listed(&was), listed(&is)),
            "what one row stands for has changed",
        ),
    }
}

/// `inside` is the path within the column: ` of the field `a.b``.
fn of_type(found: &mut Found, inside: &str, before: &ColumnType, after: &ColumnType) {
    match (before, after) {
        (ColumnType::Struct(was), ColumnType::Struct(is)) => of_fields(found, inside, was, is),
        (ColumnType::List(was), ColumnType::List(is)) => of_type(found, &format!("{inside}[]"), was, is),
        (ColumnType::Map(was), ColumnType::Map(is)) => of_type(found, &format!("{inside}{{}}"), was, is),
        (was, is) if was == is => {}
        (was, is) => found.breaking(
            format!("the type{} was {was} and is {is}", of_part(inside)),
            "statements and programs expect values of the other type",
        ),
    }
}

fn of_fields(found: &mut Found, inside: &str, before: &[Field], after: &[Field]) {
    let place = |field: &Field| format!("{inside}.{}", field.name);
    for was in before {
        let name = place(was);
        let Some(is) = after.iter().find(|field| field.name == was.name) else {
            found.breaking(format!("the field{} is gone", of_part(&name)), "statements that name it fail");
            continue;
        };
        of_type(found, &name, &was.kind, &is.kind);
        match (was.nullable, is.nullable) {
            (false, true) => found.breaking(
                format!("the field{} was never NULL and may be now", of_part(&name)),
                "results hold NULL where none was",
            ),
            (true, false) => {
                found.additive(format!("the field{} is never NULL any more", of_part(&name)), "more is promised");
            }
            _ => {}
        }
        found.list(&format!("tag of the field{}", of_part(&name)), &was.tags, &is.tags);
    }
    for is in after.iter().filter(|is| !before.iter().any(|field| field.name == is.name)) {
        found.additive(format!("the field{} is new", of_part(&place(is))), "statements that name their fields stay");
    }
    let order = |fields: &[Field], other: &[Field]| -> Vec<String> {
        let kept = fields.iter().filter(|field| other.iter().any(|known| known.name == field.name));
        kept.map(|field| field.name.clone()).collect()
    };
    if order(before, after) != order(after, before) {
        found.additive("the fields stand in another order", "they are read by name");
    }
}

fn of_part(inside: &str) -> String {
    if inside.is_empty() { String::new() } else { format!(" `{}`", inside.trim_start_matches('.')) }
}
