//! The generated sections of `docs/reference/sql.md`: functions and settings, from the lists that sessions use.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use datafusion::logical_expr::Documentation;

use super::*;
use crate::{
    catalog::functions::{SESSION, of_session},
    engine::functions::Functions,
    limits::Limits,
};

#[path = "../../../tests/support/page.rs"]
mod page;

const PAGE: &str = "docs/reference/sql.md";

/// One function with the other names it has.
struct Listed<'a> {
    name: &'a str,
    others: BTreeSet<&'a str>,
    documentation: Option<&'a Documentation>,
}

/// Each function of a map once: its entries under aliases are put with it.
fn listed<'a, T>(
    functions: impl IntoIterator<Item = (&'a String, &'a T)>,
    own: impl Fn(&'a T) -> &'a str,
    documentation: impl Fn(&'a T) -> Option<&'a Documentation>,
) -> Vec<Listed<'a>>
where
    T: 'a,
{
    let mut by_name: BTreeMap<&str, Listed<'a>> = BTreeMap::new();
    for (known_as, function) in functions {
        let name = own(function);
        let entry = by_name.entry(name).or_insert_with(|| Listed {
            name,
            others: BTreeSet::new(),
            // Some functions carry the text of their neighbour.
            documentation: documentation(function).filter(|text| text.syntax_example.trim().starts_with(name)),
        });
        if known_as != name {
            entry.others.insert(known_as);
        }
    }
    by_name.into_values().collect()
}

/// The first sentence of a description, without links and line breaks.
fn first_sentence(text: &str) -> String {
    let line = page::cell(text.split("\n\n").next().unwrap_or_default());
    let sentence = line.split_once(". ").map_or(line.as_str(), |(first, _)| first);
    let mut plain = String::new();
    let mut rest = sentence.trim_end_matches(['.', ':']);
    while let Some((before, link)) = rest.split_once('[') {
        let Some((words, after)) = link.split_once("](") else { break };
        plain.push_str(before);
        plain.push_str(words);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    plain + rest
}

fn table(functions: &[Listed<'_>]) -> String {
    let mut out = "| Call | What it gives | Also called |\n|---|---|---|\n".to_owned();
    for function in functions {
        let call = function.documentation.map_or_else(
            || format!("{}(...)", function.name),
            |documentation| page::cell(&documentation.syntax_example),
        );
        let what = function.documentation.map(|known| first_sentence(&known.description)).unwrap_or_default();
        let others: Vec<String> = function.others.iter().map(|name| format!("`{name}`")).collect();
        writeln!(out, "| `{call}` | {what} | {} |", others.join(", ")).unwrap();
    }
    out
}

fn by_section(functions: Vec<Listed<'_>>) -> String {
    let mut sections: BTreeMap<&str, Vec<Listed<'_>>> = BTreeMap::new();
    let mut bare = vec![];
    for function in functions {
        match function.documentation {
            Some(documentation) => sections.entry(documentation.doc_section.label).or_default().push(function),
            None => bare.push(function.name),
        }
    }
    let mut out = String::new();
    for (label, functions) in &sections {
        write!(out, "### {}\n\n{}\n", label.trim_end_matches(" Functions"), table(functions)).unwrap();
    }
    if !bare.is_empty() {
        let names: Vec<String> = bare.iter().map(|name| format!("`{name}`")).collect();
        write!(out, "### What PostgreSQL's clients ask\n\n{}\n", names.join(", ")).unwrap();
    }
    out
}

#[test]
fn the_functions_of_the_page_are_those_of_a_session() {
    let functions = Functions::curated(&Limits::default()).unwrap();
    let mut scalar = listed(&functions.scalar, |function| function.name(), |function| function.documentation());
    // The session's own are made for each statement; they have no documentation either.
    let session = Session::new("user:ana".parse().unwrap(), Catalog::Mesh);
    assert!(SESSION.iter().all(|name| of_session(name, &session, || &[]).is_some()));
    scalar.extend(SESSION.iter().map(|name| Listed { name, others: BTreeSet::new(), documentation: None }));
    scalar.sort_by_key(|function| function.name);
    page::section_is_current(PAGE, "scalar functions", &by_section(scalar));

    let aggregate = listed(&functions.aggregate, |function| function.name(), |function| function.documentation());
    page::section_is_current(PAGE, "aggregate functions", &table(&aggregate));

    let window = listed(&functions.window, |function| function.name(), |function| function.documentation());
    page::section_is_current(PAGE, "window functions", &table(&window));

    let mut table: Vec<String> = functions.table.keys().map(|name| format!("`{name}`")).collect();
    table.sort();
    page::section_is_current(PAGE, "table functions", &table.join(", "));
}

#[test]
fn the_settings_of_the_page_are_those_of_a_session() {
    let session = Session::new("user:ana".parse().unwrap(), Catalog::Mesh);
    let mut out = "| Setting | Value at the start | `SET` |\n|---|---|---|\n".to_owned();
    for (name, value) in session.show_all() {
        let can_be_set = session.clone().set(&name, None).is_ok();
        let value = if value.is_empty() { "(empty)".to_owned() } else { format!("`{value}`") };
        writeln!(out, "| `{name}` | {value} | {} |", if can_be_set { "yes" } else { "no: 42501" }).unwrap();
    }
    page::section_is_current(PAGE, "settings", &out);
}
