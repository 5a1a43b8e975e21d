//! Quality rules: what is measured and what the number must be.

use std::collections::BTreeMap;

use super::{Metric, Must, Rule, Severity, column::text_or_null, parse::Reader};
use crate::{
    error::Code,
    files::sql::check_single,
    name::PortName,
    yaml::{Node, shown},
};

/// Longest regular expression.
const LONGEST_PATTERN: usize = 2_000;

pub(super) fn rules(
    reader: &mut Reader<'_>,
    port: &PortName,
    column: Option<&str>,
    quality: Option<&Node>,
) -> Vec<Rule> {
    let rules = quality.map(Node::items).unwrap_or_default();
    rules.iter().filter_map(|node| rule(reader, port, column, node)).collect()
}

/// Makes ids of one list differ: the second of a name gets `_2`.
pub(super) fn number(rules: &mut [Rule]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for rule in rules {
        let count = seen.entry(rule.id.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            rule.id = format!("{}_{count}", rule.id);
        }
    }
}

fn rule(reader: &mut Reader<'_>, port: &PortName, column: Option<&str>, node: &Node) -> Option<Rule> {
    let text = |key: &str| node.get(key).and_then(Node::as_text);
    let metric_word = text("metric").or_else(|| text("rule"));
    let kind = text("type").unwrap_or(if node.get("query").is_some() { "sql" } else { "library" });
    let place = column.map_or_else(|| port.to_string(), |column| format!("{port}.{column}"));
    let id = text("id").or_else(|| text("name")).map_or_else(
        || format!("{place}.{}", if kind == "library" { metric_word.unwrap_or("rule") } else { kind }),
        str::to_owned,
    );
    let severity = severity(text("severity"));
    let percent = text("unit").is_some_and(|unit| unit.eq_ignore_ascii_case("percent"));
    let before = reader.problems.len();
    let metric = match kind {
        "library" => library(reader, column, metric_word, node),
        "sql" => Metric::Sql { query: query(reader, port, column, node)? },
        "text" => Metric::NotEvaluated { why: "a text is for people".to_owned() },
        "custom" => {
            let engine = text("engine").unwrap_or("an unnamed engine");
            Metric::NotEvaluated { why: format!("rules of the engine `{}` are not run here", shown(engine)) }
        }
        other => Metric::NotEvaluated { why: format!("the type `{}` is not known", shown(other)) },
    };
    let must = must(reader, node);
    if reader.problems.len() > before {
        return None;
    }
    match (metric, must) {
        (metric @ Metric::NotEvaluated { .. }, _) => Some(Rule { id, metric, must: None, percent, severity }),
        (metric, Some(must)) => Some(Rule { id, metric, must: Some(must), percent, severity }),
        (_, None) => {
            let hint = "add `mustBe: 0`, or another comparison";
            reader.refuse_with(node.position, Code::InvalidFile, "the rule compares with nothing".to_owned(), hint);
            None
        }
    }
}

/// By convention of `datacontract-cli`, these only warn.
fn severity(word: Option<&str>) -> Severity {
    match word.unwrap_or_default().to_lowercase().as_str() {
        "info" | "warning" | "warn" | "low" | "minor" | "trivial" => Severity::Warning,
        _ => Severity::Error,
    }
}

fn library(reader: &mut Reader<'_>, column: Option<&str>, metric: Option<&str>, node: &Node) -> Metric {
    let arguments = node.get("arguments");
    let argument = |key: &str| arguments.and_then(|arguments| arguments.get(key));
    let needs_column = |metric: Metric| match column {
        Some(_) => metric,
        None => Metric::NotEvaluated { why: "the rule is about one column; write it under that property".to_owned() },
    };
    match metric {
        Some("rowCount") => Metric::RowCount,
        Some("nullValues") => needs_column(Metric::NullValues),
        Some("missingValues") => {
            let listed = argument("missingValues").map(Node::items).unwrap_or_default();
            let mut values: Vec<Option<String>> = listed.iter().map(text_or_null).collect();
            if !values.contains(&None) {
                values.push(None);
            }
            needs_column(Metric::MissingValues { values })
        }
        Some("invalidValues") => {
            let valid = argument("validValues").map(|values| reader.texts(Some(values)));
            let pattern = pattern(reader, argument("pattern"));
            if valid.is_none() && pattern.is_none() {
                let hint = "add `arguments: {validValues: [..]}` or `arguments: {pattern: ..}`";
                let message = "the rule does not say which values are valid".to_owned();
                reader.refuse_with(node.position, Code::InvalidFile, message, hint);
            }
            needs_column(Metric::InvalidValues {
                valid,
                pattern,
                min_length: None,
                max_length: None,
                minimum: None,
                maximum: None,
            })
        }
        Some("duplicateValues") => {
            let columns = match column {
                Some(column) => vec![column.to_owned()],
                None => reader.texts(argument("properties")),
            };
            if columns.is_empty() {
                let hint = "add `arguments: {properties: [..]}`, or write the rule under one property";
                let message = "the rule does not say which columns".to_owned();
                reader.refuse_with(node.position, Code::InvalidFile, message, hint);
            }
            Metric::DuplicateValues { columns }
        }
        other => Metric::NotEvaluated { why: format!("the metric `{}` is not known", shown(other.unwrap_or("none"))) },
    }
}

