//! From an ODCS document to a [`Contract`]: the facts that the platform enforces, and nothing else.

use super::{Contract, PortContract, column, document, promise, rule};
use crate::{
    error::{Code, Problem},
    name::{PortName, TermName},
    suggest,
    time::Timestamp,
    yaml::{self, Node, Position, problem_at, shown},
};

/// The reading of one document: problems are collected, so that all are told at once.
pub(super) struct Reader<'a> {
    pub(super) path: &'a str,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn parse(bytes: &[u8], path: &str) -> Result<Contract, Vec<Problem>> {
    read(&document::load(bytes, path)?, path)
}

pub(super) fn parse_accepted(bytes: &[u8], path: &str) -> Result<Contract, Vec<Problem>> {
    read(&yaml::parse(bytes, path).map_err(|problem| vec![problem])?, path)
}

fn read(document: &Node, path: &str) -> Result<Contract, Vec<Problem>> {
    let mut reader = Reader { path, problems: Vec::new() };
    let contract = reader.contract(document);
    match contract {
        Some(contract) if reader.problems.is_empty() => Ok(contract),
        _ => Err(reader.problems),
    }
}

impl Reader<'_> {
    pub(super) fn refuse(&mut self, position: Position, code: Code, message: impl Into<String>) {
        self.problems.push(problem_at(self.path, position, code, message.into()));
    }

    pub(super) fn refuse_with(&mut self, position: Position, code: Code, message: String, hint: impl Into<String>) {
        self.problems.push(problem_at(self.path, position, code, message).with_hint(hint));
    }

    /// A problem that knows what is wrong but not where.
    pub(super) fn refuse_at(&mut self, position: Position, problem: &Problem) {
        let placed = problem_at(self.path, position, Code::InvalidFile, problem.message().to_owned());
        self.problems.push(match problem.hint() {
            Some(hint) => placed.with_hint(hint),
            None => placed,
        });
    }

    /// The text of an enforced fact. Variables are kept where nothing is enforced; here they would promise nothing.
    pub(super) fn enforced(&mut self, node: Option<&Node>) -> Option<String> {
        let node = node?;
        let text = node.as_text()?;
        if text.contains("${") {
            let message = format!("the variable in `{}` has no value: variables are never resolved", shown(text));
            self.refuse_with(node.position, Code::InvalidFile, message, "write the value; this fact is enforced");
            return None;
        }
        Some(text.to_owned())
    }

    pub(super) fn texts(&mut self, node: Option<&Node>) -> Vec<String> {
        let items = node.map(Node::items).unwrap_or_default();
        items.iter().filter_map(|item| self.enforced(Some(item))).collect()
    }

    fn contract(&mut self, document: &Node) -> Option<Contract> {
        let version = self.version(document);
        let id = self.enforced(document.get("id"));
        let ports = self.ports(document);
        let mut glossary = self.glossary(document);
        for port in document.get("schema").map(Node::items).unwrap_or_default() {
            glossary.extend(self.glossary(port));
        }
        glossary.sort();
        glossary.dedup();
        let about = |key: &str| document.get("description").and_then(|node| node.get(key)).and_then(Node::as_text);
        let tier = self.tier(document);
        let (regions, zone) = self.placement(document);
        let previous_until = self.previous_until(document);
        // A promise about a column that was refused would be told twice.
        let sound = self.problems.is_empty();
        let freshness = if sound { promise::freshness(self, document, &ports) } else { Vec::new() };
        Some(Contract {
            id: id?,
            version: version?,
            status: document.get("status").and_then(Node::as_text).unwrap_or("draft").to_owned(),
            title: document.get("name").and_then(Node::as_text).map(str::to_owned),
            purpose: about("purpose").map(str::to_owned),
            limitations: about("limitations").map(str::to_owned),
            usage: about("usage").map(str::to_owned),
            owner: document.get("team").map(owner),
            glossary,
            tier,
            regions,
            zone,
            previous_until,
            tags: self.texts(document.get("tags")),
            freshness,
            ports,
        })
    }

    fn version(&mut self, document: &Node) -> Option<semver::Version> {
        let node = document.get("version")?;
        let text = self.enforced(Some(node))?;
        match text.parse() {
            Ok(version) => Some(version),
            Err(_) => {
                let message = format!("the version `{}` is not semantic", shown(&text));
                self.refuse_with(node.position, Code::InvalidFile, message, "write three numbers: `version: 1.0.0`");
                None
            }
        }
    }

    fn ports(&mut self, document: &Node) -> Vec<PortContract> {
        let objects = document.get("schema").map(Node::items).unwrap_or_default();
        if objects.is_empty() {
            let at = document.entry("schema").map_or(document.position, |entry| entry.position);
            let message = "the contract has no port: `schema` is absent or empty".to_owned();
            self.refuse_with(
                at,
                Code::InvalidFile,
                message,
                "each entry of `schema` is a port, with `name` and `properties`",
            );
        }
        let mut ports: Vec<PortContract> = Vec::new();
        for object in objects {
            let Some(port) = self.port(object) else { continue };
            if ports.iter().any(|other| other.name == port.name) {
                self.refuse(object.position, Code::InvalidFile, format!("the port `{}` stands twice", port.name));
            } else {
                ports.push(port);
            }
        }
        ports
    }

    fn port(&mut self, object: &Node) -> Option<PortContract> {
        let named = object.get("name")?;
        let name = match PortName::new(named.as_text().unwrap_or_default()) {
            Ok(name) => name,
            Err(problem) => {
                self.refuse_at(named.position, &problem);
                return None;
            }
        };
        let columns = column::columns(self, &name, object);
        if columns.is_empty() {
            let message = format!("the port `{name}` has no columns");
            self.refuse_with(named.position, Code::InvalidFile, message, "list them under `properties`");
        }
        let mut rules = rule::rules(self, &name, None, object.get("quality"));
        rule::number(&mut rules);
        for property in object.get("customProperties").map(Node::items).unwrap_or_default() {
            self.known_property(property, &["tessera.sort"]);
        }
        let sort = custom(object, "tessera.sort");
        let sorted = self.texts(sort);
        for column in &sorted {
            if !columns.iter().any(|other| other.name == *column) {
                let at = sort.map_or(named.position, |node| node.position);
                let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                let hint = suggest::hint(column, names).unwrap_or_else(|| "name a column of the port".to_owned());
                let message = format!("the sort column `{}` does not exist", shown(column));
                self.refuse_with(at, Code::ReferenceUnknown, message, hint);
            }
        }
        Some(PortContract {
            partition_by: column::positions(object, "partitioned", "partitionKeyPosition")
                .into_iter()
                .map(|(_, name)| name)
                .collect(),
            description: object.get("description").and_then(Node::as_text).map(str::to_owned),
            name,
            columns,
            rules,
            sort: sorted,
        })
    }

    /// Glossary terms among `authoritativeDefinitions`; links to other places are for people.
    pub(super) fn glossary(&mut self, node: &Node) -> Vec<TermName> {
        let mut terms = Vec::new();
        for definition in node.get("authoritativeDefinitions").map(Node::items).unwrap_or_default() {
            let Some(url) = definition.get("url") else { continue };
            let Some(term) = url.as_text().and_then(|text| text.strip_prefix("glossary:")) else { continue };
            match TermName::new(term) {
                Ok(term) => terms.push(term),
                Err(problem) => self.refuse_at(url.position, &problem),
            }
        }
        terms
    }

    fn tier(&mut self, document: &Node) -> u8 {
        for property in document.get("customProperties").map(Node::items).unwrap_or_default() {
            self.known_property(
                property,
                &["tessera.tier", "tessera.regions", "tessera.zone", "tessera.previous_until"],
            );
        }
        let Some(node) = custom(document, "tessera.tier") else { return 3 };
        match node.as_text() {
            Some("1") => 1,
            Some("2") => 2,
            Some("3") => 3,
            _ => {
                self.refuse(node.position, Code::InvalidFile, "`tessera.tier` is 1, 2 or 3");
                3
            }
        }
    }

    fn placement(&mut self, document: &Node) -> (Vec<String>, Option<String>) {
        let regions = self.texts(custom(document, "tessera.regions"));
        let zone = self.enforced(custom(document, "tessera.zone"));
        (regions, zone)
    }

    fn previous_until(&mut self, document: &Node) -> Option<Timestamp> {
        let node = custom(document, "tessera.previous_until")?;
        let text = self.enforced(Some(node))?;
        match Timestamp::parse_limit(&text) {
            Ok(until) => Some(until),
            Err(problem) => {
                self.refuse_at(node.position, &problem);
                None
            }
        }
    }

    /// Under our prefix a slip must not become a fact that nobody reads.
    fn known_property(&mut self, property: &Node, known: &[&str]) {
        let Some(node) = property.get("property") else { return };
        let name = node.as_text().unwrap_or_default();
        if name.starts_with("tessera.") && !known.contains(&name) {
            let hint = suggest::hint(name, known.iter().copied()).unwrap_or_default();
            self.refuse_with(node.position, Code::InvalidFile, format!("`{}` is not known here", shown(name)), hint);
        }
    }
}

/// The value of a custom property.
fn custom<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    node.get("customProperties")?
        .items()
        .iter()
        .find(|property| property.get("property").and_then(Node::as_text) == Some(name))?
        .get("value")
}

/// The owning team: its name (3.1), else the member whose role is owner; empty if the team names nobody.
fn owner(team: &Node) -> String {
    let members = team.get("members").unwrap_or(team).items();
    let member = members.iter().find(|member| {
        member.get("role").and_then(Node::as_text).is_some_and(|role| role.to_lowercase().contains("owner"))
    });
    team.get("name")
        .and_then(Node::as_text)
        .or_else(|| member.and_then(|member| member.get("username")).and_then(Node::as_text))
        .unwrap_or_default()
        .to_owned()
}
