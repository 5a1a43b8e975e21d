//! What is different between an object as declared and as wanted, one line each.

use model::Problem;
use serde_json::Value;

use crate::event::Event;

/// More lines than a person reads.
const MOST: usize = 40;

/// The differences; empty exactly if the two declare the same.
pub(super) fn between(current: &Event, wanted: &Event) -> Result<Vec<String>, Problem> {
    if current == wanted {
        return Ok(Vec::new());
    }
    let value = |event: &Event| -> Result<Value, Problem> {
        let stored = event.encode().map_err(Problem::internal)?;
        serde_json::from_slice(&stored.body).map_err(Problem::internal)
    };
    let (old, new) = (value(current)?, value(wanted)?);
    let mut lines = Vec::new();
    compare("", &old, &new, &mut lines);
    let facts = lines.iter().any(|(path, _)| !is_document(path));
    let mut shown: Vec<String> = lines.iter().filter(|(path, _)| !is_document(path)).map(|(_, l)| l.clone()).collect();
    if !facts {
        // Only digests moved: a comment, a description, the text of a step.
        shown = lines.iter().map(|(path, _)| document_line(path)).collect();
        shown.dedup();
    }
    if shown.is_empty() {
        shown.push("the document is written differently".to_owned());
    }
    if shown.len() > MOST {
        let rest = shown.len() - MOST;
        shown.truncate(MOST);
        shown.push(format!("and {rest} more"));
    }
    Ok(shown)
}

fn is_document(path: &str) -> bool {
    path == "document"
        || path.ends_with("_document")
        || path.ends_with(".digest")
        || path == "readme"
        || path.starts_with("samples.")
}

fn document_line(path: &str) -> String {
    match path.strip_suffix(".digest").and_then(|path| path.strip_prefix("steps.")) {
        Some(port) => format!("the SQL of `{port}` is written differently"),
        None if path == "access_document" => "`access.yaml` is written differently".to_owned(),
        None if path == "readme" => "`README.md` is written differently".to_owned(),
        None if path.starts_with("samples.") => "a sample is different".to_owned(),
        None => "the document is written differently".to_owned(),
    }
}

fn compare(path: &str, old: &Value, new: &Value, lines: &mut Vec<(String, String)>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, was) in old {
                let place = join(path, key);
                match new.get(key) {
                    Some(is) => compare(&place, was, is, lines),
                    None => lines.push((place.clone(), format!("{place} {} removed", brief(was)))),
                }
            }
            for (key, is) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                let place = join(path, key);
                lines.push((place.clone(), format!("{place} {} added", brief(is))));
            }
        }
        (Value::Array(old), Value::Array(new)) if named(old) && named(new) => {
            let find = |list: &[Value], name: &str| list.iter().find(|item| name_of(item) == Some(name)).cloned();
            for item in old {
                let name = name_of(item).unwrap_or_default();
                let place = join(path, name);
                match find(new, name) {
                    Some(is) => compare(&place, item, &is, lines),
                    None => lines.push((place.clone(), format!("{place} removed"))),
                }
            }
            for item in new {
                let name = name_of(item).unwrap_or_default();
                if find(old, name).is_none() {
                    let place = join(path, name);
                    lines.push((place.clone(), format!("{place} added")));
                }
            }
            let order = |list: &[Value]| list.iter().filter_map(name_of).map(str::to_owned).collect::<Vec<_>>();
            if order(old) != order(new) && old.len() == new.len() && old.iter().all(|item| new.contains(item)) {
                lines.push((path.to_owned(), format!("{path} reordered")));
            }
        }
        (old, new) if old == new => {}
        (old, new) => lines.push((path.to_owned(), format!("{path}: {} -> {}", brief(old), brief(new)))),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() || path == "facts" { key.to_owned() } else { format!("{path}.{key}") }
}

fn name_of(item: &Value) -> Option<&str> {
    ["name", "id"].iter().find_map(|key| item.get(*key)?.as_str())
}

/// Whether a list is one of named things, so that its members are compared by name.
fn named(list: &[Value]) -> bool {
    let names: Vec<_> = list.iter().filter_map(name_of).collect();
    let mut unique = names.clone();
    unique.sort_unstable();
    unique.dedup();
    names.len() == list.len() && unique.len() == names.len()
}

/// A value in a line: short, on one line.
fn brief(value: &Value) -> String {
    let text = match value {
        Value::String(text) => format!("`{}`", text.escape_debug()),
        Value::Object(_) => "".to_owned(),
        other => other.to_string(),
    };
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(old: Value, new: Value) -> Vec<String> {
        let mut found = Vec::new();
        compare("", &old, &new, &mut found);
        found.into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn members_of_named_lists_are_compared_by_name() {
        let old = json!({"facts": {"ports": [{"name": "claims", "columns": [{"name": "a"}, {"name": "b", "type": "string"}]}]}});
        let new = json!({"facts": {"ports": [{"name": "claims", "columns": [{"name": "b", "type": "date"}, {"name": "c"}]}]}});
        assert_eq!(
            lines(old, new),
            [
                "ports.claims.columns.a removed",
                "ports.claims.columns.b.type: `string` -> `date`",
                "ports.claims.columns.c added"
            ]
        );
        assert!(lines(json!({"a": [1]}), json!({"a": [1]})).is_empty());
        assert_eq!(
            lines(json!({"facts": {"regions": ["a"]}}), json!({"facts": {"regions": []}})),
            ["regions: [\"a\"] -> []"]
        );
    }
}
