//! The generated section of `docs/reference/files.md`: the keys of every file of a mesh repository, read from the types
//! that read the files. What a key means is its doc comment, so that there is one place to say it.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::{Context, Result, ensure};

use super::rust::{self, Field, Item, Shape};

/// One kind of file: its path, the source of its type, the type.
const FILES: [(&str, &str, &str); 10] = [
    ("mesh.yaml", "crates/model/src/files/mesh.rs", "MeshFile"),
    ("people.yaml", "crates/model/src/files/people.rs", "PeopleFile"),
    ("governance/purposes.yaml", "crates/model/src/files/governance.rs", "PurposesFile"),
    ("governance/glossary/*.yaml", "crates/model/src/files/governance.rs", "GlossaryFile"),
    ("governance/classifications/*.yaml", "crates/model/src/class.rs", "ClassificationFile"),
    ("domains/<domain>/domain.yaml", "crates/model/src/files/domain.rs", "DomainFile"),
    ("domains/<domain>/sources/*.yaml with kind: files", "crates/model/src/files/source.rs", "FilesSource"),
    (
        "domains/<domain>/sources/*.yaml with kind: postgres",
        "crates/model/src/files/source/postgres.rs",
        "PostgresSource",
    ),
    ("domains/<domain>/products/<product>/access.yaml", "crates/model/src/files/access.rs", "AccessFile"),
    ("the header of silver/<table>.sql and <port>.sql", "crates/model/src/files/sql.rs", "StepHeader"),
];

/// The section.
pub fn markdown(root: &Path) -> Result<String> {
    let mut out = String::new();
    for (path, source, name) in FILES {
        let text = std::fs::read_to_string(root.join(source)).with_context(|| source.to_owned())?;
        let items: BTreeMap<String, Item> =
            rust::items(&text)?.into_iter().map(|item| (item.name.clone(), item)).collect();
        ensure!(items.contains_key(name), "{source} has no `{name}`");
        let heading = if path.contains(' ') { path.to_owned() } else { format!("`{path}`") };
        write!(out, "### {heading}\n\n")?;
        let mut open = vec![name.to_owned()];
        let mut done: Vec<String> = Vec::new();
        while let Some(next) = open.pop() {
            let Some(item) = items.get(&next).filter(|_| !done.contains(&next)) else { continue };
            let Shape::Keys(fields) = &item.shape else { continue };
            if !done.is_empty() {
                write!(out, "{}:\n\n", called(&next, &item.meaning))?;
            }
            out += &table(fields)?;
            done.push(next);
            for field in fields.iter().rev() {
                open.extend(rust::names(&field.kind).filter(|name| items.contains_key(*name)).map(str::to_owned));
            }
        }
        for item in held(&done, &items).into_values() {
            let Shape::Words(words) = &item.shape else {
                write!(out, "{}.\n\n", called(&item.name, &item.meaning))?;
                continue;
            };
            write!(out, "{}:\n\n| Word | Meaning |\n|---|---|\n", called(&item.name, &item.meaning))?;
            for word in words {
                let keys: Vec<String> =
                    word.keys.iter().map(|key| format!("`{}`: {}", key.name, key.meaning)).collect();
                let keys = if keys.is_empty() { String::new() } else { format!(" {}", keys.join(" ")) };
                writeln!(out, "| `{}` | {}{keys} |", word.name, word.meaning)?;
            }
            out.push('\n');
        }
    }
    Ok(out)
}

/// The sets of words, and the texts with a form, that the keys of some types hold: by name, with those that these hold.
fn held<'a>(done: &[String], items: &'a BTreeMap<String, Item>) -> BTreeMap<&'a str, &'a Item> {
    let mut found = BTreeMap::new();
    let mut open: Vec<&Item> = items.values().filter(|item| done.contains(&item.name)).collect();
    while let Some(item) = open.pop() {
        let kinds: Vec<&str> = match &item.shape {
            Shape::Keys(fields) => fields.iter().map(|field| field.kind.as_str()).collect(),
            Shape::Words(words) => words.iter().flat_map(|word| &word.keys).map(|key| key.kind.as_str()).collect(),
            Shape::Text => vec![],
        };
        for next in kinds.into_iter().flat_map(rust::names).filter_map(|name| items.get(name)) {
            if !matches!(next.shape, Shape::Keys(_)) && found.insert(next.name.as_str(), next).is_none() {
                open.push(next);
            }
        }
    }
    found
}

fn called(name: &str, meaning: &str) -> String {
    format!("**{}** - {}", spaced(name), meaning.trim_end_matches('.'))
}

fn table(fields: &[Field]) -> Result<String> {
    let mut out = "| Key | Holds | Needed | Meaning |\n|---|---|---|---|\n".to_owned();
    for field in fields {
        let needed = if field.has_default || field.kind.starts_with("Option<") { "" } else { "yes" };
        writeln!(out, "| `{}` | {} | {needed} | {} |", field.name, holds(&field.kind), field.meaning)?;
    }
    out.push('\n');
    Ok(out)
}

/// What a type holds, in words.
fn holds(kind: &str) -> String {
    let inside = |outer: &str| kind.strip_prefix(outer).and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = inside("Option<") {
        return holds(inner);
    }
    if let Some(inner) = inside("Vec<") {
        return format!("list: {}", holds(inner));
    }
    if let Some((key, value)) = inside("BTreeMap<").and_then(|inner| inner.split_once(", ")) {
        return format!("{} → {}", holds(key), holds(value));
    }
    match kind {
        "String" => "text".to_owned(),
        "u32" | "u64" => "whole number".to_owned(),
        "bool" => "`true` or `false`".to_owned(),
        "Span" => "length of time: `90s`, `15m`, `24h`, `90d`".to_owned(),
        "Endpoint" => "`host:port`".to_owned(),
        "SecretRef" => "`env:NAME` or `file:NAME`".to_owned(),
        "Attributes" => "text → text".to_owned(),
        other => spaced(other),
    }
}

/// `GroupName` as `group name`.
fn spaced(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_in_words() {
        assert_eq!(holds("Option<GroupName>"), "group name");
        assert_eq!(holds("Vec<Person>"), "list: person");
        assert_eq!(holds("BTreeMap<DomainName, Vec<String>>"), "domain name → list: text");
        assert_eq!(holds("Option<Span>"), "length of time: `90s`, `15m`, `24h`, `90d`");
    }
}
