//! What the queries of ports give against what their contracts promise: what the gate would refuse whatever the data is.
//!
//! Not part of [`super::check`]: files whose contract and SQL disagree may be applied, and are measured when they are
//! published.

use std::{cell::RefCell, collections::BTreeSet};

use super::{Findings, Place, sort};
use crate::{
    column::{ColumnType, check_column_name},
    contract::{Column, PortContract},
    error::{Code, Problem},
    files::{
        repository::{DomainFiles, ProductFiles, Repository, Sourced},
        sql::{Outputs, SqlStep},
    },
    name::ProductName,
    suggest,
    yaml::{Position, problem_at, shown},
};

/// Compares every port's query with its contract, as far as the files tell: a promised column that is missing or of
/// another type, and one that no table can have, are problems; one that nobody promised is a warning.
pub fn columns(repository: &Repository) -> Findings {
    let mut findings = Findings::default();
    for domain in repository.domains.values() {
        for (table, step) in &domain.silver {
            let outputs = Tables::of(domain).outputs(None, table.as_str(), step);
            findings.problems.extend(impossible(step, &outputs));
            findings.problems.extend(unknown_in_header(step, &outputs));
        }
        for (name, product) in &domain.products {
            for (index, port) in product.contract.value.ports.iter().enumerate() {
                if let Some(step) = product.ports.get(&port.name) {
                    let outputs = Tables::of(domain).outputs(Some((name, product)), port.name.as_str(), step);
                    let place = Place::from(&product.contract);
                    compare(&place, index, port, step, &outputs, &mut findings);
                }
            }
        }
    }
    sort(&mut findings.problems);
    sort(&mut findings.warnings);
    findings
}

/// The tables of a domain whose columns its own files state.
struct Tables<'a> {
    domain: &'a DomainFiles,
    /// What is being looked at, so that a circle ends.
    open: RefCell<BTreeSet<String>>,
}

impl<'a> Tables<'a> {
    fn of(domain: &'a DomainFiles) -> Self {
        Self { domain, open: RefCell::default() }
    }

    fn outputs(&self, product: Option<(&ProductName, &ProductFiles)>, own: &str, step: &Sourced<SqlStep>) -> Outputs {
        let key = product.map_or_else(|| format!("silver.{own}"), |(name, _)| format!("{name}.{own}"));
        if !self.open.borrow_mut().insert(key.clone()) {
            return Outputs::default();
        }
        let outputs = step.value.outputs(&|parts| self.columns(product, parts));
        self.open.borrow_mut().remove(&key);
        outputs
    }

    /// The columns of a table; what is published may be older than the files, and is not asked here.
    fn columns(&self, product: Option<(&ProductName, &ProductFiles)>, parts: &[String]) -> Option<Vec<String>> {
        let own = self.domain.file.value.domain.as_str();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let outputs = match parts.as_slice() {
            ["silver", table] | [_, "silver", table] if parts.len() == 2 || parts.first() == Some(&own) => {
                self.outputs(None, table, self.domain.silver.get(*table)?)
            }
            [name, port] => {
                let (product, files) = product.filter(|(product, _)| product.as_str() == *name)?;
                self.outputs(Some((product, files)), port, files.ports.get(*port)?)
            }
            _ => return None,
        };
        if !outputs.complete {
            return None;
        }
        outputs.columns.into_iter().map(|column| column.name).collect()
    }
}

/// Columns that the header names and the query does not give.
fn unknown_in_header(step: &Sourced<SqlStep>, outputs: &Outputs) -> Vec<Problem> {
    if !outputs.complete {
        return Vec::new();
    }
    let given: Vec<&str> = outputs.columns.iter().filter_map(|column| column.name.as_deref()).collect();
    let header = &step.value.header;
    let lists = [("key", &header.key), ("order_by", &header.order_by), ("partition_by", &header.partition_by)];
    let named = lists.into_iter().flat_map(|(list, names)| names.iter().map(move |name| (list, name)));
    let unknown = named.filter(|(_, name)| !given.contains(&name.as_str()));
    unknown
        .map(|(list, name)| {
            let message = format!("the header's `{list}` names `{}`, which the query does not give", shown(name));
            let hint = match suggest::nearest(name, given.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a column of the query".to_owned(),
            };
            problem_at(&step.path, Position::START, Code::InvalidSql, message).with_hint(hint)
        })
        .collect()
}

