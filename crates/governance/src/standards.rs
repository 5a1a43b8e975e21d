//! The built-in standards: what a product must have before it can be published, each miss with the YAML to paste.
//!
//! Not for the contract's own rules, which the gate measures on data, nor for the form of files, which `model` checks.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    class::Classifications,
    contract::{Column, Contract, PortContract},
    error::{Code, Problem},
    files::domain::DomainFile,
    name::{PortName, TermName},
};
use serde::{Deserialize, Serialize};

use crate::derive;

/// The shortest description that says something, in characters.
pub const SHORTEST_DESCRIPTION: usize = 20;

/// One standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standard {
    /// Its stable id.
    pub id: &'static str,
    /// What it asks for.
    pub meaning: &'static str,
    /// Whether a miss is only reported.
    pub warns: bool,
}

/// Every built-in standard, in the order of findings.
pub const ALL: &[Standard] = &[
    Standard { id: "std.owner", meaning: "somebody owns the product", warns: false },
    Standard { id: "std.description", meaning: "the purpose is described in 20 characters or more", warns: false },
    Standard { id: "std.glossary", meaning: "at least one declared glossary term is linked", warns: false },
    Standard { id: "std.freshness", meaning: "the contract promises how fresh the data is", warns: false },
    Standard { id: "std.documented-keys", meaning: "key columns are described", warns: false },
    Standard { id: "std.documented-classes", meaning: "classified columns are described", warns: false },
    Standard { id: "std.known-classes", meaning: "every class that is used is declared", warns: false },
    Standard { id: "std.sample", meaning: "a sample that is given has the columns of its port", warns: false },
    Standard { id: "std.undocumented-columns", meaning: "every other column is described", warns: true },
    Standard { id: "std.sample-hints", meaning: "a generated sample has values to choose from", warns: true },
];

/// A product as its files state it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The owning domain.
    pub domain: &'a DomainFile,
    /// Declared glossary terms.
    pub glossary: &'a BTreeSet<TermName>,
    /// Declared classes.
    pub classes: &'a Classifications,
    /// Given samples by port: the column names of their header line.
    pub samples: &'a BTreeMap<PortName, Vec<String>>,
}

/// A standard that is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The standard's id.
    pub standard: String,
    /// What is missing: `standard-refused`.
    pub problem: Problem,
    /// The YAML to paste into `contract.yaml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paste: Option<String>,
    /// Whether it is only reported.
    pub warns: bool,
}

/// Every miss, in the order of [`ALL`].
pub fn check(candidate: &Candidate<'_>) -> Vec<Finding> {
    ALL.iter()
        .flat_map(|standard| {
            let misses = match standard.id {
                "std.owner" => owner(candidate),
                "std.description" => description(candidate),
                "std.glossary" => glossary(candidate),
                "std.freshness" => freshness(candidate),
                "std.documented-keys" => undocumented(candidate, |column, _| is_key(column)),
                "std.documented-classes" => undocumented(candidate, |column, classified| classified && !is_key(column)),
                "std.known-classes" => unknown_classes(candidate),
                "std.sample" => samples(candidate),
                "std.undocumented-columns" => {
                    undocumented(candidate, |column, classified| !classified && !is_key(column))
                }
                _ => sample_hints(candidate),
            };
            misses.into_iter().map(|miss| miss.of(standard))
        })
        .collect()
}

/// One refusal for all findings that block, with every one of them as an item; `None` if nothing blocks.
pub fn refusal(product: &str, findings: &[Finding]) -> Option<Problem> {
    let items: Vec<Problem> =
        findings.iter().filter(|finding| !finding.warns).map(|finding| finding.problem.clone()).collect();
    if items.is_empty() {
        return None;
    }
    let (count, verb) = if items.len() == 1 { ("1 standard", "is") } else { ("", "are") };
    let count = if count.is_empty() { format!("{} standards", items.len()) } else { count.to_owned() };
    Some(
        Problem::new(Code::StandardRefused, format!("{count} of the mesh {verb} not met by `{product}`"))
            .with_hint("paste what each item proposes into `contract.yaml` and publish again")
            .with_items(items),
    )
}

/// A miss before it knows its standard.
struct Miss {
    message: String,
    hint: String,
    paste: Option<String>,
}

impl Miss {
    fn of(self, standard: &Standard) -> Finding {
        Finding {
            standard: standard.id.to_owned(),
            problem: Problem::new(Code::StandardRefused, format!("{}: {}", standard.id, self.message))
                .with_hint(self.hint),
            paste: self.paste,
            warns: standard.warns,
        }
    }
}

fn miss(message: impl Into<String>, hint: impl Into<String>, paste: Option<String>) -> Miss {
    Miss { message: message.into(), hint: hint.into(), paste }
}

fn owner(candidate: &Candidate<'_>) -> Vec<Miss> {
    // Without a `team` the domain's owner group owns the product; an empty name says that nobody does.
    match candidate.contract.owner.as_deref() {
        Some(owner) if owner.trim().is_empty() => vec![miss(
            "the contract's team has no name",
            "name the team, or leave `team` out: then the domain's owner group owns the product",
            Some(format!("team:\n  name: {}\n", candidate.domain.owner)),
        )],
        _ => Vec::new(),
    }
}

