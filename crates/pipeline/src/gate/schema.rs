//! The columns of a candidate against the columns of its contract.

use std::collections::BTreeSet;

use model::{
    column::{ColumnType, Field},
    contract::{PortContract, Severity},
    name::PortName,
};

use super::CandidatePort;
use crate::report::{RuleOutcome, RuleResult};

/// A port that the contract promises and nothing builds.
pub(crate) fn missing_port(port: &PortName) -> RuleResult {
    result(port, None, "schema", "the port".to_owned(), Some("no candidate".to_owned()))
}

/// One verdict per promised column, and one for each that is not promised.
pub(crate) fn compare(contract: &PortContract, port: &CandidatePort) -> Vec<RuleResult> {
    let mut results = Vec::new();
    for column in &contract.columns {
        let expected = format!("a column of type {}", column.kind);
        let found = match port.schema.iter().find(|field| field.name == column.name) {
            None => Some("no such column".to_owned()),
            Some(field) if !fits(&column.kind, &field.kind) => Some(format!("type {}", field.kind)),
            Some(_) => None,
        };
        results.push(result(&contract.name, Some(&column.name), "schema", expected, found));
    }
    let promised: BTreeSet<&str> = contract.columns.iter().map(|column| column.name.as_str()).collect();
    for field in port.schema.iter().filter(|field| !promised.contains(field.name.as_str())) {
        let found = "a column the contract does not promise; it is not served".to_owned();
        let mut extra = result(&contract.name, Some(&field.name), "schema", "no such column".to_owned(), Some(found));
        extra.severity = Severity::Warning;
        results.push(extra);
    }
    results
}

fn result(port: &PortName, column: Option<&str>, metric: &str, expected: String, found: Option<String>) -> RuleResult {
    let place = column.map_or_else(|| port.to_string(), |column| format!("{port}.{column}"));
    RuleResult {
        port: port.clone(),
        column: column.map(str::to_owned),
        rule: format!("{place}.{metric}"),
        metric: metric.to_owned(),
        outcome: if found.is_some() { RuleOutcome::Failed } else { RuleOutcome::Passed },
        severity: Severity::Error,
        expected,
        found,
        count: None,
        example: None,
    }
}

/// Whether stored values keep a promised type. `number` promises a number, so an exact one keeps it too.
pub(crate) fn fits(promised: &ColumnType, stored: &ColumnType) -> bool {
    match (promised, stored) {
        (ColumnType::Number, ColumnType::Decimal { .. }) => true,
        (ColumnType::List(promised), ColumnType::List(stored))
        | (ColumnType::Map(promised), ColumnType::Map(stored)) => fits(promised, stored),
        (ColumnType::Struct(promised), ColumnType::Struct(stored)) => {
            let same = |(promised, stored): (&Field, &Field)| {
                promised.name == stored.name && fits(&promised.kind, &stored.kind)
            };
            promised.len() == stored.len() && promised.iter().zip(stored).all(same)
        }
        (promised, stored) => promised == stored,
    }
}
