//! Service levels: of the standard's many, freshness is what is measured.

use super::{Freshness, PortContract, parse::Reader};
use crate::{
    column::ColumnType,
    error::Code,
    name::PortName,
    suggest,
    time::Span,
    yaml::{Node, shown},
};

/// `freshness` and `latency` mean the same here.
pub(super) fn freshness(reader: &mut Reader<'_>, document: &Node, ports: &[PortContract]) -> Vec<Freshness> {
    let mut promises = Vec::new();
    let default = document.get("slaDefaultElement");
    for property in document.get("slaProperties").map(Node::items).unwrap_or_default() {
        let word = property.get("property").and_then(Node::as_text).unwrap_or_default().to_lowercase();
        if !matches!(word.as_str(), "freshness" | "latency") {
            continue;
        }
        let Some(within) = span(reader, property) else { continue };
        let element = property.get("element").or(default);
        match reader.enforced(element) {
            None if element.is_none() => promises.push(Freshness { within, element: None }),
            None => {}
            Some(text) => {
                let position = element.map_or(property.position, |node| node.position);
                for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                    match resolve(part, ports) {
                        Ok(element) => promises.push(Freshness { within, element: Some(element) }),
                        Err((message, hint)) => {
                            reader.refuse_with(position, Code::ReferenceUnknown, message, hint);
                        }
                    }
                }
            }
        }
    }
    promises
}

/// `value` with `unit`, or both in one: `24h`.
fn span(reader: &mut Reader<'_>, property: &Node) -> Option<Span> {
    let node = property.get("value")?;
    let value = reader.enforced(Some(node))?;
    let unit = reader.enforced(property.get("unit")).unwrap_or_default();
    let factor = match unit.to_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1.0),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(60.0),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(3_600.0),
        "d" | "day" | "days" => Some(86_400.0),
        "w" | "week" | "weeks" => Some(7.0 * 86_400.0),
        "y" | "yr" | "year" | "years" => Some(365.0 * 86_400.0),
        _ => None,
    };
    let seconds = match (factor, value.parse::<f64>()) {
        (Some(factor), Ok(value)) => Some(value * factor),
        _ => None,
    };
    let found = match seconds {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
        Some(seconds) if (1.0..=1e10).contains(&seconds) => Some(Span::from_seconds(seconds as u64)),
        Some(_) => None,
        None if unit.is_empty() => value.parse().ok(),
        None => None,
    };
    if found.is_none() {
        let message = format!("`{}` is not a length of time", shown(format!("{value} {unit}").trim()));
        reader.refuse_with(node.position, Code::InvalidFile, message, "write `value: 24` and `unit: h` (s, m, h, d)");
    }
    found
}

/// `port.column`, or the bare column of the only port.
fn resolve(element: &str, ports: &[PortContract]) -> Result<(PortName, String), (String, String)> {
    let missing = || (format!("the element `{}` does not exist", shown(element)), hint(element, ports));
    let (port, column) = match (element.split_once('.'), ports) {
        (_, [only]) if only.column(element).is_some() => (only, element),
        (Some((port, column)), _) => {
            (ports.iter().find(|other| other.name.as_str() == port).ok_or_else(missing)?, column)
        }
        (None, _) => return Err(missing()),
    };
    let found = port.column(column).ok_or_else(missing)?;
    if !matches!(found.kind, ColumnType::Date | ColumnType::Timestamp) {
        let message = format!("the element `{}` is {}, which has no age", shown(element), found.kind);
        return Err((message, "name a date or timestamp column, or leave `element` out".to_owned()));
    }
    Ok((port.name.clone(), column.to_owned()))
}

fn hint(element: &str, ports: &[PortContract]) -> String {
    let all: Vec<String> = ports
        .iter()
        .flat_map(|port| port.columns.iter().map(|column| format!("{}.{}", port.name, column.name)))
        .collect();
    suggest::nearest(element, all.iter().map(String::as_str))
        .map_or_else(|| "write `port.column`".to_owned(), |near| format!("did you mean `{near}`?"))
}