fn description(candidate: &Candidate<'_>) -> Vec<Miss> {
    let length = candidate.contract.purpose.as_deref().map_or(0, |purpose| purpose.trim().chars().count());
    if length >= SHORTEST_DESCRIPTION {
        return Vec::new();
    }
    let message = if length == 0 {
        "`description.purpose` is missing".to_owned()
    } else {
        format!("`description.purpose` has {length} characters, {SHORTEST_DESCRIPTION} or more are asked for")
    };
    vec![miss(
        message,
        "say what the product is for, in a sentence a stranger understands",
        Some("description:\n  purpose: What this product is for, and what one row of it stands for\n".to_owned()),
    )]
}

fn glossary(candidate: &Candidate<'_>) -> Vec<Miss> {
    let contract = candidate.contract;
    let columns = contract.ports.iter().flat_map(|port| &port.columns).flat_map(|column| &column.glossary);
    let linked: BTreeSet<&TermName> = contract.glossary.iter().chain(columns).collect();
    let example = candidate.glossary.first().map_or("customer", |term| term.as_str());
    let paste =
        |term: &str| Some(format!("authoritativeDefinitions:\n  - type: glossary\n    url: \"glossary:{term}\"\n"));
    if linked.is_empty() {
        return vec![miss(
            "no glossary term is linked",
            "link the term that the product is about; terms are declared in `governance/glossary/`",
            paste(example),
        )];
    }
    linked
        .into_iter()
        .filter(|term| !candidate.glossary.contains(*term))
        .map(|term| {
            miss(
                format!("the glossary term `{term}` is not declared"),
                "declare it in `governance/glossary/`, or link one that is",
                paste(example),
            )
        })
        .collect()
}

fn freshness(candidate: &Candidate<'_>) -> Vec<Miss> {
    if !candidate.contract.freshness.is_empty() {
        return Vec::new();
    }
    vec![miss(
        "no freshness is promised",
        "say how old the data may become",
        Some("slaProperties:\n  - property: freshness\n    value: 24\n    unit: h\n".to_owned()),
    )]
}

fn is_key(column: &Column) -> bool {
    column.primary_key.is_some() || column.unique
}

fn is_described(column: &Column) -> bool {
    column.description.as_deref().is_some_and(|text| !text.trim().is_empty())
}

/// One miss per port that has undescribed columns of a kind; the kind is asked with whether the column is classified.
fn undocumented(candidate: &Candidate<'_>, of_kind: impl Fn(&Column, bool) -> bool) -> Vec<Miss> {
    let classified = |column: &Column| !derive::own_tags(column, candidate.classes).0.is_empty();
    let bare = |port: &PortContract| -> Vec<String> {
        let columns = port.columns.iter().filter(|column| !is_described(column));
        columns.filter(|column| of_kind(column, classified(column))).map(|column| column.name.clone()).collect()
    };
    let ports = candidate.contract.ports.iter().map(|port| (&port.name, bare(port)));
    ports
        .filter(|(_, columns)| !columns.is_empty())
        .map(|(port, columns)| {
            let list = columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
            let message = format!("port `{port}` does not describe {list}");
            miss(message, "say what each column means", Some(describe(port, &columns)))
        })
        .collect()
}

fn describe(port: &PortName, columns: &[String]) -> String {
    let mut text = format!("schema:\n  - name: {port}\n    properties:\n");
    for column in columns {
        text.push_str(&format!("      - name: {}\n        description: What this column means\n", scalar(column)));
    }
    text
}

/// A column name as a YAML scalar: plain where that is safe, else in double quotes, which JSON text always is.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

fn unknown_classes(candidate: &Candidate<'_>) -> Vec<Miss> {
    let mut misses = Vec::new();
    for port in &candidate.contract.ports {
        for column in &port.columns {
            for class in derive::own_tags(column, candidate.classes).0 {
                if candidate.classes.get(&class).is_none() {
                    misses.push(miss(
                        format!("column `{}` of port `{}` has the undeclared class `{class}`", column.name, port.name),
                        "declare it in `governance/classifications/`; until then the column is denied to everybody",
                        None,
                    ));
                }
            }
        }
    }
    misses
}

fn samples(candidate: &Candidate<'_>) -> Vec<Miss> {
    let mut misses = Vec::new();
    for (name, header) in candidate.samples {
        let Some(port) = candidate.contract.ports.iter().find(|port| port.name == *name) else {
            misses.push(miss(
                format!("`sample.{name}.csv` is for a port that the contract does not have"),
                "name the file after a port, or remove it",
                None,
            ));
            continue;
        };
        let promised: Vec<&str> = port.columns.iter().map(|column| column.name.as_str()).collect();
        let given: BTreeSet<&str> = header.iter().map(String::as_str).collect();
        if given.len() != header.len() || given != promised.iter().copied().collect() {
            misses.push(miss(
                format!("`sample.{name}.csv` does not have exactly the columns of its port"),
                format!(
                    "write the header line `{}`, or remove the file: then a sample is generated",
                    promised.join(",")
                ),
                None,
            ));
        }
    }
    misses
}

/// Ports without a given sample where no column offers a value: placeholders are shown, which is fine to begin with.
fn sample_hints(candidate: &Candidate<'_>) -> Vec<Miss> {
    let bare = |port: &&PortContract| {
        !candidate.samples.contains_key(&port.name)
            && port.columns.iter().all(|column| column.permitted.is_empty() && column.examples.is_empty())
    };
    let ports: Vec<String> =
        candidate.contract.ports.iter().filter(bare).map(|port| format!("`{}`", port.name)).collect();
    if ports.is_empty() {
        return Vec::new();
    }
    let message = format!("the generated sample of {} shows placeholders", ports.join(", "));
    vec![miss(message, "give columns `examples`, or put a file `sample.<port>.csv` beside the contract", None)]
}