/// A regular expression that the whole value matches.
pub(super) fn pattern(reader: &mut Reader<'_>, node: Option<&Node>) -> Option<String> {
    let node = node?;
    let text = reader.enforced(Some(node))?;
    let whole = format!("^(?:{text})$");
    let compiled =
        text.len() <= LONGEST_PATTERN && regex::RegexBuilder::new(&whole).size_limit(1 << 20).build().is_ok();
    if !compiled {
        let message = format!("`{}` is not a regular expression that is run here", shown(&text));
        let hint = "look-around and back references are not run; write the rule as `type: sql`";
        reader.refuse_with(node.position, Code::InvalidFile, message, hint);
        return None;
    }
    Some(text)
}

/// The query of a `sql` rule. Its placeholders occur in two spellings; other variables have no value.
fn query(reader: &mut Reader<'_>, port: &PortName, column: Option<&str>, node: &Node) -> Option<String> {
    let query = node.get("query")?;
    let mut text = query.as_text()?.to_owned();
    for placeholder in ["object", "table", "model", "property", "column"] {
        text = text.replace(&format!("${{{placeholder}}}"), &format!("{{{placeholder}}}"));
    }
    if text.contains("${") {
        let message = "the variable in the query has no value: variables are never resolved".to_owned();
        let hint = "write the value, or one of `{object}` and `{property}`";
        reader.refuse_with(query.position, Code::InvalidFile, message, hint);
        return None;
    }
    // Tried with names in the placeholders' place: what does not parse now would fail at every publication.
    let column = format!("\"{}\"", column.unwrap_or("column").replace('"', "\"\""));
    let mut tried = text.clone();
    for (placeholder, name) in [
        ("{object}", port.as_str()),
        ("{table}", port.as_str()),
        ("{model}", port.as_str()),
        ("{property}", &column),
        ("{column}", &column),
    ] {
        tried = tried.replace(placeholder, name);
    }
    if let Err(problem) = check_single(&tried) {
        reader.refuse(query.position, problem.code(), problem.message());
        return None;
    }
    Some(text)
}

fn must(reader: &mut Reader<'_>, node: &Node) -> Option<Must> {
    let entry = node.entries().iter().find(|entry| entry.key.starts_with("must"))?;
    let mut number = |node: &Node| {
        let value = node.as_text().and_then(|text| text.parse::<f64>().ok()).filter(|value| value.is_finite());
        if value.is_none() {
            let message = format!("`{}` compares with a number", entry.key);
            reader.refuse(node.position, Code::InvalidFile, message);
        }
        value
    };
    match (entry.key.as_str(), entry.value.items()) {
        ("mustBe", _) => number(&entry.value).map(Must::Be),
        ("mustNotBe", _) => number(&entry.value).map(Must::NotBe),
        ("mustBeGreaterThan", _) => number(&entry.value).map(Must::BeGreater),
        ("mustBeGreaterOrEqualTo", _) => number(&entry.value).map(Must::BeGreaterOrEqual),
        ("mustBeLessThan", _) => number(&entry.value).map(Must::BeLess),
        ("mustBeLessOrEqualTo", _) => number(&entry.value).map(Must::BeLessOrEqual),
        ("mustBeBetween", [low, high]) => Some(Must::BeBetween(number(low)?, number(high)?)),
        ("mustNotBeBetween", [low, high]) => Some(Must::NotBeBetween(number(low)?, number(high)?)),
        _ => None,
    }
}
