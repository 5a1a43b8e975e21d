//! Columns of a port: names, types, keys and what their options promise.

use super::{Column, Metric, Must, Rule, Severity, parse::Reader, rule};
use crate::{
    column::{ColumnType, Field, check_column_name},
    error::Code,
    name::PortName,
    yaml::{Node, Value, shown},
};

pub(super) fn columns(reader: &mut Reader<'_>, port: &PortName, object: &Node) -> Vec<Column> {
    let keys = positions(object, "primaryKey", "primaryKeyPosition");
    let mut columns: Vec<Column> = Vec::new();
    for property in physical(object) {
        let Some(column) = column(reader, port, property, &keys) else { continue };
        let folded = column.name.to_lowercase();
        if columns.iter().any(|other| other.name.to_lowercase() == folded) {
            let message = format!("the column `{}` stands twice (upper and lower case are one)", shown(&column.name));
            reader.refuse(property.position, Code::InvalidFile, message);
        } else {
            columns.push(column);
        }
    }
    columns
}

/// The properties that are columns: a measure is an expression over them.
fn physical(object: &Node) -> impl Iterator<Item = &Node> {
    let properties = object.get("properties").map(Node::items).unwrap_or_default();
    properties.iter().filter(|property| property.get("semanticType").and_then(Node::as_text) != Some("measure"))
}

/// Names of the properties with a flag, by their position; those without one keep the order of the document.
pub(super) fn positions(object: &Node, flag: &str, position: &str) -> Vec<(u32, String)> {
    let mut named: Vec<(i64, String)> = physical(object)
        .filter(|property| property.get(flag).and_then(Node::as_text) == Some("true"))
        .filter_map(|property| {
            let place = property.get(position).and_then(Node::as_text).and_then(|text| text.parse().ok());
            Some((place.filter(|place| *place > 0).unwrap_or(i64::MAX), property.get("name")?.as_text()?.to_owned()))
        })
        .collect();
    named.sort_by_key(|(place, _)| *place);
    (1..).zip(named).map(|(index, (_, name))| (index, name)).collect()
}

fn column(reader: &mut Reader<'_>, port: &PortName, property: &Node, keys: &[(u32, String)]) -> Option<Column> {
    let named = property.get("name")?;
    let name = reader.enforced(Some(named))?;
    if let Err(problem) = check_column_name(&name) {
        reader.refuse_at(named.position, &problem);
        return None;
    }
    let kind = column_type(reader, property)?;
    let flag = |key: &str| property.get(key).and_then(Node::as_text) == Some("true");
    let permitted = permitted(reader, property);
    let mut rules = options(reader, port, &name, property);
    if !permitted.is_empty() {
        let metric = Metric::InvalidValues {
            valid: Some(permitted.clone()),
            pattern: None,
            min_length: None,
            max_length: None,
            minimum: None,
            maximum: None,
        };
        rules.push(none_may_break(format!("{port}.{name}.enum"), metric));
    }
    rules.extend(rule::rules(reader, port, Some(&name), property.get("quality")));
    rule::number(&mut rules);
    let examples = property.get("examples").map(Node::items).unwrap_or_default();
    Some(Column {
        primary_key: keys.iter().find(|(_, key)| *key == name).map(|(index, _)| *index),
        kind,
        required: flag("required"),
        unique: flag("unique"),
        description: property.get("description").and_then(Node::as_text).map(str::to_owned),
        tags: tags(reader, property),
        rules,
        glossary: reader.glossary(property),
        permitted,
        examples: examples.iter().filter_map(Node::as_text).map(str::to_owned).collect(),
        name,
    })
}

/// The tags of a column or a field. What is stated of an array's items or a map's keys and values is stated of the whole,
/// which is masked as one (M6): a list has no other place for them.
fn tags(reader: &mut Reader<'_>, property: &Node) -> Vec<String> {
    let map = property.get("map");
    let parts = [property.get("items"), map.and_then(|map| map.get("key")), map.and_then(|map| map.get("value"))];
    let mut all = reader.texts(property.get("tags"));
    for part in parts.into_iter().flatten() {
        all.extend(tags(reader, part));
    }
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|tag| seen.insert(tag.clone()));
    all
}