/// Columns that no table can have: without a name, twice, or with a name that cannot be stored.
fn impossible(step: &Sourced<SqlStep>, outputs: &Outputs) -> Vec<Problem> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut problems = Vec::new();
    for column in &outputs.columns {
        let at = |message: String| problem_at(&step.path, column.position, Code::InvalidSql, message);
        match &column.name {
            None => problems.push(at("a column has no name".to_owned()).with_hint("write `AS name` after it")),
            Some(name) if !known.insert(name.to_lowercase()) => problems
                .push(at(format!("two columns are called `{}`", shown(name))).with_hint(
                    "give one of them another name: `AS name`; upper and lower case are the same name here",
                )),
            Some(name) => {
                if let Err(problem) = check_column_name(name) {
                    let hint = problem.hint().unwrap_or("give it another name: `AS name`").to_owned();
                    problems.push(at(problem.message().to_owned()).with_hint(hint));
                }
            }
        }
    }
    problems
}

fn compare(
    contract: &Place<'_>,
    index: usize,
    port: &PortContract,
    step: &Sourced<SqlStep>,
    outputs: &Outputs,
    findings: &mut Findings,
) {
    findings.problems.extend(impossible(step, outputs));
    let given: Vec<&str> = outputs.columns.iter().filter_map(|column| column.name.as_deref()).collect();
    for (at, column) in port.columns.iter().enumerate() {
        let pointer = format!("/schema/{index}/properties/{at}/name");
        let found = outputs.columns.iter().find(|given| given.name.as_ref() == Some(&column.name));
        match found {
            None if outputs.complete => {
                let message = format!("`{}` gives no column `{}`", step.path, shown(&column.name));
                let problem = contract.problem(&pointer, Code::GateRefused, message);
                findings.problems.push(problem.with_hint(missing(column, &given)));
            }
            Some(given) if given.kind.as_ref().is_some_and(|kind| !may_become(kind, &column.kind)) => {
                let kind = given.kind.as_ref().map(ToString::to_string).unwrap_or_default();
                let message = format!(
                    "`{}` is promised as {}, and {}:{}:{} gives {kind}",
                    shown(&column.name),
                    column.kind,
                    step.path,
                    given.position.line,
                    given.position.column
                );
                let problem = contract.problem(&pointer, Code::GateRefused, message);
                findings
                    .problems
                    .push(problem.with_hint("cast to the promised type, or promise the one that is given"));
            }
            _ => {}
        }
    }
    for column in &outputs.columns {
        let Some(name) = &column.name else { continue };
        if port.columns.iter().all(|promised| promised.name != *name) {
            let message = format!("the column `{}` is not promised by the contract, so it is not served", shown(name));
            let problem = problem_at(&step.path, column.position, Code::InvalidSql, message);
            let hint = format!("add it to `{}` of {}, or leave it out", port.name, contract.path);
            findings.warnings.push(problem.with_hint(hint));
        }
    }
}

fn missing(column: &Column, given: &[&str]) -> String {
    let name = shown(&column.name);
    match suggest::nearest(&column.name, given.iter().copied()) {
        Some(near) => format!("it gives `{}`: rename one of them, or write `AS {name}`", shown(near)),
        None => format!("select it, or take `{name}` out of the contract"),
    }
}

/// Whether values of a stated type are stored as the promised one.
fn may_become(given: &ColumnType, promised: &ColumnType) -> bool {
    match (given, promised) {
        (ColumnType::Integer, ColumnType::Number | ColumnType::Decimal { .. }) => true,
        (given, promised) => given == promised,
    }
}