fn permitted(reader: &mut Reader<'_>, property: &Node) -> Vec<String> {
    let entries = property.get("enum").map(Node::items).unwrap_or_default();
    entries.iter().filter_map(|entry| reader.enforced(entry.get("value"))).collect()
}

fn none_may_break(id: String, metric: Metric) -> Rule {
    Rule { id, metric, must: Some(Must::Be(0.0)), percent: false, severity: Severity::Error }
}

/// What `logicalTypeOptions` promise, as one rule; what of it is not measured is told as such.
fn options(reader: &mut Reader<'_>, port: &PortName, column: &str, property: &Node) -> Vec<Rule> {
    let Some(options) = property.get("logicalTypeOptions") else { return Vec::new() };
    let mut rules = Vec::new();
    for entry in options.entries() {
        if ["multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "required"]
            .contains(&entry.key.as_str())
        {
            rules.push(Rule {
                id: format!("{port}.{column}.{}", entry.key),
                metric: Metric::NotEvaluated { why: format!("`{}` is not measured", entry.key) },
                must: None,
                percent: false,
                severity: Severity::Warning,
            });
        }
    }
    let length = |key: &str| options.get(key).and_then(Node::as_text).and_then(|text| text.parse().ok());
    let (min_length, max_length) = (length("minLength"), length("maxLength"));
    let pattern = rule::pattern(reader, options.get("pattern"));
    let minimum = bound(reader, options, "minimum", "exclusiveMinimum");
    let maximum = bound(reader, options, "maximum", "exclusiveMaximum");
    if pattern.is_some() || min_length.is_some() || max_length.is_some() || minimum.is_some() || maximum.is_some() {
        let metric = Metric::InvalidValues { valid: None, pattern, min_length, max_length, minimum, maximum };
        rules.push(none_may_break(format!("{port}.{column}.options"), metric));
    }
    rules
}

fn bound(reader: &mut Reader<'_>, options: &Node, included: &str, excluded: &str) -> Option<(String, bool)> {
    match reader.enforced(options.get(excluded)) {
        Some(value) => Some((value, true)),
        None => reader.enforced(options.get(included)).map(|value| (value, false)),
    }
}

/// The type of a property, an item or a map's value.
pub(super) fn column_type(reader: &mut Reader<'_>, property: &Node) -> Option<ColumnType> {
    let physical = reader.enforced(property.get("physicalType"));
    let Some(node) = property.get("logicalType") else {
        let found = physical.as_deref().and_then(from_physical);
        if found.is_none() {
            let message = "the column has no type".to_owned();
            let hint = "write `logicalType:` string, integer, number, boolean, date, timestamp, object, array or map";
            reader.refuse_with(property.position, Code::InvalidFile, message, hint);
        }
        return found;
    };
    let kind = match node.as_text().unwrap_or_default() {
        "string" if physical.as_deref().is_some_and(is_binary) => ColumnType::Binary,
        "string" => ColumnType::String,
        "integer" => ColumnType::Integer,
        "number" => match physical.as_deref().and_then(decimal) {
            Some(Ok(decimal)) => decimal,
            Some(Err(())) => {
                let text = physical.unwrap_or_default();
                let message = format!("`{}` is beyond what a decimal holds", shown(&text));
                let hint = "write `decimal(p,s)` with p from 1 to 38 and s from 0 to p";
                let at = property.get("physicalType").unwrap_or(property).position;
                reader.refuse_with(at, Code::TypeUnsupported, message, hint);
                return None;
            }
            None => ColumnType::Number,
        },
        "boolean" => ColumnType::Boolean,
        "date" => ColumnType::Date,
        "timestamp" => ColumnType::Timestamp,
        "object" => ColumnType::Struct(fields(reader, property)?),
        "array" => match property.get("items") {
            Some(items) => ColumnType::List(Box::new(column_type(reader, items)?)),
            None => {
                reader.refuse(node.position, Code::InvalidFile, "an array says of what: the key `items` is missing");
                return None;
            }
        },
        "map" => map_type(reader, property)?,
        other => {
            let message = format!("the type `{}` is not served", shown(other));
            let hint = match other {
                "time" => "use `string`, or a `timestamp`",
                _ => "use `array` with `items: {logicalType: number}`",
            };
            reader.refuse_with(node.position, Code::TypeUnsupported, message, hint);
            return None;
        }
    };
    Some(kind)
}

fn map_type(reader: &mut Reader<'_>, property: &Node) -> Option<ColumnType> {
    let map = property.get("map")?;
    let key = map.get("key")?;
    if column_type(reader, key)? != ColumnType::String {
        let hint = "use `key: {logicalType: string}`";
        reader.refuse_with(key.position, Code::TypeUnsupported, "a map's keys are text".to_owned(), hint);
        return None;
    }
    Some(ColumnType::Map(Box::new(column_type(reader, map.get("value")?)?)))
}

fn fields(reader: &mut Reader<'_>, property: &Node) -> Option<Vec<Field>> {
    let properties = property.get("properties").map(Node::items).unwrap_or_default();
    if properties.is_empty() {
        let hint = "list its fields under `properties`";
        reader.refuse_with(property.position, Code::InvalidFile, "an object has no fields".to_owned(), hint);
        return None;
    }
    let mut fields: Vec<Field> = Vec::new();
    for inner in properties {
        let Some(named) = inner.get("name") else { continue };
        let Some(name) = reader.enforced(Some(named)) else { continue };
        if let Err(problem) = check_column_name(&name) {
            reader.refuse_at(named.position, &problem);
            continue;
        }
        if fields.iter().any(|field| field.name.eq_ignore_ascii_case(&name)) {
            reader.refuse(named.position, Code::InvalidFile, format!("the field `{}` stands twice", shown(&name)));
            continue;
        }
        let Some(kind) = column_type(reader, inner) else { continue };
        let nullable = inner.get("required").and_then(Node::as_text) != Some("true");
        fields.push(Field { name, kind, nullable, tags: tags(reader, inner) });
    }
    Some(fields)
}

/// `decimal(p,s)`: `None` if it is none, `Err` if it is one that cannot be held.
fn decimal(physical: &str) -> Option<Result<ColumnType, ()>> {
    let lower = physical.trim().to_lowercase();
    let (word, rest) = lower.split_once('(').unwrap_or((lower.as_str(), ""));
    if !matches!(word.trim(), "decimal" | "numeric" | "number" | "dec") {
        return None;
    }
    let Some(inside) = rest.trim_end().strip_suffix(')') else {
        // A decimal without digits is what its source makes of it; 38 and 10 hold most.
        return matches!(word.trim(), "decimal" | "numeric")
            .then_some(Ok(ColumnType::Decimal { precision: 38, scale: 10 }));
    };
    let mut digits = inside.split(',').map(|part| part.trim().parse::<u8>());
    let decimal = match (digits.next(), digits.next(), digits.next()) {
        (Some(Ok(precision)), None, _) => (precision, 0),
        (Some(Ok(precision)), Some(Ok(scale)), None) => (precision, scale),
        _ => return Some(Err(())),
    };
    let (precision, scale) = decimal;
    Some(if (1..=38).contains(&precision) && scale <= precision {
        Ok(ColumnType::Decimal { precision, scale })
    } else {
        Err(())
    })
}

fn is_binary(physical: &str) -> bool {
    let word = physical.split('(').next().unwrap_or_default().trim().to_lowercase();
    matches!(word.as_str(), "binary" | "varbinary" | "bytea" | "blob" | "bytes")
}

/// The type of a column that states only its physical one.
fn from_physical(physical: &str) -> Option<ColumnType> {
    if let Some(Ok(decimal)) = decimal(physical) {
        return Some(decimal);
    }
    if is_binary(physical) {
        return Some(ColumnType::Binary);
    }
    let word = physical.split('(').next().unwrap_or_default().trim().to_lowercase();
    Some(match word.as_str() {
        "string" | "text" | "varchar" | "char" | "nvarchar" | "character varying" | "uuid" => ColumnType::String,
        "int" | "integer" | "bigint" | "smallint" | "tinyint" | "long" | "int4" | "int8" => ColumnType::Integer,
        "double" | "double precision" | "float" | "real" | "float8" | "float4" => ColumnType::Number,
        "boolean" | "bool" => ColumnType::Boolean,
        "date" => ColumnType::Date,
        "timestamp" | "timestamptz" | "datetime" | "timestamp with time zone" => ColumnType::Timestamp,
        _ => return None,
    })
}

/// A scalar's text, `None` for null: how `missingValues` lists NULL.
pub(super) fn text_or_null(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar(_) => node.as_text().map(str::to_owned),
        _ => None,
    }
}
